//! Mails that are to be sent.

use std::fmt;

use time::{Duration, OffsetDateTime};

use crate::customer::CustomerId;
use crate::id::Id;
use crate::text::Email;
use crate::workspace::WorkspaceId;

/// Identifies a mail that is to be sent.
pub type OutboxMessageId = Id<OutboxMessage>;

/// A mail that is to be sent, written down together with its cause; it is gone once somebody has taken it over.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// Its identifier, the same however often it is tried.
    pub id: OutboxMessageId,
    /// The tenant in whose name it is sent.
    pub workspace_id: WorkspaceId,
    /// Whom it is about; it goes with them. `None` where they are no customer.
    pub customer_id: Option<CustomerId>,
    /// Where it goes.
    pub recipient: Email,
    /// What it says.
    pub template: MailTemplate,
    /// What the template needs to know, sealed: it may open an account.
    pub sealed: Vec<u8>,
    /// When it was written down.
    pub created_at: OffsetDateTime,
    /// From this moment on it may be tried.
    pub due_at: OffsetDateTime,
    /// From this moment on it is of no use to anybody.
    pub expires_at: OffsetDateTime,
    /// How often it was tried.
    pub attempts: u32,
}

impl OutboxMessage {
    /// How long whoever took a message has it alone. Should they die, it is tried again after that.
    pub const LEASE: Duration = Duration::minutes(5);
    /// The longest wait between two attempts.
    pub const LONGEST_WAIT: Duration = Duration::HOUR;

    /// The most mails that others can cause which are sent about one customer within [`WINDOW`](Self::WINDOW).
    pub const MOST: u64 = 5;
    /// The time in which they are counted.
    pub const WINDOW: Duration = Duration::HOUR;

    /// How long to wait after the last attempt, which has failed: half a minute, and each time twice as long.
    pub fn wait(&self) -> Duration {
        let doublings = self.attempts.saturating_sub(1).min(7);
        (Duration::seconds(30) * 2_i32.pow(doublings)).min(Self::LONGEST_WAIT)
    }
}

impl fmt::Debug for OutboxMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (template, attempts) = (self.template, self.attempts);
        f.debug_struct("OutboxMessage")
            .field("id", &self.id)
            .field("template", &template)
            .field("attempts", &attempts)
            .finish_non_exhaustive()
    }
}

/// What a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTemplate {
    /// How to choose another password.
    PasswordReset,
    /// A code to sign in with.
    SignInCode,
    /// How to prove that an e-mail address is one's own.
    VerifyEmail,
    /// How to take another e-mail address, which this mail goes to.
    ChangeEmail,
    /// That somebody wants another e-mail address, and how to stop that.
    EmailChangeRequested,
    /// That the e-mail address is another.
    EmailChanged,
    /// That the password is another.
    PasswordChanged,
    /// That there is another passkey to sign in with.
    PasskeyAdded,
    /// That an account elsewhere signs in too.
    ProviderLinked,
    /// That every sign-in asks for a second factor from now on.
    SecondFactorOn,
    /// That no sign-in asks for a second factor any more.
    SecondFactorOff,
    /// That somebody signed in with a device that was not seen before.
    NewDevice,
    /// That somebody tried to register an e-mail address which has an account.
    RegistrationAttempted,
    /// That the account is deleted.
    AccountDeleted,
    /// That tokens of the workspace were found in public places; it goes to the merchant.
    TokensLeaked,
}

impl MailTemplate {
    /// Each of them.
    pub const ALL: [Self; 15] = [
        Self::PasswordReset,
        Self::SignInCode,
        Self::VerifyEmail,
        Self::ChangeEmail,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::PasswordChanged,
        Self::PasskeyAdded,
        Self::ProviderLinked,
        Self::SecondFactorOn,
        Self::SecondFactorOff,
        Self::NewDevice,
        Self::RegistrationAttempted,
        Self::AccountDeleted,
        Self::TokensLeaked,
    ];

    /// Whether others can cause it, so that it is counted: they could fill a mailbox with it.
    pub fn is_counted(self) -> bool {
        match self {
            Self::PasswordReset
            | Self::SignInCode
            | Self::VerifyEmail
            | Self::ChangeEmail
            | Self::RegistrationAttempted => true,
            Self::EmailChangeRequested
            | Self::EmailChanged
            | Self::PasswordChanged
            | Self::PasskeyAdded
            | Self::ProviderLinked
            | Self::SecondFactorOn
            | Self::SecondFactorOff
            | Self::NewDevice
            | Self::AccountDeleted
            | Self::TokensLeaked => false,
        }
    }

    /// The name in SQL, in the log and of its file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::SignInCode => "sign_in_code",
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::EmailChangeRequested => "email_change_requested",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged => "password_changed",
            Self::PasskeyAdded => "passkey_added",
            Self::ProviderLinked => "provider_linked",
            Self::SecondFactorOn => "second_factor_on",
            Self::SecondFactorOff => "second_factor_off",
            Self::NewDevice => "new_device",
            Self::RegistrationAttempted => "registration_attempted",
            Self::AccountDeleted => "account_deleted",
            Self::TokensLeaked => "tokens_leaked",
        }
    }

    /// The template of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn an_attempt_that_failed_is_followed_by_a_longer_wait() {
        let noon = datetime!(2026-01-01 12:00 UTC);
        let waits = [1, 2, 3, 4, 7, 8, 9, u32::MAX].map(|attempts| {
            let message = OutboxMessage {
                id: Id::from_random_bytes([1; 16]),
                workspace_id: Id::from_random_bytes([2; 16]),
                customer_id: Some(Id::from_random_bytes([3; 16])),
                recipient: Email::parse("a@example.com").unwrap(),
                template: MailTemplate::PasswordReset,
                sealed: Vec::new(),
                created_at: noon,
                due_at: noon,
                expires_at: noon,
                attempts,
            };
            message.wait().whole_seconds()
        });
        assert_eq!(waits, [30, 60, 120, 240, 1920, 3600, 3600, 3600]);
    }
}
