//! Taking an account from whoever set it up under somebody else's e-mail, by who owns the mailbox.

use anteroom_auth::password::{NewPassword, PasswordPolicy};
use anteroom_auth::token::{self, PlainToken, SignInState};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::identity_provider::FederatedIdentity;
use anteroom_domain::password_reset::PasswordReset;
use anteroom_domain::session::Provider;
use anteroom_domain::workspace::Workspace;
use anteroom_store::{StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::email_verifications::{hold_with_guest, prove_email};
use crate::password_resets::{end_password_resets, password_identity};
use crate::sessions::{Ended, end_sessions};
use crate::sign_in_methods::federated_identities;
use crate::{App, Error, Refusal};

/// What has become of an account that somebody claims.
#[derive(Debug)]
pub enum Claim {
    /// It is theirs: nothing that was set up before opens it. The token lets them choose a password; `None` where nobody signs in to it
    /// with one.
    Granted(Option<PlainToken<token::PasswordReset>>),
    /// It asks for a second factor, which a mailbox does not take the place of. Nothing has changed.
    Guarded,
}

impl App {
    /// Spends a token that was mailed to prove an e-mail, by whoever has not made the account: it is proved, and whatever opened the
    /// account until now does not any more. `None` when the token opens nothing, or is for another address than the account's.
    pub async fn claim_account(&self, workspace: &Workspace, token: &str) -> Result<Option<Claim>, Error> {
        let Some(token) = PlainToken::<token::EmailVerification>::parse(token) else { return Ok(None) };
        let open = self.whose_verification(workspace, &token).await?;
        let Some(open) = open.filter(|open| open.new_email.is_none()) else { return Ok(None) };
        let unknown = self.unknown_password().await?;
        let reset = PlainToken::<token::PasswordReset>::generate(self.random());
        let (proof, right) = (token.hash(&self.0.keys), reset.hash(&self.0.keys));
        let (workspace, id, now) = (workspace.clone(), open.customer, self.now());
        let claim = move |unit: &mut dyn Unit| {
            let Some((customer, guest)) = hold_with_guest(unit, workspace.id, id, None)? else {
                return Ok(None);
            };
            if unit.open_email_verification(workspace.id, &proof, now)?.as_ref() != Some(&open) {
                return Ok(None);
            }
            if unit.has_second_factor(id)? {
                return Ok(Some((Claim::Guarded, Ended::default())));
            }
            if !unit.spend_email_verification(&proof, now)? {
                return Ok(None);
            }
            let name = password_identity(unit, &customer)?;
            let name = name.filter(|_| workspace.settings.providers.allow(Provider::EmailPass));
            let ended = take_from_strangers(unit, id, &unknown, |_| false, now)?;
            let ended = ended.and(prove_email(unit, customer, guest, now)?);
            if let Some(name) = &name {
                unit.insert_password_reset(&PasswordReset {
                    token_hash: right,
                    auth_identity_id: name.auth_identity_id,
                    created_at: now,
                    expires_at: now + PasswordReset::LIFE,
                    ended_at: None,
                })?;
            }
            Ok(Some((Claim::Granted(name.map(|_| reset)), ended)))
        };
        let Some((claim, ended)) = self.settle([Topic::Customer(id)], claim).await? else { return Ok(None) };
        self.count_ended(ended);
        Ok(Some(claim))
    }

    /// The hash of a password that nobody knows. The account that has it can have another one set by mail.
    pub(crate) async fn unknown_password(&self) -> Result<String, Error> {
        // As good as any text that nobody can guess.
        let text = PlainToken::<SignInState>::generate(self.random());
        let password =
            NewPassword::parse(text.reveal(), &PasswordPolicy::default(), "").map_err(Refusal::Password)?;
        Ok(self.hashed(password).await?.as_str().to_owned())
    }
}

/// Takes from an account whom the unit holds what somebody may have left there who never proved that the e-mail is theirs: passwords,
/// passkeys, accounts elsewhere but those that are to be kept, links to choose a password, and sessions.
pub(crate) fn take_from_strangers(
    unit: &mut dyn Unit,
    customer: CustomerId,
    unknown: &str,
    is_kept: impl Fn(&FederatedIdentity) -> bool,
    now: OffsetDateTime,
) -> Result<Ended, StoreError> {
    for name in unit.password_identities(customer)? {
        unit.set_password_hash(name.id, unknown)?;
    }
    remove_passwordless(unit, customer, is_kept)?;
    end_password_resets(unit, customer, now)?;
    end_sessions(unit, customer, now)
}

/// The same of what signs in without a password.
pub(crate) fn remove_passwordless(
    unit: &mut dyn Unit,
    customer: CustomerId,
    is_kept: impl Fn(&FederatedIdentity) -> bool,
) -> Result<(), StoreError> {
    for passkey in unit.passkeys(customer)? {
        unit.delete_passkey(customer, passkey.id)?;
    }
    for linked in federated_identities(unit, customer)? {
        if !is_kept(&linked) {
            unit.delete_federated_identity(linked.workspace_id, &linked.issuer, &linked.subject)?;
        }
    }
    Ok(())
}
