//! What an attempt to sign in is held to when the browser comes back.

use std::fmt;

use anteroom_domain::Random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The nonce of an attempt, and the verifier of its PKCE challenge (RFC 7636). Both are 43 letters.
#[derive(Clone)]
pub struct Secrets {
    nonce: Zeroizing<String>,
    verifier: Zeroizing<String>,
}

impl Secrets {
    pub(crate) fn new(random: &dyn Random) -> Self {
        let drawn = || Zeroizing::new(URL_SAFE_NO_PAD.encode(random.bytes::<32>()));
        Self { nonce: drawn(), verifier: drawn() }
    }

    /// Both as one text, to be sealed.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{} {}", self.nonce.as_str(), self.verifier.as_str()))
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        let (nonce, verifier) = text.split_once(' ')?;
        let kept = |text: &str| Zeroizing::new(text.to_owned());
        Some(Self { nonce: kept(nonce), verifier: kept(verifier) })
    }

    pub(crate) fn nonce(&self) -> &str {
        &self.nonce
    }

    pub(crate) fn verifier(&self) -> &str {
        &self.verifier
    }

    /// The challenge by S256, the only method that is used.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    #[test]
    fn oa_01_the_challenge_is_that_of_the_standard() {
        let secrets = Secrets::from_text("n dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert_eq!(secrets.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(Secrets::from_text(&secrets.to_text()).unwrap().nonce(), "n");
        assert_eq!(format!("{secrets:?}"), "Secrets(hidden)");
    }
}
