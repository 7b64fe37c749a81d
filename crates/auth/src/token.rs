//! Opaque bearer tokens, and the publishable keys written the same way.
//!
//! A token is its kind's prefix, 43 random base62 characters (256 bits) and a checksum of 6. A scanner for
//! leaked secrets finds it by `anteroom_(cst|mst|wat|pec|pck|sck|prt|evt|sif|sis|sib|pkc|sfc|evc)_[0-9A-Za-z]{49}`.

mod checked;

use std::fmt;
use std::marker::PhantomData;

use anteroom_domain::{Random, TokenHash};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::keys::Keys;

/// What a token opens. Each kind has a prefix of its own, so that no token passes for another.
pub trait TokenKind: sealed::Sealed {
    /// How the text of such a token begins.
    const PREFIX: &'static str;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! token_kinds {
    ($($(#[$doc:meta])* $kind:ident $prefix:literal)*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
        impl sealed::Sealed for $kind {}
        impl TokenKind for $kind {
            const PREFIX: &'static str = $prefix;
        }
    )* };
}

token_kinds! {
    /// Opens the portal API for a customer.
    CustomerSession "anteroom_cst_"
    /// Opens the portal API for one member of a customer.
    MemberSession "anteroom_mst_"
    /// Opens the Workspace API for the merchant's servers.
    WorkspaceAccess "anteroom_wat_"
    /// Enters the portal from a link, once: see [`PlainToken::session_token`].
    PortalEntry "anteroom_pec_"
    /// Keeps a browser in the portal.
    PortalCookie "anteroom_pck_"
    /// Keeps a shopper signed in to the store.
    SessionCookie "anteroom_sck_"
    /// Lets somebody choose another password, once.
    PasswordReset "anteroom_prt_"
    /// Proves an e-mail address, once.
    EmailVerification "anteroom_evt_"
    /// Says where a mailed code was asked for.
    SignInFlow "anteroom_sif_"
    /// Comes back from a provider's page, once.
    SignInState "anteroom_sis_"
    /// Says which browser was sent to a provider's page.
    SignInBrowser "anteroom_sib_"
    /// Brings an authenticator’s answer, once.
    PasskeyCeremony "anteroom_pkc_"
    /// Goes on with a sign-in that waits for its second factor.
    SecondFactorChallenge "anteroom_sfc_"
    /// Stops a change of an e-mail address.
    EmailChangeCancellation "anteroom_evc_"
}

/// A token in clear: shown to its owner and then forgotten. Only its [`hash`](Self::hash) is stored.
pub struct PlainToken<K> {
    text: Zeroizing<String>,
    kind: PhantomData<fn() -> K>,
}

impl<K: TokenKind> PlainToken<K> {
    /// A new token.
    pub fn generate(random: &dyn Random) -> Self {
        Self { text: Zeroizing::new(checked::generate(K::PREFIX, random)), kind: PhantomData }
    }

    /// Reads a token; `None` when it is of another kind or mistyped, which then costs no query.
    pub fn parse(text: &str) -> Option<Self> {
        checked::is_sound(K::PREFIX, text)
            .then(|| Self { text: Zeroizing::new(text.to_owned()), kind: PhantomData })
    }

    /// The token itself.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What the store knows the token by.
    pub fn hash(&self, keys: &Keys) -> TokenHash {
        TokenHash::new(keys.token_hash(&self.text))
    }
}

/// The kinds of token that a customer session has.
pub trait SessionTokenKind: TokenKind {}
impl SessionTokenKind for CustomerSession {}
impl SessionTokenKind for MemberSession {}

impl PlainToken<PortalEntry> {
    /// The token of the session that the code of a portal link leads to.
    ///
    /// It is made from the code with a key of the server's, so that one record, found by its token, answers for both. Who
    /// has the code alone cannot make it, and it tells nothing of the code.
    pub fn session_token<K: SessionTokenKind>(&self, keys: &Keys) -> PlainToken<K> {
        let text = checked::write(K::PREFIX, keys.entry_bytes(&self.text));
        PlainToken { text: Zeroizing::new(text), kind: PhantomData }
    }
}

impl<K> PartialEq for PlainToken<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text.as_bytes().ct_eq(other.text.as_bytes()).into()
    }
}
impl<K> Eq for PlainToken<K> {}

impl<K: TokenKind> fmt::Debug for PlainToken<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainToken({}hidden)", K::PREFIX)
    }
}

const PUBLISHABLE: &str = "pk_";

/// A new publishable key: names a workspace's store in its pages, and is no secret.
pub fn publishable_key(random: &dyn Random) -> String {
    checked::generate(PUBLISHABLE, random)
}

/// Whether the text can be a publishable key at all; a mistyped one then costs no query.
pub fn is_publishable_key(text: &str) -> bool {
    checked::is_sound(PUBLISHABLE, text)
}

#[cfg(test)]
mod tests;
