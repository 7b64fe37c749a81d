//! `DELETE /auth/session`: ends the sign-in whose cookie comes along; its JWTs end with it.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::ShopperByCookieCaller;
use crate::failure::Failure;
use crate::openapi::scalars::Yes;
use crate::openapi::{Operation, Tag};
use crate::storefront::cookie;

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionEnded)]
struct Ended {
    #[schema(value_type = Yes)]
    success: bool,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::CookieSessions, "deleteSession", "End the session")
        .describes("Ends the sign-in whose cookie comes along. Its JWTs end with it.")
        .takes_nothing()
        .answers::<Ended>("It has ended.", json!({"success": true}))
        .with_header("Set-Cookie", "Drops the session cookie.")
}

pub(crate) async fn handle(
    caller: ShopperByCookieCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    body.parse_nothing().await?;
    http.app().end_store_session(&caller.sign_in).await?;
    Ok(HttpResponse::Ok().cookie(cookie::cleared(&http)).json(Ended { success: true }))
}
