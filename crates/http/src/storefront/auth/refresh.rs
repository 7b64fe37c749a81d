//! `POST /auth/token/refresh`: a new JWT for a sign-in, with the customer that it has got since.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::TokenBody;
use crate::Http;
use crate::body::Body;
use crate::caller::SignedInCaller;
use crate::failure::Failure;
use crate::openapi::{Operation, Tag, examples};

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SignIn, "refreshToken", "Refresh a token")
        .describes("A new JWT for the same sign-in, with the customer that it has got since. It never outlives the sign-in.")
        .takes_nothing()
        .answers::<TokenBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
}

pub(crate) async fn handle(
    caller: SignedInCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    body.parse_nothing().await?;
    let signed_in = http.app().refresh(&caller.sign_in).await?;
    Ok(HttpResponse::Ok().json(TokenBody { token: &signed_in.jwt }))
}
