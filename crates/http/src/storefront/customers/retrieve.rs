//! `GET /store/customers/me`: the shopper's own record.

use actix_web::{HttpResponse, web};

use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;

pub(crate) async fn handle(caller: ShopperCaller, http: web::Data<Http>) -> Result<HttpResponse, Failure> {
    Ok(super::answer(&http.app().shopper(caller.customer).await?))
}
