//! `DELETE /api/customers/{customer_id}`: deletes a customer, and on request what tells who it was.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing};

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::openapi::scalars::Flag;
use crate::openapi::{Operation, Tag};
use crate::wire::Uuid4;
use crate::workspace::customers::{anonymize, read_anonymize};
use crate::workspace::names::customer_in_path;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "deleteCustomer", "Delete a customer")
        .path::<Uuid4>("customer_id", "The customer's id.")
        .describes(
            "Its sessions and its members stop working at once (where several servers share a database, on the others within a second), and its e-mail and identifier are free again. \
             `anonymize` also wipes what tells who it was, for good.",
        )
        .query::<Flag>("anonymize", "Whether to wipe personal data.")
        .queries(read_anonymize)
        .answers_nothing(StatusCode::NO_CONTENT, "It is deleted.")
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = customer_in_path(&path)?;
    let anonymize = anonymize(&request)?;
    http.app().delete_customer(caller.0.workspace.id, which, anonymize).await?;
    Ok(HttpResponse::NoContent().finish())
}
