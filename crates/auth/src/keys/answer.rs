//! The keys of one answer that is kept for an `Idempotency-Key`.

use std::fmt;

use anteroom_domain::idempotency::IdempotencyKey;
use anteroom_domain::{Random, TokenHash};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Keys, Unsealable, open, shut};

/// How long the digest of a request is.
const DIGEST_LENGTH: usize = 32;
/// What these keys seal.
const PURPOSE: &str = "idempotent answer";

/// The keys of one answer: what the store knows it by, and what seals it.
///
/// Both follow from the master key, from whose the `Idempotency-Key` is, and from the `Idempotency-Key` itself, which is
/// kept nowhere: who holds the database and the master key still opens no answer.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AnswerKeys {
    hash: [u8; 32],
    seal: [u8; 32],
}

/// What a sealed answer turned out to be.
#[derive(Clone, PartialEq, Eq)]
pub enum Unsealed {
    /// The answer to that request.
    Answer(Vec<u8>),
    /// An answer to another request.
    OfAnotherRequest,
}

impl Keys {
    /// The keys of the answer that a subject gets for an `Idempotency-Key`. Every subject has bytes of its own, all of one
    /// length.
    pub fn answer(&self, subject: &[u8; 17], key: &IdempotencyKey) -> AnswerKeys {
        let derive = |root: &[u8; 64]| {
            let mut mac = Hmac::<Sha256>::new(root.into());
            mac.update(subject);
            mac.update(key.reveal().as_bytes());
            mac.finalize().into_bytes().into()
        };
        AnswerKeys { hash: derive(&self.0.answer_hash), seal: derive(&self.0.answer_seal) }
    }
}

impl AnswerKeys {
    /// What the store knows the answer by.
    pub fn hash(&self) -> TokenHash {
        TokenHash::new(self.hash)
    }

    /// Encrypts `answer`, together with a digest of the `request` that it answers.
    pub fn seal(&self, random: &dyn Random, request: &[u8], answer: &[u8]) -> Vec<u8> {
        let mut plain = [digest(request).as_slice(), answer].concat();
        let sealed = shut(&self.seal, random, PURPOSE, &plain);
        plain.zeroize();
        sealed
    }

    /// The answer, if it is the one to `request`; an error when it was altered or sealed with other keys.
    pub fn unseal(&self, request: &[u8], sealed: &[u8]) -> Result<Unsealed, Unsealable> {
        let plain = open(&self.seal, PURPOSE, sealed)?;
        let (answered, answer) = plain.split_first_chunk::<DIGEST_LENGTH>().ok_or(Unsealable)?;
        let is_same = *answered == digest(request);
        Ok(if is_same { Unsealed::Answer(answer.to_vec()) } else { Unsealed::OfAnotherRequest })
    }
}

fn digest(request: &[u8]) -> [u8; DIGEST_LENGTH] {
    Sha256::digest(request).into()
}

impl fmt::Debug for AnswerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerKeys(hidden)")
    }
}

impl fmt::Debug for Unsealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer(_) => "Answer(..)",
            Self::OfAnotherRequest => "OfAnotherRequest",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MasterKey;
    use crate::testing::Seeded;

    fn key(text: &str) -> IdempotencyKey {
        IdempotencyKey::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn ap_04_an_answer_opens_only_unaltered_with_both_keys_and_for_its_subject() {
        let random = Seeded::default();
        let keys = Keys::derive(&MasterKey::generate(&random));
        let ours = keys.answer(&[1; 17], &key("one"));
        let sealed = ours.seal(&random, b"request", b"answer");

        assert_eq!(ours.unseal(b"request", &sealed), Ok(Unsealed::Answer(b"answer".to_vec())));
        assert_eq!(ours.unseal(b"another", &sealed), Ok(Unsealed::OfAnotherRequest));
        assert_eq!(keys.unseal(PURPOSE, &sealed), Err(Unsealable), "the master key alone opens nothing");
        let others = Keys::derive(&MasterKey::generate(&random));
        for wrong in [
            keys.answer(&[1; 17], &key("two")),
            keys.answer(&[2; 17], &key("one")),
            others.answer(&[1; 17], &key("one")),
        ] {
            assert_eq!(wrong.unseal(b"request", &sealed), Err(Unsealable));
            assert_ne!(wrong.hash(), ours.hash());
        }
        for length in 0..sealed.len() {
            assert_eq!(ours.unseal(b"request", &sealed[..length]), Err(Unsealable));
            let mut altered = sealed.clone();
            altered[length] ^= 1;
            assert_eq!(ours.unseal(b"request", &altered), Err(Unsealable));
        }
    }

    #[test]
    fn nothing_prints() {
        let keys = Keys::derive(&MasterKey::generate(&Seeded::default())).answer(&[1; 17], &key("one"));
        assert_eq!(format!("{keys:?}"), "AnswerKeys(hidden)");
        assert_eq!(format!("{:?}", Unsealed::Answer(b"answer".to_vec())), "Answer(..)");
    }

    // Every answer that is kept hangs on these bytes, computed here by another program.
    #[test]
    fn derivation_never_changes() {
        let keys = Keys::derive(&MasterKey::parse(&"00".repeat(32)).unwrap()).answer(&[7; 17], &key("one"));
        assert_eq!((&keys.hash[..4], &keys.seal[..4]), (&[170, 200, 81, 243][..], &[183, 77, 55, 211][..]));
    }
}
