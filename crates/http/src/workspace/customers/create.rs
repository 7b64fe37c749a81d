//! `POST /api/customers`: makes a customer.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{BilledCustomer, Error, Forbidden, NewCustomer, NewOwner};
use anteroom_domain::customer::CustomerKind;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{Email, ExternalId, Line, ReturnUrl};
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, no_query, text};
use crate::idempotency;
use crate::openapi::scalars::{
    CustomerType, Email as EmailText, ExternalId as ExternalIdText, Line as LineText, NoteText, WebAddress,
};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::customer::BillingAddressInput;
use crate::workspace::customer::{CustomerBody, read_billing_address};
use crate::workspace::names;

request_schema!(
    /// A customer to be made.
    CustomerCreate {
        /// The e-mail address, which no other customer has.
        email: EmailText,
        /// A single person, or a team with members; an individual if nothing is said.
        #[serde(rename = "type")]
        kind: Option<CustomerType>,
        /// Your own identifier, which no other customer has.
        external_id: Option<ExternalIdText>,
        /// The full name.
        name: Option<LineText>,
        billing_address: Option<BillingAddressInput>,
        /// A picture.
        avatar_url: Option<WebAddress>,
        /// Your notes: at most 50 keys of 1 to 40 characters.
        metadata: Option<HashMap<String, MetadataValue>>,
        owner: Option<OwnerInput>,
    }
);

request_schema!(
    /// The first member of the customer; what is not given is the customer's own.
    OwnerInput {
        /// The owner's e-mail address.
        email: Option<EmailText>,
        /// The owner's full name.
        name: Option<LineText>,
        /// Your own identifier of the owner.
        external_id: Option<ExternalIdText>,
    }
);

request_schema!(
    /// A note: a text of 1 to 500 characters, a number or a boolean.
    enum MetadataValue {
        Text(NoteText),
        Number(f64),
        Boolean(bool),
    }
);

struct Request(NewCustomer);

impl FromBody for Request {
    type Schema = CustomerCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let email = body.required("email", text(Email::parse));
        let kind = body.optional("type", text(names::kind)).unwrap_or(CustomerKind::Individual);
        let external_id = body.optional("external_id", text(ExternalId::parse)).flatten();
        let name = body.optional("name", text(Line::parse)).flatten();
        let billing_address = body.optional_object("billing_address", read_billing_address);
        let avatar_url = body.optional("avatar_url", text(ReturnUrl::parse));
        let metadata = body.optional_map("metadata", Metadata::parse).unwrap_or_default();
        let owner = body.optional_object("owner", |owner| Some(read_owner(owner))).unwrap_or_default();
        Some(Self(NewCustomer {
            email: email?,
            kind,
            external_id,
            name,
            billing_address,
            avatar_url,
            metadata,
            owner,
        }))
    }
}

pub(super) fn read_owner(owner: &mut Fields) -> NewOwner {
    let email = owner.optional("email", text(Email::parse));
    let name = owner.optional("name", text(Line::parse)).flatten();
    let external_id = owner.optional("external_id", text(ExternalId::parse)).flatten();
    NewOwner { email, name, external_id }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "createCustomer", "Create a customer")
        .describes(
            "While the workspace has members, the customer gets its owner along: the one given, else itself. An \
             e-mail or an identifier that another customer has is refused.",
        )
        .takes::<Request>(json!({
            "email": "john@example.com",
            "external_id": "usr_1337",
            "name": "John Doe",
            "billing_address": {"country": "US", "state": "US-CA", "city": "San Francisco"},
            "metadata": {"plan": "gold"},
        }))
        .creates::<CustomerBody<'_>>("The customer.", examples::customer())
        .refuses("An owner is given, but the workspace has no members.", Error::Forbidden(Forbidden::MemberModelOff))
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let (Request(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    repeat.answer(created, |once| http.app().create_customer(&merchant.workspace, new, once)).await
}

fn created(customer: &BilledCustomer) -> HttpResponse {
    HttpResponse::Created().json(CustomerBody::from(customer))
}
