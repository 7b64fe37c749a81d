//! `POST /store/customers/me/passkeys`: keeps a passkey that the customer's authenticator has made.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, PasskeyAnswer};
use anteroom_domain::text::Line;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::PasskeyBody;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{Fields, no_query, text};
use crate::openapi::scalars::Line as LineText;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::{RENEWED, renewed_with};

request_schema!(
    /// A passkey that an authenticator has made.
    PasskeyCreate {
        /// The `flow` that came with the question.
        flow: String,
        /// The answer: what `PublicKeyCredential.toJSON` gives.
        credential: HashMap<String, Value>,
        /// What the customer calls it.
        label: Option<LineText>,
    }
);

struct Request {
    answer: PasskeyAnswer,
    label: Option<Line>,
}

impl FromBody for Request {
    type Schema = PasskeyCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let answer = PasskeyAnswer::read(body);
        let label = body.optional("label", text(Line::parse)).flatten();
        Some(Self { answer: answer?, label })
    }
}

/// The passkey.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyAnswer)]
struct Response<'a> {
    passkey: PasskeyBody<'a>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Account, "createPasskey", "Add a passkey")
        .describes("The customer signs in with it from now on, and is told by mail.")
        .takes::<Request>(json!({
            "flow": examples::PASSKEY_CEREMONY,
            "credential": {"id": "mZ4f…", "rawId": "mZ4f…", "type": "public-key", "response": {"clientDataJSON": "eyJ0…", "attestationObject": "o2Nm…"}},
            "label": "Laptop",
        }))
        .answers::<Response<'_>>("It is kept.", json!({"passkey": super::example()}))
        .with_header("Set-Cookie", RENEWED)
        .refuses("The shop takes no passkeys.", Error::from(FactorFault::NoPasskeys))
        .refuses("The customer has ten already.", Error::from(FactorFault::TooManyPasskeys))
        .refuses(
            "The flow is unknown, was answered before or is over, or is another customer\u{2019}s.",
            Error::from(FactorFault::NoPasskeyCeremony),
        )
        .refuses(
            "The answer is to another question, of another page or without the customer\u{2019}s verification, or the passkey is known.",
            Error::from(FactorFault::PasskeyUntrusted),
        )
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let Request { answer, label } = body.parse().await?;
    let language = caller::language(&request);
    let caller = (&sign_in, shopper);
    let (added, cookie) = http.app().add_passkey(&workspace, caller, answer, label, language).await?;
    let mut answer = renewed_with(&http, cookie.as_ref());
    Ok(answer.json(Response { passkey: PasskeyBody::from(&added) }))
}
