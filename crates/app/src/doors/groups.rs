//! Commands that are applied together: one transaction, one wait for the disk, and then all are answered.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anteroom_store::{Mode, Store, StoreError};

use super::asker::{Answer, Asker};
use super::command::{Command, Outcome, apply, mode_for};
use super::queue::{Job, Queue};
use super::watch::Watch;
use super::work::{Failure, Work};
use crate::Error;
use crate::error::Kind;
use crate::measure::{Counter, Timings};
use crate::observe::{DoorState, GroupCounts};

/// The most commands of a group: more gain little, and all of them wait for the last.
const LARGEST: usize = 64;

/// Groups of commands under way at once, where a database takes several writers. More make groups smaller and commits
/// more.
const AT_ONCE: usize = 2;

/// Commands that wait, and the rounds that take them.
///
/// A round is a job among the units of work: it takes the commands that wait at that moment, however few, and goes to
/// the end of the queue again while more have come. So a command that finds nobody at work is applied at once, those that
/// come meanwhile go together, and neither commands nor other units hold each other up for longer than a turn.
pub(super) struct Groups {
    limit: usize,
    at_once: usize,
    line: Mutex<Line>,
    work: Arc<Work>,
    watch: Arc<Watch>,
    admitted: Counter,
    refused: Counter,
    wait: Timings,
    committed: Counter,
    applied: Counter,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Submitted>,
    /// Rounds that wait for a thread or have one.
    rounds: usize,
}

struct Submitted {
    at: Instant,
    command: Command,
    asker: Arc<Asker<Outcome>>,
}

/// A round under way. When it ends, however it does, another one follows if commands wait.
struct Round {
    groups: Arc<Groups>,
    queue: Arc<Queue<Arc<dyn Store>>>,
}

impl Groups {
    /// A line of at most `limit` commands, for units that are run by `work`.
    pub(super) fn new(store: &dyn Store, limit: usize, work: &Arc<Work>, watch: &Arc<Watch>) -> Self {
        Self {
            limit,
            at_once: if store.writes_in_turn() { 1 } else { AT_ONCE },
            line: Mutex::default(),
            work: Arc::clone(work),
            watch: Arc::clone(watch),
            admitted: Counter::default(),
            refused: Counter::default(),
            wait: Timings::default(),
            committed: Counter::default(),
            applied: Counter::default(),
        }
    }

    /// Lets a command wait for a thread of that queue, and gives what its answer will come by.
    pub(super) fn admit(
        self: &Arc<Self>,
        command: Command,
        queue: &Arc<Queue<Arc<dyn Store>>>,
    ) -> Result<Answer<Outcome>, Error> {
        let (asker, answer) = Asker::at("database");
        let waiter = Arc::downgrade(&asker);
        let mut line = self.line();
        if line.waiting.len() >= self.limit {
            self.refused.count();
            return Err(Error::Overloaded { door: "database" });
        }
        line.waiting.push_back(Submitted { at: Instant::now(), command, asker });
        let is_round_due = line.rounds < self.at_once;
        line.rounds += usize::from(is_round_due);
        drop(line);
        self.admitted.count();
        self.watch.expect(waiter);
        if is_round_due {
            queue.insist(self.round(queue));
        }
        Ok(answer)
    }

    fn round(self: &Arc<Self>, queue: &Arc<Queue<Arc<dyn Store>>>) -> Job<Arc<dyn Store>> {
        let round = Round { groups: Arc::clone(self), queue: Arc::clone(queue) };
        Box::new(move |store| round.groups.commit_those_who_wait(&**store))
    }

    fn commit_those_who_wait(&self, store: &dyn Store) {
        let (alone, together): (Vec<_>, Vec<_>) =
            self.take().into_iter().partition(|submitted| submitted.command.is_alone());
        self.commit(store, together);
        self.commit_one_by_one(store, alone);
    }

    /// Takes those who have waited longest and still wait: who has gone meanwhile takes nobody's place.
    fn take(&self) -> Vec<Submitted> {
        let mut taken = Vec::new();
        let mut line = self.line();
        while let Some(submitted) = line.waiting.pop_front_if(|_| taken.len() < LARGEST) {
            self.wait.record(submitted.at.elapsed());
            if self.still_waits(&submitted) {
                taken.push(submitted);
            }
        }
        taken
    }

    /// Whether a command is still to be applied: nobody has given up on it, and it has not waited behind an outage, which
    /// refuses it.
    fn still_waits(&self, submitted: &Submitted) -> bool {
        if self.work.outage.is_since(submitted.at, Mode::Write) {
            self.work.turned_away.count();
            submitted.asker.tell(Err(Error::Overloaded { door: "database" }));
        }
        !submitted.asker.has_gone()
    }

    /// Applies commands in one unit and answers all of them once it is durable. If others are in the way of the unit or one
    /// of them is refused, each has a unit of its own; but never after a commit has been tried.
    fn commit(&self, store: &dyn Store, group: Vec<Submitted>) {
        if group.is_empty() {
            return;
        }
        let commands: Vec<_> = group.iter().map(|submitted| &submitted.command).collect();
        match self.work.run(store, mode_for(&commands), &self.watch, |unit| apply(&commands, unit)) {
            Ok(outcomes) => {
                self.committed.count();
                self.applied.add(u64::try_from(outcomes.len()).unwrap_or(u64::MAX));
                for (submitted, outcome) in group.into_iter().zip(outcomes) {
                    submitted.asker.tell(Ok(outcome));
                }
            }
            Err(Failure::Undone(error)) if group.len() > 1 && !matches!(error, Error::Unavailable(_)) => {
                self.commit_one_by_one(store, group);
            }
            Err(failure) => refuse(group, failure.into()),
        }
    }

    fn commit_one_by_one(&self, store: &dyn Store, group: Vec<Submitted>) {
        for submitted in group {
            if self.still_waits(&submitted) {
                self.commit(store, vec![submitted]);
            }
        }
    }

    /// How the line stands.
    pub(super) fn state(&self) -> DoorState {
        DoorState {
            door: "database-commands",
            waiting: self.line().waiting.len(),
            limit: self.limit,
            admitted: self.admitted.value(),
            refused: self.refused.value(),
            wait: self.wait.spread(),
        }
    }

    /// What was applied together until now.
    pub(super) fn counts(&self) -> GroupCounts {
        GroupCounts { groups: self.committed.value(), commands: self.applied.value() }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        let mut line = self.groups.line();
        let go_on = !line.waiting.is_empty();
        line.rounds -= usize::from(!go_on);
        drop(line);
        if go_on {
            self.queue.insist(self.groups.round(&self.queue));
        }
    }
}

/// Tells everybody of the same failure; one of them gets the error itself.
fn refuse(mut group: Vec<Submitted>, error: Error) {
    let last = group.pop();
    for submitted in group {
        let cause = error.with_causes().into();
        submitted.asker.tell(Err(match error.kind() {
            Kind::Unavailable => Error::Unavailable(StoreError::Unavailable(cause)),
            _ => Error::Store(StoreError::Failed(cause)),
        }));
    }
    if let Some(last) = last {
        last.asker.tell(Err(error));
    }
}
