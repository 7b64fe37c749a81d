//! The second factor at a sign-in: until it is shown, the first has opened nothing.

use anteroom_auth::authenticator_app::AppSecret;
use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::Id;
use anteroom_domain::credential::AuthIdentity;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::second_factor::{AuthenticatorApp, SecondFactorChallenge};
use anteroom_domain::session::Provider;
use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Mode, StoreError, Unit};
use zeroize::Zeroizing;

use crate::admission::{Admitted, Opened};
use crate::passkeys::ProvedPasskey;
use crate::sessions::Ended;
use crate::store_auth::VerifiedName;
use crate::store_customers::held;
use crate::{App, Client, Credential, Error, PasskeyAnswer, ShopperId, SignedIn, Unauthenticated};

/// What secrets of apps are sealed for.
const SEALED: &str = "authenticator app";
/// What recovery codes are hashed for.
const HASHED: &str = "recovery code";

const NO_CHALLENGE: Error = Error::Unauthenticated(Unauthenticated::NoChallenge);
const WRONG: Error = Error::Unauthenticated(Unauthenticated::WrongCode);

/// What somebody has got who has shown what they sign in with.
#[derive(Debug)]
pub enum Entry {
    /// They are signed in.
    SignedIn(SignedIn),
    /// They are to show a second factor.
    Challenged(Challenged),
}

/// A sign-in that waits for its second factor.
#[derive(Debug)]
pub struct Challenged {
    /// Goes on with it.
    pub token: PlainToken<token::SecondFactorChallenge>,
    /// Whether a passkey of the customer passes it too.
    pub takes_passkey: bool,
    /// When it is over.
    pub expires_at: time::OffsetDateTime,
    /// A JWT that opens nothing, for clients that want one.
    pub jwt: String,
}

/// A code that somebody shows as their second factor, as they typed it.
#[derive(Clone)]
pub enum FactorCode {
    /// What an authenticator app shows at this moment.
    App(String),
    /// One of those that are kept on paper.
    Recovery(String),
}

impl std::fmt::Debug for FactorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorCode(hidden)")
    }
}

/// What somebody shows as their second factor.
#[derive(Debug, Clone)]
pub enum SecondFactor {
    /// A code.
    Code(FactorCode),
    /// An authenticator's answer, which is to be of the customer's.
    Passkey(PasskeyAnswer),
}

impl SecondFactor {
    pub(crate) fn is_passkey(&self) -> bool {
        matches!(self, Self::Passkey(_))
    }
}

/// A second factor as a unit looks at it.
enum Shown {
    Code(FactorCode),
    Passkey(ProvedPasskey),
}

impl App {
    /// Lets somebody wait for their second factor, in the unit that has seen the first while it held the customer.
    pub(crate) fn challenge(
        &self,
        unit: &mut dyn Unit,
        workspace: &Workspace,
        identity: &AuthIdentity,
        provider: Provider,
    ) -> Result<Challenged, Error> {
        let takes_passkey = match identity.customer_id {
            Some(customer) => {
                workspace.settings.providers.allow(Provider::Passkey) && !unit.passkeys(customer)?.is_empty()
            }
            None => false,
        };
        let (token, now) = (PlainToken::generate(self.random()), self.now());
        let challenge = SecondFactorChallenge {
            token_hash: token.hash(&self.0.keys),
            id: Id::random(self.random()),
            workspace_id: workspace.id,
            auth_identity_id: identity.id,
            provider,
            guesses: 0,
            created_at: now,
            expires_at: now + SecondFactorChallenge::LIFE,
        };
        unit.insert_second_factor_challenge(&challenge)?;
        let (nobody, expires_at) =
            (AuthIdentity { customer_id: None, ..identity.clone() }, challenge.expires_at);
        let jwt = self.jwt(workspace, &nobody, provider, challenge.id, expires_at)?;
        Ok(Challenged { token, takes_passkey, expires_at, jwt })
    }

    /// The same for a name whose password was looked at; `None` when it has another one by now, or no second factor is asked for
    /// any more.
    pub(crate) async fn challenge_name(
        &self,
        workspace: &Workspace,
        name: VerifiedName,
    ) -> Result<Option<Challenged>, Error> {
        let (app, workspace) = (self.clone(), workspace.clone());
        let write = move |unit: &mut dyn Unit| {
            let VerifiedName { identity, provider, .. } = name;
            let Some(customer) = identity.customer_id else { return Ok(None) };
            // Whoever sets another password holds the customer too, and ends who waits.
            if unit.customer_for_update(workspace.id, customer)?.is_none() {
                return Ok(None);
            }
            let found = unit.identity_by_email(workspace.id, provider.provider, &provider.email)?;
            let is_same = found.is_some_and(|(_, known)| known == provider);
            if !is_same || !unit.has_second_factor(customer)? {
                return Ok(None);
            }
            app.challenge(unit, &workspace, &identity, provider.provider).map(Some)
        };
        self.doors().db(Mode::Write, write).await
    }

