//! What a merchant chooses for a workspace.

use std::ops::RangeInclusive;

use time::Duration;

use crate::session::{CustomerSession, Lifetimes, Provider};
use crate::text::{
    Color, Email, InvalidText, Language, Line, LinkTemplate, Origin, PasskeyDomain, ReturnHost, ReturnUrl,
    SecureUrl,
};

/// What a merchant chooses for a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// Customers have members, and sessions are opened for a member.
    pub member_model_enabled: bool,
    /// Web pages that may call the APIs with credentials.
    pub allowed_origins: Vec<Origin>,
    /// How long sessions live.
    pub lifetimes: SessionLifetimes,
    /// Where the way back from the portal may lead; empty is anywhere.
    pub return_url_hosts: Vec<ReturnHost>,
    /// By what shoppers sign in.
    pub providers: Providers,
    /// Registering an e-mail that is taken is answered like any other.
    pub silent_registration: bool,
    /// Whether shoppers prove their e-mail before they sign in.
    pub email_verification: EmailVerificationRule,
    /// How the portal looks.
    pub portal: PortalLook,
    /// Whom mails are from, and their language.
    pub mail: MailSettings,
    /// Where links in mails lead.
    pub links: LinkTemplates,
}

impl WorkspaceSettings {
    /// The most origins a workspace may list.
    pub const MAX_ORIGINS: usize = 50;
    /// The most hosts a workspace may list.
    pub const MAX_RETURN_URL_HOSTS: usize = 50;

    /// Whether the way back from the portal may lead there.
    pub fn allows_return_to(&self, url: &ReturnUrl) -> bool {
        self.return_url_hosts.is_empty() || self.return_url_hosts.iter().any(|host| host.is_of(url))
    }
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            member_model_enabled: true,
            allowed_origins: Vec::new(),
            lifetimes: SessionLifetimes::default(),
            return_url_hosts: Vec::new(),
            providers: Providers::default(),
            silent_registration: false,
            email_verification: EmailVerificationRule::default(),
            portal: PortalLook::default(),
            mail: MailSettings::default(),
            links: LinkTemplates::default(),
        }
    }
}

/// How long sessions live in a workspace; what is `None` is as it is in the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionLifetimes {
    /// A customer session, unless it is asked for another.
    pub customer_session: Option<Duration>,
    /// A shop's cookie session without use.
    pub idle: Option<Duration>,
    /// A sign-in to the shop, however much it is used.
    pub absolute: Option<Duration>,
    /// A JWT, from issue.
    pub jwt: Option<Duration>,
}

impl SessionLifetimes {
    /// How short and how long a customer session may be.
    pub const CUSTOMER_SESSION: RangeInclusive<Duration> =
        CustomerSession::MIN_LIFE..=CustomerSession::MAX_LIFE;
    /// How short and how long a cookie session may go without use: uses are noted to the minute.
    pub const IDLE: RangeInclusive<Duration> = Duration::minutes(10)..=Duration::days(30);
    /// How short and how long a sign-in to the shop may be.
    pub const ABSOLUTE: RangeInclusive<Duration> = Duration::minutes(10)..=Duration::days(365);
    /// How short and how long a JWT may be.
    pub const JWT: RangeInclusive<Duration> = Duration::MINUTE..=Duration::days(30);

    /// How long a customer session lives that is asked for no other life.
    pub fn of_customer_session(&self) -> Duration {
        self.customer_session.unwrap_or(CustomerSession::DEFAULT_LIFE)
    }

    /// How long the shop's sessions and JWTs live, in an installation that has those.
    pub fn of_shop(&self, installation: Lifetimes) -> Lifetimes {
        Lifetimes {
            jwt: self.jwt.unwrap_or(installation.jwt),
            idle: self.idle.unwrap_or(installation.idle),
            absolute: self.absolute.unwrap_or(installation.absolute),
        }
    }
}

/// By what shoppers sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Providers {
    /// E-mail and password.
    pub emailpass: bool,
    /// A code that is mailed.
    pub otp: bool,
    /// A passkey, for the pages of that domain; `None` where there are no passkeys.
    pub passkey_domain: Option<PasskeyDomain>,
}

