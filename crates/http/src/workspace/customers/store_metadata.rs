//! `GET /api/customers/{customer_id}/store-metadata`: the shopper's own notes, which only the shop writes.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::names::customer_in_path;

/// The shopper's own notes.
#[derive(Serialize, ToSchema)]
#[schema(as = StoreMetadata)]
struct Response<'a>(&'a Map<String, Value>);

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "getCustomerStoreMetadata", "Get a customer's store metadata")
        .describes("What the shop's front end keeps with the shopper. It is apart from your own `metadata`.")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .answers::<Response<'_>>(
            "The notes; an empty object where there are none.",
            json!({"newsletter": true}),
        )
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = customer_in_path(&path)?;
    no_query(&request)?;
    let found = http.app().customer(caller.0.workspace.id, which).await?;
    Ok(HttpResponse::Ok().json(Response(found.customer.store_metadata.as_map())))
}
