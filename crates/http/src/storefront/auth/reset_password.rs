//! `POST /auth/customer/{provider}/reset-password`: mails whoever forgot their password a link to choose another.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, rt, web};
use anteroom_domain::text::Email;
use serde_json::json;

use super::form_provider;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, any_text};
use crate::openapi::scalars::Text;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};

request_schema!(
    /// Who forgot their password.
    PasswordResetRequest {
        /// The e-mail address that they sign in with.
        identifier: String,
    }
);

struct Request {
    identifier: String,
}

impl FromBody for Request {
    type Schema = PasswordResetRequest;

    fn read(body: &mut Fields) -> Option<Self> {
        let identifier = body.required("identifier", any_text);
        Some(Self { identifier: identifier? })
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SignIn, "requestPasswordReset", "Ask for a password reset")
        .describes(
            "Mails a link to choose another password, if somebody signs in with that e-mail. Whether anybody does is neither \
             said nor to be told from the time: the answer is the same for any identifier and any provider.",
        )
        .path::<Text>("provider", "What they sign in with; of one that there is not nothing is said either.")
        .takes::<Request>(json!({"identifier": "user@example.com"}))
        .answers_nothing(StatusCode::CREATED, "If there is such an account, a mail is on its way.")
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin)
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let Request { identifier } = body.parse().await?;
    if let (Ok(_), Ok(email)) = (form_provider(&request, &workspace), Email::parse(&identifier)) {
        let (app, language) = (http.app().clone(), caller::language(&request));
        // What it takes to write a mail down would tell that there is somebody to write to.
        rt::spawn(async move { app.request_password_reset(&workspace, email, language).await });
    }
    Ok(HttpResponse::Created().finish())
}
