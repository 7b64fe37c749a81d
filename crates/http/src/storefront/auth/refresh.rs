//! `POST /auth/token/refresh`: a new JWT for a sign-in, with the customer that it has got since.

use actix_web::{HttpResponse, web};

use super::token;
use crate::Http;
use crate::body::Body;
use crate::caller::SignedInCaller;
use crate::failure::Failure;

pub(crate) async fn handle(
    caller: SignedInCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    body.parse_nothing().await?;
    Ok(token(&http.app().refresh(&caller.access)?))
}
