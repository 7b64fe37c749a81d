//! `DELETE /api/customers/{customer_id}/second-factor`: helps a customer who has lost app and recovery codes.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;

/// What was removed.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactorRemoved)]
struct Receipt {
    /// How many authenticator apps there were.
    removed: u64,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "removeSecondFactor", "Remove a customer's second factor")
        .describes(
            "For somebody who has lost the authenticator app and the recovery codes: make sure first that it is they. Every app and code \
             goes, every session ends, and the customer is told by mail. Passwords and passkeys stay. Removing where there is \
             none changes nothing.",
        )
        .path::<Uuid4>("customer_id", "The customer's id.")
        .answers::<Receipt>("No sign-in asks for a second factor any more.", json!({"removed": 1}))
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("customer_id", &path)?;
    no_query(&request)?;
    let removed = http.app().remove_second_factor(&caller.0.workspace, id).await?;
    Ok(HttpResponse::Ok().json(Receipt { removed }))
}
