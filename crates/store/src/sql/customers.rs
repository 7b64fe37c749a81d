//! Customers, in SQL.

use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Email, ExternalId};
use anteroom_domain::workspace::WorkspaceId;
use diesel::dsl::max;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::DbConnection;
use super::count::counted;
use super::customer_pages::List;
use super::rows::{CustomerColumns, CustomerRow, is_found_alike};
use super::schema::{
    addresses, auth_identities, authenticator_apps, customer_sessions, customers, email_verifications,
    idempotent_answers, members, outbox_messages, passkey_ceremonies, passkeys, recovery_codes,
    sign_in_flows,
};
use super::statement::update;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use super::{customer_search, owned_customers};
use crate::{CustomerFilter, CustomerOrder, Customers, Merges, OwnedCustomer, StoreError, Topic};

impl Customers for SqlUnit {
    fn insert_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let row = CustomerRow::from(customer);
        self.claim(&UNSEEN, |c| {
            let indexed = (&row, customers::is_indexed.eq(true));
            diesel::insert_into(customers::table).values(indexed).execute(c)?;
            customer_search::add(c, std::slice::from_ref(customer))
        })
    }

    fn customer(&mut self, workspace: WorkspaceId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let row: Option<CustomerRow> = self.read(|c| {
            customers::table
                .filter(customers::id.eq(DbUuid::from(id)))
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customers::deleted_at.is_null())
                .select(CustomerRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(Customer::try_from).transpose()
    }

    fn customer_by_external_id(
        &mut self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Customer>, StoreError> {
        let row: Option<(CustomerRow, Option<DbUuid>)> = self.read(|c| {
            customers::table
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customers::external_id.eq(external_id.as_str()))
                .filter(customers::deleted_at.is_null().or(customers::merged_into.is_not_null()))
                .select((CustomerRow::as_select(), customers::merged_into))
                .get_result(c)
                .optional()
        })?;
        let Some((row, merged_into)) = row else { return Ok(None) };
        let found = Customer::try_from(row)?;
        if merged_into.is_some() { self.survivor(workspace, found.id) } else { Ok(Some(found)) }
    }

    fn owned_customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<Option<OwnedCustomer>, StoreError> {
        let row = self.read(|c| owned_customers::by_id(c, workspace, id))?;
        row.map(owned_customers::into_owned).transpose()
    }

    fn owned_customer_by_external_id(
        &mut self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<OwnedCustomer>, StoreError> {
        let row = self.read(|c| owned_customers::by_external_id(c, workspace, external_id))?;
        row.map(owned_customers::into_owned).transpose()
    }

    fn customers_by_email(
        &mut self,
        workspace: WorkspaceId,
        email: &Email,
    ) -> Result<Vec<Customer>, StoreError> {
        let rows: Vec<CustomerRow> = self.read(|c| {
            customers::table
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customers::email_key.eq(email.key()))
                .filter(customers::deleted_at.is_null())
                .order(customers::has_account.desc())
                .select(CustomerRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Customer::try_from).collect()
    }

    fn customers(
        &mut self,
        workspace: WorkspaceId,
        filter: &CustomerFilter,
        order: &CustomerOrder,
        page: Page,
    ) -> Result<Listed<Customer>, StoreError> {
        self.counted_page(List { workspace, filter, order }, page)
    }

    fn customers_of_long_list(
        &mut self,
        workspace: WorkspaceId,
        filter: &CustomerFilter,
        order: &CustomerOrder,
        page: Page,
    ) -> Result<Vec<Customer>, StoreError> {
        self.uncounted_page(List { workspace, filter, order }, page)
    }

    fn index_customers(&mut self, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| customer_search::complete(c, limit)).and_then(counted)
    }

    fn newest_customer_at(&mut self, workspace: WorkspaceId) -> Result<Option<OffsetDateTime>, StoreError> {
        let newest: Option<DbTime> = self.read(|c| {
            customers::table
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .select(max(customers::created_at))
                .get_result(c)
        })?;
        Ok(newest.map(|newest| newest.0))
    }

    fn customer_for_update(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError> {
        let row: Option<CustomerRow> = self.change(&UNKEPT, |connection| {
            for_update!(connection, c => customers::table
                .filter(customers::id.eq(DbUuid::from(id)))
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customers::deleted_at.is_null())
                .select(CustomerRow::as_select()), get_result)
            .optional()
        })?;
        row.map(Customer::try_from).transpose()
    }

    fn update_customer(&mut self, customer: &Customer) -> Result<bool, StoreError> {
        let columns = CustomerColumns::from(customer);
        let topics = [Topic::Customer(customer.id)];
        let is_meant = customers::id
            .eq(DbUuid::from(customer.id))
            .and(customers::workspace_id.eq(DbUuid::from(customer.workspace_id)))
            .and(customers::deleted_at.is_null());
        // What it is found by stays as it was most often: then it conflicts with nobody, and its rows of a search are right.
        let is_alike = is_meant.and(customers::is_indexed).and(is_found_alike(&columns));
        if self.change(&topics, |c| update(&customers::table, &columns, is_alike).execute(c))? == 1 {
            return Ok(true);
        }
        self.claim(&topics, |c| {
            let changes = (&columns, customers::is_indexed.eq(true));
            let updated = update(&customers::table, changes, is_meant).execute(c)?;
            if updated == 1 {
                customer_search::renew(c, customer)?;
            }
            Ok(updated == 1)
        })
    }

    fn delete_customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        self.change(&[Topic::Customer(id)], |c| delete(c, workspace.into(), id.into(), DbTime(at)))
    }

    fn anonymize_customer(
        &mut self,
        workspace: WorkspaceId,
        id: CustomerId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        self.change(&[Topic::Customer(id)], |c| {
            delete(c, workspace.into(), id.into(), DbTime(at))?;
            anonymize(c, workspace.into(), id.into(), DbTime(at), &format!("{id}@redacted.invalid"))
        })
    }
}

fn delete(c: &mut DbConnection, workspace: DbUuid, id: DbUuid, at: DbTime) -> QueryResult<bool> {
    let living = customers::table
        .filter(customers::id.eq(id))
        .filter(customers::workspace_id.eq(workspace))
        .filter(customers::deleted_at.is_null());
    if diesel::update(living).set(customers::deleted_at.eq(at)).execute(c)? == 0 {
        return Ok(false);
    }
    let aliases = customers::table.filter(customers::merged_into.eq(id));
    diesel::update(aliases).set(customers::external_id.eq(None::<String>)).execute(c)?;
    let living = members::table.filter(members::customer_id.eq(id)).filter(members::deleted_at.is_null());
    diesel::update(living).set(members::deleted_at.eq(at)).execute(c)?;
    diesel::delete(auth_identities::table.filter(auth_identities::customer_id.eq(id))).execute(c)?;
    diesel::delete(authenticator_apps::table.filter(authenticator_apps::customer_id.eq(id))).execute(c)?;
    diesel::delete(passkeys::table.filter(passkeys::customer_id.eq(id))).execute(c)?;
    diesel::delete(passkey_ceremonies::table.filter(passkey_ceremonies::customer_id.eq(id))).execute(c)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::customer_id.eq(id))).execute(c)?;
    diesel::delete(sign_in_flows::table.filter(sign_in_flows::customer_id.eq(id))).execute(c)?;
    diesel::delete(outbox_messages::table.filter(outbox_messages::customer_id.eq(id))).execute(c)?;
    customer_search::remove(c, id)?;
    Ok(true)
}

