//! `PATCH /api/customer-portal/customers/me`: changes the customer that the session acts for.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerChanges, Error, Forbidden};
use anteroom_domain::text::Line;
use serde_json::json;

use super::MeBody;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::CustomerSessionCaller;
use crate::failure::Failure;
use crate::fields::{Fields, no_query, text};
use crate::openapi::scalars::Line as LineText;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::customer::BillingAddressInput;
use crate::workspace::customer::read_billing_address;

request_schema!(
    /// What the customer is to be changed to.
    OwnCustomerUpdate {
        /// The full name.
        name: Option<LineText>,
        /// The name on invoices.
        billing_name: Option<LineText>,
        billing_address: Option<BillingAddressInput>,
    }
);

struct Request(CustomerChanges);

impl FromBody for Request {
    type Schema = OwnCustomerUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(CustomerChanges {
            name: body.change("name", text(Line::parse)),
            billing_name: body.change("billing_name", text(Line::parse)),
            billing_address: body.change_object("billing_address", read_billing_address),
        }))
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SessionHolder, "updateOwnCustomer", "Change the customer")
        .describes("What is left out stays as it is; `null` clears.")
        .takes::<Request>(json!({"name": "John Doe", "billing_address": {"country": "US", "state": "US-CA"}}))
        .answers::<MeBody<'_>>("The customer that the session acts for.", examples::me())
        .refuses(
            "The member is neither the owner nor a billing manager.",
            Error::Forbidden(Forbidden::RoleTooSmall),
        )
}

pub(crate) async fn handle(
    caller: CustomerSessionCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let Request(changes) = body.parse().await?;
    let customer = http.app().update_portal_customer(&caller.0, changes).await?;
    Ok(HttpResponse::Ok().json(MeBody::from(&customer)))
}
