//! Giving out every customer of a workspace, piece by piece.

use std::collections::HashMap;

use anteroom_domain::address::Address;
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::member::Member;
use anteroom_domain::transfer::{AddressRecord, CustomerRecord, MemberRecord};
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{CustomerPlace, Mode, Unit};

use crate::{App, Error};

/// How many records one unit reads.
const PIECE: u32 = 500;

/// Reads the customers of a workspace, newest first. Each piece is as they are at that moment; who comes or goes meanwhile may be in
/// it or not, and everybody else is in it once.
#[derive(Debug)]
pub struct Exporter {
    app: App,
    workspace: WorkspaceId,
    with_password_hashes: bool,
    place: Option<CustomerPlace>,
    is_over: bool,
}

impl App {
    /// Begins to read the customers of a workspace, with the hashes of their passwords if asked for.
    pub fn exporter(&self, workspace: WorkspaceId, with_password_hashes: bool) -> Exporter {
        Exporter { app: self.clone(), workspace, with_password_hashes, place: None, is_over: false }
    }
}

impl Exporter {
    /// The next ones; none when all were read.
    pub async fn next(&mut self) -> Result<Vec<CustomerRecord>, Error> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let (workspace, place, with_passwords) =
            (self.workspace, self.place.clone(), self.with_password_hashes);
        let read = move |unit: &mut dyn Unit| {
            let customers = unit.customers_after(workspace, place.as_ref(), PIECE)?;
            let ids: Vec<_> = customers.iter().map(|customer| customer.id).collect();
            let (addresses, members) = (unit.addresses_of(&ids)?, unit.members_of(&ids)?);
            let passwords = if with_passwords { unit.passwords_of(&ids)? } else { Vec::new() };
            Ok((customers, addresses, members, passwords))
        };
        let (customers, addresses, members, passwords) = self.app.in_background(Mode::Read, read).await?;
        self.place = customers.last().map(CustomerPlace::from);
        self.is_over = u32::try_from(customers.len()).is_ok_and(|read| read < PIECE);
        let mut addresses = by_customer(addresses, |address| address.customer_id);
        let mut members = by_customer(members, |member| member.customer_id);
        let mut passwords: HashMap<_, _> = passwords.into_iter().collect();
        let record = |customer: Customer| {
            let id = customer.id;
            let addresses = addresses.remove(&id).unwrap_or_default().into_iter().map(address).collect();
            let members = members.remove(&id).unwrap_or_default().into_iter().map(member).collect();
            record(customer, addresses, members, passwords.remove(&id))
        };
        Ok(customers.into_iter().map(record).collect())
    }
}

fn by_customer<T>(all: Vec<T>, of: impl Fn(&T) -> CustomerId) -> HashMap<CustomerId, Vec<T>> {
    let mut by_customer: HashMap<_, Vec<_>> = HashMap::new();
    for one in all {
        by_customer.entry(of(&one)).or_default().push(one);
    }
    by_customer
}

fn record(
    customer: Customer,
    addresses: Vec<AddressRecord>,
    members: Vec<MemberRecord>,
    password_hash: Option<String>,
) -> CustomerRecord {
    CustomerRecord {
        email: customer.email,
        email_verified: customer.email_verified,
        kind: customer.kind,
        external_id: customer.external_id,
        name: customer.name,
        billing_name: customer.billing_name,
        contact: customer.contact,
        avatar_url: customer.avatar_url,
        metadata: customer.metadata,
        store_metadata: customer.store_metadata,
        is_disabled: customer.disabled_at.is_some(),
        created_at: Some(customer.created_at),
        password_hash,
        addresses,
        members,
    }
}

fn address(address: Address) -> AddressRecord {
    AddressRecord {
        postal: address.postal,
        is_default_shipping: address.is_default_shipping,
        is_default_billing: address.is_default_billing,
        metadata: address.metadata,
    }
}

fn member(member: Member) -> MemberRecord {
    MemberRecord {
        email: member.email,
        name: member.name,
        external_id: member.external_id,
        role: member.role,
    }
}
