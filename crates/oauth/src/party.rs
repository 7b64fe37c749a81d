//! Who asks whom, and what is answered.

use std::fmt;

use anteroom_domain::identity_provider::ProviderKind;
use anteroom_domain::text::Issuer;
use zeroize::Zeroizing;

/// A shop, as a provider knows it.
#[derive(Clone)]
pub struct Party {
    /// What the provider speaks.
    pub kind: ProviderKind,
    /// Who vouches; of GitHub, where it is.
    pub issuer: Issuer,
    /// What the provider knows the shop by.
    pub client_id: String,
    /// What the shop shows to the provider; `None` where it shows nothing.
    pub client_secret: Option<Zeroizing<String>>,
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Party");
        shown.field("kind", &self.kind).field("issuer", &self.issuer).field("client_id", &self.client_id);
        shown.finish_non_exhaustive()
    }
}

/// What a browser has come back with.
#[derive(Clone)]
pub struct Answer {
    /// The code, to be traded for what the provider says.
    pub code: String,
    /// Who the answer is from, where the provider says so (RFC 9207).
    pub issuer: Option<String>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// Somebody for whom a provider vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// What the provider knows them by: never another person, and the same for good.
    pub subject: String,
    /// Their e-mail, where the provider says one.
    pub email: Option<String>,
    /// Whether the provider says that the e-mail is theirs, and may know it.
    pub is_email_verified: bool,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
}
