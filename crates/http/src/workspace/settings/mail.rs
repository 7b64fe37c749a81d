//! Whom mails are from, in the settings.

use anteroom_app::MailSenderChanges;
use anteroom_domain::text::{Email, Line};
use anteroom_domain::workspace::MailSender;
use serde::Serialize;
use utoipa::ToSchema;

use super::some;
use crate::fields::{Fields, text};
use crate::openapi::scalars::{Email as EmailText, Line as LineText};
use crate::openapi::schema::request_schema;

request_schema!(
    /// Whom mails are to be from; `null` is as in the installation.
    MailUpdate as WorkspaceMailUpdate {
        /// The name.
        sender_name: Option<LineText>,
        /// The address.
        sender_address: Option<EmailText>,
    }
);

pub(super) fn read(fields: &mut Fields) -> MailSenderChanges {
    MailSenderChanges {
        sender_name: fields.change("sender_name", text(Line::parse)),
        sender_address: fields.change("sender_address", text(some(Email::parse))),
    }
}

/// Whom mails are from; `null` is as in the installation.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceMail)]
pub(super) struct MailBody<'a> {
    sender_name: Option<&'a str>,
    sender_address: Option<&'a str>,
}

impl<'a> From<&'a MailSender> for MailBody<'a> {
    fn from(sender: &'a MailSender) -> Self {
        Self {
            sender_name: sender.sender_name.as_ref().map(Line::as_str),
            sender_address: sender.sender_address.as_ref().map(Email::as_str),
        }
    }
}
