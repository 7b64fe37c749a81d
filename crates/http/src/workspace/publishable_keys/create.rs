//! `POST /api/publishable-keys`: makes a publishable key.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, NewPublishableKey, Refusal};
use anteroom_domain::credential::PublishableKey;
use anteroom_domain::text::Origin;
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, no_query, text};
use crate::idempotency;
use crate::openapi::scalars::{Line as LineText, WebOrigin};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::names;
use crate::workspace::publishable_key::PublishableKeyBody;

request_schema!(
    /// A publishable key to be made.
    PublishableKeyCreate {
        /// What it is for.
        title: LineText,
        /// The origin of a shop's pages, which joins the workspace's allowed origins.
        origin: Option<WebOrigin>,
    }
);

struct Request(NewPublishableKey);

impl FromBody for Request {
    type Schema = PublishableKeyCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let title = body.required("title", text(names::line));
        let origin = body.optional("origin", text(Origin::parse));
        Some(Self(NewPublishableKey { title: title?, origin }))
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::PublishableKeys, "createPublishableKey", "Make a publishable key")
        .takes::<Request>(json!({"title": "web shop", "origin": "https://shop.example"}))
        .creates::<PublishableKeyBody<'_>>("The publishable key.", examples::publishable_key())
        .refuses(
            "The workspace allows 50 origins already.",
            Error::refused(Refusal::TooManyOrigins(Origin::from_stored("https://shop.example".to_owned()))),
        )
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let (Request(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    let workspace = merchant.workspace.id;
    repeat.answer(created, |once| http.app().create_publishable_key(workspace, new, once)).await
}

fn created(key: &PublishableKey) -> HttpResponse {
    HttpResponse::Created().json(PublishableKeyBody::from(key))
}
