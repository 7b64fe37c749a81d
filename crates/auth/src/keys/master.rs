//! The one secret an installation is given.

use std::fmt;

use anteroom_domain::Random;
use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// 32 secret bytes from which every other key follows.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A new key.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random.bytes())
    }

    /// Reads a key from configuration: base64 of either alphabet, padded or not, or 64 hex digits.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKey> {
        let text = text.trim();
        let bytes = if text.len() == 64 { from_hex(text) } else { from_base64(text) };
        bytes.map(|bytes| Self(*bytes)).ok_or(InvalidMasterKey)
    }

    /// The key in base64, to be kept in a file.
    pub fn encoded(&self) -> Zeroizing<String> {
        Zeroizing::new(engine(&STANDARD).encode(self.0))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        for digit in pair {
            let digit = char::from(*digit).to_digit(16)?;
            *byte = (*byte << 4) | u8::try_from(digit).ok()?;
        }
    }
    Some(bytes)
}

fn from_base64(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let alphabet = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let bytes = Zeroizing::new(engine(alphabet).decode(text).ok()?);
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

fn engine(alphabet: &Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(hidden)")
    }
}

/// The text is no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the master key should be 32 bytes, written as 44 characters of base64 or as 64 hex digits")]
pub struct InvalidMasterKey;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Seeded;

    #[test]
    fn every_usual_spelling_gives_the_same_key() {
        let key = [0xfb; 32];
        let standard = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=";
        for text in [
            standard.to_owned(),
            standard.trim_end_matches('=').to_owned(),
            standard.replace('+', "-").replace('/', "_"),
            format!("\n  {standard}\n"),
            "fb".repeat(32),
            "FB".repeat(32),
        ] {
            assert_eq!(MasterKey::parse(&text).unwrap().0, key, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", "secret", "AAAA", &"0".repeat(63), &"+f".repeat(32), &"é".repeat(32), &"A".repeat(45)]
        {
            assert_eq!(MasterKey::parse(text).unwrap_err(), InvalidMasterKey, "{text}");
        }
    }

    #[test]
    fn a_key_reads_back_and_does_not_print() {
        let key = MasterKey::generate(&Seeded::default());
        assert_eq!(MasterKey::parse(&key.encoded()).unwrap().0, key.0);
        assert_eq!(format!("{key:?}"), "MasterKey(hidden)");
    }
}
