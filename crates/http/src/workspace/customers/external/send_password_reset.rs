//! `POST /api/customers/external/{external_id}/send-password-reset`: mails a customer a link to choose another password, by
//! the merchant's identifier.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag};
use crate::workspace::customers::send_password_reset::{AcceptedBody, described};
use crate::workspace::names::external_customer_in_path;

pub(crate) fn operation() -> Operation {
    described(Operation::new(
        Tag::Customers,
        "sendPasswordResetByExternalId",
        "Mail a password reset by your identifier",
    ))
    .path::<ExternalId>("external_id", "Your own identifier, percent-encoded.")
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let which = external_customer_in_path(&path)?;
    no_query(&request)?;
    body.parse_nothing().await?;
    http.app().send_password_reset(&caller.0.workspace, which, None).await?;
    Ok(HttpResponse::Accepted().json(AcceptedBody {}))
}
