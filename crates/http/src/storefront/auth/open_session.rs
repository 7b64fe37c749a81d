//! `POST /auth/session`: trades a JWT for a session cookie (seed 2).

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::OpenedCookie;
use serde::Serialize;

use crate::Http;
use crate::body::{Body, Nothing};
use crate::caller::{ShopperByJwtCaller, session_cookie};
use crate::cors;
use crate::failure::Failure;
use crate::idempotency;
use crate::storefront::cookie;
use crate::storefront::customer::CustomerBody;

#[derive(Serialize)]
struct Response<'a> {
    user: CustomerBody<'a>,
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
    let brought_along = session_cookie(&http, &request);
    let open =
        |once| http.app().open_cookie_session(access.session, customer, brought_along.as_deref(), once);
    repeat.answer(opened, open).await
}
