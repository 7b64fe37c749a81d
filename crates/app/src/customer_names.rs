//! E-mails and external ids, each of which one living customer of a workspace has.

use anteroom_domain::customer::Customer;
use anteroom_store::{Constraint, StoreError, Unit};

use crate::{Error, Refusal};

/// Writes a customer whose new names no other living customer may have, guest or account; refuses with every one that is
/// taken. `before` is what the customer has been until now.
pub(crate) fn claim_names<T>(
    unit: &mut dyn Unit,
    before: Option<&Customer>,
    customer: &Customer,
    write: impl FnOnce(&mut dyn Unit) -> Result<T, StoreError>,
) -> Result<T, Error> {
    let taken = taken_names(unit, before, customer)?;
    if !taken.is_empty() {
        return Err(Error::Refused(taken));
    }
    // Somebody may have been faster since; the database has the last word, and by now they can be seen.
    match write(unit) {
        Err(StoreError::Conflict(constraint)) => {
            let taken = taken_names(unit, before, customer)?;
            let named = || named_by(constraint, customer).ok_or(StoreError::Conflict(constraint));
            Err(Error::Refused(if taken.is_empty() { vec![named()?] } else { taken }))
        }
        other => Ok(other?),
    }
}

/// The customer's new names that another living customer has.
pub(crate) fn taken_names(
    unit: &mut dyn Unit,
    before: Option<&Customer>,
    customer: &Customer,
) -> Result<Vec<Refusal>, StoreError> {
    let taken = look(unit, before, customer)?;
    if taken.len() != 1 {
        return Ok(taken);
    }
    // Who took one name while we looked for the other may have taken that one too.
    let again = look(unit, before, customer)?;
    Ok(if again.is_empty() { taken } else { again })
}

fn look(
    unit: &mut dyn Unit,
    before: Option<&Customer>,
    customer: &Customer,
) -> Result<Vec<Refusal>, StoreError> {
    let mut taken = Vec::new();
    if before.is_none_or(|before| before.email != customer.email)
        && !unit.customers_by_email(customer.workspace_id, &customer.email)?.is_empty()
    {
        taken.push(Refusal::EmailTaken(customer.email.clone()));
    }
    if let Some(external_id) = &customer.external_id
        && before.is_none_or(|before| before.external_id != customer.external_id)
        && unit.customer_by_external_id(customer.workspace_id, external_id)?.is_some()
    {
        taken.push(Refusal::ExternalIdTaken(external_id.clone()));
    }
    Ok(taken)
}

/// The name that a rule of the database is about.
fn named_by(constraint: Constraint, customer: &Customer) -> Option<Refusal> {
    match constraint {
        Constraint::CustomerEmail => Some(Refusal::EmailTaken(customer.email.clone())),
        Constraint::CustomerExternalId => customer.external_id.clone().map(Refusal::ExternalIdTaken),
        _ => None,
    }
}
