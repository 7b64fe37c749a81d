//! What a mail tells, before it is put into words.

use std::fmt;
use std::net::IpAddr;

use anteroom_domain::mail::MailTemplate;
use serde::{Deserialize, Serialize};
use time::Duration;

/// What a mail tells: its template, with what the words of that need to know.
///
/// A link opens something, so whoever keeps a letter seals it. A notice is for reading: it has no link that opens
/// anything. When it was written, and how long it is good for, are the message's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum Letter {
    /// How to choose another password.
    PasswordReset {
        /// Where to.
        link: String,
    },
    /// A code to sign in with.
    SignInCode {
        /// As it is to be read.
        code: String,
    },
    /// How to prove that an e-mail address is one's own; it goes there.
    VerifyEmail {
        /// Where to.
        link: String,
    },
    /// How to take another e-mail address; it goes to the new one.
    ChangeEmail {
        /// Where to.
        link: String,
    },
    /// That somebody wants another e-mail address for the account; it goes to the old one.
    EmailChangeRequested {
        /// The new address, masked.
        email: String,
        /// Where to stop it.
        link: String,
    },
    /// That the e-mail address of the account is another; it goes to the old one.
    EmailChanged {
        /// The new address, masked.
        email: String,
    },
    /// That the password is another.
    PasswordChanged,
    /// That there is another passkey to sign in with.
    PasskeyAdded,
    /// That an account elsewhere signs in too.
    ProviderLinked {
        /// What a person calls the provider.
        provider: String,
    },
    /// That every sign-in asks for a second factor from now on.
    SecondFactorOn,
    /// That no sign-in asks for a second factor any more.
    SecondFactorOff,
    /// That somebody signed in with a device that was not seen before.
    NewDevice {
        /// What the device's program calls itself. It never stands in the mail: what it seems to be does.
        user_agent: Option<String>,
        /// Where the device was.
        address: Option<IpAddr>,
    },
    /// That somebody tried to register an e-mail address which has an account.
    RegistrationAttempted,
    /// That the account is deleted.
    AccountDeleted,
    /// That tokens of the workspace were found in public places, and have ended; it goes to the merchant.
    TokensLeaked {
        /// The first of them.
        tokens: Vec<LeakedToken>,
        /// How many there are besides.
        more: usize,
    },
}

/// A token that was found in a public place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakedToken {
    /// What an access token is for, in the merchant's words; `None` of a customer session's token.
    pub comment: Option<String>,
    /// Where it was found, in one line and without a scheme, so that no program makes a link of it.
    pub place: Option<String>,
}

impl Letter {
    /// How long a notice is worth sending, which tells of something that has happened.
    pub const NOTICE_LIFE: Duration = Duration::days(3);

    /// Its template.
    pub fn template(&self) -> MailTemplate {
        match self {
            Self::PasswordReset { .. } => MailTemplate::PasswordReset,
            Self::SignInCode { .. } => MailTemplate::SignInCode,
            Self::VerifyEmail { .. } => MailTemplate::VerifyEmail,
            Self::ChangeEmail { .. } => MailTemplate::ChangeEmail,
            Self::EmailChangeRequested { .. } => MailTemplate::EmailChangeRequested,
            Self::EmailChanged { .. } => MailTemplate::EmailChanged,
            Self::PasswordChanged => MailTemplate::PasswordChanged,
            Self::PasskeyAdded => MailTemplate::PasskeyAdded,
            Self::ProviderLinked { .. } => MailTemplate::ProviderLinked,
            Self::SecondFactorOn => MailTemplate::SecondFactorOn,
            Self::SecondFactorOff => MailTemplate::SecondFactorOff,
            Self::NewDevice { .. } => MailTemplate::NewDevice,
            Self::RegistrationAttempted => MailTemplate::RegistrationAttempted,
            Self::AccountDeleted => MailTemplate::AccountDeleted,
            Self::TokensLeaked { .. } => MailTemplate::TokensLeaked,
        }
    }

    /// The link that opens something; `None` in a notice.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::PasswordReset { link }
            | Self::VerifyEmail { link }
            | Self::ChangeEmail { link }
            | Self::EmailChangeRequested { link, .. } => Some(link),
            Self::SignInCode { .. }
            | Self::EmailChanged { .. }
            | Self::PasswordChanged
            | Self::PasskeyAdded
            | Self::ProviderLinked { .. }
            | Self::SecondFactorOn
            | Self::SecondFactorOff
            | Self::NewDevice { .. }
            | Self::RegistrationAttempted
            | Self::AccountDeleted
            | Self::TokensLeaked { .. } => None,
        }
    }

    /// Whether it goes to the merchant, and not to a shopper.
    pub(crate) fn is_for_merchant(&self) -> bool {
        matches!(self, Self::TokensLeaked { .. })
    }

    /// One of that template, as good as any.
    pub(crate) fn sample(template: MailTemplate) -> Self {
        let link = "https://shop.example/account?token=anteroom_sample".to_owned();
        let email = "a***@example.com".to_owned();
        match template {
            MailTemplate::PasswordReset => Self::PasswordReset { link },
            MailTemplate::SignInCode => Self::SignInCode { code: "1234 5678".to_owned() },
            MailTemplate::VerifyEmail => Self::VerifyEmail { link },
            MailTemplate::ChangeEmail => Self::ChangeEmail { link },
            MailTemplate::EmailChangeRequested => Self::EmailChangeRequested { email, link },
            MailTemplate::EmailChanged => Self::EmailChanged { email },
            MailTemplate::PasswordChanged => Self::PasswordChanged,
            MailTemplate::PasskeyAdded => Self::PasskeyAdded,
            MailTemplate::ProviderLinked => Self::ProviderLinked { provider: "Google".to_owned() },
            MailTemplate::SecondFactorOn => Self::SecondFactorOn,
            MailTemplate::SecondFactorOff => Self::SecondFactorOff,
            MailTemplate::NewDevice => Self::NewDevice { user_agent: None, address: None },
            MailTemplate::RegistrationAttempted => Self::RegistrationAttempted,
            MailTemplate::AccountDeleted => Self::AccountDeleted,
            MailTemplate::TokensLeaked => {
                let place = Some("github.com/acme/shop/blob/main/.env".to_owned());
                let access_token = LeakedToken { comment: Some("Backend".to_owned()), place };
                Self::TokensLeaked {
                    tokens: vec![access_token, LeakedToken { comment: None, place: None }],
                    more: 1,
                }
            }
        }
    }
}

// By hand: a link opens an account.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.template().as_str())
    }
}
