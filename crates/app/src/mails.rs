//! Sending what is in the outbox.

use anteroom_domain::mail::OutboxMessage;
use anteroom_domain::text::{Line, ReturnUrl, SecureUrl};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::{Mail, Occasion, Sender};
use anteroom_store::{Mode, Unit};

use crate::activity::MailFate;
use crate::letters::Unopened;
use crate::{App, Error};

/// Why a mail was not sent this time.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error(transparent)]
    Unopened(#[from] Unopened),
    #[error(transparent)]
    Unrendered(#[from] anteroom_mail::Unrendered),
    #[error(transparent)]
    Undelivered(#[from] anteroom_mail::Undelivered),
}

impl App {
    /// Hands over up to `limit` mails that are due; how many were tried. One that is not taken over is put off, and one
    /// that is of no use any more is dropped.
    pub async fn deliver_mails(&self, limit: u32) -> Result<u64, Error> {
        let now = self.now();
        let taken = self
            .in_background(Mode::Write, move |unit| {
                unit.sweep_outbox_messages(now, limit)?;
                unit.sweep_mail_counts(now - OutboxMessage::WINDOW, limit)?;
                let mut taken = Vec::new();
                for message in unit.take_outbox_messages(now, now + OutboxMessage::LEASE, limit)? {
                    if let Some(workspace) = unit.workspace(message.workspace_id)? {
                        taken.push((message, workspace));
                    }
                }
                Ok(taken)
            })
            .await?;
        let mut tried = 0;
        for (message, workspace) in taken {
            self.deliver(message, &workspace).await?;
            tried += 1;
        }
        Ok(tried)
    }

    async fn deliver(&self, message: OutboxMessage, workspace: &Workspace) -> Result<(), Error> {
        let id = message.id;
        let sent = self.send(&message, workspace).await;
        let fate = match &sent {
            Ok(()) => MailFate::Sent,
            Err(Unsent::Undelivered(undelivered)) if undelivered.is_final() => MailFate::Refused,
            Err(_) => MailFate::PutOff,
        };
        self.activity().mailed(fate);
        if let Err(unsent) = &sent {
            let (attempts, error) = (message.attempts, with_causes(unsent));
            let what = if fate == MailFate::Refused { "is given up" } else { "is tried again" };
            tracing::warn!(mail.id = %id, mail.attempts = attempts, error, "mail {id} was not sent and {what}");
        }
        if fate == MailFate::PutOff {
            let (attempts, due_at) = (message.attempts, self.now() + message.wait());
            let put_off = move |unit: &mut dyn Unit| Ok(unit.put_off_outbox_message(id, attempts, due_at)?);
            self.in_background(Mode::Write, put_off).await?;
        } else {
            self.in_background(Mode::Write, move |unit| Ok(unit.remove_outbox_message(id)?)).await?;
        }
        Ok(())
    }

    async fn send(&self, message: &OutboxMessage, workspace: &Workspace) -> Result<(), Unsent> {
        let mail = self.mail(message, workspace)?;
        Ok(self.0.mail.hand_over(&mail).await?)
    }

    /// A message as a mail, in the name that its workspace has now.
    fn mail(&self, message: &OutboxMessage, workspace: &Workspace) -> Result<Mail, Unsent> {
        let (letter, language) = self.opened(message)?;
        let look = &workspace.settings.portal;
        let brand = workspace.brand();
        let occasion = Occasion {
            language,
            at: message.created_at,
            life: message.expires_at - message.created_at,
            brand: brand.as_str(),
            color: look.color,
            logo_url: look.logo_url.as_ref().map(SecureUrl::as_str),
            shop_url: look.back_url.as_ref().map(ReturnUrl::as_str),
        };
        let words = self.0.templates.words(&letter, &occasion)?;
        let host = self.host().to_owned();
        let from = self.sender(workspace, brand);
        let to = message.recipient.clone();
        Ok(Mail { id: message.id, host, date: message.created_at, from, to, words })
    }

    fn sender(&self, workspace: &Workspace, brand: &Line) -> Sender {
        let chosen = &workspace.settings.mail;
        let name = chosen.sender_name.as_ref().unwrap_or(brand).clone();
        let address = chosen.sender_address.as_ref().map(|address| address.as_str().to_owned());
        let address = address.unwrap_or_else(|| format!("no-reply@{}", self.host()));
        Sender { name: Some(name), address }
    }

    /// The host of the public address. One that is no name and no IPv4 address stands in no mail.
    fn host(&self) -> &str {
        let issuer = self.0.settings.issuer.as_str();
        let behind = issuer.split_once("://").map_or(issuer, |(_, behind)| behind);
        let host = behind.split(['/', ':']).next().unwrap_or_default();
        if host.is_empty() || host.starts_with('[') { "localhost" } else { host }
    }
}

/// What went wrong and each of its causes.
fn with_causes(unsent: &Unsent) -> String {
    let mut text = unsent.to_string();
    let mut source = std::error::Error::source(unsent);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
