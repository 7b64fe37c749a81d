//! `POST /auth/session`: trades a JWT for a session cookie (seed 2).

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::OpenedCookie;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::{Body, Nothing};
use crate::caller::{ShopperByJwtCaller, awaits_second_factor, session_cookie};
use crate::cors;
use crate::failure::Failure;
use crate::idempotency;
use crate::openapi::scalars::Yes;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::cookie;
use crate::storefront::customer::{CustomerBody, WrittenCustomer};

/// Who signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionUser)]
struct Response<'a> {
    #[schema(value_type = CustomerBody)]
    user: &'a WrittenCustomer,
}

/// Nobody has signed in yet: a second factor is to be shown first.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionWaiting)]
struct Waiting {
    #[schema(value_type = Option<CustomerBody>)]
    user: Option<()>,
    #[schema(value_type = Yes)]
    mfa_required: bool,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::CookieSessions, "setSession", "Set the authentication session")
        .describes(
            "Trades a JWT for a cookie that the browser keeps: HttpOnly, and for as long as the server is set to: 30 days \
             at most, and 10 hours without use, unless its operator or the merchant chose otherwise. The cookie of another sign-in that comes along is ended.",
        )
        .takes_nothing()
        .answers::<Response<'_>>("The customer, with the address book.", json!({"user": examples::shopper()}))
        .with_header("Set-Cookie", "The session cookie.")
        .accepts::<Waiting>(
            "The JWT is of a sign-in that waits for its second factor. There is no session yet, and no cookie: show the factor, and trade \
             the JWT of that answer.",
            json!({"user": null, "mfa_required": true}),
        )
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin)
}

pub(crate) async fn handle(
    caller: Result<ShopperByJwtCaller, Failure>,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let ShopperByJwtCaller { sign_in, shopper } = match caller {
        Err(_) if awaits_second_factor(&request).await? => {
            return Ok(HttpResponse::Accepted().json(Waiting { user: None, mfa_required: true }));
        }
        caller => caller?,
    };
    cors::refuse_foreign(&http, &request)?;
    let (Nothing, repeat) = idempotency::read(&request, &sign_in, body).await?;
    let (cookies, user) = (http.clone(), http.written_customer(shopper).await?);
    let opened = move |opened: &OpenedCookie| {
        HttpResponse::Ok().cookie(cookie::of(&cookies, opened)).json(Response { user: &user })
    };
    let brought_along = session_cookie(&http, &request);
    let session = sign_in.session();
    let open = |once| http.app().open_cookie_session(session, shopper, brought_along.as_deref(), once);
    repeat.within(session.id).answer(opened, open).await
}
