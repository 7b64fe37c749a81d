//! What shoppers sign in with on somebody else's page, and who they are there.

use std::fmt;

use time::{Duration, OffsetDateTime};

use crate::credential::{AuthIdentityId, TokenHash};
use crate::customer::CustomerId;
use crate::text::{Email, InvalidText, Issuer, Line, ReturnUrl};
use crate::workspace::WorkspaceId;

/// The name of a provider in paths: lower-case letters, digits and hyphens.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProviderName {
    bytes: [u8; Self::LONGEST],
    length: u8,
}

impl ProviderName {
    /// The most letters of a name.
    pub const LONGEST: usize = 32;

    /// What is a path of its own, or something else that shoppers sign in with.
    const RESERVED: [&str; 8] =
        ["emailpass", "otp", "passkey", "providers", "recovery-code", "session", "totp", "webauthn"];

    /// Parses a name that a merchant has chosen.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        const INVALID: InvalidText =
            InvalidText("should be 1 to 32 lower-case letters, digits and hyphens, beginning with a letter");
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.bytes().all(is_plain) || !text.starts_with(|first: char| first.is_ascii_lowercase()) {
            return Err(INVALID);
        }
        if Self::RESERVED.contains(&text) {
            return Err(InvalidText("should be none of the names that are taken already"));
        }
        let mut bytes = [0; Self::LONGEST];
        let Some(place) = bytes.get_mut(..text.len()) else { return Err(INVALID) };
        place.copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).or(Err(INVALID))?;
        Ok(Self { bytes, length })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        let text = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        // It was parsed from letters, digits and hyphens.
        std::str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Debug for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A provider on whose page shoppers of a workspace sign in.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityProvider {
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Its name in paths.
    pub name: ProviderName,
    /// What the merchant has chosen.
    pub settings: ProviderSettings,
    /// What the shop shows to the provider, sealed; `None` where it shows nothing.
    pub sealed_secret: Option<SealedSecret>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed; `None` until then.
    pub modified_at: Option<OffsetDateTime>,
}

impl IdentityProvider {
    /// The most of them in a workspace.
    pub const MOST: u32 = 100;
}

/// A secret that is sealed with a key of the installation.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(pub Vec<u8>);

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSecret(..)")
    }
}

/// What a merchant chooses of a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderSettings {
    /// What it speaks.
    pub kind: ProviderKind,
    /// What a person calls it.
    pub display_name: Line,
    /// Who vouches for shoppers.
    pub issuer: Issuer,
    /// What the provider knows the shop by.
    pub client_id: Line,
    /// Where the provider may send shoppers back to, compared whole; the first unless a shop names another.
    pub callback_urls: Vec<ReturnUrl>,
    /// Whether an e-mail that it says is verified is proved by that.
    pub trusts_email: bool,
    /// Whether shoppers sign in with it.
    pub is_enabled: bool,
}

impl ProviderSettings {
    /// The most callback URLs of a provider.
    pub const MAX_CALLBACK_URLS: usize = 20;

    /// Where to send a shopper back to who has asked for that; `None` when the merchant has not listed it.
    pub fn callback_url(&self, asked: Option<&str>) -> Option<&ReturnUrl> {
        match asked {
            Some(asked) => self.callback_urls.iter().find(|url| url.as_str() == asked),
            None => self.callback_urls.first(),
        }
    }
}

/// What a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// OpenID Connect.
    Oidc,
    /// OpenID Connect, as Google speaks it.
    Google,
    /// OAuth 2, and GitHub's own API.
    GitHub,
}

impl ProviderKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Oidc, Self::Google, Self::GitHub];

    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Google => "google",
            Self::GitHub => "github",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or(InvalidText("should be 'oidc', 'google' or 'github'"))
    }

    /// Who vouches for shoppers unless the merchant names somebody.
    pub fn issuer(self) -> Option<&'static str> {
        match self {
            Self::Oidc => None,
            Self::Google => Some("https://accounts.google.com"),
            Self::GitHub => Some("https://github.com"),
        }
    }

    /// What a person calls it.
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Oidc => "OpenID Connect",
            Self::Google => "Google",
            Self::GitHub => "GitHub",
        }
    }
}

/// Who somebody is to an issuer. The subject says who; the e-mail may change there, and is no key.
#[derive(Debug, Clone, PartialEq)]
pub struct FederatedIdentity {
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// Who vouches.
    pub issuer: Issuer,
    /// What the issuer knows them by.
    pub subject: String,
    /// Who signs in.
    pub auth_identity_id: AuthIdentityId,
    /// Their e-mail as the issuer said it first.
    pub email: Email,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// Somebody who has been sent to a provider's page and is not back yet.
#[derive(Debug, Clone, PartialEq)]
pub struct SignInFlow {
    /// Hash of the `state`, which the provider gives back.
    pub state_hash: TokenHash,
    /// The tenant it belongs to.
    pub workspace_id: WorkspaceId,
    /// To whose page.
    pub provider: ProviderName,
    /// Whose account the one there is to be linked with; `None` where somebody signs in.
    pub customer_id: Option<CustomerId>,
    /// Where the provider sends them back to.
    pub callback_url: ReturnUrl,
    /// Hash of the cookie of the browser that has to come back; `None` where it has shown none.
    pub browser_hash: Option<TokenHash>,
    /// What the answer of the provider has to match, sealed.
    pub sealed: Vec<u8>,
    /// When it began.
    pub created_at: OffsetDateTime,
    /// From this moment on nobody comes back.
    pub expires_at: OffsetDateTime,
}

impl SignInFlow {
    /// How long somebody may take on the provider's page.
    pub const LIFE: Duration = Duration::minutes(10);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_a_path() {
        for good in ["a", "keycloak", "google", "azure-ad-2", &"a".repeat(32)] {
            assert_eq!(ProviderName::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "-a", "2a", "A", "a_b", "a/b", "ä", "otp", "providers", "emailpass", &"a".repeat(33)]
        {
            assert!(ProviderName::parse(bad).is_err(), "{bad}");
        }
    }
}
