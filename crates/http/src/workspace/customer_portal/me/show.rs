//! `GET /api/customer-portal/customers/me`: the customer that the session acts for.

use actix_web::{HttpRequest, HttpResponse, web};

use super::MeBody;
use crate::Http;
use crate::caller::CustomerSessionCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag, examples};

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SessionHolder, "getOwnCustomer", "Get the customer")
        .answers::<MeBody<'_>>("The customer that the session acts for.", examples::me())
}

pub(crate) async fn handle(
    caller: CustomerSessionCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let customer = http.app().portal_customer(&caller.0).await?;
    Ok(HttpResponse::Ok().json(MeBody::from(&customer)))
}
