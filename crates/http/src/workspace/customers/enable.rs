//! `POST /api/customers/{customer_id}/enable`: lets people sign in as a customer again.

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
    Operation::new(Tag::Customers, "enableCustomer", "Enable a customer")
        .describes(
            "Those who could sign in as the customer before it was disabled can again. The sessions that ended then stay so. \
             Enabling one that is enabled changes nothing.",
        )
        .path::<Uuid4>("customer_id", "The customer's id.")
        .takes_nothing()
        .answers::<CustomerBody<'_>>("It is enabled.", examples::customer())
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
    let customer = http.app().enable_customer(caller.0.workspace.id, id).await?;
    Ok(HttpResponse::Ok().json(CustomerBody::from(&customer)))
}
