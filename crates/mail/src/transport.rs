//! Who takes mails over.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::pin::Pin;

use crate::Mail;

/// A mail on its way to whoever takes it over.
pub type HandOver<'a> = Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'a>>;

/// Takes mails over.
pub trait Transport: Debug + Send + Sync {
    /// Takes a mail over for good: when it says so, the mail is safe with it. The same mail may come again, with the same
    /// `Message-ID`.
    fn hand_over<'a>(&'a self, mail: &'a Mail) -> HandOver<'a>;
}

/// A mail was not taken over.
#[derive(Debug, thiserror::Error)]
#[error("mail was not taken over")]
pub struct Undelivered {
    #[source]
    cause: Box<dyn StdError + Send + Sync>,
    is_final: bool,
}

impl Undelivered {
    /// It may be taken over another time.
    pub fn for_now(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { cause: cause.into(), is_final: false }
    }

    /// It never will be.
    pub fn for_good(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { cause: cause.into(), is_final: true }
    }

    /// Whether it never will be.
    pub fn is_final(&self) -> bool {
        self.is_final
    }
}
