//! Customers that go up in others, in SQL.

use anteroom_domain::credential::AuthIdentityId;
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;

use super::connection::DbConnection;
use super::customer_search;
use super::rows::{CustomerRow, MemberRow};
use super::schema::{
    addresses, auth_identities, authenticator_apps, customer_sessions, customers, email_verifications,
    idempotent_answers, members, outbox_messages, passkey_ceremonies, passkeys, recovery_codes,
    sign_in_flows,
};
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT};
use crate::{Merge, Merges, StoreError, Topic};

diesel::alias! {
    const MERGED: Alias<Merged> = customers as merged;
}

impl Merges for SqlUnit {
    fn survivor(&mut self, workspace: WorkspaceId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let row: Option<CustomerRow> = self.read(|c| {
            let leads_to = MERGED.field(customers::merged_into).eq(customers::id.nullable());
            customers::table
                .inner_join(MERGED.on(leads_to))
                .filter(MERGED.field(customers::id).eq(DbUuid::from(id)))
                .filter(MERGED.field(customers::workspace_id).eq(DbUuid::from(workspace)))
                .filter(customers::deleted_at.is_null())
                .select(CustomerRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(Customer::try_from).transpose()
    }

    fn both_for_update(
        &mut self,
        workspace: WorkspaceId,
        (first, second): (CustomerId, CustomerId),
    ) -> Result<Option<(Customer, Customer)>, StoreError> {
        let ids = vec![DbUuid::from(first), DbUuid::from(second)];
        let rows: Vec<CustomerRow> = self.change(&UNKEPT, |connection| {
            for_update!(connection, c => customers::table
                .filter(customers::id.eq_any(ids))
                .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
                .filter(customers::deleted_at.is_null())
                .order(customers::id.asc())
                .select(CustomerRow::as_select()), load)
        })?;
        let found = rows.into_iter().map(Customer::try_from).collect::<Result<Vec<_>, _>>()?;
        let one = |id| found.iter().find(|customer: &&Customer| customer.id == id).cloned();
        Ok(one(first).zip(one(second)))
    }

    fn all_members(&mut self, customer: CustomerId) -> Result<Vec<Member>, StoreError> {
        let rows: Vec<MemberRow> = self.read(|c| {
            members::table
                .filter(members::customer_id.eq(DbUuid::from(customer)))
                .filter(members::deleted_at.is_null())
                .select(MemberRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Member::try_from).collect()
    }

    fn identities(&mut self, customer: CustomerId) -> Result<Vec<AuthIdentityId>, StoreError> {
        let ids: Vec<DbUuid> = self.read(|c| {
            auth_identities::table
                .filter(auth_identities::customer_id.eq(DbUuid::from(customer)))
                .select(auth_identities::id)
                .load(c)
        })?;
        ids.into_iter().map(super::rows::id).collect()
    }

    fn merge_customer(&mut self, merge: &Merge) -> Result<bool, StoreError> {
        let mut topics = vec![Topic::Customer(merge.merged), Topic::Customer(merge.survivor)];
        topics.extend(self.identities(merge.merged)?.into_iter().map(Topic::Identity));
        self.claim(&topics, |c| Ok(become_alias(c, merge)? && hand_over(c, merge)?))
    }
}

/// Leaves of a living customer a name that leads to the survivor, and lets those lead there that led to it.
fn become_alias(c: &mut DbConnection, merge: &Merge) -> QueryResult<bool> {
    let (at, survivor) = (DbTime(merge.at), DbUuid::from(merge.survivor));
    let one = customers::table
        .filter(customers::id.eq(DbUuid::from(merge.merged)))
        .filter(customers::workspace_id.eq(DbUuid::from(merge.workspace)))
        .filter(customers::deleted_at.is_null());
    let row: Option<CustomerRow> = one.select(CustomerRow::as_select()).get_result(c).optional()?;
    let Some(row) = row else { return Ok(false) };
    let email = format!("{}@redacted.invalid", merge.merged);
    let left = row.into_alias(email, at, merge.keeps_external_id);
    let leads_to = customers::merged_into.eq(survivor);
    diesel::update(one).set((left, customers::deleted_at.eq(at), leads_to)).execute(c)?;
    customer_search::remove(c, merge.merged.into())?;
    let older = customers::table.filter(customers::merged_into.eq(DbUuid::from(merge.merged)));
    diesel::update(older).set(leads_to).execute(c)?;
    Ok(true)
}

/// Makes everything below the one the other's: what has ended too, so that it is erased with the other.
fn hand_over(c: &mut DbConnection, merge: &Merge) -> QueryResult<bool> {
    let (merged, survivor) = (DbUuid::from(merge.merged), DbUuid::from(merge.survivor));
    let at = DbTime(merge.at);
    let ids: Vec<DbUuid> = merge.ended_members.iter().map(|id| DbUuid::from(*id)).collect();
    if !ids.is_empty() {
        let ended = members::table.filter(members::customer_id.eq(merged)).filter(members::id.eq_any(ids));
        diesel::update(ended).set(members::deleted_at.eq(at)).execute(c)?;
    }
    if merge.owner_steps_down {
        let owner = members::table
            .filter(members::customer_id.eq(merged))
            .filter(members::role.eq(Role::Owner.as_str()))
            .filter(members::deleted_at.is_null());
        diesel::update(owner).set(members::role.eq(Role::BillingManager.as_str())).execute(c)?;
    }
    diesel::update(members::table.filter(members::customer_id.eq(merged)))
        .set((members::customer_id.eq(survivor), members::modified_at.eq(at)))
        .execute(c)?;
    diesel::update(addresses::table.filter(addresses::customer_id.eq(merged)))
        .set((addresses::customer_id.eq(survivor), addresses::updated_at.eq(at)))
        .execute(c)?;
    diesel::update(auth_identities::table.filter(auth_identities::customer_id.eq(merged)))
        .set(auth_identities::customer_id.eq(survivor))
        .execute(c)?;
    diesel::update(authenticator_apps::table.filter(authenticator_apps::customer_id.eq(merged)))
        .set(authenticator_apps::customer_id.eq(survivor))
        .execute(c)?;
    diesel::update(passkeys::table.filter(passkeys::customer_id.eq(merged)))
        .set(passkeys::customer_id.eq(survivor))
        .execute(c)?;
    diesel::delete(passkey_ceremonies::table.filter(passkey_ceremonies::customer_id.eq(merged)))
        .execute(c)?;
    diesel::delete(sign_in_flows::table.filter(sign_in_flows::customer_id.eq(merged))).execute(c)?;
    diesel::update(recovery_codes::table.filter(recovery_codes::customer_id.eq(merged)))
        .set(recovery_codes::customer_id.eq(survivor))
        .execute(c)?;
    diesel::update(customer_sessions::table.filter(customer_sessions::customer_id.eq(merged)))
        .set(customer_sessions::customer_id.eq(survivor))
        .execute(c)?;
    diesel::update(idempotent_answers::table.filter(idempotent_answers::customer_id.eq(merged)))
        .set(idempotent_answers::customer_id.eq(survivor))
        .execute(c)?;
    let links = email_verifications::table.filter(email_verifications::customer_id.eq(merged));
    diesel::delete(links).execute(c)?;
    diesel::update(outbox_messages::table.filter(outbox_messages::customer_id.eq(merged)))
        .set(outbox_messages::customer_id.eq(survivor))
        .execute(c)?;
    Ok(true)
}
