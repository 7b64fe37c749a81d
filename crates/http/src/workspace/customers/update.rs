//! `PATCH /api/customers/{customer_id}`: changes a customer.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerEdits, Error, Missing};
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{Email, ExternalId, Line, ReturnUrl};
use serde_json::json;

use super::create::MetadataValue;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, no_query, text};
use crate::openapi::scalars::{
    CustomerType, Email as EmailText, ExternalId as ExternalIdText, Line as LineText, WebAddress,
};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::customer::{BillingAddressInput, CustomerBody, read_billing_address};
use crate::workspace::names::{self, customer_in_path};

request_schema!(
    /// What a customer is to be changed to.
    CustomerUpdate {
        /// The e-mail address, which no other customer has.
        #[schema(nullable = false)]
        email: Option<EmailText>,
        /// An individual may become a team, and stays one then.
        #[serde(rename = "type")]
        #[schema(nullable = false)]
        kind: Option<CustomerType>,
        /// Your own identifier, which no other customer has. Once it is given it stays.
        external_id: Option<ExternalIdText>,
        /// The full name.
        name: Option<LineText>,
        billing_address: Option<BillingAddressInput>,
        /// A picture.
        avatar_url: Option<WebAddress>,
        /// Your notes, which are replaced as a whole: at most 50 keys of 1 to 40 characters.
        metadata: Option<HashMap<String, MetadataValue>>,
    }
);

pub(super) struct Request(pub(super) CustomerEdits);

impl FromBody for Request {
    type Schema = CustomerUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(CustomerEdits {
            email: body.replacement("email", text(Email::parse)),
            kind: body.replacement("type", text(names::kind)),
            external_id: body.change("external_id", text(ExternalId::parse)),
            name: body.change("name", text(Line::parse)),
            billing_address: body.change_object("billing_address", read_billing_address),
            avatar_url: body.change("avatar_url", |value| text(ReturnUrl::parse)(value).map(Some)),
            metadata: body.change_map("metadata", Metadata::parse),
        }))
    }
}

/// What both routes that change a customer say of themselves.
pub(super) fn described(operation: Operation) -> Operation {
    operation
        .describes(
            "What is left out stays as it is; `null` clears. Another `email` is not verified: every session of the \
             customer and its members ends, and the owner and those who sign in with the former address have the new one. \
             A taken `email` or `external_id`, another `external_id` than the one there is, and a team that would become \
             an individual are refused.",
        )
        .takes::<Request>(json!({"name": "John Doe", "metadata": {"plan": "gold"}}))
        .answers::<CustomerBody<'_>>("The customer as it is now.", examples::customer())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) fn operation() -> Operation {
    described(Operation::new(Tag::Customers, "updateCustomer", "Change a customer"))
        .path::<Uuid4>("customer_id", "The customer's id.")
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let which = customer_in_path(&path)?;
    no_query(&request)?;
    let Request(edits) = body.parse().await?;
    let customer = http.app().edit_customer(caller.0.workspace.id, which, edits).await?;
    Ok(HttpResponse::Ok().json(CustomerBody::from(&customer)))
}
