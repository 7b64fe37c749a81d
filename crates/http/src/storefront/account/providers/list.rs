//! `GET /store/customers/me/providers`

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::LinkBody;
use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};

/// The accounts that the customer has linked.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkedProviderList)]
struct Response<'a> {
    /// By the name of the provider, oldest first.
    providers: Vec<LinkBody<'a>>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Account, "listLinkedProviders", "List the linked providers")
        .describes(
            "Also those that the shop has switched off, but none that it has removed: they sign nobody in.",
        )
        .answers::<Response<'_>>("The accounts.", json!({"providers": [super::example()]}))
}

pub(crate) async fn handle(
    ShopperCaller { shopper, .. }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let links = http.app().provider_links(shopper).await?;
    Ok(HttpResponse::Ok().json(Response { providers: links.iter().map(LinkBody::from).collect() }))
}
