//! `/api/customer-portal/customers/me`: the customer that the session acts for.

pub(crate) mod show;
pub(crate) mod update;

use anteroom_app::BilledCustomer;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::openapi::scalars::CustomerType;
use crate::wire::{Time, Uuid4};
use crate::workspace::customer::BillingAddressBody;

/// A customer to whoever acts for it.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnCustomer)]
struct MeBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    email: &'a str,
    email_verified: bool,
    name: Option<String>,
    /// The name on invoices.
    billing_name: Option<String>,
    billing_address: Option<BillingAddressBody<'a>>,
    /// Accounts elsewhere, by provider: none are linked yet.
    oauth_accounts: Map<String, Value>,
    #[serde(rename = "type")]
    #[schema(value_type = CustomerType)]
    kind: &'static str,
}

impl<'a> From<&'a BilledCustomer> for MeBody<'a> {
    fn from(BilledCustomer { customer, billing_address }: &'a BilledCustomer) -> Self {
        Self {
            id: customer.id.into(),
            created_at: customer.created_at.into(),
            modified_at: customer.modified_at.map(Time),
            email: customer.email.as_str(),
            email_verified: customer.email_verified,
            name: customer.display_name(),
            billing_name: customer.billing_name(),
            billing_address: BillingAddressBody::of(billing_address.as_ref()),
            oauth_accounts: Map::new(),
            kind: customer.kind.as_str(),
        }
    }
}
