//! Mails that are to be sent.

use anteroom_domain::customer::CustomerId;
use anteroom_domain::mail::{MailTemplate, OutboxMessage};

use super::races::winners;
use super::world::{World, assert_conflict, at, email, id};
use crate::{Constraint, Merge, Store, StoreExt};

/// [`Outbox`](crate::Outbox).
pub fn outbox(store: &dyn Store) {
    a_message_is_taken_when_it_is_due(&World::new(store));
    a_message_that_was_not_sent_is_due_again(&World::new(store));
    the_oldest_are_taken_first(&World::new(store));
    what_expired_is_swept_and_not_taken(&World::new(store));
    mails_that_others_can_cause_are_counted(&World::new(store));
    messages_are_recalled(&World::new(store), &World::new(store));
    messages_go_with_their_customer(&World::new(store));
}

/// Those who send at the same moment.
pub fn outbox_races(store: &dyn Store) {
    one_takes_it(&World::new(store));
}

impl World<'_> {
    pub(super) fn message(&self, customer: CustomerId, due: i64) -> OutboxMessage {
        OutboxMessage {
            id: id(),
            workspace_id: self.workspace,
            customer_id: Some(customer),
            recipient: email("Ada@example.com"),
            template: MailTemplate::PasswordReset,
            sealed: vec![7; 90],
            created_at: at(0),
            due_at: at(due),
            expires_at: at(1800),
            attempts: 0,
        }
    }

    fn stored_message(&self, customer: CustomerId, due: i64) -> OutboxMessage {
        let message = self.message(customer, due);
        self.write(|unit| unit.insert_outbox_message(&message));
        message
    }

    fn take(&self, now: i64, limit: u32) -> Vec<OutboxMessage> {
        self.write(|unit| unit.take_outbox_messages(at(now), at(now + 300), limit))
    }

    fn empty_the_outbox(&self) {
        self.write(|unit| unit.sweep_outbox_messages(at(1_000_000), 10_000));
    }
}

fn a_message_is_taken_when_it_is_due(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let message = world.stored_message(customer, 10);
    assert_eq!(world.take(9, 10), []);
    let taken = OutboxMessage { due_at: at(310), attempts: 1, ..message.clone() };
    assert_eq!(world.take(10, 10), [taken]);
    assert_eq!(world.take(10, 10), [], "somebody has it");
    assert_eq!(world.take(309, 10), [], "somebody has it");
    let again = OutboxMessage { due_at: at(610), attempts: 2, ..message.clone() };
    assert_eq!(world.take(310, 10), [again], "they have died");
    assert!(world.write(|unit| unit.remove_outbox_message(message.id)));
    assert!(!world.write(|unit| unit.remove_outbox_message(message.id)));
    assert_eq!(world.take(1000, 10), []);
    let orphan = world.message(id(), 0);
    assert_conflict(world.store.write(|unit| unit.insert_outbox_message(&orphan)), Constraint::Reference);
}

fn a_message_that_was_not_sent_is_due_again(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let message = world.stored_message(customer, 0);
    let put_off =
        |attempts, due| world.write(|unit| unit.put_off_outbox_message(message.id, attempts, at(due)));
    world.take(0, 10);
    assert!(!put_off(0, 40), "it was taken since");
    assert!(put_off(1, 40));
    assert_eq!(world.take(39, 10), []);
    assert_eq!(world.take(40, 10).len(), 1);
    assert!(!put_off(1, 50), "another has it");
    assert!(!world.write(|unit| unit.put_off_outbox_message(id(), 2, at(50))));
    world.empty_the_outbox();
}

fn the_oldest_are_taken_first(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let [third, first, second] = [3, 1, 2].map(|due| world.stored_message(customer, due).id);
    let ids = |taken: Vec<OutboxMessage>| taken.into_iter().map(|message| message.id).collect::<Vec<_>>();
    assert_eq!(ids(world.take(10, 2)), [first, second]);
    assert_eq!(ids(world.take(10, 2)), [third]);
    world.empty_the_outbox();
}

