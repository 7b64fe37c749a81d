//! A shopper's own address book.

use anteroom_domain::address::{Address, AddressId};
use anteroom_domain::page::{Listed, Page, Sort};
use anteroom_store::{AddressField, AddressFilter, Mode, Topic, Unit};

use crate::addresses::{
    AddressChanges, NewAddress, change_address, insert_address, refuse_overfull_book, remove_address,
};
use crate::store_customers::held;
use crate::{App, Error, Missing, Once, Refusal, Shopper, ShopperId};

/// Which addresses of a book are listed, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressQuery {
    /// Which.
    pub filter: AddressFilter,
    /// In which order, ties by id.
    pub sort: Sort<AddressField>,
    /// Which piece of them.
    pub page: Page,
}

impl App {
    /// A piece of a shopper's address book.
    pub async fn shoppers_addresses(
        &self,
        ShopperId { customer, .. }: ShopperId,
        AddressQuery { filter, sort, page }: AddressQuery,
    ) -> Result<Listed<Address>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.address_book(customer, &filter, sort, page)?)).await
    }

    /// One address of a shopper's book.
    pub async fn shoppers_address(
        &self,
        ShopperId { customer, .. }: ShopperId,
        id: AddressId,
    ) -> Result<Address, Error> {
        let find =
            move |unit: &mut dyn Unit| unit.address(customer, id)?.ok_or(Error::NotFound(Missing::Address));
        self.doors().db(Mode::Read, find).await
    }

    /// Adds an address to a shopper's book.
    pub async fn add_address(
        &self,
        shopper_id: ShopperId,
        new: NewAddress,
        once: Once<Shopper>,
    ) -> Result<Shopper, Error> {
        let address = self.new_address(shopper_id.customer, new)?;
        let add = move |unit: &mut dyn Unit| {
            insert_address(unit, &address)?;
            let book = unit.addresses(address.customer_id)?;
            refuse_overfull_book(book.len().try_into().unwrap_or(u64::MAX), Refusal::TooManyAddresses)?;
            Ok(book)
        };
        self.in_book(shopper_id, add, once).await
    }

    /// Changes an address of a shopper's book. Nothing different leaves the time of the last change as it was.
    pub async fn change_shoppers_address(
        &self,
        shopper_id: ShopperId,
        id: AddressId,
        changes: AddressChanges,
    ) -> Result<Shopper, Error> {
        let now = self.now();
        let change = move |unit: &mut dyn Unit| {
            change_address(unit, shopper_id.customer, id, changes, now)?;
            Ok(unit.addresses(shopper_id.customer)?)
        };
        self.in_book(shopper_id, change, Once::unrepeated()).await
    }

    /// Takes an address out of a shopper's book, its flags too.
    pub async fn remove_shoppers_address(
        &self,
        shopper_id: ShopperId,
        id: AddressId,
    ) -> Result<Shopper, Error> {
        let remove = move |unit: &mut dyn Unit| {
            remove_address(unit, shopper_id.customer, id)?;
            Ok(unit.addresses(shopper_id.customer)?)
        };
        self.in_book(shopper_id, remove, Once::unrepeated()).await
    }

    /// Does something to the book of a shopper who is held meanwhile: of two new defaults at once the later one wins
    /// instead of failing. What is done gives the book as it is then.
    async fn in_book(
        &self,
        shopper_id: ShopperId,
        change: impl FnOnce(&mut dyn Unit) -> Result<Vec<Address>, Error> + Send + 'static,
        once: Once<Shopper>,
    ) -> Result<Shopper, Error> {
        self.settle([Topic::Customer(shopper_id.customer)], move |unit| {
            let customer = held(unit, shopper_id)?;
            let shopper = Shopper { addresses: change(unit)?, customer };
            once.keep(unit, shopper_id.customer, &shopper)?;
            Ok(shopper)
        })
        .await
    }
}
