//! What shoppers sign in with.

use std::fmt;

use anteroom_domain::identity_provider::ProviderName;
use anteroom_domain::session::Provider;
use anteroom_domain::text::Line;

/// Something that shoppers sign in with. A new one of ours is a variant of [`Provider`], an entry of [`providers`], and a switch in
/// the settings of a workspace; those of others are [`External`].
pub trait SignInProvider: fmt::Debug + Send + Sync {
    /// Which one it is.
    fn provider(&self) -> Provider;

    /// What a person calls it.
    fn display_name(&self) -> &str;

    /// How one signs in with it.
    fn flow(&self) -> Flow;
}

/// How one signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// By what is typed into the shop's own form. There is no way back from anywhere else.
    Credentials,
    /// By a code that is mailed, and typed into the shop's own form.
    Code,
    /// By an authenticator, which the browser asks.
    Passkey,
    /// On a page of the provider's, from where the browser comes back by its callback.
    Redirect,
}

impl Flow {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::Redirect => "redirect",
        }
    }
}

/// E-mail and password.
#[derive(Debug, Clone, Copy)]
pub struct EmailPass;

impl SignInProvider for EmailPass {
    fn provider(&self) -> Provider {
        Provider::EmailPass
    }

    fn display_name(&self) -> &'static str {
        "Email and password"
    }

    fn flow(&self) -> Flow {
        Flow::Credentials
    }
}

/// A code that is mailed.
#[derive(Debug, Clone, Copy)]
pub struct Otp;

impl SignInProvider for Otp {
    fn provider(&self) -> Provider {
        Provider::Otp
    }

    fn display_name(&self) -> &'static str {
        "Code by email"
    }

    fn flow(&self) -> Flow {
        Flow::Code
    }
}

/// A passkey.
#[derive(Debug, Clone, Copy)]
pub struct Passkey;

impl SignInProvider for Passkey {
    fn provider(&self) -> Provider {
        Provider::Passkey
    }

    fn display_name(&self) -> &'static str {
        "Passkey"
    }

    fn flow(&self) -> Flow {
        Flow::Passkey
    }
}

/// A page of somebody else's, as a merchant has set it up.
#[derive(Debug, Clone)]
pub struct External {
    /// Its name in paths.
    pub name: ProviderName,
    /// What a person calls it.
    pub display_name: Line,
}

impl SignInProvider for External {
    fn provider(&self) -> Provider {
        Provider::External(self.name)
    }

    fn display_name(&self) -> &str {
        self.display_name.as_str()
    }

    fn flow(&self) -> Flow {
        Flow::Redirect
    }
}

/// Every provider of ours, in the order in which they are offered.
pub fn providers() -> impl Iterator<Item = &'static dyn SignInProvider> {
    static ALL: [&dyn SignInProvider; 3] = [&EmailPass, &Otp, &Passkey];
    ALL.into_iter()
}
