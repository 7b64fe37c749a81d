//! The records that a customer of a file becomes.

use std::collections::HashSet;

use anteroom_domain::Id;
use anteroom_domain::address::Address;
use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::customer::{Contact, Customer, CustomerId};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::session::Provider;
use anteroom_domain::transfer::{AddressRecord, CustomerRecord, MemberRecord};
use anteroom_domain::workspace::Workspace;
use anteroom_store::{NewRecords, Unit};
use time::{Duration, OffsetDateTime};

use crate::customers::owner_of;
use crate::{App, Error};

/// Makes records, and keeps them until they are written.
pub(super) struct Making<'a> {
    app: &'a App,
    workspace: &'a Workspace,
    now: OffsetDateTime,
    made: NewRecords,
}

impl<'a> Making<'a> {
    pub(super) fn new(app: &'a App, workspace: &'a Workspace) -> Self {
        Self { app, workspace, now: app.now(), made: NewRecords::default() }
    }

    /// What was made since the last time.
    pub(super) fn made(&mut self) -> NewRecords {
        std::mem::take(&mut self.made)
    }

    /// Refuses a record that contradicts itself, or the workspace.
    pub(super) fn check(&self, record: &CustomerRecord) -> Result<(), (&'static str, String)> {
        let fault = |field, reason: &str| Err((field, reason.to_owned()));
        if record.created_at.is_some_and(|at| at > self.now) {
            return fault("created_at", "is in the future");
        }
        let one_at_most = |is_default: fn(&AddressRecord) -> bool| {
            record.addresses.iter().filter(|address| is_default(address)).count() <= 1
        };
        if !one_at_most(|address| address.is_default_billing)
            || !one_at_most(|address| address.is_default_shipping)
        {
            return fault("addresses", "should have one default of a kind at most");
        }
        if !record.members.is_empty() && !self.workspace.settings.member_model_enabled {
            return fault("members", "should be left out: the workspace has no members");
        }
        let owners = record.members.iter().filter(|member| member.role == Role::Owner).count();
        if !record.members.is_empty() && owners != 1 {
            return fault("members", "should have one owner");
        }
        let emails: HashSet<_> = record.members.iter().map(|member| member.email.key()).collect();
        let ids: Vec<_> = record.members.iter().filter_map(|member| member.external_id.as_ref()).collect();
        let different: HashSet<_> = ids.iter().map(|id| id.as_str()).collect();
        if emails.len() < record.members.len() || different.len() < ids.len() {
            return fault("members", "should have different e-mails and external ids");
        }
        Ok(())
    }

    /// A customer with all that belongs to it.
    pub(super) fn make(&mut self, record: &CustomerRecord) -> Customer {
        let created_at = record.created_at.unwrap_or(self.now);
        let customer = Customer {
            kind: record.kind,
            has_account: record.password_hash.is_some(),
            external_id: record.external_id.clone(),
            email_verified: record.email_verified,
            name: record.name.clone(),
            billing_name: record.billing_name.clone(),
            contact: record.contact.clone(),
            avatar_url: record.avatar_url.clone(),
            metadata: record.metadata.clone(),
            store_metadata: record.store_metadata.clone(),
            disabled_at: record.is_disabled.then_some(self.now),
            ..Customer::new(
                Id::random(self.app.random()),
                self.workspace.id,
                record.email.clone(),
                created_at,
            )
        };
        let addresses: Vec<_> = self.addresses(customer.id, created_at, record).collect();
        self.made.addresses.extend(addresses);
        let members: Vec<_> = match record.members.as_slice() {
            [] if !self.workspace.settings.member_model_enabled => Vec::new(),
            [] => vec![Member {
                external_id: customer.external_id.clone(),
                ..owner_of(&customer, self.app.random(), created_at)
            }],
            members => members.iter().zip(0..).map(|(member, n)| self.member(&customer, member, n)).collect(),
        };
        self.made.members.extend(members);
        if let Some(hash) = &record.password_hash {
            self.made.identities.push(self.identity(&customer, hash));
        }
        self.made.customers.push(customer.clone());
        customer
    }

    /// Gives a customer what the record says. One that is gone by now stays gone.
    pub(super) fn update(
        &self,
        unit: &mut dyn Unit,
        id: CustomerId,
        record: &CustomerRecord,
        is_signed_in_by: bool,
    ) -> Result<(), Error> {
        let Some(before) = unit.customer_for_update(self.workspace.id, id)? else { return Ok(()) };
        let Contact { first_name, last_name, company_name, phone } = record.contact.clone();
        let mut after = before.clone();
        after.external_id = after.external_id.or_else(|| record.external_id.clone());
        after.email_verified |= record.email_verified;
        after.name = record.name.clone().or(after.name);
        after.billing_name = record.billing_name.clone().or(after.billing_name);
        after.avatar_url = record.avatar_url.clone().or(after.avatar_url);
        after.contact.first_name = first_name.or(after.contact.first_name);
        after.contact.last_name = last_name.or(after.contact.last_name);
        after.contact.company_name = company_name.or(after.contact.company_name);
        after.contact.phone = phone.or(after.contact.phone);
        if !record.metadata.as_map().is_empty() {
            after.metadata = record.metadata.clone();
        }
        if !record.store_metadata.as_map().is_empty() {
            after.store_metadata = record.store_metadata.clone();
        }
        let password = record.password_hash.as_ref().filter(|_| !is_signed_in_by && !before.has_account);
        after.has_account |= password.is_some();
        if after != before {
            after.modified_at = Some(self.now);
            unit.update_customer(&after)?;
        }
        if let Some(hash) = password {
            let (identity, provider) = self.identity(&after, hash);
            unit.insert_identity(&identity, &provider)?;
        }
        if !record.addresses.is_empty() && unit.addresses(id)?.is_empty() {
            for address in self.addresses(id, self.now, record) {
                unit.insert_address(&address)?;
            }
        }
        Ok(())
    }

    fn addresses<'r>(
        &self,
        customer_id: CustomerId,
        created_at: OffsetDateTime,
        record: &'r CustomerRecord,
    ) -> impl Iterator<Item = Address> + use<'a, 'r> {
        let app = self.app;
        record.addresses.iter().zip(0..).map(move |(address, n)| {
            let created_at = created_at + Duration::microseconds(n);
            Address {
                id: Id::random(app.random()),
                customer_id,
                is_default_shipping: address.is_default_shipping,
                is_default_billing: address.is_default_billing,
                postal: address.postal.clone(),
                metadata: address.metadata.clone(),
                created_at,
                updated_at: created_at,
            }
        })
    }

    fn member(&self, customer: &Customer, member: &MemberRecord, n: i64) -> Member {
        Member {
            external_id: member.external_id.clone(),
            email: member.email.clone(),
            name: member.name.clone(),
            role: member.role,
            ..owner_of(customer, self.app.random(), customer.created_at + Duration::microseconds(n))
        }
    }

    fn identity(&self, customer: &Customer, password_hash: &str) -> (AuthIdentity, ProviderIdentity) {
        let (workspace_id, created_at) = (customer.workspace_id, customer.created_at);
        let identity = self.app.new_identity(workspace_id, Some(customer.id), created_at);
        let provider = ProviderIdentity {
            id: Id::random(self.app.random()),
            workspace_id,
            auth_identity_id: identity.id,
            provider: Provider::EmailPass,
            email: customer.email.clone(),
            password_hash: password_hash.to_owned(),
            created_at,
        };
        (identity, provider)
    }
}
