//! The JWTs of shoppers: Ed25519, one set of keys for the whole installation.

mod claims;
mod signing_key;

use std::iter;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

pub use claims::Claims;
pub use signing_key::SigningKey;

use claims::Wire;

/// Ours are a quarter of this.
const LONGEST_TOKEN: usize = 4096;
const CLOCK_SKEW: Duration = Duration::seconds(60);

/// The keys whose signatures count, and which of them signs when.
#[derive(Debug)]
pub struct KeySet {
    first: ScheduledKey,
    others: Vec<ScheduledKey>,
}

/// A key and when it signs.
#[derive(Debug)]
pub struct ScheduledKey {
    /// The key.
    pub key: SigningKey,
    /// From this moment on it may sign; `None` is never.
    pub signs_from: Option<OffsetDateTime>,
}

impl KeySet {
    /// Signs with `signing`; verifies with it and with every key of `verifying`.
    pub fn new(signing: SigningKey, verifying: impl IntoIterator<Item = SigningKey>) -> Self {
        let others = verifying.into_iter().filter(|key| key.kid() != signing.kid());
        let others = others.map(|key| ScheduledKey { key, signs_from: None }).collect();
        Self { first: ScheduledKey { key: signing, signs_from: None }, others }
    }

    /// Verifies with every key, and signs with the one that may since last. While none may, the last one signs. `None`
    /// without a key.
    pub fn scheduled(keys: impl IntoIterator<Item = ScheduledKey>) -> Option<Self> {
        let mut others: Vec<_> = keys.into_iter().collect();
        let first = others.pop()?;
        Some(Self { first, others })
    }

    /// A signed token that says `claims`, by the key that signs when they are issued. Times are cut to whole seconds.
    pub fn issue(&self, claims: &Claims) -> Result<String, IssueError> {
        let (wire, signing) = (Wire::from(claims), self.signing(claims.issued_at));
        jsonwebtoken::encode(&header(signing), &wire, signing.encoding()).map_err(IssueError)
    }

    /// The key that signs at that moment.
    pub fn signing(&self, at: OffsetDateTime) -> &SigningKey {
        let may_sign = self.scheduled_keys().filter(|one| one.signs_from.is_some_and(|from| from <= at));
        // Of several since the same moment, the first.
        let last = may_sign.reduce(|last, one| if one.signs_from > last.signs_from { one } else { last });
        &last.unwrap_or(&self.first).key
    }

    /// What the token says, when one of our keys signed it for `issuer` and it is live at `now`.
    ///
    /// Whether it was issued for this workspace, and whether its session still lives, is for the caller.
    pub fn verify(&self, token: &str, issuer: &str, now: OffsetDateTime) -> Result<Claims, Refusal> {
        let claims = self.signed_claims(token)?;
        claims.check(issuer, now)?;
        Ok(claims)
    }

    /// What the token says, when one of our keys signed it. That stays so for ever: whoever remembers it still asks each
    /// time whether it is live ([`Claims::check`]).
    pub fn signed_claims(&self, token: &str) -> Result<Claims, Refusal> {
        if token.len() > LONGEST_TOKEN {
            return Err(Refusal::Malformed);
        }
        let given = jsonwebtoken::decode_header(token).or(Err(Refusal::Malformed))?;
        let kid = given.kid.as_deref().ok_or(Refusal::Malformed)?;
        let key = self.keys().find(|key| key.kid() == kid).ok_or(Refusal::UnknownKey)?;
        // We write exactly three header members. Any other (`jwk`, `jku`, `x5u`, `crit`, ..) or another
        // algorithm is a try to choose the key or the check, RFC 8725 sections 3.1 and 3.10.
        if given != header(key) {
            return Err(Refusal::Malformed);
        }
        match jsonwebtoken::decode::<Wire>(token, key.decoding(), &signature_only()) {
            Ok(token) => Claims::try_from(token.claims).or(Err(Refusal::Malformed)),
            Err(error) if *error.kind() == ErrorKind::InvalidSignature => Err(Refusal::BadSignature),
            Err(_) => Err(Refusal::Malformed),
        }
    }

    /// The public keys as a JSON Web Key Set (RFC 7517), for `/.well-known/jwks.json`.
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.keys().map(SigningKey::public_jwk).collect::<Vec<_>>() })
    }

    fn keys(&self) -> impl Iterator<Item = &SigningKey> {
        self.scheduled_keys().map(|one| &one.key)
    }

    fn scheduled_keys(&self) -> impl Iterator<Item = &ScheduledKey> {
        iter::once(&self.first).chain(&self.others)
    }
}

impl Claims {
    /// Whether the token is live at `now`, and was issued by `issuer`.
    pub fn check(&self, issuer: &str, now: OffsetDateTime) -> Result<(), Refusal> {
        if now >= self.expires_at {
            return Err(Refusal::Expired);
        }
        if self.issuer != issuer {
            return Err(Refusal::WrongIssuer);
        }
        if self.issued_at > now + CLOCK_SKEW {
            return Err(Refusal::Malformed);
        }
        Ok(())
    }
}

/// What tells one token from every other, for a table of those whose signature was verified (SHA-256).
pub fn fingerprint(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn header(key: &SigningKey) -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(key.kid().to_owned());
    header
}

/// The library would read the system's clock; times, issuer and audience are compared here instead.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

/// Signing failed.
#[derive(Debug, thiserror::Error)]
#[error("could not sign a token")]
pub struct IssueError(#[source] jsonwebtoken::errors::Error);

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a token in the form we write, or from the future.
    #[error("not a token of this server")]
    Malformed,
    /// No key of this set has the token's `kid`.
    #[error("the token names an unknown key")]
    UnknownKey,
    /// Altered, or signed by somebody else.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Issued under another public address.
    #[error("the token is from another issuer")]
    WrongIssuer,
}

#[cfg(test)]
mod tests;
