//! The outbox, in SQL.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::mail::{MailTemplate, OutboxMessage, OutboxMessageId};
use diesel::prelude::*;
use time::OffsetDateTime;

use super::count::counted;
use super::rows::OutboxMessageRow;
use super::schema::mail_counts;
use super::schema::outbox_messages::{self, columns};
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{Outbox, StoreError};

impl Outbox for SqlUnit {
    fn insert_outbox_message(&mut self, message: &OutboxMessage) -> Result<(), StoreError> {
        let row = OutboxMessageRow::try_from(message)?;
        self.claim(&UNSEEN, |c| diesel::insert_into(outbox_messages::table).values(&row).execute(c))?;
        if let Some(customer) = message.customer_id.filter(|_| message.template.is_counted()) {
            let count = (
                mail_counts::outbox_message_id.eq(DbUuid::from(message.id)),
                mail_counts::customer_id.eq(DbUuid::from(customer)),
                mail_counts::created_at.eq(DbTime(message.created_at)),
            );
            self.claim(&UNSEEN, |c| diesel::insert_into(mail_counts::table).values(count).execute(c))?;
        }
        Ok(())
    }

    fn take_outbox_messages(
        &mut self,
        now: OffsetDateTime,
        again_at: OffsetDateTime,
        limit: u32,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        let due: Vec<DbUuid> = self.read(|c| {
            outbox_messages::table
                .filter(columns::due_at.le(DbTime(now)))
                .filter(columns::expires_at.gt(DbTime(now)))
                .order(columns::due_at.asc())
                .limit(limit.into())
                .select(columns::id)
                .load(c)
        })?;
        let mut taken = Vec::new();
        for id in due {
            // Whoever was faster has made it due later.
            let still_due =
                outbox_messages::table.filter(columns::id.eq(id)).filter(columns::due_at.le(DbTime(now)));
            let change = (columns::due_at.eq(DbTime(again_at)), columns::attempts.eq(columns::attempts + 1));
            if self.change(&UNKEPT, |c| Ok(diesel::update(still_due).set(change).execute(c)? == 1))? {
                let row: OutboxMessageRow = self.read(|c| {
                    outbox_messages::table
                        .filter(columns::id.eq(id))
                        .select(OutboxMessageRow::as_select())
                        .get_result(c)
                })?;
                taken.push(row.try_into()?);
            }
        }
        Ok(taken)
    }

    fn put_off_outbox_message(
        &mut self,
        id: OutboxMessageId,
        attempts: u32,
        due_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let attempts = super::rows::attempts(attempts)?;
        let taken = outbox_messages::table
            .filter(columns::id.eq(DbUuid::from(id)))
            .filter(columns::attempts.eq(attempts));
        let later = columns::due_at.eq(DbTime(due_at));
        self.change(&UNKEPT, |c| Ok(diesel::update(taken).set(later).execute(c)? == 1))
    }

    fn remove_outbox_message(&mut self, id: OutboxMessageId) -> Result<bool, StoreError> {
        let one = outbox_messages::table.filter(columns::id.eq(DbUuid::from(id)));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn recall_outbox_messages(
        &mut self,
        customer: CustomerId,
        template: MailTemplate,
    ) -> Result<u64, StoreError> {
        let unsent = outbox_messages::table
            .filter(columns::customer_id.eq(DbUuid::from(customer)))
            .filter(columns::template.eq(template.as_str()));
        self.change(&UNKEPT, |c| diesel::delete(unsent).execute(c)).and_then(counted)
    }

    fn count_mails(&mut self, customer: CustomerId, since: OffsetDateTime) -> Result<u64, StoreError> {
        let count: i64 = self.read(|c| {
            mail_counts::table
                .filter(mail_counts::customer_id.eq(DbUuid::from(customer)))
                .filter(mail_counts::created_at.gt(DbTime(since)))
                .count()
                .get_result(c)
        })?;
        counted(count)
    }

    fn sweep_mail_counts(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::mail_counts(c, cutoff, limit)).and_then(counted)
    }

    fn sweep_outbox_messages(&mut self, now: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::outbox_messages(c, now, limit)).and_then(counted)
    }
}
