//! Choosing another password with the old one.

use anteroom_auth::password::{AttemptedPassword, NewPassword};
use anteroom_auth::token::PlainToken;
use anteroom_domain::credential::ProviderIdentity;
use anteroom_domain::session::Provider;
use anteroom_domain::text::Language;
use anteroom_mail::Letter;
use anteroom_store::{Mode, Topic, Unit};

use crate::password_resets::end_password_resets;
use crate::sessions::end_sessions;
use crate::store_customers::gone;
use crate::{
    App, Client, Credential, Error, Forbidden, OpenedCookie, Refusal, SessionKind, ShopperId, SignIn,
    SignedIn,
};

const WRONG: Error = Error::Forbidden(Forbidden::WrongPassword);

/// Two passwords, as they were typed.
#[derive(Clone)]
pub struct PasswordChange {
    /// The one of now.
    pub current: String,
    /// The one of from now on.
    pub new: String,
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChange").finish_non_exhaustive()
    }
}

impl Drop for PasswordChange {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.current);
        zeroize::Zeroize::zeroize(&mut self.new);
    }
}

/// A sign-in that has taken the place of another.
#[derive(Debug)]
pub struct RenewedSignIn {
    /// Its JWT.
    pub signed_in: SignedIn,
    /// Its cookie; `None` where the other one had none.
    pub cookie: Option<OpenedCookie>,
}

impl App {
    /// Sets another password for the name that somebody is signed in by, and ends every session of the customer: what they
    /// are signed in with goes on under a new id.
    ///
    /// Refuses a password that may not be chosen, and whoever does not know the one of now.
    pub async fn change_password(
        &self,
        sign_in: &SignIn,
        shopper: ShopperId,
        passwords: PasswordChange,
        client: Client,
        language: Option<Language>,
    ) -> Result<RenewedSignIn, Error> {
        loop {
            let client = client.clone();
            let changed = self.try_to_change_password(sign_in, shopper, &passwords, client, language);
            // Otherwise another one was set while this one was looked at, or the same was hashed anew.
            if let Some(renewed) = changed.await? {
                return Ok(renewed);
            }
        }
    }

    async fn try_to_change_password(
        &self,
        sign_in: &SignIn,
        ShopperId { workspace, customer }: ShopperId,
        passwords: &PasswordChange,
        client: Client,
        language: Option<Language>,
    ) -> Result<Option<RenewedSignIn>, Error> {
        let provider = self.password_of(sign_in).await?;
        let policy = &self.settings().passwords;
        let new =
            NewPassword::parse(&passwords.new, policy, provider.email.as_str()).map_err(Refusal::Password)?;
        self.confirm_password(&provider, &passwords.current).await?;
        let hash = self.hashed(new).await?;
        let (identity, old, now) = (sign_in.identity().clone(), sign_in.session().clone(), self.now());
        let (app, value) = (self.clone(), PlainToken::generate(self.random()));
        let cookie_hash = old.cookie_hash.map(|_| value.hash(&self.0.keys));
        let renewed = self
            .settle([Topic::Customer(customer)], move |unit| {
                unit.customer_for_update(workspace, customer)?.ok_or_else(gone)?;
                // Before the sessions end: who was just signing in by the old one either has one of them, or gets none.
                if !unit.replace_password_hash(&provider, hash.as_str())? {
                    return Ok(None);
                }
                let workspace = unit.workspace(workspace)?.ok_or_else(gone)?;
                if !unit.revoke_store_session(old.id, now)? {
                    return Err(gone());
                }
                let ended = end_sessions(unit, customer, now)?;
                end_password_resets(unit, customer, now)?;
                let mut session = app.new_store_session(&workspace, &identity, provider.provider, client);
                session.cookie_hash = cookie_hash;
                unit.insert_store_session(&session)?;
                let notice =
                    app.envelope(&workspace, language, &Letter::PasswordChanged, Letter::NOTICE_LIFE);
                notice.post(unit, customer, provider.email)?;
                Ok(Some((workspace, identity, session, ended)))
            })
            .await?;
        let Some((workspace, identity, session, ended)) = renewed else { return Ok(None) };
        self.count_ended(ended);
        self.activity().ended(SessionKind::Store, 1);
        self.activity().opened(SessionKind::Store);
        let expires_at = session.expires_at;
        let cookie = OpenedCookie { value, expires_at, ends_in: expires_at - now };
        Ok(Some(RenewedSignIn {
            signed_in: self.signed_in(&workspace, &identity, &session)?,
            cookie: session.cookie_hash.map(|_| cookie),
        }))
    }

    /// The password of the name that somebody is signed in by.
    pub(crate) async fn password_of(&self, sign_in: &SignIn) -> Result<ProviderIdentity, Error> {
        // Who has no password knows none.
        self.find_password(sign_in).await?.ok_or(WRONG)
    }

    /// The same; `None` where there is none.
    pub(crate) async fn find_password(&self, sign_in: &SignIn) -> Result<Option<ProviderIdentity>, Error> {
        let identity = sign_in.identity().id;
        let find = move |unit: &mut dyn Unit| Ok(unit.provider_identities(identity)?);
        let names = self.doors().db(Mode::Read, find).await?;
        Ok(names.into_iter().find(|name| name.provider == Provider::EmailPass))
    }

    /// Refuses whoever does not know the password of a name, though they are signed in by it.
    pub(crate) async fn confirm_password(
        &self,
        provider: &ProviderIdentity,
        password: &str,
    ) -> Result<(), Error> {
        let Some(password) = AttemptedPassword::parse(password) else { return Err(WRONG) };
        let (app, identity) = (self.clone(), provider.auth_identity_id);
        let stand = move |unit: &mut dyn Unit| Ok(app.standing_of_signed_in(unit, identity)?);
        let standing = self.doors().db(Mode::Read, stand).await?;
        let look = async {
            let verified = self.verified(provider, password).await.map(drop);
            self.checked(Credential::Password, verified)
        };
        match self.attempt(&standing, look).await {
            Err(Error::Unauthenticated(_)) => Err(WRONG),
            attempted => attempted,
        }
    }
}
