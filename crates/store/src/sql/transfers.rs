//! Many customers at once, in SQL.

use anteroom_domain::address::Address;
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::session::Provider;
use anteroom_domain::text::{Email, ExternalId};
use anteroom_domain::transfer::ImportProgress;
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;

use super::connection::DbConnection;
use super::rows::{
    AddressRow, AuthIdentityRow, CustomerRow, ImportProgressRow, MemberRow, ProviderIdentityRow,
};
use super::schema::{addresses, auth_identities, customer_imports, customers, members, provider_identities};
use super::types::DbUuid;
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use super::{customer_lists, customer_search};
use crate::{CustomerFilter, CustomerOrder, CustomerPlace, NewRecords, StoreError, Transfers};

/// Adds rows in one statement. One statement has so many parameters at most: 32,766 on SQLite, and no row here has more than 30.
macro_rules! insert_all {
    ($connection:expr, $table:ident, $rows:expr) => {
        $rows.chunks(1000).try_for_each(|rows| {
            on_backend!($connection, c => diesel::insert_into($table::table).values(rows).execute(c).map(drop))
        })
    };
}

impl Transfers for SqlUnit {
    fn insert_records(&mut self, records: &NewRecords) -> Result<(), StoreError> {
        let indexed = |customer| (CustomerRow::from(customer), customers::is_indexed.eq(true));
        let customers: Vec<_> = records.customers.iter().map(indexed).collect();
        let addresses: Vec<_> = records.addresses.iter().map(AddressRow::from).collect();
        let members: Vec<_> = records.members.iter().map(MemberRow::from).collect();
        let identities = records.identities.iter();
        let (identities, providers): (Vec<_>, Vec<_>) = identities
            .map(|(identity, provider)| {
                (AuthIdentityRow::from(identity), ProviderIdentityRow::from(provider))
            })
            .unzip();
        self.claim(&UNSEEN, |c| {
            insert_all!(c, customers, customers)?;
            customer_search::add(c, &records.customers)?;
            insert_all!(c, addresses, addresses)?;
            insert_all!(c, members, members)?;
            insert_all!(c, auth_identities, identities)?;
            insert_all!(c, provider_identities, providers)
        })
    }

    fn customers_named(
        &mut self,
        workspace: WorkspaceId,
        emails: &[&Email],
        external_ids: &[&ExternalId],
    ) -> Result<Vec<Customer>, StoreError> {
        let (emails, external_ids) =
            (keys(emails), external_ids.iter().map(|id| id.as_str()).collect::<Vec<_>>());
        let rows = self.read(|connection| {
            let mut rows = by_emails(connection, workspace, &emails)?;
            rows.extend(by_external_ids(connection, workspace, &external_ids)?);
            Ok(rows)
        })?;
        rows.into_iter().map(Customer::try_from).collect()
    }

    fn signed_in_by(&mut self, workspace: WorkspaceId, emails: &[&Email]) -> Result<Vec<String>, StoreError> {
        let emails = keys(emails);
        self.read(|connection| {
            on_backend!(connection, c => provider_identities::table
                .filter(provider_identities::workspace_id.eq(DbUuid::from(workspace)))
                .filter(provider_identities::provider.eq(Provider::EmailPass.as_str()))
                .filter(provider_identities::email_key.eq_any(&emails))
                .select(provider_identities::email_key)
                .load(c))
        })
    }

    fn customers_after(
        &mut self,
        workspace: WorkspaceId,
        place: Option<&CustomerPlace>,
        limit: u32,
    ) -> Result<Vec<Customer>, StoreError> {
        let everybody = CustomerFilter::default();
        let order = CustomerOrder { after: place.cloned(), ..CustomerOrder::default() };
        let rows: Vec<CustomerRow> = self.read(|c| {
            customer_lists::ordered(customer_lists::filtered(workspace, &everybody, None), &order)
                .limit(limit.into())
                .select(CustomerRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Customer::try_from).collect()
    }

    fn addresses_of(&mut self, customers: &[CustomerId]) -> Result<Vec<Address>, StoreError> {
        let ids = ids(customers);
        let rows: Vec<AddressRow> = self.read(|connection| {
            on_backend!(connection, c => addresses::table
                .filter(addresses::customer_id.eq_any(&ids))
                .order((addresses::created_at.asc(), addresses::id.asc()))
                .select(AddressRow::as_select())
                .load(c))
        })?;
        rows.into_iter().map(Address::try_from).collect()
    }

    fn passwords_of(&mut self, customers: &[CustomerId]) -> Result<Vec<(CustomerId, String)>, StoreError> {
        let ids = ids(customers);
        let rows: Vec<(Option<DbUuid>, String)> = self.read(|connection| {
            on_backend!(connection, c => provider_identities::table
                .inner_join(auth_identities::table)
                .filter(auth_identities::customer_id.eq_any(&ids))
                .filter(provider_identities::provider.eq(Provider::EmailPass.as_str()))
                .select((auth_identities::customer_id, provider_identities::password_hash))
                .load(c))
        })?;
        let known = rows.into_iter().filter_map(|(customer, hash)| Some((customer?, hash)));
        known.map(|(customer, hash)| Ok((super::rows::id(customer)?, hash))).collect()
    }

    fn import_progress(
        &mut self,
        workspace: WorkspaceId,
        content_hash: &[u8; 32],
    ) -> Result<Option<ImportProgress>, StoreError> {
        let row: Option<ImportProgressRow> = self.read(|c| {
            customer_imports::table
                .filter(customer_imports::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customer_imports::content_hash.eq(content_hash.as_slice()))
                .select(ImportProgressRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(ImportProgress::try_from).transpose()
    }

    fn note_import(&mut self, progress: &ImportProgress, before: u64) -> Result<bool, StoreError> {
        let row = ImportProgressRow::try_from(progress)?;
        let before = super::rows::big(before)?;
        let same_place = customer_imports::table
            .filter(customer_imports::workspace_id.eq(DbUuid::from(progress.workspace_id)))
            .filter(customer_imports::content_hash.eq(progress.content_hash.as_slice()))
            .filter(customer_imports::records.eq(before));
        if self.change(&UNKEPT, |c| Ok(diesel::update(same_place).set(&row).execute(c)? == 1))? {
            return Ok(true);
        }
        if before > 0 {
            return Ok(false);
        }
        let begun = self.change(&UNKEPT, |connection| {
            on_backend!(connection, c => diesel::insert_into(customer_imports::table)
                .values(&row)
                .on_conflict_do_nothing()
                .execute(c))
        })?;
        Ok(begun == 1)
    }
}

fn by_emails(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    emails: &[&str],
) -> QueryResult<Vec<CustomerRow>> {
    on_backend!(connection, c => customers::table
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customers::email_key.eq_any(emails))
        .filter(customers::deleted_at.is_null())
        .select(CustomerRow::as_select())
        .load(c))
}

fn by_external_ids(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    external_ids: &[&str],
) -> QueryResult<Vec<CustomerRow>> {
    if external_ids.is_empty() {
        return Ok(Vec::new());
    }
    on_backend!(connection, c => customers::table
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customers::external_id.eq_any(external_ids))
        .filter(customers::deleted_at.is_null().or(customers::merged_into.is_not_null()))
        .select(CustomerRow::as_select())
        .load(c))
}

fn keys<'e>(emails: &[&'e Email]) -> Vec<&'e str> {
    emails.iter().map(|email| email.key()).collect()
}

fn ids(customers: &[CustomerId]) -> Vec<DbUuid> {
    customers.iter().copied().map(DbUuid::from).collect()
}
