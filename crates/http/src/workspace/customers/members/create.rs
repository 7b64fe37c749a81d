//! `POST /api/customers/{customer_id}/members`: adds a member to a customer, or finds the one of that e-mail.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::Http;
use crate::body::Body;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::idempotency;
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::member::{Addition, created};
use crate::workspace::names::customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "createCustomersMember", "Add a member to a customer")
        .path::<Uuid4>("customer_id", "The customer's id.")
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
    let customer = customer_in_path(&path)?;
    no_query(&request)?;
    let (Addition(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    repeat.answer(created, |once| http.app().create_member(&merchant.workspace, customer, new, once)).await
}
