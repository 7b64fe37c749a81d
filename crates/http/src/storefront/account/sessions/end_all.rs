//! `DELETE /store/customers/me/sessions`: signs the customer out everywhere, or everywhere else.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, query, text};
use crate::openapi::scalars::{CurrentSession, SessionObject, Yes};
use crate::openapi::{Operation, Tag};
use crate::storefront::cookie;

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = ShopperSessionsEnded)]
struct Ended {
    #[schema(value_type = SessionObject)]
    object: &'static str,
    #[schema(value_type = Yes)]
    deleted: bool,
    /// How many have ended.
    count: u64,
}

/// Whether the session that asks goes on.
fn keeps_current(query: &mut Fields) -> bool {
    let current =
        |text: &str| if text == "current" { Ok(()) } else { Err(Problem::Rule("should be 'current'")) };
    query.optional("except", text(current)).is_some()
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Account, "endSessions", "End every session")
        .describes(
            "Signs the customer out everywhere: every cookie and JWT stops working, and the sessions of the portal end too; \
             where several servers share a database, on the others within a second. With `except=current` the session that \
             asks goes on.",
        )
        .queries(keeps_current)
        .query::<CurrentSession>("except", "The one session that goes on.")
        .takes_nothing()
        .answers::<Ended>("They have ended.", json!({"object": "session", "deleted": true, "count": 3}))
        .with_header("Set-Cookie", "Drops the session cookie, unless the session goes on.")
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let except = query(&request, keeps_current)?.then_some(sign_in.session().id);
    body.parse_nothing().await?;
    let count = http.app().end_sessions_of_shopper(shopper, except).await?;
    let mut answer = HttpResponse::Ok();
    if except.is_none() {
        answer.cookie(cookie::cleared(&http));
    }
    Ok(answer.json(Ended { object: "session", deleted: true, count }))
}
