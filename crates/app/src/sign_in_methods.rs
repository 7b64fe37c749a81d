//! What a customer signs in with, all of it together.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::identity_provider::FederatedIdentity;
use anteroom_domain::workspace::Workspace;
use anteroom_store::{StoreError, Unit};

use crate::{Error, FactorFault};

/// Who a customer is to issuers, in the order of the identities that they sign in as.
pub(crate) fn federated_identities(
    unit: &mut dyn Unit,
    customer: CustomerId,
) -> Result<Vec<FederatedIdentity>, StoreError> {
    let mut all = Vec::new();
    for identity in unit.identities(customer)? {
        all.extend(unit.federated_identities(identity)?);
    }
    Ok(all)
}

/// Refuses what has left a customer without a way to sign in that the workspace allows.
pub(crate) fn refuse_last(
    unit: &mut dyn Unit,
    workspace: &Workspace,
    customer: CustomerId,
) -> Result<(), Error> {
    if can_sign_in(unit, workspace, customer)? { Ok(()) } else { Err(FactorFault::LastWayToSignIn.into()) }
}

fn can_sign_in(unit: &mut dyn Unit, workspace: &Workspace, customer: CustomerId) -> Result<bool, StoreError> {
    let allowed = &workspace.settings.providers;
    // Whoever reads the mailbox signs in by code, and chooses a password where there is one.
    if allowed.otp || (allowed.emailpass && !unit.password_identities(customer)?.is_empty()) {
        return Ok(true);
    }
    if allowed.passkey_domain.is_some() && !unit.passkeys(customer)?.is_empty() {
        return Ok(true);
    }
    let providers = unit.identity_providers(workspace.id)?;
    let is_enabled = |linked: &FederatedIdentity| {
        providers.iter().any(|by| by.settings.is_enabled && by.settings.issuer == linked.issuer)
    };
    Ok(federated_identities(unit, customer)?.iter().any(is_enabled))
}
