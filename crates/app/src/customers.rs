//! Customers, as a merchant's server manages them.

use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::customer::{Customer, CustomerId, CustomerKind};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Email, ExternalId, Line, ReturnUrl};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_domain::{Id, Random};
use anteroom_store::{CustomerFilter, CustomerOrder, Mode, OwnedCustomer, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::customer_names::claim_names;
use crate::names::{by_own_name, named, named_for_update};
use crate::{App, CustomerRef, Error, Forbidden, Missing, Once};

/// A customer and where its bills go.
#[derive(Debug, Clone, PartialEq)]
pub struct BilledCustomer {
    /// The customer.
    pub customer: Customer,
    /// Its default billing address.
    pub billing_address: Option<Address>,
}

impl From<&OwnedCustomer> for BilledCustomer {
    fn from(OwnedCustomer { customer, billing_address, .. }: &OwnedCustomer) -> Self {
        Self { customer: customer.clone(), billing_address: billing_address.clone() }
    }
}

/// A customer to be made.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// Must be free among all living customers of the workspace.
    pub email: Email,
    /// A person or a team.
    pub kind: CustomerKind,
    /// The merchant's own identifier.
    pub external_id: Option<ExternalId>,
    /// What the merchant calls it.
    pub name: Option<Line>,
    /// Becomes its default billing address.
    pub billing_address: Option<PostalAddress>,
    /// A picture.
    pub avatar_url: Option<ReturnUrl>,
    /// The merchant's notes.
    pub metadata: Metadata,
    /// Its owner, where the workspace has members; what is `None` is the customer's own.
    pub owner: NewOwner,
}

/// The owner that comes with a new customer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewOwner {
    /// Their e-mail.
    pub email: Option<Email>,
    /// Their name.
    pub name: Option<Line>,
    /// The merchant's own identifier for them.
    pub external_id: Option<ExternalId>,
}

impl App {
    /// Makes a customer; where the workspace has members, with its owner.
    ///
    /// Refuses with every field that is taken:
    /// [`Refusal::EmailTaken`](crate::Refusal::EmailTaken), [`Refusal::ExternalIdTaken`](crate::Refusal::ExternalIdTaken). Forbids to say
    /// anything about an owner where the workspace has none.
    pub async fn create_customer(
        &self,
        workspace: &Workspace,
        new: NewCustomer,
        once: Once<BilledCustomer>,
    ) -> Result<BilledCustomer, Error> {
        if !workspace.settings.member_model_enabled && new.owner != NewOwner::default() {
            return Err(Error::Forbidden(Forbidden::MemberModelOff));
        }
        let records = self.new_customer(workspace, new);
        let made = records.billed.clone();
        self.doors()
            .db(Mode::Write, move |unit| {
                records.insert(unit)?;
                once.keep(unit, records.billed.customer.id, &records.billed)
            })
            .await?;
        Ok(made)
    }

    /// The records of a customer, not yet kept.
    pub(crate) fn new_customer(&self, workspace: &Workspace, new: NewCustomer) -> CustomerRecords {
        let now = self.now();
        let customer = Customer {
            kind: new.kind,
            external_id: new.external_id,
            name: new.name,
            avatar_url: new.avatar_url,
            metadata: new.metadata,
            ..Customer::new(Id::random(self.random()), workspace.id, new.email, now)
        };
        let billing_address = new.billing_address.map(|postal| self.billing_address_of(&customer, postal));
        let owner = workspace.settings.member_model_enabled.then(|| Member {
            external_id: new.owner.external_id.or_else(|| customer.external_id.clone()),
            email: new.owner.email.unwrap_or_else(|| customer.email.clone()),
            name: new.owner.name.or_else(|| owner_name(&customer)),
            ..owner_of(&customer, self.random(), now)
        });
        CustomerRecords { billed: BilledCustomer { customer, billing_address }, owner }
    }

