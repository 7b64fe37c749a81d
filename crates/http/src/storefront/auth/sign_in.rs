//! `POST /auth/customer/{provider}`: signs in with e-mail and password.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Credentials, Error, Unauthenticated};
use anteroom_domain::text::Email;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::credentials::{self, CredentialsSchema, Typed};
use super::verification::VerificationBody;
use super::{makes_device_known, provider, signed_in_with, speaks_for_shoppers};
use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::openapi::scalars::{ProviderName, Yes};
use crate::openapi::{Operation, Tag, examples};

/// What a sign-in gives to carry on with.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
struct Response<'a> {
    /// A JWT, for `Authorization: Bearer`; it lives for a day, unless the operator or the merchant chose otherwise.
    token: &'a str,
    /// There where the e-mail has to be proved first: the token speaks for no customer, and opens the way to ask for a mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Yes>)]
    verification_required: Option<bool>,
    /// What has to be proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    verification: Option<VerificationBody<'a>>,
}

pub(crate) fn operation() -> Operation {
    makes_device_known(speaks_for_shoppers(
    Operation::new(Tag::SignIn, "signIn", "Sign in")
        .describes(
            "An unknown e-mail and a wrong password are answered alike, and take as long. Where the workspace asks for a proof of \
             the e-mail, the right password without one is answered with `verification_required`.",
        )
        .path::<ProviderName>("provider", "What to sign in with.")
        .takes_as::<CredentialsSchema>(credentials::example())
        .answers::<Response<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
        .refuses(
            "The e-mail is unknown, or the password wrong.",
            Error::Unauthenticated(Unauthenticated::WrongEmailOrPassword),
        )
        .refuses("The e-mail or the password is missing, or is no text.", Failure::NoText("Password"))
        .refuses(
            "There is no such provider, or the workspace has switched it off.",
            Failure::NoSuchProvider("google".to_owned()),
        )
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin),
    ))
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let client = caller::client(&http, &request, workspace.id).await?;
    provider(&request, &workspace)?;
    let Typed { email, password } = Typed::read(body).await?;
    let signed_in = match Email::parse(&email) {
        Ok(email) => {
            let credentials = Credentials { email, password };
            http.app().sign_in(&workspace, credentials, client.clone()).await?
        }
        Err(_) => http.app().sign_in_as_nobody(&password).await?,
    };
    let unproved = signed_in.unproved_email.as_ref();
    Ok(signed_in_with(&http, &client, &signed_in).json(Response {
        token: &signed_in.jwt,
        verification_required: unproved.map(|_| true),
        verification: unproved.map(|email| VerificationBody::of(email, None)),
    }))
}
