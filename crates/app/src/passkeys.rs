//! Passkeys: making one, and signing in with it.

use anteroom_auth::passkey::{Claim, PasskeyFault, PasskeyOwner, Question, RelyingParty};
use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::Id;
use anteroom_domain::credential::AuthIdentity;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::passkey::{Passkey, PasskeyCeremony, PasskeyId};
use anteroom_domain::session::Provider;
use anteroom_domain::text::{Language, Line};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::{Constraint, Mode, StoreError, Topic, Unit};
use serde_json::Value;

use crate::admission::Admitted;
use crate::sessions::{Ended, end_other_sessions};
use crate::sign_in_methods::refuse_last;
use crate::store_customers::held;
use crate::{
    App, Client, Credential, Entry, Error, FactorFault, Missing, OpenedCookie, Presence, ShopperId, SignIn,
    Unauthenticated,
};

/// What questions to authenticators are sealed for.
const SEALED: &str = "passkey ceremony";

const WRONG: Error = Error::Unauthenticated(Unauthenticated::WrongPasskey);

/// What an authenticator is to be asked.
#[derive(Debug)]
pub struct AskedPasskey {
    /// To be shown with the answer.
    pub token: PlainToken<token::PasskeyCeremony>,
    /// The options for the browser.
    pub options: Value,
}

/// An authenticator's answer, and the token of the question.
#[derive(Debug, Clone)]
pub struct PasskeyAnswer {
    /// The token.
    pub token: String,
    /// The answer, as `PublicKeyCredential.toJSON` writes it.
    pub credential: Value,
}

/// A passkey of which somebody has just proved that they have it.
#[derive(Debug, Clone)]
pub(crate) struct ProvedPasskey {
    known: Passkey,
    /// What is known of its authenticator from now on.
    credential: String,
}

impl ProvedPasskey {
    /// Whether it is that customer's.
    pub(crate) fn is_of(&self, customer: CustomerId) -> bool {
        self.known.customer_id == customer
    }
}

impl App {
    /// What a shopper's authenticator is to be asked for a new passkey, within [`PasskeyCeremony::LIFE`].
    ///
    /// Refuses whoever does not prove their presence, more than [`Passkey::MOST`], and a shop that takes no passkeys.
    pub async fn ask_for_new_passkey(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        presence: Presence,
    ) -> Result<AskedPasskey, Error> {
        let party = relying_party(workspace).ok_or(FactorFault::NoPasskeys)?;
        self.confirm_presence(workspace, sign_in, shopper, presence).await?;
        let find = move |unit: &mut dyn Unit| {
            let customer = unit.customer(shopper.workspace, shopper.customer)?;
            Ok((customer.ok_or_else(crate::store_customers::gone)?, unit.passkeys(shopper.customer)?))
        };
        let (customer, known) = self.doors().db(Mode::Read, find).await?;
        if known.len() >= Passkey::MOST {
            return Err(FactorFault::TooManyPasskeys.into());
        }
        let name = customer.email.as_str();
        let display_name = customer.name.as_ref().map_or(name, Line::as_str);
        let owner = PasskeyOwner { user_handle: customer.id.uuid(), name, display_name };
        let known = known.into_iter().map(|passkey| passkey.credential_id);
        let question = party.ask_for_new(owner, known).map_err(Error::Unaskable)?;
        self.asked(workspace, Some(shopper.customer), question).await
    }

