//! Text that has been looked at once: each type parses, and then is valid for good.

mod color;
mod country;
mod email;
mod host;
mod issuer;
mod language;
mod line;
mod link;
mod url;

pub use color::Color;
pub use country::{CountryCode, Province};
pub use email::Email;
pub use host::{PasskeyDomain, ReturnHost};
pub use issuer::Issuer;
pub use language::Language;
pub use line::{ExternalId, Line, Phone, Slug};
pub use link::{LinkTemplate, SecureUrl};
pub use url::{Origin, ReturnUrl};

/// Why a text was refused, as a sentence about the value that both APIs show to their callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(pub &'static str);

/// A text in lower case and with single spaces between its words, as texts are searched and sorted.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Gives a text newtype its reading side: `as_str`, `Display` and equality.
macro_rules! text_type {
    ($name:ident) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes text that a store kept for us and that was parsed before it was kept.
            pub fn from_stored(text: String) -> Self {
                Self(text.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
use text_type;
