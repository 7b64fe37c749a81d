//! Mails that are to be sent.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::mail::{MailTemplate, OutboxMessage, OutboxMessageId};
use time::OffsetDateTime;

use crate::StoreError;

/// The outbox: a mail is written down in the unit of its cause, so that there is the one exactly when there is the other.
pub trait Outbox {
    /// Adds a message, and counts it if others can cause one like it. A customer that is gone for good conflicts with
    /// `Reference`.
    fn insert_outbox_message(&mut self, message: &OutboxMessage) -> Result<(), StoreError>;

    /// Takes messages that are due at `now` and have not expired, those that were due first and at most `limit` of them.
    ///
    /// Each counts one attempt more, and is due again at `again_at` unless it is removed or put off before. Of those who take
    /// at once, one gets a message.
    fn take_outbox_messages(
        &mut self,
        now: OffsetDateTime,
        again_at: OffsetDateTime,
        limit: u32,
    ) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Lets a message be due at `due_at`; `false` when it is gone, or was taken again since it had that many attempts.
    fn put_off_outbox_message(
        &mut self,
        id: OutboxMessageId,
        attempts: u32,
        due_at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// Removes a message with all that it says; `false` when it is gone.
    fn remove_outbox_message(&mut self, id: OutboxMessageId) -> Result<bool, StoreError>;

    /// Removes the messages of that template which are still to be sent about a customer; how many.
    fn recall_outbox_messages(
        &mut self,
        customer: CustomerId,
        template: MailTemplate,
    ) -> Result<u64, StoreError>;

    /// How many messages that others can cause were added about a customer after `since`, whatever became of them.
    fn count_mails(&mut self, customer: CustomerId, since: OffsetDateTime) -> Result<u64, StoreError>;

    /// Forgets up to `limit` messages that were counted before `cutoff`, the oldest first; how many there were.
    fn sweep_mail_counts(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;

    /// Removes messages that have expired at `now`, the oldest first and at most `limit` of them; how many there were.
    fn sweep_outbox_messages(&mut self, now: OffsetDateTime, limit: u32) -> Result<u64, StoreError>;
}
