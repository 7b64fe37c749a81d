//! Codes that an app shows: RFC 6238, as every such app speaks it (SHA-1, six digits, steps of 30 seconds).

use anteroom_domain::Random;
use time::OffsetDateTime;
use totp_rs::{Builder, Totp, TotpError};
use zeroize::Zeroizing;

/// A secret of 160 bits, as RFC 4226 recommends.
const SECRET_LENGTH: usize = 20;

/// What an app and the server both know.
pub struct AppSecret(Zeroizing<Vec<u8>>);

/// A stored secret is none.
#[derive(Debug, thiserror::Error)]
#[error("not a secret of an authenticator app")]
pub struct InvalidAppSecret(#[source] TotpError);

impl AppSecret {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Zeroizing::new(random.bytes::<SECRET_LENGTH>().to_vec()))
    }

    /// One that was kept.
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// To be kept, sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The step of time whose code somebody shows at a moment: the one of then, or the one before or after it, for clocks that
    /// differ. `None` when it is none of theirs.
    pub fn step_of(&self, code: &str, now: OffsetDateTime) -> Result<Option<u64>, InvalidAppSecret> {
        let Ok(seconds) = u64::try_from(now.unix_timestamp()) else { return Ok(None) };
        Ok(self.totp("", None)?.check(code, seconds))
    }

    /// What to type into an app: base32, without padding.
    pub fn to_base32(&self) -> Result<String, InvalidAppSecret> {
        Ok(self.totp("", None)?.secret().to_base32())
    }

    /// What to show to an app, as a QR code: `otpauth://totp/…`, which names who asks for the codes, and whose they are.
    pub fn to_url(&self, issuer: &str, account: &str) -> Result<String, InvalidAppSecret> {
        // A colon stands between the two.
        let plain = |text: &str| text.replace(':', " ");
        self.totp(&plain(account), Some(plain(issuer)))?.to_url().map_err(InvalidAppSecret)
    }

    fn totp(&self, account: &str, issuer: Option<String>) -> Result<Totp, InvalidAppSecret> {
        let builder =
            Builder::new().with_secret(self.0.as_slice()).with_account_name(account).with_issuer(issuer);
        builder.build().map_err(InvalidAppSecret)
    }
}

impl std::fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSecret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Appendix B of RFC 6238, of whose eight digits six are shown.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let secret = AppSecret::from_bytes(Zeroizing::new(b"12345678901234567890".to_vec()));
        let at = |seconds| OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let step = u64::try_from(seconds / 30).unwrap();
            for (moment, found) in
                [(0, Some(step)), (30, Some(step)), (-30, Some(step)), (60, None), (-60, None)]
            {
                assert_eq!(secret.step_of(code, at(seconds + moment)).unwrap(), found, "{code} at {moment}");
            }
        }
        for wrong in ["", "28708", "2870822", "287083", "abcdef", "\u{661}87082"] {
            assert_eq!(secret.step_of(wrong, at(59)).unwrap(), None, "{wrong:?}");
        }
        assert_eq!(secret.to_base32().unwrap(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn an_app_is_told_who_asks_and_for_whom() {
        let secret = AppSecret::from_bytes(Zeroizing::new(b"12345678901234567890".to_vec()));
        let url = secret.to_url("Acme: Shop & Co", "a:b@example.com").unwrap();
        let parsed = url::Url::parse(&url).unwrap();
        assert_eq!((parsed.scheme(), parsed.host_str()), ("otpauth", Some("totp")));
        assert_eq!(parsed.path(), "/Acme%20%20Shop%20%26%20Co:a%20b%40example.com");
        let of = |name: &str| parsed.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
        assert_eq!(of("secret").as_deref(), Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
        assert_eq!(of("issuer").as_deref(), Some("Acme  Shop & Co"));
    }
}
