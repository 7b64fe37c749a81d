//! `PATCH /api/publishable-keys/{key_id}`: changes what a publishable key is for.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};
use anteroom_domain::text::Line;
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, no_query, path_id, text};
use crate::openapi::scalars::Line as LineText;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::names;
use crate::workspace::publishable_key::PublishableKeyBody;

request_schema!(
    /// What changes in a publishable key.
    PublishableKeyUpdate {
        /// What it is for.
        #[schema(nullable = false)]
        title: Option<LineText>,
    }
);

struct Request {
    title: Option<Line>,
}

impl FromBody for Request {
    type Schema = PublishableKeyUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self { title: body.replacement("title", text(names::line)) })
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::PublishableKeys, "updatePublishableKey", "Change a publishable key")
        .path::<Uuid4>("key_id", "The publishable key's id.")
        .takes::<Request>(json!({"title": "web shop"}))
        .answers::<PublishableKeyBody<'_>>("The publishable key.", examples::publishable_key())
        .refuses("There is no such key, or it has ended.", Error::NotFound(Missing::PublishableKey))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let id = path_id("key_id", &path)?;
    no_query(&request)?;
    let Request { title } = body.parse().await?;
    let key = http.app().rename_publishable_key(caller.0.workspace.id, id, title).await?;
    Ok(HttpResponse::Ok().json(PublishableKeyBody::from(&key)))
}