    /// Whether a customer proves a second factor at every sign-in.
    pub(crate) async fn has_second_factor(&self, customer: CustomerId) -> Result<bool, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.has_second_factor(customer)?)).await
    }

    /// Whether a JWT goes with a sign-in that waits for its second factor.
    pub async fn awaits_second_factor(&self, workspace: WorkspaceId, jwt: &str) -> Result<bool, Error> {
        let claims = self.verified_claims(jwt).filter(|claims| claims.workspace == workspace.uuid());
        let Some(id) = claims.and_then(|claims| Id::from_uuid(claims.session)) else { return Ok(false) };
        let now = self.now();
        self.doors().db(Mode::Read, move |unit| Ok(unit.awaits_second_factor(workspace, id, now)?)).await
    }

    /// Goes on with a sign-in that waits: signs in whoever shows the second factor of the customer. Wrong ones are counted by
    /// customer, and a sign-in that was guessed at [`SecondFactorChallenge::MOST_GUESSES`] times is over.
    pub async fn pass_second_factor(
        &self,
        workspace: &Workspace,
        token: &str,
        shown: SecondFactor,
        client: Client,
    ) -> Result<Entry, Error> {
        let token = PlainToken::<token::SecondFactorChallenge>::parse(token).ok_or(NO_CHALLENGE)?;
        let (app, id, hash) = (self.clone(), workspace.id, token.hash(&self.0.keys));
        let find = move |unit: &mut dyn Unit| {
            let Some(customer) = waiting(unit, id, &hash)?.and_then(|(_, identity)| identity.customer_id)
            else {
                return Ok(None);
            };
            Ok(Some((customer, app.standing_of_second_factor(unit, customer)?)))
        };
        let (customer, standing) = self.doors().db(Mode::Read, find).await?.ok_or(NO_CHALLENGE)?;
        let shown = self.shown(workspace, shown).await?;
        let (app, at) = (self.clone(), client.clone());
        let pass = move |unit: &mut dyn Unit| app.let_pass(unit, (id, customer), &hash, &shown, &at);
        let look = async { self.doors().db(Mode::Write, pass).await?.ok_or(WRONG) };
        let attempted = self.attempt(&standing, look).await;
        let opened = self.checked(Credential::SecondFactor, attempted)?;
        self.admitted(workspace, Admitted::SignedIn(opened), &client).await
    }

    /// Opens the session of a sign-in that waits; `None` when the second factor is wrong.
    fn let_pass(
        &self,
        unit: &mut dyn Unit,
        (workspace, customer): (WorkspaceId, CustomerId),
        token: &anteroom_domain::TokenHash,
        shown: &Shown,
        client: &Client,
    ) -> Result<Option<Box<Opened>>, Error> {
        let now = self.now();
        // Held first, as by everybody who ends those that wait.
        let customer = unit.customer_for_update(workspace, customer)?.ok_or(NO_CHALLENGE)?;
        if customer.disabled_at.is_some() {
            return Err(Error::Unauthenticated(Unauthenticated::AccountDisabled));
        }
        let workspace = unit.workspace(workspace)?.filter(Workspace::is_enabled).ok_or(NO_CHALLENGE)?;
        let (challenge, identity) = waiting(unit, workspace.id, token)?.ok_or(NO_CHALLENGE)?;
        if identity.customer_id != Some(customer.id) || !unit.guess_second_factor(token, now)? {
            return Err(NO_CHALLENGE);
        }
        if !self.accept(unit, customer.id, shown)? {
            return Ok(None);
        }
        if !unit.spend_second_factor_challenge(token)? {
            return Err(NO_CHALLENGE);
        }
        let (provider, told) = (challenge.provider, (Ended::default(), Some(customer.email)));
        self.open_for(unit, &workspace, identity, provider, told, client).map(Some)
    }

    /// Looks whether a second factor is that of a customer whom the unit holds, and uses it up.
    fn accept(&self, unit: &mut dyn Unit, customer: CustomerId, shown: &Shown) -> Result<bool, Error> {
        match shown {
            Shown::Code(code) => self.accept_code(unit, customer, code),
            Shown::Passkey(proved) if proved.is_of(customer) => {
                self.note_proved_passkey(unit, proved)?;
                Ok(true)
            }
            Shown::Passkey(_) => Ok(false),
        }
    }

    /// The same of a code, which is good once.
    fn accept_code(
        &self,
        unit: &mut dyn Unit,
        customer: CustomerId,
        code: &FactorCode,
    ) -> Result<bool, Error> {
        match code {
            FactorCode::Recovery(typed) => {
                Ok(unit.spend_recovery_code(customer, &self.recovery_hash(typed))?)
            }
            FactorCode::App(typed) => {
                for app in unit.authenticator_apps(customer)?.iter().filter(|app| app.is_confirmed()) {
                    if let Some(step) = self.step_of(app, typed)? {
                        return Ok(unit.accept_code_of_step(app.id, step)?);
                    }
                }
                Ok(false)
            }
        }
    }

    /// A second factor, looked at as far as that needs no unit.
    async fn shown(&self, workspace: &Workspace, shown: SecondFactor) -> Result<Shown, Error> {
        Ok(match shown {
            SecondFactor::Code(code) => Shown::Code(code),
            SecondFactor::Passkey(answer) => Shown::Passkey(self.proved_passkey(workspace, &answer).await?),
        })
    }

    /// Refuses whoever is signed in and does not show the second factor, or a passkey. Wrong ones count as those at a sign-in do.
    pub(crate) async fn confirm_second_factor(
        &self,
        workspace: &Workspace,
        shopper: ShopperId,
        factor: SecondFactor,
    ) -> Result<(), Error> {
        let (app, shown, customer) = (self.clone(), self.shown(workspace, factor).await?, shopper.customer);
        let accept = move |unit: &mut dyn Unit| {
            held(unit, shopper)?;
            app.accept(unit, customer, &shown)
        };
        self.attempt_second_factor(customer, async {
            let accepted = self.doors().db(Mode::Write, accept).await?;
            if accepted { Ok(()) } else { Err(WRONG) }
        })
        .await
    }

    /// An attempt of somebody who is signed in at the second factor of their customer.
    pub(crate) async fn attempt_second_factor<T: Send + 'static>(
        &self,
        customer: CustomerId,
        look: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let app = self.clone();
        let stand = move |unit: &mut dyn Unit| Ok(app.standing_of_second_factor(unit, customer)?);
        let standing = self.doors().db(Mode::Read, stand).await?;
        self.checked(Credential::SecondFactor, self.attempt(&standing, look).await)
    }

    /// The step of time whose code of an app somebody shows, as typed.
    pub(crate) fn step_of(&self, app: &AuthenticatorApp, typed: &str) -> Result<Option<u64>, Error> {
        let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let secret = self.0.keys.unseal(SEALED, &app.secret_sealed).ok();
        let secret = AppSecret::from_bytes(secret.ok_or(StoreError::Corrupt("secret of an app"))?);
        secret.step_of(&code, self.now()).or(Err(Error::Store(StoreError::Corrupt("secret of an app"))))
    }

    /// Seals the secret of an app.
    pub(crate) fn sealed_secret(&self, secret: &AppSecret) -> Vec<u8> {
        self.0.keys.seal(self.random(), SEALED, secret.bytes())
    }

    /// What a recovery code is known by. It has eighty bits, so nobody finds it by trying.
    pub(crate) fn recovery_hash(&self, typed: &str) -> SourceHash {
        self.0.keys.source_hash(HASHED, &[read_recovery_code(typed).as_bytes()])
    }
}

/// A sign-in that waits, and who waits.
fn waiting(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    token: &anteroom_domain::TokenHash,
) -> Result<Option<(SecondFactorChallenge, AuthIdentity)>, StoreError> {
    let Some(challenge) = unit.second_factor_challenge(workspace, token)? else { return Ok(None) };
    let identity = unit.auth_identity(workspace, challenge.auth_identity_id)?;
    Ok(identity.map(|identity| (challenge, identity)))
}

/// A recovery code as it was written, whatever it was typed like: Crockford's base32 reads letters that look like digits as
/// these.
fn read_recovery_code(typed: &str) -> Zeroizing<String> {
    let read = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        c => c,
    });
    Zeroizing::new(read.collect())
}
