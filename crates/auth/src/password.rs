//! Passwords: which may be chosen, and whether one that was given is right.

mod common;
mod foreign;
mod hash;
mod memory;

use std::fmt;

use anteroom_domain::Random;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use hash::{InvalidPasswordHash, PasswordHash, Verdict};
pub use memory::{HashFailure, HashMemory};

const MAXIMUM: usize = 1024;

/// What a new password must fulfil. There are no rules of composition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The fewest code points.
    pub minimum: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { minimum: 8 }
    }
}

/// A password that its owner may choose.
pub struct NewPassword(Zeroizing<String>);

impl NewPassword {
    /// Checks a password that the owner of `email` wants to have from now on.
    pub fn parse(text: &str, policy: &PasswordPolicy, email: &str) -> Result<Self, PasswordFault> {
        let length = text.chars().count();
        if length < policy.minimum {
            return Err(PasswordFault::TooShort { minimum: policy.minimum });
        }
        if length > MAXIMUM {
            return Err(PasswordFault::TooLong { maximum: MAXIMUM });
        }
        let password = normalized(text);
        let folded = Zeroizing::new(password.to_lowercase());
        if common::contains(&folded) {
            return Err(PasswordFault::Common);
        }
        let email = normalized(email.trim()).to_lowercase();
        let local_part = email.rsplit_once('@').map(|(local_part, _)| local_part);
        if *folded == email || Some(folded.as_str()) == local_part {
            return Err(PasswordFault::SameAsEmail);
        }
        Ok(Self(password))
    }

    /// Hashes the password with a new salt. Takes some 15 ms of one core.
    pub fn hash(&self, random: &dyn Random, memory: &mut HashMemory) -> Result<PasswordHash, HashFailure> {
        PasswordHash::of(&self.0, random, memory)
    }
}

/// Why a password may not be chosen, in words for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer code points than the policy asks for.
    #[error("Password must be at least {minimum} characters long")]
    TooShort {
        /// The fewest allowed.
        minimum: usize,
    },
    /// More code points than anybody types.
    #[error("Password must be at most {maximum} characters long")]
    TooLong {
        /// The most allowed.
        maximum: usize,
    },
    /// One of the first that an attacker tries.
    #[error("Password is too common")]
    Common,
    /// The e-mail address or what stands before its `@`.
    #[error("Password must differ from the e-mail address")]
    SameAsEmail,
}

/// A password that somebody claims to be theirs. No policy applies: it may be older than the policy.
pub struct AttemptedPassword {
    /// In the form that we hash.
    password: Zeroizing<String>,
    /// As it was typed, which is what others hash; `None` where that is the same.
    typed: Option<Zeroizing<String>>,
}

impl AttemptedPassword {
    /// Reads what was typed; `None` when it is too long to be anybody's password, and so surely wrong.
    pub fn parse(text: &str) -> Option<Self> {
        (text.chars().count() <= MAXIMUM).then(|| {
            let password = normalized(text);
            let typed = (*password != text).then(|| Zeroizing::new(text.to_owned()));
            Self { password, typed }
        })
    }

    /// Compares with the stored hash, at the cost that the hash asks for. A hash that another system has made is compared with what
    /// was typed, and where that is not in the form that we hash, with that form too.
    pub fn verify(&self, hash: &PasswordHash, memory: &mut HashMemory) -> Result<Verdict, HashFailure> {
        let verdict = hash.verdict(&self.password, memory)?;
        match &self.typed {
            Some(typed) if verdict == Verdict::Wrong && hash.may_be_foreign() => hash.verdict(typed, memory),
            _ => Ok(verdict),
        }
    }

    /// Costs what [`verify`](Self::verify) costs, so that an unknown e-mail takes as long as a wrong
    /// password.
    pub fn verify_nothing(&self, memory: &mut HashMemory) {
        hash::spend_one_verification(&self.password, memory);
    }

    /// Hashes a password that was just found right, for [`Verdict::RightNeedsRehash`].
    pub fn rehash(&self, random: &dyn Random, memory: &mut HashMemory) -> Result<PasswordHash, HashFailure> {
        PasswordHash::of(&self.password, random, memory)
    }
}

/// NFKC, so that a password matches whichever way a keyboard composes it (NIST SP 800-63B section 3.1.1.2).
fn normalized(text: &str) -> Zeroizing<String> {
    // Of the right size from the start: growing would leave copies of the password behind in memory.
    let mut password = String::with_capacity(text.nfkc().map(char::len_utf8).sum());
    password.extend(text.nfkc());
    Zeroizing::new(password)
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(hidden)")
    }
}

impl fmt::Debug for AttemptedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttemptedPassword(hidden)")
    }
}

#[cfg(test)]
mod tests;
