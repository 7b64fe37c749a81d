//! Ed25519 key pairs.

use std::fmt;

use anteroom_domain::Random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// How RFC 8410 begins a PKCS#8 Ed25519 private key; the seed follows.
const PKCS8_PREFIX: &[u8; 16] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// A key pair. Only its seed is worth storing, sealed.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    encoding: EncodingKey,
    decoding: DecodingKey,
    public: String,
    kid: String,
}

impl SigningKey {
    /// A new key pair.
    pub fn generate(random: &dyn Random) -> Self {
        Self::from_seed(&Zeroizing::new(random.bytes()))
    }

    /// The key pair that [`seed`](Self::seed) came from.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let verifying = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
        let public = URL_SAFE_NO_PAD.encode(verifying.as_bytes());
        let pkcs8 = Zeroizing::new([PKCS8_PREFIX.as_slice(), seed].concat());
        Self {
            seed: Zeroizing::new(*seed),
            encoding: EncodingKey::from_ed_der(&pkcs8),
            decoding: DecodingKey::from_ed_der(verifying.as_bytes()),
            kid: thumbprint(&public),
            public,
        }
    }

    /// The secret part, to be sealed before it is stored.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The key's name: the thumbprint of its public JWK (RFC 7638).
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    pub(super) fn public_jwk(&self) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "x": self.public,
            "kid": self.kid, "use": "sig", "alg": "EdDSA",
        })
    }
}

/// RFC 7638 section 3 fixes the members, their order and the absence of white space.
fn thumbprint(public: &str) -> String {
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}
