//! `GET /store/customers/me/passkeys`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::PasskeyBody;
use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};

/// The customer's passkeys.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyList)]
struct Response<'a> {
    /// Oldest first.
    passkeys: Vec<PasskeyBody<'a>>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Account, "listPasskeys", "List the passkeys")
        .describes("Also those of a domain that the shop\u{2019}s passkeys are not for any more.")
        .answers::<Response<'_>>("The passkeys.", json!({"passkeys": [super::example()]}))
}

pub(crate) async fn handle(
    ShopperCaller { shopper, .. }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let kept = http.app().passkeys(shopper).await?;
    Ok(HttpResponse::Ok().json(Response { passkeys: kept.iter().map(PasskeyBody::from).collect() }))
}