fn what_expired_is_swept_and_not_taken(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let sweep = |now, limit| world.write(|unit| unit.sweep_outbox_messages(at(now), limit));
    for expires in [20, 21, 22] {
        let message = OutboxMessage { expires_at: at(expires), ..world.message(customer, 0) };
        world.write(|unit| unit.insert_outbox_message(&message));
    }
    assert_eq!(sweep(19, 10), 0);
    assert_eq!(world.take(20, 10).len(), 2, "one has expired");
    assert_eq!((sweep(22, 2), sweep(22, 2), sweep(22, 2)), (2, 1, 0));
}

fn mails_that_others_can_cause_are_counted(world: &World<'_>) {
    let [ada, bob] = ["a", "b"].map(|name| world.stored_customer(&format!("{name}@example.com")).id);
    let count = |customer, since| world.read(|unit| unit.count_mails(customer, at(since)));
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_mail_counts(at(cutoff), limit));
    sweep(1_000_000, 10_000);
    for (created, template) in [
        (10, MailTemplate::PasswordReset),
        (20, MailTemplate::RegistrationAttempted),
        (30, MailTemplate::NewDevice),
    ] {
        let message = OutboxMessage { created_at: at(created), template, ..world.message(ada, 0) };
        world.write(|unit| unit.insert_outbox_message(&message));
    }
    assert_eq!([count(ada, 9), count(ada, 10), count(ada, 20), count(bob, 0)], [2, 1, 0, 0]);
    world.empty_the_outbox();
    assert_eq!(count(ada, 0), 2, "sent or not");
    assert_eq!((sweep(10, 10), sweep(21, 1), sweep(21, 1), sweep(21, 1)), (0, 1, 1, 0));
    assert_eq!(count(ada, 0), 0);
}

fn messages_are_recalled(world: &World<'_>, other: &World<'_>) {
    let [ada, bob] = ["a", "b"].map(|name| world.stored_customer(&format!("{name}@example.com")).id);
    let abroad = other.stored_customer("a@example.com").id;
    world.stored_message(ada, 0);
    world.stored_message(ada, 5000);
    let kept = [world.stored_message(bob, 0).id, other.stored_message(abroad, 1).id];
    let recall =
        |customer| world.write(|unit| unit.recall_outbox_messages(customer, MailTemplate::PasswordReset));
    assert_eq!((recall(ada), recall(ada), recall(id())), (2, 0, 0));
    let left: Vec<_> = world.take(10, 10).into_iter().map(|message| message.id).collect();
    assert_eq!(left, kept);
    world.empty_the_outbox();
}

fn messages_go_with_their_customer(world: &World<'_>) {
    let [gone, erased, merged, stays] =
        ["a", "b", "c", "d"].map(|name| world.stored_customer(&format!("{name}@example.com")).id);
    for customer in [gone, erased, merged] {
        world.stored_message(customer, 0);
    }
    let merge = Merge {
        workspace: world.workspace,
        merged,
        survivor: stays,
        keeps_external_id: false,
        ended_members: Vec::new(),
        owner_steps_down: false,
        at: at(1),
    };
    world.write(|unit| {
        unit.delete_customer(world.workspace, gone, at(1))?;
        unit.anonymize_customer(world.workspace, erased, at(1))?;
        unit.merge_customer(&merge)
    });
    let left: Vec<_> = world.take(10, 10).into_iter().map(|message| message.customer_id).collect();
    assert_eq!(left, [Some(stays)], "it is the survivor's");
    world.write(|unit| unit.anonymize_customer(world.workspace, stays, at(2)));
    assert_eq!(world.take(1000, 10), []);
}

fn one_takes_it(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    world.stored_message(customer, 0);
    assert_eq!(winners::<16>(|_| world.take(1, 5).len() == 1), 1);
}
