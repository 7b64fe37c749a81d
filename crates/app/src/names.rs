//! Whom a merchant's server means by a name: a customer that has gone up in another is that other.
//!
//! What a session opens is another matter: it acts for exactly the customer that it was opened for.

use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::text::ExternalId;
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{CustomerFilter, StoreError, Unit};

use crate::CustomerRef;

/// The living customer of that name. Only where its own name leads nowhere, a second statement asks whose it has become.
pub(crate) fn named(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    which: &CustomerRef,
) -> Result<Option<Customer>, StoreError> {
    match which {
        CustomerRef::Id(id) => match unit.customer(workspace, *id)? {
            Some(customer) => Ok(Some(customer)),
            None => unit.survivor(workspace, *id),
        },
        CustomerRef::External(external_id) => unit.customer_by_external_id(workspace, external_id),
    }
}

/// As [`named`], held against other writers until the unit ends.
pub(crate) fn named_for_update(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    which: &CustomerRef,
) -> Result<Option<Customer>, StoreError> {
    let mut next = match which {
        CustomerRef::Id(id) => Some(*id),
        CustomerRef::External(_) => id_of(unit, workspace, which)?,
    };
    while let Some(id) = next {
        if let Some(held) = unit.customer_for_update(workspace, id)? {
            return Ok(Some(held));
        }
        // It has gone up in another, perhaps while it was waited for.
        next = id_of(unit, workspace, which)?;
    }
    Ok(None)
}

/// The id of the living customer of that name.
fn id_of(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    which: &CustomerRef,
) -> Result<Option<CustomerId>, StoreError> {
    Ok(named(unit, workspace, which)?.map(|customer| customer.id))
}

/// Whose entries a list has.
pub(crate) enum Whose {
    /// Everybody's: no name was given.
    Anybodys,
    /// One customer's.
    Ones(CustomerId),
    /// Nobody's: a name is nobody's, or two names are those of two customers.
    Nobodys,
}

/// Whose entries a list has that is narrowed by an id, an external id, both or neither.
pub(crate) fn whose(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    id: Option<CustomerId>,
    external_id: Option<ExternalId>,
) -> Result<Whose, StoreError> {
    let names = [id.map(CustomerRef::Id), external_id.map(CustomerRef::External)];
    let mut whose = Whose::Anybodys;
    for name in names.iter().flatten() {
        whose = match (id_of(unit, workspace, name)?, whose) {
            (Some(id), Whose::Anybodys) => Whose::Ones(id),
            (Some(id), Whose::Ones(other)) if id == other => Whose::Ones(id),
            _ => return Ok(Whose::Nobodys),
        };
    }
    Ok(whose)
}

/// The same customers, asked for by the external id that a survivor has itself where another one leads to it.
pub(crate) fn by_own_name(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    filter: CustomerFilter,
) -> Result<CustomerFilter, StoreError> {
    let Some(asked) = &filter.external_id else { return Ok(filter) };
    let own = unit.customer_by_external_id(workspace, asked)?.and_then(|customer| customer.external_id);
    Ok(CustomerFilter { external_id: own.or(filter.external_id), ..filter })
}
