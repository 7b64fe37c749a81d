//! `POST /auth/verification/request`: mails whoever is signed in a link to prove their e-mail.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Refusal};
use anteroom_domain::text::Email;
use serde_json::{Value, json};

use super::{VerificationBody, VerificationResponse};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop, SignedInCaller};
use crate::failure::Failure;
use crate::fields::{Fields, Problem, map, text};
use crate::openapi::scalars::{Email as EmailText, VerificationCode, VerifiedEntity};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};

request_schema!(
    /// What is to be proved.
    VerificationRequest {
        /// The e-mail address of whoever is signed in.
        entity_id: EmailText,
        entity_type: VerifiedEntity,
        code_provider: Option<VerificationCode>,
        /// Of no use, and taken because Medusa's clients may send it.
        metadata: Option<HashMap<String, Value>>,
    }
);

struct Request {
    email: Email,
}

impl FromBody for Request {
    type Schema = VerificationRequest;

    fn read(body: &mut Fields) -> Option<Self> {
        let email = body.required("entity_id", text(Email::parse));
        let kind = body.required("entity_type", text(|kind| only(kind, "email", "should be 'email'")));
        body.optional("code_provider", text(|code| only(code, "token", "should be 'token'")));
        body.optional("metadata", map);
        kind?;
        Some(Self { email: email? })
    }
}

fn only(text: &str, only: &str, rule: &'static str) -> Result<(), Problem> {
    if text == only { Ok(()) } else { Err(Problem::Rule(rule)) }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SignIn, "requestVerification", "Ask for a mail to prove the e-mail")
        .describes(
            "Mails a link, which is good for a day and once; those that were mailed before open nothing any more. Who asks \
             more than five times within an hour is answered alike and mailed no other.",
        )
        .takes::<Request>(json!({"entity_id": "user@example.com", "entity_type": "email"}))
        .creates::<VerificationResponse<'_>>("A mail is on its way.", json!({"verification": super::example()}))
        .refuses("The e-mail is not that of whoever is signed in.", Error::refused(Refusal::EmailDiffers))
        .refuses("The e-mail is proved already.", Error::refused(Refusal::EmailVerified))
        .refuses(
            "The registration has no customer yet.",
            Error::Unauthenticated(anteroom_app::Unauthenticated::NotACustomer),
        )
}

pub(crate) async fn handle(
    caller: SignedInCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let Request { email } = body.parse().await?;
    let (asked, language) = (email.clone(), caller::language(&request));
    http.app().request_email_verification(&workspace, &caller.sign_in, asked, language).await?;
    Ok(HttpResponse::Created()
        .json(VerificationResponse { verification: VerificationBody::of(&email, None) }))
}
