//! Writing mails down, in the unit of their cause.

use anteroom_domain::Id;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::mail::{MailTemplate, OutboxMessage, OutboxMessageId};
use anteroom_domain::text::{Email, Language};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_mail::Letter;
use anteroom_store::{StoreError, Unit};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::App;

/// What letters are sealed for.
const SEALED: &str = "outbox message";

/// A stored letter cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("stored mail cannot be opened")]
pub(crate) struct Unopened;

/// A letter that is sealed and only lacks its address.
#[derive(Debug)]
pub(crate) struct Envelope {
    id: OutboxMessageId,
    workspace_id: WorkspaceId,
    template: MailTemplate,
    sealed: Vec<u8>,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

impl App {
    /// Seals a letter that is good for so long: as long as its link opens something, [`Letter::NOTICE_LIFE`] for a notice.
    /// Without a language it is in the workspace's.
    pub(crate) fn envelope(
        &self,
        workspace: &Workspace,
        language: Option<Language>,
        letter: &Letter,
        life: Duration,
    ) -> Envelope {
        let language = language.unwrap_or(workspace.settings.mail.language);
        let created_at = self.now();
        let content = json!({ "language": language.as_str(), "letter": letter });
        Envelope {
            id: Id::random(self.random()),
            workspace_id: workspace.id,
            template: letter.template(),
            sealed: self.0.keys.seal(self.random(), SEALED, content.to_string().as_bytes()),
            created_at,
            expires_at: created_at + life,
        }
    }

    /// The letter of a message, and its language.
    pub(crate) fn opened(&self, message: &OutboxMessage) -> Result<(Letter, Language), Unopened> {
        let plain = self.0.keys.unseal(SEALED, &message.sealed).map_err(|_unsealable| Unopened)?;
        let content: Value = serde_json::from_slice(&plain).map_err(|_garbled| Unopened)?;
        let tag = content.get("language").and_then(Value::as_str).unwrap_or_default();
        let language = Language::parse(tag).unwrap_or_default();
        // Messages of the first versions are a link and nothing else.
        let letter = match (content.get("letter"), content.get("link").and_then(Value::as_str)) {
            (Some(letter), _) => serde_json::from_value(letter.clone()).map_err(|_garbled| Unopened)?,
            (None, Some(link)) => Letter::PasswordReset { link: link.to_owned() },
            (None, None) => return Err(Unopened),
        };
        Ok((letter, language))
    }
}

/// Whether a mail that others can cause is sent to a customer at this moment: [`OutboxMessage::MOST`] are within an hour. To be asked
/// while holding the customer, so that those who ask at once count each other's.
pub(crate) fn may_be_mailed(
    unit: &mut dyn Unit,
    customer: CustomerId,
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    Ok(unit.count_mails(customer, now - OutboxMessage::WINDOW)? < OutboxMessage::MOST)
}

impl Envelope {
    /// Writes the mail down, to be sent to that address at once. It is about a customer, and goes with them, unless it is about nobody: a mail about a
    /// deletion is written after it.
    pub(crate) fn post(
        self,
        unit: &mut dyn Unit,
        customer: impl Into<Option<CustomerId>>,
        recipient: Email,
    ) -> Result<(), StoreError> {
        unit.insert_outbox_message(&OutboxMessage {
            id: self.id,
            workspace_id: self.workspace_id,
            customer_id: customer.into(),
            recipient,
            template: self.template,
            sealed: self.sealed,
            created_at: self.created_at,
            due_at: self.created_at,
            expires_at: self.expires_at,
            attempts: 0,
        })
    }
}
