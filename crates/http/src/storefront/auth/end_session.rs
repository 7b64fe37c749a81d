//! `DELETE /auth/session`: ends the sign-in whose cookie comes along; its JWTs end with it.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::Http;
use crate::body::Body;
use crate::caller::ShopperByCookieCaller;
use crate::failure::Failure;
use crate::storefront::cookie;

pub(crate) async fn handle(
    caller: ShopperByCookieCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    body.parse_nothing().await?;
    http.app().end_store_session(&caller.access).await?;
    Ok(HttpResponse::Ok().cookie(cookie::cleared(&http)).json(json!({ "success": true })))
}
