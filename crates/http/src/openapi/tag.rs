//! The chapters of the documents.

use super::Document;

/// A chapter of one of the documents; every route belongs to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    CustomerSessions,
    Customers,
    Members,
    Addresses,
    Workspace,
    AccessTokens,
    PublishableKeys,
    Server,
    SignIn,
    CookieSessions,
    SecondFactor,
    Shopper,
    Account,
    SessionHolder,
    Pages,
}

impl Tag {
    /// Every chapter, in the order in which it is read.
    pub(super) const ALL: [Self; 15] = [
        Self::CustomerSessions,
        Self::Customers,
        Self::Members,
        Self::Addresses,
        Self::Workspace,
        Self::AccessTokens,
        Self::PublishableKeys,
        Self::Server,
        Self::SignIn,
        Self::CookieSessions,
        Self::SecondFactor,
        Self::Shopper,
        Self::Account,
        Self::SessionHolder,
        Self::Pages,
    ];

    /// The document that the chapter is part of.
    pub(super) fn document(self) -> Document {
        match self {
            Self::CustomerSessions
            | Self::Customers
            | Self::Members
            | Self::Addresses
            | Self::Workspace
            | Self::AccessTokens
            | Self::PublishableKeys
            | Self::Server => Document::Workspace,
            Self::SignIn | Self::CookieSessions | Self::SecondFactor | Self::Shopper | Self::Account => {
                Document::Store
            }
            Self::SessionHolder | Self::Pages => Document::Portal,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CustomerSessions => "Customer sessions",
            Self::Customers => "Customers",
            Self::Members => "Members",
            Self::Addresses => "Addresses",
            Self::Workspace => "Workspace",
            Self::AccessTokens => "Access tokens",
            Self::PublishableKeys => "Publishable keys",
            Self::Server => "Server",
            Self::SignIn => "Sign-in",
            Self::CookieSessions => "Cookie sessions",
            Self::SecondFactor => "Second factor",
            Self::Shopper => "Customer",
            Self::Account => "Account",
            Self::SessionHolder => "Session holder",
            Self::Pages => "Pages",
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::CustomerSessions => {
                "A customer session is a token that acts for one customer, and a link that opens the customer portal \
                 in a browser."
            }
            Self::Customers => {
                "The customers of the workspace, by our id or by yours, and their live sessions."
            }
            Self::Members => "The people who act for a customer, each with a role.",
            Self::Addresses => {
                "The address books of customers. A shop shows the same addresses in other words."
            }
            Self::Workspace => "The workspace that the access token belongs to, and its settings.",
            Self::AccessTokens => {
                "What your own servers show to call this API. A token can give another one no scope that it lacks."
            }
            Self::PublishableKeys => "What the pages of a shop show to name their workspace; no secrets.",
            Self::Server => "The server itself: whether it works, its public keys and its documentation.",
            Self::SignIn => "Registering and signing in with e-mail and password. Both give a JWT.",
            Self::CookieSessions => {
                "Trading a JWT for a cookie that a browser keeps, and ending that session."
            }
            Self::SecondFactor => {
                "Authenticator apps and recovery codes, and what a sign-in asks for where there is an app."
            }
            Self::Shopper => "The signed-in customer's own record and address book.",
            Self::Account => "Where the customer is signed in, and what they sign in with.",
            Self::SessionHolder => {
                "What the token of a customer session opens, for the customer or a member."
            }
            Self::Pages => "The hosted pages, for people with a browser. They are HTML, and need no script.",
        }
    }
}
