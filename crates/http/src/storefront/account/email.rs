//! `POST /store/customers/me/email`: another e-mail address, once it is proved.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Presence, Refusal};
use anteroom_domain::text::Email;
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{Fields, no_query, text};
use crate::openapi::scalars::Email as EmailText;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};
use crate::storefront::auth::mfa::wants_ownership;
use crate::storefront::auth::verification::{self, VerificationBody, VerificationResponse};

request_schema!(
    /// Another e-mail address.
    EmailChangeRequest with presence {
        email: EmailText,
    }
);

struct Request {
    email: Email,
    presence: Presence,
}

impl FromBody for Request {
    type Schema = EmailChangeRequest;

    fn read(body: &mut Fields) -> Option<Self> {
        let email = body.required("email", text(Email::parse));
        let presence = Presence::read(body);
        Some(Self { email: email?, presence: presence? })
    }
}

pub(crate) fn operation() -> Operation {
    wants_ownership(Operation::new(Tag::Account, "changeEmail", "Change the e-mail"))
        .describes(
            "Mails a link to the new address, which is good for a day and once: `POST /auth/verification/confirm` takes its token. \
             The old address works until then, and is mailed a link to stop it. Then every session ends. Whether another account has \
             the new address is not said.",
        )
        .takes::<Request>(json!({"email": "user@example.com", "current_password": "correct horse battery"}))
        .accepts::<VerificationResponse<'_>>(
            "A mail is on its way.",
            json!({"verification": verification::example()}),
        )
        .refuses("It is the e-mail that the customer has.", Error::refused(Refusal::EmailUnchanged))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let Request { email, presence } = body.parse().await?;
    let (wanted, language) = ((email.clone(), presence), caller::language(&request));
    http.app().request_email_change(&workspace, &sign_in, shopper, wanted, language).await?;
    let verification = VerificationBody::of(&email, None);
    Ok(HttpResponse::Accepted().json(VerificationResponse { verification }))
}
