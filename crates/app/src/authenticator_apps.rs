//! Second factors as their owner keeps them: authenticator apps and recovery codes.

use anteroom_auth::authenticator_app::AppSecret;
use anteroom_domain::Id;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::second_factor::{AuthenticatorApp, AuthenticatorAppId, RECOVERY_CODES};
use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::text::{Language, Line};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::{Mode, StoreError, Topic, Unit};

use crate::names::named_for_update;
use crate::presence::not_signed_out;
use crate::sessions::{Ended, end_other_sessions, end_sessions};
use crate::store_customers::held;
use crate::{
    App, CustomerRef, Error, FactorFault, Missing, OpenedCookie, Presence, ShopperId, SignIn, Unauthenticated,
};

/// The letters and digits of Crockford's base32: none that look alike.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What a customer has beside the first factor.
#[derive(Debug)]
pub struct SecondFactors {
    /// Apps, oldest first; those too that wait for their first code.
    pub apps: Vec<AuthenticatorApp>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u64,
}

/// An app that was added, to be told its secret: nobody is told again.
#[derive(Debug)]
pub struct AddedAuthenticatorApp {
    /// The app.
    pub app: AuthenticatorApp,
    /// To be typed in.
    pub secret: String,
    /// To be shown as a QR code.
    pub url: String,
}

/// What has become of second factors.
#[derive(Debug)]
pub struct ChangedSecondFactors {
    /// The app that it is about.
    pub app: AuthenticatorApp,
    /// The recovery codes that were made because it is the first app; nobody is told again.
    pub recovery_codes: Option<Vec<String>>,
    /// The cookie in place of the one that asked; `None` where there was none.
    pub cookie: Option<OpenedCookie>,
}

