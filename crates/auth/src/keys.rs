//! The master key, and the keys derived from it: one for each purpose.

mod answer;
mod master;

use std::fmt;
use std::sync::Arc;

use anteroom_domain::Random;
use anteroom_domain::sign_in::SourceHash;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use answer::{AnswerKeys, Unsealed};
pub use master::{InvalidMasterKey, MasterKey};

const NONCE_LENGTH: usize = 24;

/// What the master key is used for. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Derived>);

#[derive(Zeroize, ZeroizeOnDrop)]
struct Derived {
    // As long as a block of SHA-256, so that HMAC takes it as it is.
    token_hash: [u8; 64],
    portal_entry: [u8; 64],
    seal: [u8; 32],
    check: [u8; 32],
    answer_hash: [u8; 64],
    answer_seal: [u8; 64],
    source_hash: [u8; 64],
}

impl Keys {
    /// Derives every key by HKDF-SHA256, with a label of its own for each purpose.
    pub fn derive(master: &MasterKey) -> Self {
        let source = Hkdf::<Sha256>::new(None, master.bytes());
        Self(Arc::new(Derived {
            token_hash: expand(&source, "anteroom token hash v1"),
            portal_entry: expand(&source, "anteroom portal entry v1"),
            seal: expand(&source, "anteroom seal v1"),
            check: expand(&source, "anteroom check v1"),
            answer_hash: expand(&source, "anteroom answer hash v1"),
            answer_seal: expand(&source, "anteroom answer seal v1"),
            source_hash: expand(&source, "anteroom source hash v1"),
        }))
    }

    /// What the database keeps to recognise the master key. It tells nothing of the key.
    pub fn check_value(&self) -> [u8; 32] {
        self.0.check
    }

    /// Encrypts `plain` with XChaCha20-Poly1305, so that only [`unseal`](Self::unseal) for the same
    /// `purpose` opens it. The random nonce stands in front.
    pub fn seal(&self, random: &dyn Random, purpose: &'static str, plain: &[u8]) -> Vec<u8> {
        shut(&self.0.seal, random, purpose, plain)
    }

    /// What was sealed for `purpose`; an error when it was altered, or sealed with another key or purpose.
    pub fn unseal(&self, purpose: &'static str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        open(&self.0.seal, purpose, sealed)
    }

    /// As [`seal`](Self::seal), in letters, digits, hyphens and underscores.
    pub fn seal_text(&self, random: &dyn Random, purpose: &'static str, plain: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(random, purpose, plain))
    }

    /// What was sealed into a text for `purpose`; an error for any other text.
    pub fn unseal_text(&self, purpose: &'static str, text: &str) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let sealed = URL_SAFE_NO_PAD.decode(text).or(Err(Unsealable))?;
        self.unseal(purpose, &sealed)
    }

    /// HMAC-SHA256 of a token's text.
    pub(crate) fn token_hash(&self, text: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new(&self.0.token_hash.into());
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// HMAC-SHA256 of what attempts to sign in are counted under, or an address is known by: a purpose, and what it is about.
    pub fn source_hash(&self, purpose: &'static str, about: &[&[u8]]) -> SourceHash {
        let mut mac = Hmac::<Sha256>::new(&self.0.source_hash.into());
        for part in [purpose.as_bytes()].iter().chain(about) {
            // With its length, so that no two lists are written alike.
            mac.update(&part.len().to_be_bytes());
            mac.update(part);
        }
        SourceHash::new(mac.finalize().into_bytes().into())
    }

    /// The bytes that a session's token is made of, from the code of its portal link: HMAC-SHA256 of a counter and the code,
    /// block after block without end.
    pub(crate) fn entry_bytes(&self, code: &str) -> impl Iterator<Item = u8> {
        let block = |count: u32| -> [u8; 32] {
            let mut mac = Hmac::<Sha256>::new(&self.0.portal_entry.into());
            mac.update(&count.to_be_bytes());
            mac.update(code.as_bytes());
            mac.finalize().into_bytes().into()
        };
        (0..).flat_map(block)
    }
}

/// Encrypts, and puts the random nonce in front.
#[expect(clippy::expect_used, reason = "the cipher fails only above 256 GiB")]
fn shut(key: &[u8; 32], random: &dyn Random, purpose: &'static str, plain: &[u8]) -> Vec<u8> {
    let nonce = random.bytes::<NONCE_LENGTH>();
    let payload = Payload { msg: plain, aad: purpose.as_bytes() };
    let cipher = XChaCha20Poly1305::new(key.into());
    let secret = cipher.encrypt(&XNonce::from(nonce), payload).expect("short text");
    [nonce.as_slice(), &secret].concat()
}

/// Decrypts what [`shut`] gave for the same key and purpose.
fn open(key: &[u8; 32], purpose: &'static str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let (nonce, secret) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(Unsealable)?;
    let payload = Payload { msg: secret, aad: purpose.as_bytes() };
    let plain = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload);
    plain.map(Zeroizing::new).or(Err(Unsealable))
}

