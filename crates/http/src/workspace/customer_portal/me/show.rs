//! `GET /api/customer-portal/customers/me`: the customer that the session acts for.

use actix_web::{HttpRequest, HttpResponse, web};

use super::MeBody;
use crate::Http;
use crate::caller::CustomerSessionCaller;
use crate::failure::Failure;
use crate::fields::no_query;

pub(crate) async fn handle(
    caller: CustomerSessionCaller,
    http: web::Data<Http>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let customer = http.app().portal_customer(&caller.0).await?;
    Ok(HttpResponse::Ok().json(MeBody::from(&customer)))
}
