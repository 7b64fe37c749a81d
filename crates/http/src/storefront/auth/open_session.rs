//! `POST /auth/session`: trades a JWT for a session cookie (seed 2).

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use crate::Http;
use crate::body::Body;
use crate::caller::{ShopperByJwtCaller, session_cookie};
use crate::cors;
use crate::failure::Failure;
use crate::storefront::cookie;
use crate::storefront::customer::CustomerBody;

#[derive(Serialize)]
struct Response<'a> {
    user: CustomerBody<'a>,
}

pub(crate) async fn handle(
    caller: ShopperByJwtCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    body.parse_nothing().await?;
    let brought_along = session_cookie(&http, &request);
    let ShopperByJwtCaller { access, customer } = caller;
    let opened = http.app().open_cookie_session(access.session, customer, brought_along.as_deref()).await?;
    let answer = Response { user: CustomerBody::from(&opened.shopper) };
    Ok(HttpResponse::Ok().cookie(cookie::of(&http, &opened)).json(answer))
}