#[expect(clippy::expect_used, reason = "HKDF gives up to 8,160 bytes and we ask for at most 64")]
fn expand<const N: usize>(source: &Hkdf<Sha256>, label: &str) -> [u8; N] {
    let mut key = [0; N];
    source.expand(label.as_bytes(), &mut key).expect("a permitted length");
    key
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(hidden)")
    }
}

/// The bytes were not sealed with this key for this purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed with another key or for another purpose, or altered since")]
pub struct Unsealable;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Seeded;

    #[test]
    fn what_is_sealed_opens_only_unaltered_with_its_key_and_purpose() {
        let random = Seeded::default();
        let keys = Keys::derive(&MasterKey::generate(&random));
        let sealed = keys.seal(&random, "signing key", b"plain");

        assert_eq!(keys.unseal("signing key", &sealed).unwrap().as_slice(), b"plain");
        assert_ne!(keys.seal(&random, "signing key", b"plain"), sealed);
        assert_eq!(keys.unseal("answer", &sealed), Err(Unsealable));
        let others = Keys::derive(&MasterKey::generate(&random));
        assert_eq!(others.unseal("signing key", &sealed), Err(Unsealable));
        for length in 0..sealed.len() {
            assert_eq!(keys.unseal("signing key", &sealed[..length]), Err(Unsealable));
            let mut altered = sealed.clone();
            altered[length] ^= 1;
            assert_eq!(keys.unseal("signing key", &altered), Err(Unsealable));
        }
        let text = keys.seal_text(&random, "cursor", b"plain");
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
        assert_eq!(keys.unseal_text("cursor", &text).unwrap().as_slice(), b"plain");
        for other in ["", "!", &text[1..], &format!("{text}A"), &format!("{text}=")] {
            assert_eq!(keys.unseal_text("cursor", other), Err(Unsealable), "{other:?}");
        }
    }

    #[test]
    fn keys_depend_on_the_master_key_and_nothing_else() {
        let random = Seeded::default();
        let (one, two) = (MasterKey::generate(&random), MasterKey::generate(&random));
        assert_eq!(Keys::derive(&one).check_value(), Keys::derive(&one).check_value());
        assert_ne!(Keys::derive(&one).check_value(), Keys::derive(&two).check_value());
        assert_ne!(Keys::derive(&one).token_hash("text"), Keys::derive(&two).token_hash("text"));
    }

    #[test]
    fn a_source_is_its_purpose_and_each_part() {
        let keys = Keys::derive(&MasterKey::generate(&Seeded::default()));
        let all = [
            keys.source_hash("a", &[b"b", b"c"]),
            keys.source_hash("a", &[b"bc"]),
            keys.source_hash("a", &[b"c", b"b"]),
            keys.source_hash("ab", &[b"c"]),
            keys.source_hash("a", &[]),
        ];
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), all.len());
        assert_eq!(keys.source_hash("a", &[b"b", b"c"]), all[0]);
    }

    // Every token and sealed value in every database hangs on these bytes, computed here by another program.
    #[test]
    fn derivation_never_changes() {
        let keys = Keys::derive(&MasterKey::parse(&"00".repeat(32)).unwrap());
        assert_eq!(keys.check_value()[..4], [169, 204, 32, 38]);
        assert_eq!(keys.token_hash("token")[..4], [213, 247, 218, 201]);
    }
}
