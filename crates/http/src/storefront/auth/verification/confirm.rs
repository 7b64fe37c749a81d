//! `POST /auth/verification/confirm`: proves an e-mail address with the token of a mailed link.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::VerificationBody;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::Shop;
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, any_text, text};
use crate::openapi::scalars::VerificationCode;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};

request_schema!(
    /// The token of a mailed link.
    VerificationConfirm {
        /// The token.
        code: String,
        code_provider: Option<VerificationCode>,
    }
);

struct Request {
    code: String,
}

impl FromBody for Request {
    type Schema = VerificationConfirm;

    fn read(body: &mut Fields) -> Option<Self> {
        let code = body.required_secret("code", any_text);
        let token =
            |text: &str| if text == "token" { Ok(()) } else { Err(Problem::Rule("should be 'token'")) };
        body.optional("code_provider", text(token));
        Some(Self { code: code? })
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SignIn, "confirmVerification", "Prove the e-mail")
        .describes(
            "Takes the token of a mailed link, once. What the shop knows of a guest with the same e-mail belongs to the customer \
             from then on. It signs nobody in.",
        )
        .takes::<Request>(json!({"code": examples::VERIFICATION_TOKEN}))
        .answers::<VerificationBody<'_>>(
            "The e-mail is proved.",
            json!({
                "entity_id": "user@example.com",
                "entity_type": "email",
                "code_provider": "token",
                "verified_at": "2026-03-14T09:26:53.589Z",
            }),
        )
        .refuses("The token is none, spent or too old.", Failure::InvalidCode)
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin)
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let Request { code } = body.parse().await?;
    let proved = http.app().verify_email(&workspace, &code).await?;
    let (email, at) = proved.ok_or(Failure::InvalidCode)?;
    Ok(HttpResponse::Ok().json(VerificationBody::of(&email, Some(at))))
}
