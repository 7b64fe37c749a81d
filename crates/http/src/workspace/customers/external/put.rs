//! `PUT /api/customers/external/{external_id}`: makes the customer of an identifier, or changes it.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerUpsert, Error, Forbidden, Upserted};
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{Email, Line, ReturnUrl};
use serde_json::json;

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
use crate::workspace::customer::{BillingAddressInput, CustomerBody, read_billing_address};
use crate::workspace::customers::create::{MetadataValue, OwnerInput, read_owner};
use crate::workspace::names::{self, external_id_in_path};

request_schema!(
    /// How the customer is to be.
    CustomerPut {
        /// The e-mail address, which no other customer has.
        email: EmailText,
        /// A single person, or a team with members. A new customer is an individual if nothing is said; an individual may
        /// become a team, and stays one then.
        #[serde(rename = "type")]
        kind: Option<CustomerType>,
        /// The full name.
        name: Option<LineText>,
        billing_address: Option<BillingAddressInput>,
        /// A picture.
        avatar_url: Option<WebAddress>,
        /// Your notes, which are replaced as a whole: at most 50 keys of 1 to 40 characters.
        metadata: Option<HashMap<String, MetadataValue>>,
        /// The owner of a new customer; one that is there keeps its own.
        owner: Option<OwnerInput>,
    }
);

struct Request(CustomerUpsert);

impl FromBody for Request {
    type Schema = CustomerPut;

    fn read(body: &mut Fields) -> Option<Self> {
        let email = body.required("email", text(Email::parse));
        let kind = body.optional("type", text(names::kind));
        let name = body.change("name", text(Line::parse));
        let billing_address = body.change_object("billing_address", read_billing_address);
        let avatar_url = body.change("avatar_url", |value| text(ReturnUrl::parse)(value).map(Some));
        let metadata = body.change_map("metadata", Metadata::parse);
        let owner = body.optional_object("owner", |owner| Some(read_owner(owner))).unwrap_or_default();
        Some(Self(CustomerUpsert { email: email?, kind, name, billing_address, avatar_url, metadata, owner }))
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Customers, "putCustomerByExternalId", "Create or change the customer of your identifier")
        .path::<ExternalIdText>("external_id", "Your own identifier, percent-encoded.")
        .describes(
            "Makes the customer where there is none, else changes it: what is left out stays as it is, `null` clears. The \
             same call may be repeated, and made by several at once: one of them makes the customer. What creating and \
             changing a customer refuse is refused here too.",
        )
        .takes::<Request>(json!({"email": "john@example.com", "name": "John Doe", "metadata": {"plan": "gold"}}))
        .answers::<CustomerBody<'_>>("There was one; it is as was said.", examples::customer())
        .creates::<CustomerBody<'_>>("There was none; it was made.", examples::customer())
        .refuses("An owner is given, but the workspace has no members.", Error::Forbidden(Forbidden::MemberModelOff))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let external_id = external_id_in_path("external_id", &path)?;
    no_query(&request)?;
    let Request(upsert) = body.parse().await?;
    let (status, customer) =
        match http.app().upsert_customer(&caller.0.workspace, external_id, upsert).await? {
            Upserted::Created(customer) => (StatusCode::CREATED, customer),
            Upserted::Updated(customer) => (StatusCode::OK, customer),
        };
    Ok(HttpResponse::build(status).json(CustomerBody::from(&customer)))
}
