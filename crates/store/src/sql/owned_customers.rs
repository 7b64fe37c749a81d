//! A customer with what the opening of a session asks of it, in one statement.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::text::ExternalId;
use anteroom_domain::workspace::WorkspaceId;
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::connection::DbConnection;
use super::rows::{AddressRow, CustomerRow};
use super::schema::{addresses, customers, members};
use super::types::DbUuid;
use crate::{OwnedCustomer, StoreError};

/// The customer, where its bills go, and its owner's id: at most one of each, by the indexes.
pub(super) type OwnedCustomerRow = (CustomerRow, Option<AddressRow>, Option<DbUuid>);

#[auto_type(no_type_alias)]
fn living(workspace: DbUuid) -> _ {
    let billing = addresses::customer_id.eq(customers::id).and(addresses::is_default_billing);
    let owning = members::customer_id.eq(customers::id).and(members::role.eq("owner"));
    customers::table
        .left_join(addresses::table.on(billing))
        .left_join(members::table.on(owning.and(members::deleted_at.is_null())))
        .filter(customers::workspace_id.eq(workspace))
        .filter(customers::deleted_at.is_null())
}

pub(super) fn by_id(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    id: CustomerId,
) -> QueryResult<Option<OwnedCustomerRow>> {
    living(workspace.into())
        .filter(customers::id.eq(DbUuid::from(id)))
        .select((CustomerRow::as_select(), Option::<AddressRow>::as_select(), members::id.nullable()))
        .get_result(connection)
        .optional()
}

pub(super) fn by_external_id(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    external_id: &ExternalId,
) -> QueryResult<Option<OwnedCustomerRow>> {
    living(workspace.into())
        .filter(customers::external_id.eq(external_id.as_str()))
        .select((CustomerRow::as_select(), Option::<AddressRow>::as_select(), members::id.nullable()))
        .get_result(connection)
        .optional()
}

pub(super) fn into_owned(
    (customer, billing_address, owner): OwnedCustomerRow,
) -> Result<OwnedCustomer, StoreError> {
    Ok(OwnedCustomer {
        customer: customer.try_into()?,
        billing_address: billing_address.map(TryInto::try_into).transpose()?,
        owner: owner.map(super::rows::id).transpose()?,
    })
}
