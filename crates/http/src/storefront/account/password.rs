//! `POST /store/customers/me/password`: another password, by whoever knows the one of now.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Forbidden, PasswordChange, Refusal};
use anteroom_auth::password::PasswordFault;
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{Fields, any_text, no_query};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::{TokenBody, renewed, speaks_for_shoppers};

request_schema!(
    /// Another password, and the one of now.
    PasswordChangeRequest {
        current_password: String,
        /// The password: 8 to 1,024 characters.
        new_password: String,
    }
);

struct Request(PasswordChange);

impl FromBody for Request {
    type Schema = PasswordChangeRequest;

    fn read(body: &mut Fields) -> Option<Self> {
        let mut secret = |name| body.required_secret(name, any_text);
        let (current, new) = (secret("current_password"), secret("new_password"));
        Some(Self(PasswordChange { current: current?, new: new? }))
    }
}

pub(crate) fn operation() -> Operation {
    speaks_for_shoppers(Operation::new(Tag::Account, "changePassword", "Change the password")
        .describes(
            "Sets another password. Every session of the customer ends; the one that asks goes on under a new id, with the \
             JWT of the answer and, where it had a cookie, a new cookie.",
        )
        .takes::<Request>(json!({
            "current_password": "correct horse battery",
            "new_password": "another battery staple",
        }))
        .answers::<TokenBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
        .with_header("Set-Cookie", "The session cookie, where the session had one.")
        .refuses("The current password is wrong.", Error::Forbidden(Forbidden::WrongPassword))
        .refuses("The new password is too common.", Error::refused(Refusal::Password(PasswordFault::Common))))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let client = caller::client(&http, &request, shopper.workspace).await?;
    no_query(&request)?;
    let Request(passwords) = body.parse().await?;
    let language = caller::language(&request);
    let changed = http.app().change_password(&sign_in, shopper, passwords, client, language).await?;
    Ok(renewed(&http, &changed))
}
