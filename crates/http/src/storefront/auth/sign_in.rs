//! `POST /auth/customer/{provider}`: signs in with e-mail and password.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Credentials, Error, Unauthenticated};
use anteroom_domain::text::Email;
use serde_json::json;

use super::credentials::{self, CredentialsSchema, Typed};
use super::{provider, speaks_for_shoppers, token};
use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::openapi::scalars::ProviderName;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::TokenBody;

pub(crate) fn operation() -> Operation {
    speaks_for_shoppers(
        Operation::new(Tag::SignIn, "signIn", "Sign in")
            .describes("An unknown e-mail and a wrong password are answered alike, and take as long.")
            .path::<ProviderName>("provider", "What to sign in with.")
            .takes_as::<CredentialsSchema>(credentials::example())
            .answers::<TokenBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
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
    )
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
            http.app().sign_in(&workspace, credentials, client).await?
        }
        Err(_) => http.app().sign_in_as_nobody(&password).await?,
    };
    Ok(token(&signed_in))
}
