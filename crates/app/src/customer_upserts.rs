//! Customers that are made where there is none, and changed where there is one.

use anteroom_domain::address::PostalAddress;
use anteroom_domain::customer::CustomerKind;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{Email, ExternalId, Line, ReturnUrl};
use anteroom_domain::workspace::Workspace;
use anteroom_store::Topic;

use crate::change::Change;
use crate::names::named_for_update;
use crate::sessions::Ended;
use crate::{App, BilledCustomer, CustomerEdits, CustomerRef, Error, Forbidden, NewCustomer, NewOwner};

/// How the customer of an external id is to be.
#[derive(Debug, Clone)]
pub struct CustomerUpsert {
    /// Its e-mail.
    pub email: Email,
    /// An individual if nothing is said of a new one.
    pub kind: Option<CustomerKind>,
    /// What the merchant calls it.
    pub name: Change<Line>,
    /// Where bills go.
    pub billing_address: Change<PostalAddress>,
    /// A picture.
    pub avatar_url: Change<ReturnUrl>,
    /// All of the merchant's notes.
    pub metadata: Change<Metadata>,
    /// The owner of a new one; one that is there keeps its own.
    pub owner: NewOwner,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Upserted {
    /// There was none.
    Created(BilledCustomer),
    /// There was one, and now it is as was said.
    Updated(BilledCustomer),
}

impl App {
    /// Makes the customer of an external id, or changes it: what is not mentioned stays as it is. Of many who ask at once
    /// one makes it.
    ///
    /// Refuses as making and changing a customer do.
    pub async fn upsert_customer(
        &self,
        workspace: &Workspace,
        external_id: ExternalId,
        upsert: CustomerUpsert,
    ) -> Result<Upserted, Error> {
        if !workspace.settings.member_model_enabled && upsert.owner != NewOwner::default() {
            return Err(Error::Forbidden(Forbidden::MemberModelOff));
        }
        let (id, which) = (workspace.id, CustomerRef::External(external_id.clone()));
        let edits = upsert.edits();
        let records = self.new_customer(workspace, upsert.into_new(external_id));
        let app = self.clone();
        let (upserted, ended) = self
            .settle(None, move |unit| {
                if let Some(held) = named_for_update(unit, id, &which)? {
                    let (billed, ended) = app.edit(unit, &held, edits)?;
                    return Ok((Upserted::Updated(billed), ended));
                }
                let refused = match records.insert(unit) {
                    Ok(()) => return Ok((Upserted::Created(records.billed), Ended::default())),
                    Err(refused @ Error::Refused(_)) => refused,
                    Err(failed) => return Err(failed),
                };
                // Somebody may have made it since we looked.
                let Some(made) = named_for_update(unit, id, &which)? else { return Err(refused) };
                let (billed, ended) = app.edit(unit, &made, edits)?;
                Ok((Upserted::Updated(billed), ended))
            })
            .await?;
        if let Upserted::Updated(billed) = &upserted {
            self.forget([Topic::Customer(billed.customer.id)]);
        }
        self.count_ended(ended);
        Ok(upserted)
    }
}

impl CustomerUpsert {
    /// What changes of a customer that is there.
    fn edits(&self) -> CustomerEdits {
        CustomerEdits {
            email: Some(self.email.clone()),
            kind: self.kind,
            external_id: Change::Keep,
            name: self.name.clone(),
            billing_address: self.billing_address.clone(),
            avatar_url: self.avatar_url.clone(),
            metadata: self.metadata.clone(),
        }
    }

    /// The customer to be made where there is none.
    fn into_new(self, external_id: ExternalId) -> NewCustomer {
        NewCustomer {
            email: self.email,
            kind: self.kind.unwrap_or(CustomerKind::Individual),
            external_id: Some(external_id),
            name: self.name.value(),
            billing_address: self.billing_address.value(),
            avatar_url: self.avatar_url.value(),
            metadata: self.metadata.value().unwrap_or_default(),
            owner: self.owner,
        }
    }
}
