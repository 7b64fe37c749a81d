//! `GET /api/customers/{customer_id}`: one customer.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::customer::CustomerBody;
use crate::workspace::names::customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "getCustomer", "Get a customer")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .answers::<CustomerBody<'_>>("The customer.", examples::customer())
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
    let customer = http.app().customer(caller.0.workspace.id, which).await?;
    Ok(HttpResponse::Ok().json(CustomerBody::from(&customer)))
}
