//! The document of what a merchant has chosen for a workspace.

use anteroom_domain::text::{
    Color, Email, InvalidText, Language, Line, LinkTemplate, Origin, PasskeyDomain, ReturnHost, ReturnUrl,
    SecureUrl,
};
use anteroom_domain::workspace::{
    EmailVerificationRule, LinkTemplates, MailSettings, PortalLook, Providers, SessionLifetimes,
    WorkspaceSettings,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::Duration;

use super::text;
use crate::StoreError;

const CORRUPT: StoreError = StoreError::Corrupt("settings");

/// What differs from the default. What is not known here was written by a later version, and is passed over.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ChosenSettings {
    #[serde(skip_serializing_if = "is_default")]
    lifetimes: ChosenLifetimes,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    return_url_hosts: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    disabled_providers: DisabledProviders,
    #[serde(skip_serializing_if = "is_default")]
    enabled_providers: EnabledProviders,
    #[serde(skip_serializing_if = "is_default")]
    silent_registration: bool,
    #[serde(skip_serializing_if = "is_default")]
    requires_verified_email: bool,
    #[serde(skip_serializing_if = "is_default")]
    portal: ChosenLook,
    #[serde(skip_serializing_if = "is_default")]
    mail: ChosenMail,
    #[serde(skip_serializing_if = "is_default")]
    links: ChosenLinks,
}

/// In seconds.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ChosenLifetimes {
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_session: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idle: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    absolute: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwt: Option<i64>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct DisabledProviders {
    emailpass: bool,
}

/// Those that are off unless somebody has chosen them.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct EnabledProviders {
    otp: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    passkey_domain: Option<String>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ChosenLook {
    #[serde(skip_serializing_if = "Option::is_none")]
    brand_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    back_url: Option<String>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ChosenMail {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_contact: Option<String>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ChosenLinks {
    #[serde(skip_serializing_if = "Option::is_none")]
    password_reset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verify_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_email: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl ChosenSettings {
    pub(super) fn from_document(document: Value) -> Result<Self, StoreError> {
        serde_json::from_value(document).ok().ok_or(CORRUPT)
    }

    pub(super) fn into_document(self) -> Value {
        // Texts, numbers and flags make a document whatever they are.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The settings, with those that have columns of their own.
    pub(super) fn settings(
        self,
        member_model_enabled: bool,
        allowed_origins: Vec<Origin>,
    ) -> Result<WorkspaceSettings, StoreError> {
        let Self { lifetimes, portal, mail, links, .. } = self;
        let seconds = |life: Option<i64>| life.map(Duration::seconds);
        let template = |text: Option<String>| text.map(LinkTemplate::from_stored);
        Ok(WorkspaceSettings {
            member_model_enabled,
            allowed_origins,
            lifetimes: SessionLifetimes {
                customer_session: seconds(lifetimes.customer_session),
                idle: seconds(lifetimes.idle),
                absolute: seconds(lifetimes.absolute),
                jwt: seconds(lifetimes.jwt),
            },
            return_url_hosts: self.return_url_hosts.into_iter().map(ReturnHost::from_stored).collect(),
            providers: Providers {
                emailpass: !self.disabled_providers.emailpass,
                otp: self.enabled_providers.otp,
                passkey_domain: self.enabled_providers.passkey_domain.map(PasskeyDomain::from_stored),
            },
            silent_registration: self.silent_registration,
            email_verification: if self.requires_verified_email {
                EmailVerificationRule::Required
            } else {
                EmailVerificationRule::Off
            },
            portal: PortalLook {
                brand_name: portal.brand_name.map(Line::from_stored),
                color: parsed(portal.color.as_deref(), Color::parse)?,
                logo_url: portal.logo_url.map(SecureUrl::from_stored),
                back_url: portal.back_url.map(ReturnUrl::from_stored),
            },
            mail: MailSettings {
                sender_name: mail.name.map(Line::from_stored),
                sender_address: parsed(mail.address.as_deref(), Email::parse)?,
                language: parsed(mail.language.as_deref(), Language::parse)?.unwrap_or_default(),
                security_contact: parsed(mail.security_contact.as_deref(), Email::parse)?,
            },
            links: LinkTemplates {
                password_reset: template(links.password_reset),
                verify_email: template(links.verify_email),
                change_email: template(links.change_email),
            },
        })
    }
}

fn parsed<T>(
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, InvalidText>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(text).ok().ok_or(CORRUPT)).transpose()
}

impl From<&WorkspaceSettings> for ChosenSettings {
    fn from(settings: &WorkspaceSettings) -> Self {
        let WorkspaceSettings { lifetimes, portal, mail, links, .. } = settings;
        let seconds = |life: Option<Duration>| life.map(Duration::whole_seconds);
        Self {
            lifetimes: ChosenLifetimes {
                customer_session: seconds(lifetimes.customer_session),
                idle: seconds(lifetimes.idle),
                absolute: seconds(lifetimes.absolute),
                jwt: seconds(lifetimes.jwt),
            },
            return_url_hosts: settings.return_url_hosts.iter().map(ToString::to_string).collect(),
            disabled_providers: DisabledProviders { emailpass: !settings.providers.emailpass },
            enabled_providers: EnabledProviders {
                otp: settings.providers.otp,
                passkey_domain: text!(settings.providers.passkey_domain),
            },
            silent_registration: settings.silent_registration,
            requires_verified_email: settings.email_verification == EmailVerificationRule::Required,
            portal: ChosenLook {
                brand_name: text!(portal.brand_name),
                color: portal.color.map(|color| color.to_string()),
                logo_url: text!(portal.logo_url),
                back_url: text!(portal.back_url),
            },
            mail: ChosenMail {
                name: text!(mail.sender_name),
                address: text!(mail.sender_address),
                language: (!is_default(&mail.language)).then(|| mail.language.as_str().to_owned()),
                security_contact: text!(mail.security_contact),
            },
            links: ChosenLinks {
                password_reset: text!(links.password_reset),
                verify_email: text!(links.verify_email),
                change_email: text!(links.change_email),
            },
        }
    }
}
