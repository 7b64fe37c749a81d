//! Failures as a calm page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::failure::Failure;

pub(crate) fn render(_failure: &Failure, status: StatusCode) -> HttpResponse {
    HttpResponse::build(status).finish()
}
