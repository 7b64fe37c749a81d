//! `POST /auth/customer/{provider}/update`: chooses another password with the token of a mailed link.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Refusal, Unauthenticated};
use anteroom_auth::password::PasswordFault;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{form_provider, speaks_for_shoppers};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, any_text};
use crate::openapi::scalars::{ProviderName, Yes};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};

const INVALID: Error = Error::Unauthenticated(Unauthenticated::InvalidToken);

request_schema!(
    /// Another password.
    ProviderUpdate {
        /// The password: 8 to 1,024 characters.
        password: String,
    }
);

struct Request {
    password: String,
}

impl FromBody for Request {
    type Schema = ProviderUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        let password = body.required_secret("password", any_text);
        Some(Self { password: password? })
    }
}

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderUpdated)]
struct Updated {
    #[schema(value_type = Yes)]
    success: bool,
}

pub(crate) fn operation() -> Operation {
    speaks_for_shoppers(Operation::new(Tag::SignIn, "updateProvider", "Choose another password")
        .describes(
            "Takes the token of a mailed link as `Authorization: Bearer`, once. Every session of the customer ends, and nobody \
             is signed in. A password that is refused leaves the token good.",
        )
        .path::<ProviderName>("provider", "What they sign in with.")
        .takes::<Request>(json!({"password": "another battery staple"}))
        .answers::<Updated>("The password is another.", json!({"success": true}))
        .refuses("The token is missing, spent, too old, or none.", INVALID)
        .refuses("There is no such provider, or the workspace has switched it off.", Failure::NoSuchProvider("google".to_owned()))
        .refuses("The password is too common.", Error::refused(Refusal::Password(PasswordFault::Common)))
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin))
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let client = caller::client(&http, &request, workspace.id).await?;
    form_provider(&request, &workspace)?;
    let token = caller::bearer_token(&request);
    if !http.app().opens_password_reset(&workspace, token).await? {
        return Err(INVALID.into());
    }
    let Request { password } = body.parse().await?;
    if !http.app().reset_password(&workspace, token, &password, client).await? {
        return Err(INVALID.into());
    }
    Ok(HttpResponse::Ok().json(Updated { success: true }))
}
