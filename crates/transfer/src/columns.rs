//! The names that systems give to what they export.

use serde_json::{Map, Value};

/// A system's names for what it knows of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Our own: what [`Writer`](crate::Writer) writes.
    Anteroom,
    /// Of Polar, and of Rapidly, which has the same.
    Polar,
    /// Of Medusa.
    Medusa,
}

/// Where a value of a file belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A field of a record.
    Field(&'static str),
    /// A field of its only address, where bills go.
    BillingAddress(&'static str),
    /// Whether it was deleted there.
    DeletedAt,
    /// It says nothing to us.
    Ignored,
}

/// Our own names, in the order in which they are written.
pub(crate) const FIELDS: [&str; 18] = [
    "email",
    "email_verified",
    "type",
    "external_id",
    "name",
    "billing_name",
    "first_name",
    "last_name",
    "company_name",
    "phone",
    "avatar_url",
    "disabled",
    "created_at",
    "metadata",
    "store_metadata",
    "addresses",
    "members",
    "password_hash",
];

impl Columns {
    /// The name of the system.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anteroom => "anteroom",
            Self::Polar => "polar",
            Self::Medusa => "medusa",
        }
    }

    /// The system whose names these can only be; ours where they could be anybody's.
    pub(crate) fn of_names<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let names: Vec<_> = names.map(normalized).collect();
        let has = |name: &str| names.iter().any(|found| found == name);
        if has("has_account") {
            Self::Medusa
        } else if has("organization_id") || names.iter().any(|name| name.starts_with("billing_address")) {
            Self::Polar
        } else {
            Self::Anteroom
        }
    }

    /// Where the value of that name belongs; `None` when the system has no such name.
    pub(crate) fn target(self, name: &str) -> Option<Target> {
        let name = normalized(name);
        match self {
            Self::Anteroom => own(&name),
            Self::Polar => polar(&name),
            Self::Medusa => medusa(&name),
        }
    }

    /// Takes what a system's addresses have beside ours from one of them.
    pub(crate) fn trim_address(self, address: &mut Map<String, Value>) {
        if self == Self::Medusa {
            for name in ["id", "customer_id", "customer", "created_at", "updated_at", "deleted_at"] {
                address.remove(name);
            }
        }
    }
}

fn own(name: &str) -> Option<Target> {
    FIELDS.into_iter().find(|field| *field == name).map(Target::Field)
}

fn polar(name: &str) -> Option<Target> {
    Some(match name {
        "email" => Target::Field("email"),
        "email_verified" => Target::Field("email_verified"),
        "external_id" => Target::Field("external_id"),
        "type" => Target::Field("type"),
        "name" => Target::Field("name"),
        "billing_name" => Target::Field("billing_name"),
        "avatar_url" => Target::Field("avatar_url"),
        "created_at" => Target::Field("created_at"),
        "metadata" => Target::Field("metadata"),
        "billing_address" => Target::Field("billing_address"),
        "deleted_at" => Target::DeletedAt,
        "id" | "modified_at" | "organization_id" | "tax_id" | "locale" => Target::Ignored,
        _ => {
            let part = name.strip_prefix("billing_address_").or_else(|| name.strip_prefix("billing_"))?;
            Target::BillingAddress(match part {
                "line1" | "line_1" => "line1",
                "line2" | "line_2" => "line2",
                "city" => "city",
                "state" => "state",
                "postal_code" => "postal_code",
                "country" => "country",
                _ => return None,
            })
        }
    })
}

fn medusa(name: &str) -> Option<Target> {
    Some(match name {
        "email" => Target::Field("email"),
        "first_name" => Target::Field("first_name"),
        "last_name" => Target::Field("last_name"),
        "company_name" => Target::Field("company_name"),
        "phone" => Target::Field("phone"),
        "created_at" => Target::Field("created_at"),
        // There it is the shopper's.
        "metadata" => Target::Field("store_metadata"),
        "addresses" => Target::Field("addresses"),
        "password" | "password_hash" => Target::Field("password_hash"),
        // There nobody has an identifier of the merchant's own; whoever wants theirs kept names it so.
        "external_id" => Target::Field("external_id"),
        "deleted_at" => Target::DeletedAt,
        "id"
        | "has_account"
        | "updated_at"
        | "created_by"
        | "groups"
        | "orders"
        | "default_billing_address_id"
        | "default_shipping_address_id" => Target::Ignored,
        _ => return None,
    })
}

/// A name as it is compared: `External ID` is `external_id`.
fn normalized(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}
