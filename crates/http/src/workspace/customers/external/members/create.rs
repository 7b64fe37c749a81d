//! `POST /api/customers/external/{external_id}/members`: adds a member to a customer, by the merchant's identifier, or finds the one of that e-mail.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::idempotency;
use crate::openapi::scalars::ExternalId;
use crate::openapi::{Operation, Tag};
use crate::workspace::member::{Addition, created};
use crate::workspace::names::external_customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(
        Tag::Members,
        "createCustomersMemberByExternalId",
        "Add a member to a customer by your identifier",
    )
    .path::<ExternalId>("external_id", "Your own identifier of the customer, percent-encoded.")
    .takes::<Addition>(Addition::example())
    .creates_member()
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    path: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let customer = external_customer_in_path(&path)?;
    no_query(&request)?;
    let (Addition(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    repeat.answer(created, |once| http.app().create_member(&merchant.workspace, customer, new, once)).await
}
