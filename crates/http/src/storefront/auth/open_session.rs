//! `POST /auth/session`: trades a JWT for a session cookie (seed 2).

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::OpenedCookie;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::{Body, Nothing};
use crate::caller::{ShopperByJwtCaller, session_cookie};
use crate::cors;
use crate::failure::Failure;
use crate::idempotency;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::cookie;
use crate::storefront::customer::CustomerBody;

/// Who signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionUser)]
struct Response<'a> {
    user: CustomerBody<'a>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::CookieSessions, "setSession", "Set the authentication session")
        .describes(
            "Trades a JWT for a cookie that the browser keeps: HttpOnly, and for as long as the server is set to: 30 days \
             at most, and 10 hours without use, unless its operator chose otherwise. The cookie of another sign-in that comes along is ended.",
        )
        .takes_nothing()
        .answers::<Response<'_>>("The customer, with the address book.", json!({"user": examples::shopper()}))
        .with_header("Set-Cookie", "The session cookie.")
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin)
}

pub(crate) async fn handle(
    ShopperByJwtCaller { access, customer }: ShopperByJwtCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let (Nothing, repeat) = idempotency::read(&request, &access, body).await?;
    let cookies = http.clone();
    let opened = move |opened: &OpenedCookie| {
        let answer = Response { user: CustomerBody::from(&opened.shopper) };
        HttpResponse::Ok().cookie(cookie::of(&cookies, opened)).json(answer)
    };
    let (brought_along, session) = (session_cookie(&http, &request), access.session.id);
    let open =
        |once| http.app().open_cookie_session(access.session, customer, brought_along.as_deref(), once);
    repeat.within(session).answer(opened, open).await
}
