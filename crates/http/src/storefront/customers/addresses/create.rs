//! `POST /store/customers/me/addresses`: adds an address to the shopper's book. Nothing of it is required.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, NewAddress, Refusal};
use anteroom_domain::address::PostalAddress;
use anteroom_domain::text::{CountryCode, Line, Phone, Province};
use serde_json::{Value, json};

use super::Response;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::{Fields, boolean, map, text};
use crate::idempotency;
use crate::openapi::scalars::{Country, Line as LineText, Phone as PhoneText};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};

request_schema!(
    /// An address to be added.
    AddressCreate {
        /// What the customer calls the place.
        address_name: Option<LineText>,
        is_default_shipping: Option<bool>,
        is_default_billing: Option<bool>,
        company: Option<LineText>,
        first_name: Option<LineText>,
        last_name: Option<LineText>,
        address_1: Option<LineText>,
        address_2: Option<LineText>,
        city: Option<LineText>,
        /// ISO 3166-1 alpha-2, in any case.
        country_code: Option<Country>,
        /// ISO 3166-2, or as it is written there. Those of the US and Canada are checked.
        province: Option<LineText>,
        postal_code: Option<LineText>,
        /// A telephone number.
        phone: Option<PhoneText>,
        /// The shopper's own notes, at most 16 KiB.
        metadata: Option<HashMap<String, Value>>,
    }
);

struct Request(NewAddress);

impl FromBody for Request {
    type Schema = AddressCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(NewAddress {
            postal: read_postal(body),
            is_default_shipping: body.optional("is_default_shipping", boolean).unwrap_or_default(),
            is_default_billing: body.optional("is_default_billing", boolean).unwrap_or_default(),
            metadata: body.optional("metadata", map).unwrap_or_default(),
        }))
    }
}

fn read_postal(body: &mut Fields) -> PostalAddress {
    let country_code = body.optional("country_code", text(CountryCode::parse));
    let province = text(|province| Province::parse(province, country_code));
    let province = body.optional("province", province).flatten();
    let phone = body.optional("phone", text(Phone::parse)).flatten();
    let mut line = |name| body.optional(name, text(Line::parse)).flatten();
    PostalAddress {
        address_name: line("address_name"),
        company: line("company"),
        first_name: line("first_name"),
        last_name: line("last_name"),
        address_1: line("address_1"),
        address_2: line("address_2"),
        city: line("city"),
        country_code,
        province,
        postal_code: line("postal_code"),
        phone,
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "addAddress", "Add an address")
        .describes("Nothing of an address is required. A new default takes the flag from the one before.")
        .takes::<Request>(json!({
            "address_name": "Home",
            "first_name": "Grace",
            "last_name": "Hopper",
            "address_1": "12 Navy Yard",
            "city": "Arlington",
            "country_code": "us",
            "province": "us-va",
            "postal_code": "22202",
            "is_default_shipping": true,
        }))
        .answers::<Response<'_>>(
            "The customer, with the address book.",
            json!({"customer": examples::shopper()}),
        )
        .refuses("The book holds 200 addresses.", Error::refused(Refusal::TooManyAddresses))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (Request(new), repeat) = idempotency::read(&request, &sign_in, body).await?;
    repeat.answer(super::answer, |once| http.app().add_address(shopper, new, once)).await
}