impl Providers {
    /// Whether shoppers sign in by that one.
    pub fn allow(&self, provider: Provider) -> bool {
        match provider {
            Provider::EmailPass => self.emailpass,
            Provider::Otp => self.otp,
            Provider::Passkey => self.passkey_domain.is_some(),
            // Each has a switch of its own.
            Provider::External(_) => true,
        }
    }
}

impl Default for Providers {
    fn default() -> Self {
        Self { emailpass: true, otp: false, passkey_domain: None }
    }
}

/// Whether shoppers prove their e-mail before they sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EmailVerificationRule {
    /// They may sign in without a proof.
    #[default]
    Off,
    /// Until they have, the right password opens nothing but the way to prove it.
    Required,
}

impl EmailVerificationRule {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Required => "required",
        }
    }

    /// The rule of that name.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let found = [Self::Off, Self::Required].into_iter().find(|rule| rule.as_str() == text);
        found.ok_or(InvalidText("should be 'off' or 'required'"))
    }
}

/// How the portal looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PortalLook {
    /// The name at the top; `None` is the workspace's.
    pub brand_name: Option<Line>,
    /// The colour of buttons and links.
    pub color: Option<Color>,
    /// A picture in place of the first letter of the name.
    pub logo_url: Option<SecureUrl>,
    /// Where the way back leads of a session that has no way back of its own.
    pub back_url: Option<ReturnUrl>,
}

/// Whom mails are from, their language, and who hears of what is wrong; what is `None` is as it is in the installation.
#[derive(Debug, Clone, Default)]
pub struct MailSettings {
    /// The name of the sender.
    pub sender_name: Option<Line>,
    /// The address of the sender.
    pub sender_address: Option<Email>,
    /// What mails are written in that no shopper's own browser asked for.
    pub language: Language,
    /// Whom to tell when tokens of the workspace were found in public places; nobody when `None`.
    pub security_contact: Option<Email>,
}

// By hand, because an address is one whatever its spelling, and here the spelling counts.
impl PartialEq for MailSettings {
    fn eq(&self, other: &Self) -> bool {
        let spelled = |address: &Option<Email>| address.as_ref().map(|email| email.as_str().to_owned());
        self.sender_name == other.sender_name
            && spelled(&self.sender_address) == spelled(&other.sender_address)
            && spelled(&self.security_contact) == spelled(&other.security_contact)
            && self.language == other.language
    }
}
impl Eq for MailSettings {}

/// Where links in mails lead; what is `None` is a page of ours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkTemplates {
    /// To choose another password.
    pub password_reset: Option<LinkTemplate>,
    /// To prove an e-mail address.
    pub verify_email: Option<LinkTemplate>,
    /// To change to another e-mail address.
    pub change_email: Option<LinkTemplate>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_chosen_is_as_in_the_installation() {
        let installation = Lifetimes::default();
        assert_eq!(SessionLifetimes::default().of_shop(installation), installation);
        let chosen = SessionLifetimes { jwt: Some(Duration::HOUR), ..SessionLifetimes::default() };
        assert_eq!(chosen.of_shop(installation), Lifetimes { jwt: Duration::HOUR, ..installation });
        assert_eq!(chosen.of_customer_session(), CustomerSession::DEFAULT_LIFE);
    }

    #[test]
    fn a_sender_in_another_spelling_is_another() {
        let sender = |text| MailSettings {
            sender_address: Some(Email::parse(text).unwrap()),
            ..MailSettings::default()
        };
        assert_ne!(sender("Shop@example.com"), sender("shop@example.com"));
        assert_eq!(sender("shop@example.com"), sender("shop@example.com"));
    }

    #[test]
    fn no_listed_host_is_any_host() {
        let url = ReturnUrl::parse("https://shop.example/x").unwrap();
        let mut settings = WorkspaceSettings::default();
        assert!(settings.allows_return_to(&url));
        settings.return_url_hosts.push(ReturnHost::parse("other.example").unwrap());
        assert!(!settings.allows_return_to(&url));
        settings.return_url_hosts.push(ReturnHost::parse("shop.example").unwrap());
        assert!(settings.allows_return_to(&url));
    }
}
