//! `DELETE /store/customers/me/sessions/{session_id}`: signs the customer out at one place.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::scalars::{SessionObject, Yes};
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::cookie;
use crate::wire::Uuid4;

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = ShopperSessionEnded)]
struct Ended {
    id: Uuid4,
    #[schema(value_type = SessionObject)]
    object: &'static str,
    #[schema(value_type = Yes)]
    deleted: bool,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Account, "endSession", "End one session")
        .describes(
            "The cookie of the session stops working, and its JWTs with it; where several servers share a database, on the \
             others within a second.",
        )
        .path::<Uuid4>("session_id", "The session's id.")
        .takes_nothing()
        .answers::<Ended>(
            "It has ended.",
            json!({"id": examples::SESSION, "object": "session", "deleted": true}),
        )
        .with_header("Set-Cookie", "Drops the session cookie, where it was the session that asked.")
        .refuses("The customer has no such session, or it has ended.", Error::NotFound(Missing::StoreSession))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    path: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let id = path_id("session_id", &path)?;
    no_query(&request)?;
    body.parse_nothing().await?;
    http.app().end_session_of_shopper(shopper, id).await?;
    let mut answer = HttpResponse::Ok();
    if id == sign_in.session().id {
        answer.cookie(cookie::cleared(&http));
    }
    Ok(answer.json(Ended { id: id.into(), object: "session", deleted: true }))
}
