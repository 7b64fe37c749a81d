//! Address books, as a merchant's server manages them, and what holds for every book.

use anteroom_domain::Id;
use anteroom_domain::address::{Address, AddressId, PostalAddress};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::metadata::StoreMetadata;
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{CountryCode, Line, Phone, Province};
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{AddressField, AddressFilter, Mode, StoreError, Topic, Unit};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::change::Change;
use crate::names::{named, named_for_update};
use crate::{App, CustomerRef, Error, Missing, Once, Refusal};

/// An address to be added to a book.
#[derive(Debug, Clone, Default)]
pub struct NewAddress {
    /// What is written on the envelope.
    pub postal: PostalAddress,
    /// Takes the flag over from any other address.
    pub is_default_shipping: bool,
    /// Takes the flag over from any other address.
    pub is_default_billing: bool,
    /// The shopper's notes.
    pub metadata: Map<String, Value>,
}

/// What is changed about an address.
#[derive(Debug, Clone, Default)]
pub struct AddressChanges {
    /// What the shopper calls the place.
    pub address_name: Change<Line>,
    /// Company.
    pub company: Change<Line>,
    /// Given name.
    pub first_name: Change<Line>,
    /// Family name.
    pub last_name: Change<Line>,
    /// First line.
    pub address_1: Change<Line>,
    /// Second line.
    pub address_2: Change<Line>,
    /// City.
    pub city: Change<Line>,
    /// Country. The state or province has to be one of it, also where that stays as it was.
    pub country_code: Change<CountryCode>,
    /// State, province or region.
    pub province: Change<Line>,
    /// Postal code.
    pub postal_code: Change<Line>,
    /// Telephone number.
    pub phone: Change<Phone>,
    /// Takes the flag over from any other address, or gives it up.
    pub is_default_shipping: Option<bool>,
    /// Takes the flag over from any other address, or gives it up.
    pub is_default_billing: Option<bool>,
    /// Keys to be merged into the shopper's notes; clearing empties them.
    pub metadata: Change<Map<String, Value>>,
}

/// The most addresses a customer may keep.
pub(crate) const MAX_ADDRESSES: u64 = 200;

impl App {
    /// A piece of a customer's address book, oldest first.
    pub async fn address_book(
        &self,
        workspace: WorkspaceId,
        customer: CustomerRef,
        page: Page,
    ) -> Result<Listed<Address>, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                let customer =
                    named(unit, workspace, &customer)?.ok_or(Error::NotFound(Missing::Customer))?;
                let everything = AddressFilter::default();
                Ok(unit.address_book(customer.id, &everything, AddressField::OLDEST_FIRST, page)?)
            })
            .await
    }

    /// One address of a customer.
    pub async fn address(
        &self,
        workspace: WorkspaceId,
        customer: CustomerId,
        id: AddressId,
    ) -> Result<Address, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                let customer = named(unit, workspace, &CustomerRef::Id(customer))?;
                let customer = customer.ok_or(Error::NotFound(Missing::Customer))?;
                unit.address(customer.id, id)?.ok_or(Error::NotFound(Missing::Address))
            })
            .await
    }

    /// Adds an address to a customer's book.
    pub async fn create_address(
        &self,
        workspace: WorkspaceId,
        customer: CustomerRef,
        new: NewAddress,
        once: Once<Address>,
    ) -> Result<Address, Error> {
        let customer = self.customer_id(workspace, &customer).await?;
        let address = self.new_address(customer, new)?;
        self.settle([Topic::Customer(customer)], move |unit| {
            let customer_id = hold(unit, workspace, customer)?;
            let address = Address { customer_id, ..address };
            insert_address(unit, &address)?;
            refuse_overfull_book(unit.count_addresses(customer_id)?, Refusal::TooManyAddresses)?;
            once.keep(unit, customer_id, &address)?;
            Ok(address)
        })
        .await
    }

    /// Changes an address. Nothing different leaves the time of the last change as it was.
    pub async fn update_address(
        &self,
        workspace: WorkspaceId,
        customer: CustomerId,
        id: AddressId,
        changes: AddressChanges,
    ) -> Result<Address, Error> {
        let now = self.now();
        self.settle([Topic::Customer(customer)], move |unit| {
            let customer = hold(unit, workspace, customer)?;
            change_address(unit, customer, id, changes, now)
        })
        .await
    }

    /// Takes an address out of a customer's book, its flags too.
    pub async fn delete_address(
        &self,
        workspace: WorkspaceId,
        customer: CustomerId,
        id: AddressId,
    ) -> Result<(), Error> {
        self.settle([Topic::Customer(customer)], move |unit| {
            let customer = hold(unit, workspace, customer)?;
            remove_address(unit, customer, id)
        })
        .await
    }

    /// An address, not yet kept.
    pub(crate) fn new_address(&self, customer: CustomerId, new: NewAddress) -> Result<Address, Error> {
        let now = self.now();
        Ok(Address {
            id: Id::random(self.random()),
            customer_id: customer,
            is_default_shipping: new.is_default_shipping,
            is_default_billing: new.is_default_billing,
            postal: new.postal,
            metadata: merged(&StoreMetadata::default(), new.metadata)?,
            created_at: now,
            updated_at: now,
        })
    }
}

