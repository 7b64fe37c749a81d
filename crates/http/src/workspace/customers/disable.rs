//! `POST /api/customers/{customer_id}/disable`: lets nobody sign in as a customer.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::customer::CustomerBody;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "disableCustomer", "Disable a customer")
        .describes(
            "Nobody signs in as the customer any more, and every session of it and its members ends at once; where several \
             servers share a database, on the others within a second. No session can be opened for it. Its `state` tells \
             since when. Disabling it again changes nothing.",
        )
        .path::<Uuid4>("customer_id", "The customer's id.")
        .takes_nothing()
        .answers::<CustomerBody<'_>>("It is disabled.", examples::customer())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let id = path_id("customer_id", &path)?;
    no_query(&request)?;
    body.parse_nothing().await?;
    let customer = http.app().disable_customer(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(CustomerBody::from(&customer)))
}
