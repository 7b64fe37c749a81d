//! Members, in SQL.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::member::{Member, MemberId, Role};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Email, ExternalId};
use anteroom_domain::workspace::WorkspaceId;
use diesel::helper_types::{InnerJoin, IntoBoxed};
use diesel::prelude::*;
use time::OffsetDateTime;

use super::connection::MultiBackend;
use super::count::counted;
use super::rows::{MemberColumns, MemberRow};
use super::schema::{customers, members};
use super::types::{DbTime, DbUuid};
use super::unit::SqlUnit;
use crate::{MemberFilter, Members, StoreError, Topic};

type Living<'a> = IntoBoxed<'a, InnerJoin<members::table, customers::table>, MultiBackend>;

/// Living members of living customers.
fn living<'a>() -> Living<'a> {
    members::table
        .inner_join(customers::table)
        .into_boxed()
        .filter(members::deleted_at.is_null())
        .filter(customers::deleted_at.is_null())
}

impl Members for SqlUnit {
    fn insert_member(&mut self, member: &Member) -> Result<(), StoreError> {
        let row = MemberRow::from(member);
        self.claim(&[Topic::Customer(member.customer_id)], |c| {
            diesel::insert_into(members::table).values(&row).execute(c)
        })?;
        Ok(())
    }

    fn update_member(&mut self, member: &Member) -> Result<bool, StoreError> {
        let columns = MemberColumns::from(member);
        let living = members::table
            .filter(members::id.eq(DbUuid::from(member.id)))
            .filter(members::customer_id.eq(DbUuid::from(member.customer_id)))
            .filter(members::deleted_at.is_null());
        self.claim(&[Topic::Customer(member.customer_id)], |c| {
            Ok(diesel::update(living).set(&columns).execute(c)? == 1)
        })
    }

    fn member(&mut self, workspace: WorkspaceId, id: MemberId) -> Result<Option<Member>, StoreError> {
        self.member_where(
            living()
                .filter(members::id.eq(DbUuid::from(id)))
                .filter(members::workspace_id.eq(DbUuid::from(workspace))),
        )
    }

    fn member_by_external_id(
        &mut self,
        customer: CustomerId,
        external_id: &ExternalId,
    ) -> Result<Option<Member>, StoreError> {
        self.member_where(
            living()
                .filter(members::customer_id.eq(DbUuid::from(customer)))
                .filter(members::external_id.eq(external_id.as_str())),
        )
    }

    fn member_by_email(&mut self, customer: CustomerId, email: &Email) -> Result<Option<Member>, StoreError> {
        self.member_where(
            living()
                .filter(members::customer_id.eq(DbUuid::from(customer)))
                .filter(members::email_key.eq(email.key())),
        )
    }

    fn customer_of_member(
        &mut self,
        workspace: WorkspaceId,
        id: MemberId,
    ) -> Result<Option<CustomerId>, StoreError> {
        let customer: Option<DbUuid> = self.read(|c| {
            members::table
                .filter(members::id.eq(DbUuid::from(id)))
                .filter(members::workspace_id.eq(DbUuid::from(workspace)))
                .select(members::customer_id)
                .get_result(c)
                .optional()
        })?;
        customer.map(super::rows::id).transpose()
    }

    fn owner(&mut self, customer: CustomerId) -> Result<Option<Member>, StoreError> {
        self.member_where(
            living()
                .filter(members::customer_id.eq(DbUuid::from(customer)))
                .filter(members::role.eq(Role::Owner.as_str())),
        )
    }

    fn members_of(&mut self, customers: &[CustomerId]) -> Result<Vec<Member>, StoreError> {
        if customers.is_empty() {
            return Ok(Vec::new());
        }
        let customers: Vec<DbUuid> = customers.iter().map(|id| DbUuid::from(*id)).collect();
        let rows: Vec<MemberRow> = self.read(|c| {
            living()
                .filter(members::customer_id.eq_any(customers))
                .order((members::created_at.asc(), members::id.asc()))
                .select(MemberRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Member::try_from).collect()
    }

    fn count_members(&mut self, customer: CustomerId) -> Result<u64, StoreError> {
        self.count_where(living().filter(members::customer_id.eq(DbUuid::from(customer))))
    }

    fn members(
        &mut self,
        workspace: WorkspaceId,
        filter: &MemberFilter,
        page: Page,
    ) -> Result<Listed<Member>, StoreError> {
        let rows: Vec<MemberRow> = self.read(|c| {
            listed(workspace, filter)
                .order((members::created_at.desc(), members::id.asc()))
                .limit(page.limit.into())
                .offset(page.offset.into())
                .select(MemberRow::as_select())
                .load(c)
        })?;
        let items = rows.into_iter().map(Member::try_from).collect::<Result<_, _>>()?;
        Ok(Listed { items, total: self.count_where(listed(workspace, filter))? })
    }

    fn delete_member(
        &mut self,
        customer: CustomerId,
        id: MemberId,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let living = members::table
            .filter(members::id.eq(DbUuid::from(id)))
            .filter(members::customer_id.eq(DbUuid::from(customer)))
            .filter(members::deleted_at.is_null());
        let removed = members::deleted_at.eq(DbTime(at));
        self.change(
            &[Topic::Customer(customer)],
            |c| Ok(diesel::update(living).set(removed).execute(c)? == 1),
        )
    }
}

fn listed(workspace: WorkspaceId, filter: &MemberFilter) -> Living<'_> {
    let mut members = living().filter(members::workspace_id.eq(DbUuid::from(workspace)));
    if let Some(customer) = filter.customer {
        members = members.filter(members::customer_id.eq(DbUuid::from(customer)));
    }
    if let Some(external_id) = &filter.customer_external_id {
        members = members
            .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
            .filter(customers::external_id.eq(external_id.as_str()));
    }
    if let Some(email) = &filter.email {
        members = members.filter(members::email_key.eq(email.key()));
    }
    if let Some(external_id) = &filter.external_id {
        members = members.filter(members::external_id.eq(external_id.as_str()));
    }
    if let Some(role) = filter.role {
        members = members.filter(members::role.eq(role.as_str()));
    }
    members
}

impl SqlUnit {
    fn member_where(&mut self, query: Living<'_>) -> Result<Option<Member>, StoreError> {
        let row: Option<MemberRow> =
            self.read(|c| query.select(MemberRow::as_select()).get_result(c).optional())?;
        row.map(Member::try_from).transpose()
    }

    fn count_where(&mut self, query: Living<'_>) -> Result<u64, StoreError> {
        let count: i64 = self.read(|c| query.count().get_result(c))?;
        counted(count)
    }
}
