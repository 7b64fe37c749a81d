//! Address books, in SQL.

use anteroom_domain::address::{Address, AddressId};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::{Listed, Page, Sort};
use diesel::prelude::*;
use time::OffsetDateTime;

use super::address_lists::{filtered, ordered};
use super::count::counted;
use super::rows::{AddressColumns, AddressRow};
use super::schema::addresses;
use super::statement::update;
use super::types::{DbTime, DbUuid};
use super::unit::SqlUnit;
use crate::{AddressField, AddressFilter, Addresses, StoreError, Topic};

impl Addresses for SqlUnit {
    fn insert_address(&mut self, address: &Address) -> Result<(), StoreError> {
        let (row, topics) = (AddressRow::from(address), [Topic::Customer(address.customer_id)]);
        let insert = diesel::insert_into(addresses::table).values(&row);
        let added = self.change(
            &topics,
            |connection| on_backend!(connection, c => insert.on_conflict_do_nothing().execute(c)),
        )?;
        if added == 0 {
            // Once more, to learn what it conflicts with.
            self.claim(&topics, |c| insert.execute(c))?;
        }
        Ok(())
    }

    fn address(&mut self, customer: CustomerId, id: AddressId) -> Result<Option<Address>, StoreError> {
        let row: Option<AddressRow> = self.read(|c| {
            addresses::table
                .filter(addresses::id.eq(DbUuid::from(id)))
                .filter(addresses::customer_id.eq(DbUuid::from(customer)))
                .select(AddressRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(Address::try_from).transpose()
    }

    fn addresses(&mut self, customer: CustomerId) -> Result<Vec<Address>, StoreError> {
        let rows: Vec<AddressRow> = self.read(|c| {
            addresses::table
                .filter(addresses::customer_id.eq(DbUuid::from(customer)))
                .order((addresses::created_at.asc(), addresses::id.asc()))
                .select(AddressRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Address::try_from).collect()
    }

    fn address_book(
        &mut self,
        customer: CustomerId,
        filter: &AddressFilter,
        sort: Sort<AddressField>,
        page: Page,
    ) -> Result<Listed<Address>, StoreError> {
        let rows: Vec<AddressRow> = self.read(|c| {
            ordered(filtered(customer, filter), sort)
                .limit(page.limit.into())
                .offset(page.offset.into())
                .select(AddressRow::as_select())
                .load(c)
        })?;
        let items = rows.into_iter().map(Address::try_from).collect::<Result<_, _>>()?;
        let total: i64 = self.read(|c| filtered(customer, filter).count().get_result(c))?;
        Ok(Listed { items, total: counted(total)? })
    }

    fn count_addresses(&mut self, customer: CustomerId) -> Result<u64, StoreError> {
        let count: i64 = self.read(|c| {
            addresses::table.filter(addresses::customer_id.eq(DbUuid::from(customer))).count().get_result(c)
        })?;
        counted(count)
    }

    fn billing_address(&mut self, customer: CustomerId) -> Result<Option<Address>, StoreError> {
        let row: Option<AddressRow> = self.read(|c| {
            addresses::table
                .filter(addresses::customer_id.eq(DbUuid::from(customer)))
                .filter(addresses::is_default_billing)
                .select(AddressRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(Address::try_from).transpose()
    }

    fn billing_addresses(&mut self, customers: &[CustomerId]) -> Result<Vec<Address>, StoreError> {
        if customers.is_empty() {
            return Ok(Vec::new());
        }
        let customers: Vec<DbUuid> = customers.iter().map(|id| DbUuid::from(*id)).collect();
        let rows: Vec<AddressRow> = self.read(|c| {
            addresses::table
                .filter(addresses::customer_id.eq_any(customers))
                .filter(addresses::is_default_billing)
                .select(AddressRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Address::try_from).collect()
    }

    fn update_address(&mut self, address: &Address) -> Result<bool, StoreError> {
        let columns = AddressColumns::from(address);
        let is_meant = addresses::id
            .eq(DbUuid::from(address.id))
            .and(addresses::customer_id.eq(DbUuid::from(address.customer_id)));
        self.claim(&[Topic::Customer(address.customer_id)], |c| {
            Ok(update(&addresses::table, &columns, is_meant).execute(c)? == 1)
        })
    }

    fn delete_address(&mut self, customer: CustomerId, id: AddressId) -> Result<bool, StoreError> {
        let one = addresses::table
            .filter(addresses::id.eq(DbUuid::from(id)))
            .filter(addresses::customer_id.eq(DbUuid::from(customer)));
        self.change(&[Topic::Customer(customer)], |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn clear_default_shipping(
        &mut self,
        customer: CustomerId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let default = addresses::table
            .filter(addresses::customer_id.eq(DbUuid::from(customer)))
            .filter(addresses::is_default_shipping);
        let cleared = (addresses::is_default_shipping.eq(false), addresses::updated_at.eq(DbTime(at)));
        self.change(
            &[Topic::Customer(customer)],
            |c| Ok(diesel::update(default).set(cleared).execute(c)? > 0),
        )
    }

    fn clear_default_billing(
        &mut self,
        customer: CustomerId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let default = addresses::table
            .filter(addresses::customer_id.eq(DbUuid::from(customer)))
            .filter(addresses::is_default_billing);
        let cleared = (addresses::is_default_billing.eq(false), addresses::updated_at.eq(DbTime(at)));
        self.change(
            &[Topic::Customer(customer)],
            |c| Ok(diesel::update(default).set(cleared).execute(c)? > 0),
        )
    }
}