impl App {
    /// What a shopper has beside the first factor.
    pub async fn second_factors(
        &self,
        ShopperId { customer, .. }: ShopperId,
    ) -> Result<SecondFactors, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                Ok(SecondFactors {
                    apps: unit.authenticator_apps(customer)?,
                    recovery_codes_left: unit.count_recovery_codes(customer)?,
                })
            })
            .await
    }

    /// Adds an app, which protects nothing until it has shown a code; others that wait for that are removed.
    ///
    /// Refuses whoever does not prove their presence, and more than [`AuthenticatorApp::MOST`].
    pub async fn add_authenticator_app(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        label: Option<Line>,
        presence: Presence,
    ) -> Result<AddedAuthenticatorApp, Error> {
        self.confirm_presence(workspace, sign_in, shopper, presence).await?;
        let secret = AppSecret::generate(self.random());
        let app = AuthenticatorApp {
            id: Id::random(self.random()),
            customer_id: shopper.customer,
            label,
            secret_sealed: self.sealed_secret(&secret),
            last_step: 0,
            created_at: self.now(),
            confirmed_at: None,
        };
        let added = app.clone();
        let insert = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            let apps = unit.authenticator_apps(customer.id)?;
            if apps.iter().filter(|app| app.is_confirmed()).count() >= AuthenticatorApp::MOST {
                return Err(FactorFault::TooManyAuthenticatorApps.into());
            }
            for app in apps.iter().filter(|app| !app.is_confirmed()) {
                unit.delete_authenticator_app(customer.id, app.id)?;
            }
            unit.insert_authenticator_app(&added)?;
            Ok(customer.email)
        };
        let email = self.doors().db(Mode::Write, insert).await?;
        let unwritable = |_| Error::Store(StoreError::Corrupt("secret of an app"));
        Ok(AddedAuthenticatorApp {
            app,
            secret: secret.to_base32().map_err(unwritable)?,
            url: secret.to_url(workspace.brand().as_str(), email.as_str()).map_err(unwritable)?,
        })
    }

    /// Lets an app protect the account, by its first code: from now on every sign-in asks for a second factor. Every other session
    /// of the customer ends, and the owner is told. The first app comes with recovery codes.
    pub async fn confirm_authenticator_app(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        (id, code): (AuthenticatorAppId, String),
        language: Option<Language>,
    ) -> Result<ChangedSecondFactors, Error> {
        let (codes, hashes) = self.new_recovery_codes();
        let notice = self.envelope(workspace, language, &Letter::SecondFactorOn, Letter::NOTICE_LIFE);
        let (app, session, now) = (self.clone(), sign_in.session().id, self.now());
        let confirm = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            let mut apps = unit.authenticator_apps(customer.id)?;
            let is_first = !apps.iter().any(AuthenticatorApp::is_confirmed);
            apps.retain(|app| app.id == id);
            let added = apps.pop().filter(|app| now - app.created_at < AuthenticatorApp::CONFIRMED_WITHIN);
            let added = added.ok_or(Error::NotFound(Missing::AuthenticatorApp))?;
            let step = app.step_of(&added, &code)?;
            let is_right = match step {
                Some(step) => unit.accept_code_of_step(added.id, step)?,
                None => false,
            };
            if !is_right || !unit.confirm_authenticator_app(added.id, now)? {
                return Ok(None);
            }
            if is_first {
                unit.replace_recovery_codes(customer.id, &hashes, now)?;
            }
            let ended = end_other_sessions(unit, customer.id, session, now)?;
            notice.post(unit, customer.id, customer.email)?;
            let confirmed = AuthenticatorApp { confirmed_at: Some(now), ..added };
            Ok(Some((confirmed, is_first, ended)))
        };
        let look = async {
            let confirmed = self.settle([Topic::Customer(shopper.customer)], confirm).await?;
            confirmed.ok_or(Error::Unauthenticated(Unauthenticated::WrongCode))
        };
        let confirmed = self.attempt_second_factor(shopper.customer, look).await.map_err(not_signed_out)?;
        let (app, is_first, ended) = confirmed;
        self.count_ended(ended);
        // Who was just signing in by the first factor alone has seen that there is a second, or has a session by now.
        let ended = self.end_sessions_beside(shopper, sign_in).await?;
        self.count_ended(ended);
        Ok(ChangedSecondFactors {
            app,
            recovery_codes: is_first.then_some(codes),
            cookie: self.renewed_cookie(sign_in).await?,
        })
    }

    /// Removes an app. With the last one that protects the account its recovery codes go, no sign-in asks for a second factor any
    /// more, and the owner is told. Every other session of the customer ends.
    ///
    /// Refuses whoever does not prove their presence.
    pub async fn remove_authenticator_app(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        (id, presence): (AuthenticatorAppId, Presence),
        language: Option<Language>,
    ) -> Result<ChangedSecondFactors, Error> {
        self.confirm_presence(workspace, sign_in, shopper, presence).await?;
        let notice = self.envelope(workspace, language, &Letter::SecondFactorOff, Letter::NOTICE_LIFE);
        let (session, now) = (sign_in.session().id, self.now());
        let remove = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            let app = unit.authenticator_apps(customer.id)?.into_iter().find(|app| app.id == id);
            let app = app.ok_or(Error::NotFound(Missing::AuthenticatorApp))?;
            unit.delete_authenticator_app(customer.id, id)?;
            if !app.is_confirmed() {
                return Ok((app, Ended::default()));
            }
            if !unit.has_second_factor(customer.id)? {
                unit.replace_recovery_codes(customer.id, &[], now)?;
                notice.post(unit, customer.id, customer.email)?;
            }
            Ok((app, end_other_sessions(unit, customer.id, session, now)?))
        };
        let (app, ended) = self.settle([Topic::Customer(shopper.customer)], remove).await?;
        self.count_ended(ended);
        Ok(ChangedSecondFactors { app, recovery_codes: None, cookie: self.renewed_cookie(sign_in).await? })
    }

    /// Makes recovery codes in place of those that there were, which are good no more; nobody is told again.
    ///
    /// Refuses whoever does not prove their presence, and who has no app.
    pub async fn replace_recovery_codes(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        presence: Presence,
    ) -> Result<Vec<String>, Error> {
        self.confirm_presence(workspace, sign_in, shopper, presence).await?;
        let (codes, hashes) = self.new_recovery_codes();
        let now = self.now();
        let replace = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            if !unit.has_second_factor(customer.id)? {
                return Err(FactorFault::NoSecondFactor.into());
            }
            Ok(unit.replace_recovery_codes(customer.id, &hashes, now)?)
        };
        self.doors().db(Mode::Write, replace).await?;
        Ok(codes)
    }

    /// Takes the second factor from a customer who has lost it, as the merchant asks; how many apps there were. Every session ends, and
    /// the customer is told.
    pub async fn remove_second_factor(&self, workspace: &Workspace, id: CustomerId) -> Result<u64, Error> {
        let notice = self.envelope(workspace, None, &Letter::SecondFactorOff, Letter::NOTICE_LIFE);
        let (workspace, now) = (workspace.id, self.now());
        let remove = move |unit: &mut dyn Unit| {
            let customer = named_for_update(unit, workspace, &CustomerRef::Id(id))?;
            let customer = customer.ok_or(Error::NotFound(Missing::Customer))?;
            let apps = unit.authenticator_apps(customer.id)?;
            for app in &apps {
                unit.delete_authenticator_app(customer.id, app.id)?;
            }
            if !apps.iter().any(AuthenticatorApp::is_confirmed) {
                return Ok((apps.len(), Ended::default()));
            }
            unit.replace_recovery_codes(customer.id, &[], now)?;
            let ended = end_sessions(unit, customer.id, now)?;
            notice.post(unit, customer.id, customer.email)?;
            Ok((apps.len(), ended))
        };
        let (removed, ended) = self.settle([Topic::Customer(id)], remove).await?;
        self.count_ended(ended);
        Ok(u64::try_from(removed).unwrap_or(u64::MAX))
    }

    async fn end_sessions_beside(&self, shopper: ShopperId, sign_in: &SignIn) -> Result<Ended, Error> {
        let (customer, session, now) = (shopper.customer, sign_in.session().id, self.now());
        let end = move |unit: &mut dyn Unit| Ok(end_other_sessions(unit, customer, session, now)?);
        self.settle([Topic::Customer(customer)], end).await
    }

    /// As they are shown, and as they are kept.
    fn new_recovery_codes(&self) -> (Vec<String>, Vec<SourceHash>) {
        let codes = (0..RECOVERY_CODES).map(|_| written(&self.random().bytes()));
        codes.map(|code| (code.clone(), self.recovery_hash(&code))).unzip()
    }
}

/// A recovery code of eighty bits, in groups of four.
fn written(random: &[u8; 16]) -> String {
    let mut text = String::with_capacity(19);
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or_default();
        text.push(char::from(letter));
    }
    text
}
