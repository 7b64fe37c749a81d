//! The customer as the Workspace API shows it (seed 1).

mod with;

use anteroom_app::BilledCustomer;
use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::text::{CountryCode, ExternalId, Line, Province, ReturnUrl};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::fields::{Fields, text};
use crate::openapi::scalars::{Country, CustomerType, Line as LineText};
use crate::openapi::schema::request_schema;
use crate::wire::{Time, Uuid4};

pub(crate) use with::CustomerWith;

/// A customer in a workspace.
#[derive(Serialize, ToSchema)]
#[schema(as = Customer)]
pub(crate) struct CustomerBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    /// The merchant's notes.
    metadata: &'a Map<String, Value>,
    /// The merchant's own identifier.
    external_id: Option<&'a str>,
    email: &'a str,
    /// Whether the customer has shown that the e-mail is theirs.
    email_verified: bool,
    /// The full name; first and last name together where no other was given.
    name: Option<String>,
    billing_address: Option<BillingAddressBody<'a>>,
    workspace_id: Uuid4,
    deleted_at: Option<Time>,
    avatar_url: Option<&'a str>,
    #[serde(rename = "type")]
    #[schema(value_type = CustomerType)]
    kind: &'static str,
}

impl<'a> From<&'a BilledCustomer> for CustomerBody<'a> {
    fn from(BilledCustomer { customer, billing_address }: &'a BilledCustomer) -> Self {
        Self {
            id: customer.id.into(),
            created_at: customer.created_at.into(),
            modified_at: customer.modified_at.map(Time),
            metadata: customer.metadata.as_map(),
            external_id: customer.external_id.as_ref().map(ExternalId::as_str),
            email: customer.email.as_str(),
            email_verified: customer.email_verified,
            name: customer.display_name(),
            billing_address: BillingAddressBody::of(billing_address.as_ref()),
            workspace_id: customer.workspace_id.into(),
            deleted_at: customer.deleted_at.map(Time),
            avatar_url: customer.avatar_url.as_ref().map(ReturnUrl::as_str),
            kind: customer.kind.as_str(),
        }
    }
}

/// The default billing address.
#[derive(Serialize, ToSchema)]
#[schema(as = BillingAddress)]
pub(crate) struct BillingAddressBody<'a> {
    /// ISO 3166-1 alpha-2, in upper case.
    country: String,
    line1: Option<&'a str>,
    line2: Option<&'a str>,
    postal_code: Option<&'a str>,
    city: Option<&'a str>,
    /// ISO 3166-2 in upper case, or as it was typed.
    state: Option<&'a str>,
}

impl<'a> BillingAddressBody<'a> {
    /// Nothing, too, for an address without a country.
    pub(crate) fn of(address: Option<&'a Address>) -> Option<Self> {
        let postal = &address?.postal;
        let line = |line: &'a Option<Line>| line.as_ref().map(Line::as_str);
        Some(Self {
            country: postal.country_code?.as_str().to_owned(),
            line1: line(&postal.address_1),
            line2: line(&postal.address_2),
            postal_code: line(&postal.postal_code),
            city: line(&postal.city),
            state: postal.province.as_ref().map(Province::as_str),
        })
    }
}

request_schema!(
    /// The default billing address.
    BillingAddressInput {
        /// ISO 3166-1 alpha-2, in any case.
        country: Country,
        line1: Option<LineText>,
        line2: Option<LineText>,
        postal_code: Option<LineText>,
        city: Option<LineText>,
        /// ISO 3166-2, or as it is written there. Those of the US and Canada are checked.
        state: Option<LineText>,
    }
);

/// Reads a `billing_address`. Its country is required.
pub(crate) fn read_billing_address(fields: &mut Fields) -> Option<PostalAddress> {
    let country_code = fields.required("country", text(CountryCode::parse));
    let mut line = |name| fields.optional(name, text(Line::parse)).flatten();
    let (address_1, address_2) = (line("line1"), line("line2"));
    let (postal_code, city) = (line("postal_code"), line("city"));
    let province = fields.optional("state", text(|state| Province::parse(state, country_code))).flatten();
    let country_code = Some(country_code?);
    Some(PostalAddress {
        country_code,
        address_1,
        address_2,
        postal_code,
        city,
        province,
        ..Default::default()
    })
}
