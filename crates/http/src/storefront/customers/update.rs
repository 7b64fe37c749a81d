//! `POST /store/customers/me`: what a shopper changes about themself. The e-mail is not among it.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerUpdate, Error, Refusal};
use anteroom_domain::text::{Line, Phone};
use serde_json::{Value, json};

use super::Response;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::{Fields, map, text};
use crate::openapi::scalars::{Line as LineText, Phone as PhoneText};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::CustomerBody;
use crate::storefront::query::selection;

request_schema!(
    /// What the customer is to be changed to.
    StoreCustomerUpdate {
        first_name: Option<LineText>,
        last_name: Option<LineText>,
        company_name: Option<LineText>,
        /// A telephone number.
        phone: Option<PhoneText>,
        /// The shopper's own notes, merged key by key; an empty text removes its key.
        metadata: Option<HashMap<String, Value>>,
    }
);

struct Request(CustomerUpdate);

impl FromBody for Request {
    type Schema = StoreCustomerUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(CustomerUpdate {
            first_name: body.change("first_name", text(Line::parse)),
            last_name: body.change("last_name", text(Line::parse)),
            company_name: body.change("company_name", text(Line::parse)),
            phone: body.change("phone", text(Phone::parse)),
            metadata: body.change("metadata", |value| map(value).map(Some)),
        }))
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "updateCustomer", "Change the customer")
        .describes("What is left out stays as it is; `null` clears. The e-mail is not changed here.")
        .selects()
        .takes::<Request>(json!({"company_name": "Navy", "metadata": {"newsletter": true}}))
        .answers::<Response<'_>>(
            "The customer, with the address book.",
            json!({"customer": examples::shopper()}),
        )
        .refuses(
            "The metadata would be larger than 16 KiB.",
            Error::refused(Refusal::Metadata("should have at most 16 KiB")),
        )
}

pub(crate) async fn handle(
    caller: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let selection = selection::<CustomerBody<'_>>(&request)?;
    let Request(update) = body.parse().await?;
    Ok(super::answer(&http.app().update_shopper(caller.shopper, update).await?, &selection))
}
