//! Mails, in the settings: whom they are from, their language, and who hears of what is wrong.

use anteroom_app::MailChanges;
use anteroom_domain::text::{Email, Language, Line};
use anteroom_domain::workspace::MailSettings;
use serde::Serialize;
use utoipa::ToSchema;

use super::some;
use crate::fields::{Fields, text};
use crate::openapi::scalars::{Email as EmailText, LanguageTag, Line as LineText};
use crate::openapi::schema::request_schema;

request_schema!(
    /// Whom mails are to be from, and their language; `null` is back to the default.
    MailUpdate as WorkspaceMailUpdate {
        /// The name of the sender; by default that of the portal.
        sender_name: Option<LineText>,
        /// The address of the sender; by default that of the installation.
        sender_address: Option<EmailText>,
        /// What mails are written in unless the request that caused one prefers another of these; `en` by default.
        language: Option<LanguageTag>,
        /// Whom to tell when tokens of the workspace were found in public places; nobody by default.
        security_contact: Option<EmailText>,
    }
);

pub(super) fn read(fields: &mut Fields) -> MailChanges {
    MailChanges {
        sender_name: fields.change("sender_name", text(Line::parse)),
        sender_address: fields.change("sender_address", text(some(Email::parse))),
        language: fields.change("language", text(some(Language::parse))),
        security_contact: fields.change("security_contact", text(some(Email::parse))),
    }
}

/// Whom mails are from, and their language.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceMail)]
pub(super) struct MailBody<'a> {
    /// The name of the sender; `null` is that of the portal.
    sender_name: Option<&'a str>,
    /// The address of the sender; `null` is that of the installation.
    sender_address: Option<&'a str>,
    /// What mails are written in unless the request that caused one prefers another language.
    #[schema(value_type = LanguageTag)]
    language: &'static str,
    /// Whom to tell when tokens of the workspace were found in public places; `null` is nobody.
    security_contact: Option<&'a str>,
}

impl<'a> From<&'a MailSettings> for MailBody<'a> {
    fn from(mail: &'a MailSettings) -> Self {
        Self {
            sender_name: mail.sender_name.as_ref().map(Line::as_str),
            sender_address: mail.sender_address.as_ref().map(Email::as_str),
            language: mail.language.as_str(),
            security_contact: mail.security_contact.as_ref().map(Email::as_str),
        }
    }
}
