//! Passkeys: what an authenticator is asked, and whether it has answered well (Web Authentication Level 3).
//!
//! The rules are those of `webauthn-rs`: the user is always verified by the authenticator, so a passkey is two factors in one. It
//! draws its challenges itself.

use anteroom_domain::text::{Origin, PasskeyDomain};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};
use webauthn_rs_proto::ResidentKeyRequirement;

/// A shop, as authenticators know it.
pub struct RelyingParty(Webauthn);

/// What an authenticator is asked.
pub struct Question {
    /// The options for the browser, as `PublicKeyCredential.parse…OptionsFromJSON` reads them.
    pub options: Value,
    /// What has to be known to judge the answer. It is not for the browser.
    pub state: String,
}

/// A passkey that was made.
pub struct MadePasskey {
    /// What its authenticator calls it.
    pub credential_id: Vec<u8>,
    /// The public key, and what is known of the authenticator.
    pub credential: String,
}

/// Whose passkey an answer claims to be of; nothing of it is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What the authenticator calls the passkey.
    pub credential_id: Vec<u8>,
    /// Whom the authenticator takes its owner to be.
    pub user_handle: Uuid,
}

/// Whom a passkey is made for, as the authenticator shows it.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyOwner<'a> {
    /// Whom the authenticator is to take its owner to be.
    pub user_handle: Uuid,
    /// What it lists the passkey under.
    pub name: &'a str,
    /// What it calls the owner.
    pub display_name: &'a str,
}

/// Why an answer is no good.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyFault {
    /// It breaks a rule of the standard, is of another page, or answers something else.
    #[error("the authenticator's answer is not to be trusted")]
    Untrusted(#[source] WebauthnError),
    /// It is none.
    #[error("no answer of an authenticator")]
    Malformed(#[source] serde_json::Error),
}

impl RelyingParty {
    /// The shop of that domain, whose pages are those of the listed origins that it covers; `None` when it covers none of them.
    pub fn new<'a>(
        domain: &PasskeyDomain,
        origins: impl IntoIterator<Item = &'a Origin>,
        name: &str,
    ) -> Option<Self> {
        let pages = origins.into_iter().filter(|origin| domain.covers(origin));
        let mut pages = pages.filter_map(|origin| Url::parse(origin.as_str()).ok());
        let first = pages.next()?;
        let mut builder = WebauthnBuilder::new(domain.as_str(), &first).ok()?.rp_name(name);
        for page in pages {
            builder = builder.append_allowed_origin(&page);
        }
        builder.build().ok().map(Self)
    }

    /// Asks for a new passkey that its authenticator finds by itself, and not for one of an authenticator that has one of `known`.
    pub fn ask_for_new(
        &self,
        owner: PasskeyOwner<'_>,
        known: impl IntoIterator<Item = Vec<u8>>,
    ) -> Result<Question, PasskeyFault> {
        let known = known.into_iter().collect();
        let PasskeyOwner { user_handle, name, display_name } = owner;
        let asked = self.0.start_passkey_registration(user_handle, name, display_name, Some(known));
        let (mut options, state) = asked.map_err(PasskeyFault::Untrusted)?;
        if let Some(wanted) = &mut options.public_key.authenticator_selection {
            wanted.resident_key = Some(ResidentKeyRequirement::Required);
            wanted.require_resident_key = true;
        }
        question(&options.public_key, &state)
    }

    /// The passkey of an answer.
    pub fn made(&self, state: &str, answer: &Value) -> Result<MadePasskey, PasskeyFault> {
        let state: PasskeyRegistration = read(state)?;
        let answer = RegisterPublicKeyCredential::deserialize(answer).map_err(PasskeyFault::Malformed)?;
        let passkey = self.0.finish_passkey_registration(&answer, &state).map_err(PasskeyFault::Untrusted)?;
        Ok(MadePasskey { credential_id: passkey.cred_id().clone(), credential: write(&passkey)? })
    }

    /// Asks for any passkey of this shop.
    pub fn ask_for_any(&self) -> Result<Question, PasskeyFault> {
        let asked = self.0.start_discoverable_authentication().map_err(PasskeyFault::Untrusted)?;
        question(&asked.0.public_key, &asked.1)
    }

    /// Whether an answer is of that passkey: what is known of its authenticator from now on.
    pub fn proved(&self, state: &str, answer: &Value, credential: &str) -> Result<String, PasskeyFault> {
        let state: DiscoverableAuthentication = read(state)?;
        let mut passkey: Passkey = read(credential)?;
        let answer = PublicKeyCredential::deserialize(answer).map_err(PasskeyFault::Malformed)?;
        let known = DiscoverableKey::from(&passkey);
        let proved = self.0.finish_discoverable_authentication_v2(&answer, state, known);
        passkey.update_credential(&proved.map_err(PasskeyFault::Untrusted)?);
        write(&passkey)
    }
}

impl Claim {
    /// What an answer claims; `None` when it is none.
    pub fn of(answer: &Value) -> Option<Self> {
        let answer = PublicKeyCredential::deserialize(answer).ok()?;
        let user_handle = Uuid::from_slice(answer.response.user_handle.as_ref()?).ok()?;
        Some(Self { credential_id: answer.raw_id, user_handle })
    }
}

fn question(options: &impl Serialize, state: &impl Serialize) -> Result<Question, PasskeyFault> {
    let options = serde_json::to_value(options).map_err(PasskeyFault::Malformed)?;
    Ok(Question { options, state: write(state)? })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, PasskeyFault> {
    serde_json::from_str(text).map_err(PasskeyFault::Malformed)
}

fn write(value: &impl Serialize) -> Result<String, PasskeyFault> {
    serde_json::to_string(value).map_err(PasskeyFault::Malformed)
}

impl std::fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RelyingParty").field(&self.0.get_allowed_origins()).finish()
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MadePasskey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadePasskey").finish_non_exhaustive()
    }
}
