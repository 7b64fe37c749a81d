//! What a merchant's server changes about a customer.

use anteroom_domain::address::PostalAddress;
use anteroom_domain::customer::{Customer, CustomerKind};
use anteroom_domain::member::Member;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::session::Provider;
use anteroom_domain::text::{Email, ExternalId, Line, ReturnUrl};
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{Constraint, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::change::Change;
use crate::customer_names::{claim_names, taken_names};
use crate::customers::{BilledCustomer, known, with_billing_address};
use crate::email_verifications::end_email_verifications;
use crate::names::named_for_update;
use crate::password_resets::end_password_resets;
use crate::portal::write_billing_address;
use crate::sessions::{Ended, end_sessions};
use crate::{App, CustomerRef, Error, Missing, Refusal};

/// What a merchant's server changes about a customer.
#[derive(Debug, Clone, Default)]
pub struct CustomerEdits {
    /// Another address has not been shown to be theirs, and ends every session of the customer and its members.
    pub email: Option<Email>,
    /// An individual may become a team, for good.
    pub kind: Option<CustomerKind>,
    /// Given once, it stays.
    pub external_id: Change<ExternalId>,
    /// What the merchant calls it.
    pub name: Change<Line>,
    /// Where bills go: a new address takes the flag over, clearing only takes it off.
    pub billing_address: Change<PostalAddress>,
    /// A picture.
    pub avatar_url: Change<ReturnUrl>,
    /// All of the merchant's notes; clearing empties them.
    pub metadata: Change<Metadata>,
}

impl App {
    /// Changes a customer. Nothing different leaves the time of the last change as it was.
    ///
    /// Refuses with every name that is taken, another external id than the one it has, and to make a team an individual.
    pub async fn edit_customer(
        &self,
        workspace: WorkspaceId,
        which: CustomerRef,
        edits: CustomerEdits,
    ) -> Result<BilledCustomer, Error> {
        let app = self.clone();
        let (edited, ended) = self
            .settle(known(&which), move |unit| {
                let held = named_for_update(unit, workspace, &which)?;
                app.edit(unit, &held.ok_or(Error::NotFound(Missing::Customer))?, edits)
            })
            .await?;
        self.forget([Topic::Customer(edited.customer.id)]);
        self.count_ended(ended);
        Ok(edited)
    }

    /// Changes a customer whom the unit holds; how it is then, and the sessions that have ended by it.
    pub(crate) fn edit(
        &self,
        unit: &mut dyn Unit,
        before: &Customer,
        edits: CustomerEdits,
    ) -> Result<(BilledCustomer, Ended), Error> {
        let (id, now) = (before.id, self.now());
        let billing_address = edits.billing_address.clone();
        let (mut customer, broken) = edits.applied_to(before);
        let mut refusals = taken_names(unit, Some(before), &customer)?;
        refusals.extend(broken);
        if !refusals.is_empty() {
            return Err(Error::Refused(refusals));
        }
        let moved = match billing_address {
            Change::Keep => false,
            Change::Clear => unit.clear_default_billing(id, now)?,
            Change::Set(postal) => write_billing_address(unit, &self.billing_address_of(&customer, postal))?,
        };
        let respelled = customer.email.as_str() != before.email.as_str();
        let mut ended = Ended::default();
        if moved || respelled || customer != *before {
            customer.modified_at = Some(now);
            claim_names(unit, Some(before), &customer, |unit| unit.update_customer(&customer))?;
            if respelled {
                carry_email_on(unit, before, &customer, now)?;
            }
            if customer.email != before.email {
                ended = end_sessions(unit, id, now)?;
            }
        }
        Ok((with_billing_address(unit, customer)?, ended))
    }
}

impl CustomerEdits {
    /// The customer as it is to be, its address apart, and the rules that would be broken.
    fn applied_to(self, before: &Customer) -> (Customer, Vec<Refusal>) {
        let (mut customer, mut broken) = (before.clone(), Vec::new());
        if let Some(email) = self.email {
            customer.email_verified &= email == before.email;
            customer.email = email;
        }
        if self.external_id.apply(&mut customer.external_id) && before.external_id.is_some() {
            let refused = std::mem::replace(&mut customer.external_id, before.external_id.clone());
            broken.push(Refusal::ExternalIdFixed(refused));
        }
        match self.kind {
            Some(CustomerKind::Individual) if before.kind == CustomerKind::Team => {
                broken.push(Refusal::TeamStaysTeam);
            }
            kind => customer.kind = kind.unwrap_or(before.kind),
        }
        self.name.apply(&mut customer.name);
        self.avatar_url.apply(&mut customer.avatar_url);
        match self.metadata {
            Change::Keep => {}
            Change::Clear => customer.metadata = Metadata::default(),
            Change::Set(metadata) => customer.metadata = metadata,
        }
        (customer, broken)
    }
}

/// Carries a customer's new e-mail on to its owner and to those who sign in as it, where they had the old one.
pub(crate) fn carry_email_on(
    unit: &mut dyn Unit,
    before: &Customer,
    customer: &Customer,
    now: OffsetDateTime,
) -> Result<(), Error> {
    let email = &customer.email;
    if let Some(owner) = unit.owner(customer.id)?.filter(|owner| owner.email == before.email) {
        let owner = Member { email: email.clone(), modified_at: Some(now), ..owner };
        match unit.update_member(&owner) {
            Err(StoreError::Conflict(Constraint::MemberEmail)) => {
                return Err(Refusal::MemberEmailTaken(email.clone()).into());
            }
            updated => updated?,
        };
    }
    if customer.has_account {
        // Who registered with the address and has no customer yet has shown nothing: they are no obstacle.
        let registered = unit.identity_by_email(customer.workspace_id, Provider::EmailPass, email)?;
        if let Some((identity, _)) = registered.filter(|(identity, _)| identity.customer_id.is_none()) {
            unit.delete_registration(identity.id)?;
        }
        match unit.rename_identities(customer.id, &before.email, email) {
            Err(StoreError::Conflict(Constraint::ProviderIdentity)) => {
                return Err(Refusal::EmailTaken(email.clone()).into());
            }
            renamed => renamed?,
        };
        end_password_resets(unit, customer.id, now)?;
    }
    Ok(end_email_verifications(unit, customer.id, now)?)
}