    /// Keeps the passkey that a shopper's authenticator has made, and tells them by mail. Their cookie gets a new value.
    ///
    /// Refuses an answer that is not to be trusted, to no question of this shopper's, and more than [`Passkey::MOST`].
    pub async fn add_passkey(
        &self,
        workspace: &Workspace,
        (sign_in, shopper): (&SignIn, ShopperId),
        answer: PasskeyAnswer,
        label: Option<Line>,
        language: Option<Language>,
    ) -> Result<(Passkey, Option<OpenedCookie>), Error> {
        let party = relying_party(workspace).ok_or(FactorFault::NoPasskeys)?;
        let state = self.answered(workspace, Some(shopper.customer), &answer.token).await?;
        let made = party.made(&state, &answer.credential).map_err(|fault| {
            told(workspace, &fault);
            Error::from(FactorFault::PasskeyUntrusted)
        })?;
        let passkey = Passkey {
            id: Id::random(self.random()),
            workspace_id: workspace.id,
            customer_id: shopper.customer,
            credential_id: made.credential_id,
            user_handle: shopper.customer.uuid(),
            label,
            credential: made.credential,
            created_at: self.now(),
            last_used_at: None,
        };
        let notice = self.envelope(workspace, language, &Letter::PasskeyAdded, Letter::NOTICE_LIFE);
        let kept = passkey.clone();
        let insert = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            if unit.passkeys(customer.id)?.len() >= Passkey::MOST {
                return Err(FactorFault::TooManyPasskeys.into());
            }
            match unit.insert_passkey(&kept) {
                Err(StoreError::Conflict(Constraint::Passkey)) => {
                    return Err(FactorFault::PasskeyUntrusted.into());
                }
                inserted => inserted?,
            }
            Ok(notice.post(unit, customer.id, customer.email)?)
        };
        self.doors().db(Mode::Write, insert).await?;
        Ok((passkey, self.renewed_cookie(sign_in).await?))
    }

    /// A shopper's passkeys, oldest first.
    pub async fn passkeys(&self, ShopperId { customer, .. }: ShopperId) -> Result<Vec<Passkey>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.passkeys(customer)?)).await
    }

    /// Removes a passkey: nobody signs in with it any more. Every other session of the customer ends, and the cookie of this one gets a
    /// new value.
    ///
    /// Refuses whoever does not prove their presence, and the last way to sign in.
    pub async fn remove_passkey(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        (id, presence): (PasskeyId, Presence),
    ) -> Result<Option<OpenedCookie>, Error> {
        self.confirm_presence(workspace, sign_in, shopper, presence).await?;
        let (session, now) = (sign_in.session().id, self.now());
        let remove = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            let workspace = unit.workspace(shopper.workspace)?.ok_or_else(crate::store_customers::gone)?;
            if !unit.delete_passkey(customer.id, id)? {
                return Err(Error::NotFound(Missing::Passkey));
            }
            refuse_last(unit, &workspace, customer.id)?;
            Ok(end_other_sessions(unit, customer.id, session, now)?)
        };
        let ended = self.settle([Topic::Customer(shopper.customer)], remove).await?;
        self.count_ended(ended);
        self.renewed_cookie(sign_in).await
    }

    /// What an authenticator is to be asked by whoever wants to sign in, within [`PasskeyCeremony::LIFE`].
    pub async fn ask_for_passkey(&self, workspace: &Workspace) -> Result<AskedPasskey, Error> {
        let party = relying_party(workspace).ok_or(FactorFault::NoPasskeys)?;
        let question = party.ask_for_any().map_err(Error::Unaskable)?;
        self.asked(workspace, None, question).await
    }

    /// Signs in whoever's authenticator has answered. It has verified them, so that is two factors already.
    pub async fn sign_in_by_passkey(
        &self,
        workspace: &Workspace,
        answer: PasskeyAnswer,
        client: Client,
    ) -> Result<Entry, Error> {
        let proved = self.checked(Credential::Passkey, self.proved_passkey(workspace, &answer).await)?;
        let (app, id, at) = (self.clone(), workspace.id, client.clone());
        let open = move |unit: &mut dyn Unit| {
            let Some(customer) = unit.customer_for_update(id, proved.known.customer_id)? else {
                return Err(WRONG);
            };
            let workspace = unit.workspace(id)?.filter(Workspace::is_enabled).ok_or(WRONG)?;
            if customer.disabled_at.is_some() {
                return Err(Error::Unauthenticated(Unauthenticated::AccountDisabled));
            }
            app.note_proved_passkey(unit, &proved)?;
            let identity = app.oldest_identity(unit, &customer)?;
            app.open_for(
                unit,
                &workspace,
                identity,
                Provider::Passkey,
                (Ended::default(), Some(customer.email)),
                &at,
            )
        };
        let opened = self.doors().db(Mode::Write, open).await?;
        self.admitted(workspace, Admitted::SignedIn(opened), &client).await
    }

    /// The passkey that an authenticator has proved to have. The question is taken away before the answer is looked at, so that each
    /// is answered once.
    pub(crate) async fn proved_passkey(
        &self,
        workspace: &Workspace,
        answer: &PasskeyAnswer,
    ) -> Result<ProvedPasskey, Error> {
        let party = relying_party(workspace).ok_or(WRONG)?;
        let state = self.answered(workspace, None, &answer.token).await?;
        let claim = Claim::of(&answer.credential).ok_or(WRONG)?;
        let (id, claimed) = (workspace.id, claim.clone());
        let find = move |unit: &mut dyn Unit| Ok(unit.passkey_by_credential(id, &claimed.credential_id)?);
        let known = self.doors().db(Mode::Read, find).await?;
        let known = known.filter(|known| known.user_handle == claim.user_handle).ok_or(WRONG)?;
        let proved = party.proved(&state, &answer.credential, &known.credential).map_err(|fault| {
            told(workspace, &fault);
            WRONG
        })?;
        Ok(ProvedPasskey { known, credential: proved })
    }

    /// Notes the use of a passkey in the unit that holds its customer; refused when another use, or its end, has come between.
    pub(crate) fn note_proved_passkey(
        &self,
        unit: &mut dyn Unit,
        ProvedPasskey { known, credential }: &ProvedPasskey,
    ) -> Result<(), Error> {
        let now = unit.passkey_by_credential(known.workspace_id, &known.credential_id)?;
        // A counter that was judged by what is not true any more was not judged.
        let is_same = now.is_some_and(|now| now.id == known.id && now.credential == known.credential);
        if !is_same {
            return Err(WRONG);
        }
        Ok(unit.note_use_of_passkey(known.id, credential, self.now())?)
    }

    async fn asked(
        &self,
        workspace: &Workspace,
        customer: Option<CustomerId>,
        Question { options, state }: Question,
    ) -> Result<AskedPasskey, Error> {
        let (token, now) = (PlainToken::generate(self.random()), self.now());
        let ceremony = PasskeyCeremony {
            token_hash: token.hash(&self.0.keys),
            workspace_id: workspace.id,
            customer_id: customer,
            sealed: self.0.keys.seal(self.random(), SEALED, state.as_bytes()),
            created_at: now,
            expires_at: now + PasskeyCeremony::LIFE,
        };
        let insert = move |unit: &mut dyn Unit| Ok(unit.insert_passkey_ceremony(&ceremony)?);
        self.doors().db(Mode::Write, insert).await?;
        Ok(AskedPasskey { token, options })
    }

    /// What was asked under a token, which is used up by that. Of a question to somebody else nothing is taken.
    async fn answered(
        &self,
        workspace: &Workspace,
        customer: Option<CustomerId>,
        token: &str,
    ) -> Result<String, Error> {
        let none = || Error::from(FactorFault::NoPasskeyCeremony);
        let token = PlainToken::<token::PasskeyCeremony>::parse(token).ok_or_else(none)?;
        let (workspace, hash, now) = (workspace.id, token.hash(&self.0.keys), self.now());
        let spend = move |unit: &mut dyn Unit| {
            let Some(asked) = unit.passkey_ceremony(&hash)? else { return Ok(None) };
            let is_ours =
                asked.workspace_id == workspace && asked.customer_id == customer && now < asked.expires_at;
            if !is_ours || !unit.spend_passkey_ceremony(&hash)? {
                return Ok(None);
            }
            Ok(Some(asked))
        };
        let asked = self.doors().db(Mode::Write, spend).await?.ok_or_else(none)?;
        let state = self.0.keys.unseal(SEALED, &asked.sealed).ok();
        let state = state.and_then(|plain| String::from_utf8(plain.to_vec()).ok());
        state.ok_or(Error::Store(StoreError::Corrupt("passkey ceremony")))
    }

    /// The oldest identity of a customer whom the unit holds; a new one where there is none yet.
    pub(crate) fn oldest_identity(
        &self,
        unit: &mut dyn Unit,
        customer: &anteroom_domain::customer::Customer,
    ) -> Result<AuthIdentity, Error> {
        let oldest = match unit.identities(customer.id)?.into_iter().next() {
            Some(id) => unit.auth_identity(customer.workspace_id, id)?,
            None => None,
        };
        if let Some(identity) = oldest {
            return Ok(identity);
        }
        let made = self.new_identity(customer.workspace_id, Some(customer.id), self.now());
        unit.insert_bare_identity(&made)?;
        Ok(made)
    }
}

/// The shop, as authenticators know it; `None` where it takes no passkeys, or lists no page that could ask for one.
fn relying_party(workspace: &Workspace) -> Option<RelyingParty> {
    let domain = workspace.settings.providers.passkey_domain.as_ref()?;
    RelyingParty::new(domain, &workspace.settings.allowed_origins, workspace.brand().as_str())
}

/// Tells the operator why an answer was not trusted.
fn told(workspace: &Workspace, fault: &PasskeyFault) {
    let cause = std::error::Error::source(fault).map(ToString::to_string).unwrap_or_default();
    tracing::info!(workspace.slug = workspace.slug.as_str(), "{fault}: {cause}");
}
