//! Names that stand for something: a blank one is no name.

use anteroom_app::{CustomerRef, MemberRef, WhichMember};
use anteroom_domain::address::AddressId;
use anteroom_domain::credential::Scope;
use anteroom_domain::customer::{CustomerId, CustomerKind};
use anteroom_domain::member::Role;
use anteroom_domain::text::{ExternalId, Line};

use crate::fields::{Fault, Place, Problem, path_id};

/// A merchant's identifier by which something is looked up.
pub(super) fn external_id(text: &str) -> Result<ExternalId, Problem> {
    ExternalId::parse(text)?.ok_or(Problem::Rule("should not be blank"))
}

/// A line of text that says something.
pub(super) fn line(text: &str) -> Result<Line, Problem> {
    Line::parse(text)?.ok_or(Problem::Rule("should not be blank"))
}

/// What an access token may do.
pub(super) fn scope(text: &str) -> Result<Scope, Problem> {
    Scope::parse(text).ok_or(Problem::Rule("should be a scope that there is"))
}

/// A kind of customer.
pub(super) fn kind(text: &str) -> Result<CustomerKind, Problem> {
    CustomerKind::parse(text).ok_or(Problem::Rule("should be individual or team"))
}

/// A member's role.
pub(super) fn role(text: &str) -> Result<Role, Problem> {
    Role::parse(text).ok_or(Problem::Rule("should be owner, billing_manager or member"))
}

/// The customer whose id is in the path.
pub(super) fn customer_in_path(text: &str) -> Result<CustomerRef, Fault> {
    path_id("customer_id", text).map(CustomerRef::Id)
}

/// The customer whose external id is in the path.
pub(super) fn external_customer_in_path(text: &str) -> Result<CustomerRef, Fault> {
    external_id_in_path("external_id", text).map(CustomerRef::External)
}

/// The member whose id is in the path, below the customer's.
pub(super) fn member_in_path((customer, member): &(String, String)) -> Result<WhichMember, Fault> {
    let customer = customer_in_path(customer)?;
    Ok(WhichMember::Of(customer, MemberRef::Id(path_id("member_id", member)?)))
}

/// The member whose external id is in the path, below the customer's.
pub(super) fn external_member_in_path((customer, member): &(String, String)) -> Result<WhichMember, Fault> {
    let customer = external_customer_in_path(customer)?;
    Ok(WhichMember::Of(customer, MemberRef::External(external_id_in_path("external_member_id", member)?)))
}

/// The address whose id is in the path, below the customer's.
pub(super) fn address_in_path(
    (customer, address): &(String, String),
) -> Result<(CustomerId, AddressId), Fault> {
    Ok((path_id("customer_id", customer)?, path_id("address_id", address)?))
}

pub(super) fn external_id_in_path(name: &str, text: &str) -> Result<ExternalId, Fault> {
    let fault =
        |problem| Fault { place: Place::Path, path: vec![name.to_owned()], problem, input: text.into() };
    external_id(text).map_err(fault)
}
