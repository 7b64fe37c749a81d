#![doc = include_str!("../README.md")]

mod discovery;
mod fault;
mod github;
mod id_token;
mod oidc;
mod outgoing;
mod party;
mod secrets;

use std::sync::Arc;

use anteroom_domain::Random;
use anteroom_domain::identity_provider::ProviderKind;
use quick_cache::sync::Cache;
use time::OffsetDateTime;

pub use fault::Fault;
pub use party::{Answer, Party, Vouched};
pub use secrets::Secrets;

use discovery::Known;
use outgoing::Outgoing;

/// The most issuers of whom is remembered what they publish.
const REMEMBERED: usize = 256;

/// Signs people in on other people's pages. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OAuth(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    outgoing: Outgoing,
    known: Cache<String, Arc<Known>>,
}

/// Where to send a browser, and what its return is to be held to.
#[derive(Debug)]
pub struct Begun {
    /// The provider's page.
    pub location: String,
    /// To be kept until the browser is back, and shown to nobody.
    pub secrets: Secrets,
}

impl OAuth {
    /// Calls nobody yet. With `allows_loopback` issuers may be on this machine, and without encryption: for trying out.
    pub fn new(allows_loopback: bool) -> Self {
        Self(Arc::new(Inner { outgoing: Outgoing::new(allows_loopback), known: Cache::new(REMEMBERED) }))
    }

    /// Whether issuers may be on this machine.
    pub fn allows_loopback(&self) -> bool {
        self.0.outgoing.allows_loopback()
    }

    /// Begins an attempt to sign in, which the provider gives back as `state`.
    pub async fn begin(
        &self,
        party: &Party,
        callback_url: &str,
        state: &str,
        random: &dyn Random,
        now: OffsetDateTime,
    ) -> Result<Begun, Fault> {
        let secrets = Secrets::new(random);
        let location = match party.kind {
            ProviderKind::GitHub => github::location(party, callback_url, state, &secrets)?,
            ProviderKind::Oidc | ProviderKind::Google => {
                self.authorization_location(party, callback_url, state, &secrets, now).await?
            }
        };
        Ok(Begun { location, secrets })
    }

    /// Whom the provider vouches for, by the answer that a browser has come back with.
    pub async fn finish(
        &self,
        party: &Party,
        callback_url: &str,
        secrets: &Secrets,
        answer: &Answer,
        now: OffsetDateTime,
    ) -> Result<Vouched, Fault> {
        match party.kind {
            ProviderKind::GitHub => self.github_user(party, callback_url, secrets, answer).await,
            ProviderKind::Oidc | ProviderKind::Google => {
                self.openid_user(party, callback_url, secrets, answer, now).await
            }
        }
    }

    fn outgoing(&self) -> &Outgoing {
        &self.0.outgoing
    }
}
