//! Whether it is still the customer who sits in front of a sign-in.

use anteroom_domain::workspace::Workspace;
use time::Duration;

use crate::{App, Error, Forbidden, SecondFactor, ShopperId, SignIn, Unauthenticated};

/// So long after somebody has signed in they need not show anything once more.
const RECENT: Duration = Duration::minutes(10);

/// What somebody who is signed in shows once more, to prove that it is still they who sit there.
#[derive(Clone, Default)]
pub struct Presence {
    /// Their password, as typed. It is not enough where a second factor is asked for.
    pub password: Option<String>,
    /// Their second factor, or a passkey, which is enough for everybody.
    pub factor: Option<SecondFactor>,
}

impl std::fmt::Debug for Presence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Presence(hidden)")
    }
}

impl App {
    /// Refuses somebody signed in of whom it is not known that it is still they who sit there: they have signed in of late, or
    /// show a passkey, their second factor, or where there is none their password.
    pub(crate) async fn confirm_presence(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        presence: Presence,
    ) -> Result<(), Error> {
        if self.is_recent(sign_in) {
            return Ok(());
        }
        let is_guarded = self.has_second_factor(shopper.customer).await?;
        self.confirm_shown(workspace, sign_in, shopper, (presence, is_guarded)).await
    }

    /// The same for what gives an account away or ends it. Who has signed in of late shows something too, unless they have neither a
    /// password nor a second factor.
    pub(crate) async fn confirm_ownership(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        presence: Presence,
    ) -> Result<(), Error> {
        let is_guarded = self.has_second_factor(shopper.customer).await?;
        let shows_nothing = presence.password.is_none() && presence.factor.is_none();
        let may_rest = shows_nothing && self.is_recent(sign_in) && !is_guarded;
        if may_rest && self.find_password(sign_in).await?.is_none() {
            return Ok(());
        }
        self.confirm_shown(workspace, sign_in, shopper, (presence, is_guarded)).await
    }

    fn is_recent(&self, sign_in: &SignIn) -> bool {
        self.now() - sign_in.session().created_at < RECENT
    }

    /// Refuses whoever shows nothing that is enough.
    async fn confirm_shown(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        (presence, is_guarded): (Presence, bool),
    ) -> Result<(), Error> {
        match presence {
            Presence { factor: Some(factor), .. } if is_guarded || factor.is_passkey() => {
                let confirmed = self.confirm_second_factor(workspace, shopper, factor).await;
                confirmed.map_err(not_signed_out)
            }
            Presence { password: Some(password), .. } if !is_guarded => {
                self.confirm_password(&self.password_of(sign_in).await?, &password).await
            }
            _ => Err(Error::Forbidden(Forbidden::ReauthenticationRequired)),
        }
    }
}

/// What somebody shows wrongly signs nobody out who is signed in.
pub(crate) fn not_signed_out(error: Error) -> Error {
    match error {
        Error::Unauthenticated(Unauthenticated::WrongCode) => Error::Forbidden(Forbidden::WrongCode),
        Error::Unauthenticated(Unauthenticated::WrongPasskey) => Error::Forbidden(Forbidden::WrongPasskey),
        Error::Unauthenticated(
            why @ (Unauthenticated::ProviderRefused
            | Unauthenticated::ProviderUntrusted
            | Unauthenticated::ProviderWithoutEmail),
        ) => Error::Forbidden(Forbidden::NotVouchedFor(why)),
        other => other,
    }
}
