//! Who has the names that records want.

use std::collections::{HashMap, HashSet};

use anteroom_domain::customer::Customer;
use anteroom_domain::transfer::CustomerRecord;
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{StoreError, Unit};

use super::ImportPiece;

/// The customers that have a name which a record of the piece wants; those too that were made of records before.
#[derive(Debug, Default)]
pub(super) struct Holders {
    customers: Vec<Customer>,
    by_email: HashMap<String, usize>,
    by_external_id: HashMap<String, usize>,
    signed_in_by: HashSet<String>,
}

impl Holders {
    pub(super) fn of(
        unit: &mut dyn Unit,
        workspace: WorkspaceId,
        piece: &ImportPiece,
    ) -> Result<Self, StoreError> {
        let records = || piece.records.iter().map(|placed| &placed.record);
        let emails: Vec<_> = records().map(|record| &record.email).collect();
        let external_ids: Vec<_> = records().filter_map(|record| record.external_id.as_ref()).collect();
        let mut holders = Self::default();
        for customer in unit.customers_named(workspace, &emails, &external_ids)? {
            holders.add(customer);
        }
        let with_password = records().filter(|record| record.password_hash.is_some());
        let with_password: Vec<_> = with_password.map(|record| &record.email).collect();
        if !with_password.is_empty() {
            holders.signed_in_by = unit.signed_in_by(workspace, &with_password)?.into_iter().collect();
        }
        Ok(holders)
    }

    /// Adds one. Of an account and a guest who share an e-mail the account has it.
    pub(super) fn add(&mut self, customer: Customer) {
        let place = self.customers.len();
        if customer.deleted_at.is_none() {
            let email = customer.email.key();
            if customer.has_account || !self.by_email.contains_key(email) {
                self.by_email.insert(email.to_owned(), place);
            }
        }
        if let Some(external_id) = &customer.external_id {
            self.by_external_id.insert(external_id.as_str().to_owned(), place);
        }
        self.customers.push(customer);
    }

    /// Who has the record's external id, else who has its e-mail.
    pub(super) fn holder(&self, record: &CustomerRecord) -> Option<&Customer> {
        let by_external_id = record.external_id.as_ref().and_then(|id| self.by_external_id.get(id.as_str()));
        let place = by_external_id.or_else(|| self.by_email.get(record.email.key()))?;
        self.customers.get(*place)
    }

    /// Whether somebody signs in by the record's e-mail already.
    pub(super) fn is_signed_in_by(&self, record: &CustomerRecord) -> bool {
        self.signed_in_by.contains(record.email.key())
    }
}

/// Which name of the record the holder has.
pub(super) fn taken(record: &CustomerRecord, holder: &Customer) -> (&'static str, String) {
    let field = if record.external_id.is_some() && record.external_id == holder.external_id {
        "external_id"
    } else {
        "email"
    };
    (field, "is another customer's".to_owned())
}

/// Refuses to change a name: that ends sessions, and is done customer by customer.
pub(super) fn same_names(record: &CustomerRecord, holder: &Customer) -> Result<(), (&'static str, String)> {
    if record.email != holder.email {
        return Err(("email", "is another one than that of the customer with this external id".to_owned()));
    }
    let other = |id| Some(id) != holder.external_id.as_ref() && holder.external_id.is_some();
    if record.external_id.as_ref().is_some_and(other) {
        return Err(("external_id", "is another one than that of the customer with this e-mail".to_owned()));
    }
    Ok(())
}