    /// The customer of that id or external id.
    pub async fn customer(
        &self,
        workspace: WorkspaceId,
        which: CustomerRef,
    ) -> Result<BilledCustomer, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                billed(unit, workspace, &which)?.ok_or(Error::NotFound(Missing::Customer))
            })
            .await
    }

    /// A piece of the workspace's customers, newest first.
    pub async fn customers(
        &self,
        workspace: WorkspaceId,
        filter: CustomerFilter,
        page: Page,
    ) -> Result<Listed<Customer>, Error> {
        let newest_first = CustomerOrder::default();
        self.doors()
            .db(Mode::Read, move |unit| {
                let filter = by_own_name(unit, workspace, filter)?;
                Ok(unit.customers(workspace, &filter, &newest_first, page)?)
            })
            .await
    }

    /// Deletes a customer: all that signs in as it stops working at once, its e-mail and external id are free
    /// again, with those of customers that went up in it. `anonymize` wipes what tells who it was, of a customer already
    /// deleted too, for good.
    pub async fn delete_customer(
        &self,
        workspace: WorkspaceId,
        which: CustomerRef,
        anonymize: bool,
    ) -> Result<(), Error> {
        let now = self.now();
        self.settle(known(&which), move |unit| {
            let held = named_for_update(unit, workspace, &which)?.map(|customer| customer.id);
            let id = match which {
                CustomerRef::Id(id) => held.or(Some(id)),
                CustomerRef::External(_) => held,
            };
            let found = match id {
                None => false,
                Some(id) if anonymize => unit.anonymize_customer(workspace, id, now)?,
                Some(id) => unit.delete_customer(workspace, id, now)?,
            };
            if found { Ok(()) } else { Err(Error::NotFound(Missing::Customer)) }
        })
        .await
    }

    /// The id of the customer of that name. Of an id it is not said whether there is such a customer.
    pub(crate) async fn customer_id(
        &self,
        workspace: WorkspaceId,
        which: &CustomerRef,
    ) -> Result<CustomerId, Error> {
        if let CustomerRef::Id(id) = which {
            return Ok(*id);
        }
        let which = which.clone();
        let find = move |unit: &mut dyn Unit| Ok(named(unit, workspace, &which)?);
        let found = self.doors().db(Mode::Read, find).await?;
        Ok(found.ok_or(Error::NotFound(Missing::Customer))?.id)
    }

    /// An address, not yet kept, that is the customer's default billing address.
    pub(crate) fn billing_address_of(&self, customer: &Customer, postal: PostalAddress) -> Address {
        let now = self.now();
        Address {
            id: Id::random(self.random()),
            customer_id: customer.id,
            is_default_shipping: false,
            is_default_billing: true,
            postal,
            metadata: StoreMetadata::default(),
            created_at: now,
            updated_at: now,
        }
    }
}

/// The records that a new customer is made of.
pub(crate) struct CustomerRecords {
    pub(crate) billed: BilledCustomer,
    owner: Option<Member>,
}

impl CustomerRecords {
    /// Keeps them all; refuses with every field that is taken.
    pub(crate) fn insert(&self, unit: &mut dyn Unit) -> Result<(), Error> {
        let customer = &self.billed.customer;
        claim_names(unit, None, customer, |unit| unit.insert_customer(customer))?;
        if let Some(owner) = &self.owner {
            unit.insert_member(owner)?;
        }
        if let Some(address) = &self.billed.billing_address {
            unit.insert_address(address)?;
        }
        Ok(())
    }
}

/// The owner a customer gets when nobody says otherwise: itself.
pub(crate) fn owner_of(customer: &Customer, random: &dyn Random, now: OffsetDateTime) -> Member {
    Member {
        id: Id::random(random),
        workspace_id: customer.workspace_id,
        customer_id: customer.id,
        external_id: None,
        email: customer.email.clone(),
        name: owner_name(customer),
        role: Role::Owner,
        created_at: now,
        modified_at: None,
    }
}

/// The customer's name, else its e-mail.
fn owner_name(customer: &Customer) -> Option<Line> {
    let name = customer.display_name().unwrap_or_else(|| customer.email.as_str().to_owned());
    Line::parse(&name).ok().flatten()
}

/// The customer and where its bills go.
pub(crate) fn billed(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    which: &CustomerRef,
) -> Result<Option<BilledCustomer>, StoreError> {
    let customer = named(unit, workspace, which)?;
    customer.map(|customer| with_billing_address(unit, customer)).transpose()
}

/// What can be forgotten of a customer before it is looked up: nothing, where only the merchant's name for it is known.
pub(crate) fn known(which: &CustomerRef) -> Option<Topic> {
    match which {
        CustomerRef::Id(id) => Some(Topic::Customer(*id)),
        CustomerRef::External(_) => None,
    }
}

/// Adds where the customer's bills go.
pub(crate) fn with_billing_address(
    unit: &mut dyn Unit,
    customer: Customer,
) -> Result<BilledCustomer, StoreError> {
    let billing_address = unit.billing_address(customer.id)?;
    Ok(BilledCustomer { customer, billing_address })
}