impl AddressChanges {
    fn apply(self, address: &mut Address) -> Result<(), Error> {
        let postal = &mut address.postal;
        self.address_name.apply(&mut postal.address_name);
        self.company.apply(&mut postal.company);
        self.first_name.apply(&mut postal.first_name);
        self.last_name.apply(&mut postal.last_name);
        self.address_1.apply(&mut postal.address_1);
        self.address_2.apply(&mut postal.address_2);
        self.city.apply(&mut postal.city);
        self.country_code.apply(&mut postal.country_code);
        let province = match self.province {
            Change::Keep => postal.province.take().map(|kept| kept.to_string()),
            Change::Clear => None,
            Change::Set(typed) => Some(typed.to_string()),
        };
        postal.province = province_of(postal.country_code, province)?;
        self.postal_code.apply(&mut postal.postal_code);
        self.phone.apply(&mut postal.phone);
        address.is_default_shipping = self.is_default_shipping.unwrap_or(address.is_default_shipping);
        address.is_default_billing = self.is_default_billing.unwrap_or(address.is_default_billing);
        match self.metadata {
            Change::Keep => {}
            Change::Clear => address.metadata = StoreMetadata::default(),
            Change::Set(changes) => address.metadata = merged(&address.metadata, changes)?,
        }
        Ok(())
    }
}

/// A state or province in the spelling of its country.
fn province_of(country: Option<CountryCode>, province: Option<String>) -> Result<Option<Province>, Error> {
    let Some(province) = province else { return Ok(None) };
    Province::parse(&province, country)
        .map_err(|invalid| Refusal::UnknownProvince { rule: invalid.0, province }.into())
}

/// Holds the customer: of several who change its book, each sees what the one before has done, and of several new defaults
/// the latest wins instead of failing. Gives its id, which is another one if it has gone up in somebody.
fn hold(unit: &mut dyn Unit, workspace: WorkspaceId, customer: CustomerId) -> Result<CustomerId, Error> {
    let held = named_for_update(unit, workspace, &CustomerRef::Id(customer))?;
    Ok(held.ok_or(Error::NotFound(Missing::Customer))?.id)
}

/// Adds an address whose flags take over to the book of a customer who is held, however many it holds.
pub(crate) fn insert_address(unit: &mut dyn Unit, address: &Address) -> Result<(), StoreError> {
    take_flags(unit, address, (false, false), address.created_at)?;
    unit.insert_address(address)
}

/// Changes an address of a customer who is held.
pub(crate) fn change_address(
    unit: &mut dyn Unit,
    customer: CustomerId,
    id: AddressId,
    changes: AddressChanges,
    now: OffsetDateTime,
) -> Result<Address, Error> {
    let before = unit.address(customer, id)?.ok_or(Error::NotFound(Missing::Address))?;
    let mut address = before.clone();
    changes.apply(&mut address)?;
    if address == before {
        return Ok(address);
    }
    address.updated_at = now;
    take_flags(unit, &address, (before.is_default_shipping, before.is_default_billing), now)?;
    unit.update_address(&address)?;
    Ok(address)
}

/// Takes an address out of the book of a customer who is held.
pub(crate) fn remove_address(unit: &mut dyn Unit, customer: CustomerId, id: AddressId) -> Result<(), Error> {
    let found = unit.delete_address(customer, id)?;
    if found { Ok(()) } else { Err(Error::NotFound(Missing::Address)) }
}

/// Refuses what has made a book hold more addresses than it may.
pub(crate) fn refuse_overfull_book(count: u64, refusal: Refusal) -> Result<(), Error> {
    if count > MAX_ADDRESSES { Err(refusal.into()) } else { Ok(()) }
}

/// Takes the flags for shipping and billing that the address is to have, and had not, off whichever other one has them.
fn take_flags(
    unit: &mut dyn Unit,
    address: &Address,
    (had_shipping, had_billing): (bool, bool),
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    if address.is_default_shipping && !had_shipping {
        unit.clear_default_shipping(address.customer_id, now)?;
    }
    if address.is_default_billing && !had_billing {
        unit.clear_default_billing(address.customer_id, now)?;
    }
    Ok(())
}

/// A shopper's notes after some changes.
pub(crate) fn merged(kept: &StoreMetadata, changes: Map<String, Value>) -> Result<StoreMetadata, Error> {
    kept.merged(changes).map_err(|invalid| Refusal::Metadata(invalid.0).into())
}
