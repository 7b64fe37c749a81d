//! What issuers publish about themselves (OpenID Connect Discovery 1.0), and how long it is remembered.

use std::sync::Arc;

use anteroom_domain::text::Issuer;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use serde::Deserialize;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::{Fault, OAuth, id_token};

/// For so long it is not asked for again.
const REMEMBERED: Duration = Duration::HOUR;
/// A key that is not known makes its issuer be asked again, but not more often than that.
const ASKED_AGAIN: Duration = Duration::MINUTE;

/// What is used of the document.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Document {
    issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) userinfo_endpoint: Option<String>,
    jwks_uri: String,
    #[serde(default = "basic")]
    pub(crate) token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether the issuer says in its answer who it is (RFC 9207).
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

/// What an issuer supports that does not say.
fn basic() -> Vec<String> {
    vec!["client_secret_basic".to_owned()]
}

/// What an issuer publishes, at one moment.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) document: Document,
    keys: JwkSet,
    asked_at: OffsetDateTime,
}

impl Known {
    /// The key of that id. Where a token names none, the only key there is.
    pub(crate) fn key(&self, kid: Option<&str>) -> Option<&Jwk> {
        match (kid, self.keys.keys.as_slice()) {
            (Some(kid), _) => self.keys.find(kid),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

impl OAuth {
    /// What the issuer publishes, as it was said within the hour.
    pub(crate) async fn published(&self, issuer: &Issuer, now: OffsetDateTime) -> Result<Arc<Known>, Fault> {
        let known = self.0.known.get(issuer.as_str());
        match known.filter(|known| now - known.asked_at < REMEMBERED) {
            Some(known) => Ok(known),
            None => self.ask(issuer, now).await,
        }
    }

    /// What the issuer publishes now, unless it was asked within the minute.
    pub(crate) async fn published_since(
        &self,
        known: Arc<Known>,
        issuer: &Issuer,
        now: OffsetDateTime,
    ) -> Result<Arc<Known>, Fault> {
        if now - known.asked_at < ASKED_AGAIN { Ok(known) } else { self.ask(issuer, now).await }
    }

    async fn ask(&self, issuer: &Issuer, now: OffsetDateTime) -> Result<Arc<Known>, Fault> {
        let base = issuer.as_str().trim_end_matches('/');
        let outgoing = self.outgoing();
        let place = outgoing.allowed(&format!("{base}/.well-known/openid-configuration"))?;
        let document: Document = outgoing.get(place, None).await?.success()?;
        if document.issuer != issuer.as_str() {
            return Err(Fault::Untrusted("it says that its issuer is another one"));
        }
        let keys: Value = outgoing.get(outgoing.allowed(&document.jwks_uri)?, None).await?.success()?;
        let known = Arc::new(Known { document, keys: usable(&keys), asked_at: now });
        self.0.known.insert(issuer.as_str().to_owned(), Arc::clone(&known));
        Ok(known)
    }
}

/// The public keys that we verify with, of a set that may have others (RFC 7517, 5).
fn usable(set: &Value) -> JwkSet {
    let keys = set.get("keys").and_then(Value::as_array).into_iter().flatten();
    let keys = keys.filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    JwkSet { keys: keys.filter(|key| !id_token::algorithms(&key.algorithm).is_empty()).collect() }
}
