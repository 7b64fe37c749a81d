//! ID tokens (OpenID Connect Core 1.0, 3.1.3.7): who signed one, for whom, and when.

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::{Fault, Party};

/// How far clocks may be apart.
const CLOCK_SKEW: Duration = Duration::seconds(60);
const LONGEST: usize = 16 * 1024;
/// Longer ones are none that the standard allows.
const LONGEST_SUBJECT: usize = 255;

/// What an ID token says.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    pub(crate) sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    nonce: Option<String>,
    #[serde(flatten)]
    pub(crate) person: Person,
}

/// What is said about somebody: by an ID token, or by the userinfo endpoint.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Person {
    pub(crate) email: Option<String>,
    /// A flag, which some issuers write as a text.
    pub(crate) email_verified: Option<Value>,
    /// The organisation at Google that the account belongs to.
    pub(crate) hd: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
}

impl Person {
    pub(crate) fn says_verified(&self) -> bool {
        match &self.email_verified {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

/// The id of the key that a token says to be signed with.
pub(crate) fn kid(token: &str) -> Result<Option<String>, Fault> {
    if token.len() > LONGEST {
        return Err(Fault::Untrusted("the ID token is longer than 16 KiB"));
    }
    let header = jsonwebtoken::decode_header(token).or(Err(Fault::Untrusted("the ID token is none")))?;
    Ok(header.kid)
}

/// What the token says, if that key has signed it, by an algorithm that fits the key. A shared secret never counts.
pub(crate) fn signed(token: &str, key: &Jwk) -> Result<Claims, Fault> {
    const FORGED: Fault = Fault::Untrusted("the ID token is not signed by the issuer");
    let header = jsonwebtoken::decode_header(token).or(Err(FORGED))?;
    if !algorithms(&key.algorithm).contains(&header.alg) {
        return Err(Fault::Untrusted("the ID token is signed by an algorithm that does not fit its key"));
    }
    let is_named = |named: &jsonwebtoken::jwk::KeyAlgorithm| named.to_string() != format!("{:?}", header.alg);
    if key.common.key_algorithm.as_ref().is_some_and(is_named)
        || matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption))
    {
        return Err(Fault::Untrusted("the ID token is signed by a key that is for something else"));
    }
    let mut signature_only = Validation::new(header.alg);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let key = DecodingKey::from_jwk(key).or(Err(FORGED))?;
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &signature_only);
    claims.map(|token| token.claims).or(Err(FORGED))
}

/// The algorithms that a public key of that kind can sign by.
pub(crate) fn algorithms(key: &AlgorithmParameters) -> &'static [Algorithm] {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match key {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(_) => &[ES256, ES384],
        AlgorithmParameters::OctetKeyPair(_) => &[EdDSA],
        _ => &[],
    }
}

impl Claims {
    /// Holds the claims to the shop and the attempt.
    pub(crate) fn check(&self, party: &Party, nonce: &str, now: OffsetDateTime) -> Result<(), Fault> {
        let untrusted = |why| Err(Fault::Untrusted(why));
        if self.iss != party.issuer.as_str() {
            return untrusted("the ID token is from another issuer");
        }
        let audience = self.aud.all();
        if !audience.contains(&party.client_id) {
            return untrusted("the ID token is for another client");
        }
        match &self.azp {
            Some(azp) if *azp != party.client_id => {
                return untrusted("the ID token was issued to another client");
            }
            None if audience.len() > 1 => {
                return untrusted("the ID token does not say to whom it was issued");
            }
            _ => {}
        }
        if self.nonce.as_deref() != Some(nonce) {
            return untrusted("the ID token is of another attempt");
        }
        let now = seconds(now);
        let skew = CLOCK_SKEW.as_seconds_f64();
        // A moment that is no number is neither before nor after.
        let is_past = |moment: f64| moment.is_nan() || moment + skew <= now;
        let is_future = |moment: f64| moment.is_nan() || moment - skew > now;
        if is_past(self.exp) {
            return untrusted("the ID token has expired");
        }
        if self.nbf.is_some_and(is_future) || self.iat.is_some_and(is_future) {
            return untrusted("the ID token is from the future");
        }
        if self.sub.is_empty() || self.sub.len() > LONGEST_SUBJECT {
            return untrusted("the ID token says nothing of whom it is about");
        }
        Ok(())
    }
}

fn seconds(moment: OffsetDateTime) -> f64 {
    (moment - OffsetDateTime::UNIX_EPOCH).as_seconds_f64()
}
