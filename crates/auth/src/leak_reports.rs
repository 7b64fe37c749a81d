//! Reports of tokens that were found in public places, signed as GitHub's secret scanning partner programme does: ECDSA over P-256
//! with SHA-256, over the body as it was sent.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The public keys of those who may report, by the names that they sign with. Without one nobody may.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeakReporters(BTreeMap<String, VerifyingKey>);

/// A file of keys as `https://api.github.com/meta/public_keys/secret_scanning` gives it.
#[derive(Deserialize)]
struct KeyFile {
    public_keys: Vec<KeyEntry>,
}

#[derive(Deserialize)]
struct KeyEntry {
    key_identifier: String,
    key: String,
}

impl LeakReporters {
    /// Reads a file of keys in the form that GitHub publishes its own in: `{"public_keys": [{"key_identifier", "key"}]}`, with keys in PEM.
    pub fn parse(text: &str) -> Result<Self, InvalidReporters> {
        let file: KeyFile = serde_json::from_str(text).or(Err(InvalidReporters::NoKeyFile))?;
        let key = |entry: KeyEntry| {
            let key = VerifyingKey::from_public_key_pem(&entry.key).or(Err(InvalidReporters::NoKey))?;
            Ok((entry.key_identifier, key))
        };
        file.public_keys.into_iter().map(key).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is nobody who may report.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the body was signed by the key of that name. The signature is in DER, in base64.
    pub fn have_signed(&self, key_identifier: &str, signature: &str, body: &[u8]) -> bool {
        let Some(key) = self.0.get(key_identifier) else { return false };
        let signature = STANDARD.decode(signature).ok().and_then(|der| Signature::from_der(&der).ok());
        signature.is_some_and(|signature| key.verify(body, &signature).is_ok())
    }
}

/// What a report calls a token by in the answer: the SHA-256 of it, in base64, so that it is not told once more.
pub fn leaked_token_hash(token: &str) -> String {
    STANDARD.encode(Sha256::digest(token))
}

/// Why a text is no list of those who may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReporters {
    /// Not the JSON that it should be.
    #[error(
        "should be JSON such as {{\"public_keys\": [{{\"key_identifier\": \"…\", \"key\": \"-----BEGIN PUBLIC KEY-----…\"}}]}}"
    )]
    NoKeyFile,
    /// A key is none of P-256.
    #[error("each key should be a public key of P-256 in PEM")]
    NoKey,
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;
    use p256::pkcs8::{EncodePublicKey, LineEnding};

    fn signer() -> (SigningKey, LeakReporters) {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let pem = key.verifying_key().to_public_key_pem(LineEnding::LF).unwrap();
        let file =
            serde_json::json!({"public_keys": [{"key_identifier": "k1", "key": pem, "is_current": true}]});
        (key, LeakReporters::parse(&file.to_string()).unwrap())
    }

    #[test]
    fn what_was_signed_is_told_from_what_was_not() {
        let (key, reporters) = signer();
        let signed = |body: &[u8]| {
            let signature: Signature = key.sign(body);
            STANDARD.encode(signature.to_der())
        };
        assert!(reporters.have_signed("k1", &signed(b"[]"), b"[]"));
        assert!(!reporters.have_signed("k1", &signed(b"[]"), b"[ ]"));
        assert!(!reporters.have_signed("k2", &signed(b"[]"), b"[]"));
        assert!(!LeakReporters::default().have_signed("k1", &signed(b"[]"), b"[]"));
        for absurd in ["", "!", "AAAA", &STANDARD.encode([0x30; 4096]), &STANDARD.encode([0; 72])] {
            assert!(!reporters.have_signed("k1", absurd, b"[]"), "{absurd}");
        }
    }

    #[test]
    fn what_is_no_list_of_keys_is_refused() {
        for text in ["", "[]", "{}", "{\"public_keys\": [1]}"] {
            assert_eq!(LeakReporters::parse(text), Err(InvalidReporters::NoKeyFile), "{text}");
        }
        let text = "{\"public_keys\": [{\"key_identifier\": \"k\", \"key\": \"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\"}]}";
        assert_eq!(LeakReporters::parse(text), Err(InvalidReporters::NoKey));
        assert!(LeakReporters::parse("{\"public_keys\": []}").unwrap().is_empty());
    }
}