/// Members share the customer's new e-mail: they are all deleted, so it need not be unique.
fn anonymize(
    c: &mut DbConnection,
    workspace: DbUuid,
    id: DbUuid,
    at: DbTime,
    email: &str,
) -> QueryResult<bool> {
    let one = customers::table
        .filter(customers::id.eq(id))
        .filter(customers::workspace_id.eq(workspace))
        .filter(customers::merged_into.is_null());
    let row: Option<CustomerRow> = one.select(CustomerRow::as_select()).get_result(c).optional()?;
    let Some(row) = row else { return Ok(false) };
    diesel::update(one).set(row.into_anonymous(email.to_owned(), at)).execute(c)?;
    diesel::update(members::table.filter(members::customer_id.eq(id)))
        .set((
            members::email.eq(email),
            members::email_key.eq(email),
            members::name.eq(None::<String>),
            members::external_id.eq(None::<String>),
            members::modified_at.eq(at),
        ))
        .execute(c)?;
    diesel::delete(addresses::table.filter(addresses::customer_id.eq(id))).execute(c)?;
    // What was opened or answered while a customer went up in this one may be left with its alias.
    let aliases = customers::table.filter(customers::merged_into.eq(id)).select(customers::id);
    let mut names: Vec<DbUuid> = aliases.load(c)?;
    names.push(id);
    // A mail about the deletion, and addresses that they wanted to take.
    let mails = outbox_messages::table.filter(outbox_messages::customer_id.eq_any(&names));
    diesel::delete(mails).execute(c)?;
    let wishes = email_verifications::table.filter(email_verifications::customer_id.eq_any(&names));
    diesel::delete(wishes).execute(c)?;
    // They have ended, and their ways back may tell who went there.
    let sessions = customer_sessions::table.filter(customer_sessions::customer_id.eq_any(&names));
    diesel::delete(sessions).execute(c)?;
    // What was answered about them is given to nobody again.
    let answers = idempotent_answers::table.filter(idempotent_answers::customer_id.eq_any(&names));
    diesel::delete(answers).execute(c)?;
    Ok(true)
}
