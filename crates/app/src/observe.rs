//! What an operator sees of the running product, without a query: counters since the start, and how things stand.

pub use anteroom_store::{Mode, PoolState};

use std::time::Duration;

use crate::measure::Spread;
use crate::{App, Credential, Limit, MailFate, SessionKind};

/// How the product does at one moment. There is nobody in it: no id, no e-mail, no workspace.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The doors, each with its queue.
    pub doors: Vec<DoorState>,
    /// The store's connections.
    pub pool: PoolState,
    /// Units of work, of either mode.
    pub units: Vec<UnitTimes>,
    /// Commands that were applied together.
    pub groups: GroupCounts,
    /// How many units and commands found the database away, or waited behind one that did.
    pub database_unavailable: u64,
    /// How long password hashing took, waiting not included.
    pub password_hashes: Spread,
    /// Sessions of every kind.
    pub sessions: Vec<SessionCounts>,
    /// Checks of every kind of credential.
    pub checks: Vec<CheckCounts>,
    /// Mails that were tried, by what became of them.
    pub mails: Vec<(MailFate, u64)>,
    /// Attempts that were refused because there had been too many, by what slowed them down.
    pub limited: Vec<(Limit, u64)>,
    /// How many addresses were found to try the names and passwords of others.
    pub credential_stuffing: u64,
    /// What is remembered, by kind.
    pub memories: Vec<MemoryState>,
    /// How long ago it was that what other processes had changed was known for certain; `None` where nobody listens, or
    /// nothing has been heard yet.
    pub others_heard: Option<Duration>,
}

/// What is remembered of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryState {
    /// The kind.
    pub kind: &'static str,
    /// How many are remembered, those included that have changed and nobody has asked for since.
    pub entries: usize,
    /// What they take, about.
    pub bytes: u64,
    /// How many were asked for and remembered.
    pub remembered: u64,
    /// How many were asked for and had to be read.
    pub read: u64,
}

/// A door and its queue.
#[derive(Debug, Clone)]
pub struct DoorState {
    /// Its name.
    pub door: &'static str,
    /// How many wait.
    pub waiting: usize,
    /// How many may wait.
    pub limit: usize,
    /// How many were let in.
    pub admitted: u64,
    /// How many were refused because too many waited.
    pub refused: u64,
    /// How long each waited for its turn.
    pub wait: Spread,
}

/// How long units of work took.
#[derive(Debug, Clone)]
pub struct UnitTimes {
    /// Which units.
    pub mode: Mode,
    /// Until the unit had its connection and, where only one may write at a time, its turn.
    pub wait: Spread,
    /// From asking for the connection to the end; one that got none included.
    pub took: Spread,
}

/// How many commands were applied, and in how many transactions: small writes that come at once share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupCounts {
    /// Transactions that were committed.
    pub groups: u64,
    /// Commands that were applied by them.
    pub commands: u64,
}

/// How many sessions of a kind this process has opened and ended; those that expire end unseen.
#[derive(Debug, Clone, Copy)]
pub struct SessionCounts {
    /// Which sessions.
    pub kind: SessionKind,
    /// Opened.
    pub opened: u64,
    /// Ended before their time, one by one or all of a customer; not those of a customer who was deleted.
    pub ended: u64,
}

/// How many credentials of a kind this process has looked at.
#[derive(Debug, Clone, Copy)]
pub struct CheckCounts {
    /// Which credentials.
    pub credential: Credential,
    /// Found good.
    pub accepted: u64,
    /// Mistyped, unknown, expired, ended or wrong.
    pub refused: u64,
}

impl App {
    /// How the product does. Costs no query.
    pub fn observe(&self) -> Observation {
        let (doors, activity) = (self.doors(), self.activity());
        Observation {
            doors: doors.states(),
            pool: self.0.store.pool(),
            units: doors.units(),
            groups: doors.groups(),
            database_unavailable: doors.outages(),
            password_hashes: doors.hashes(),
            sessions: SessionKind::ALL
                .map(|kind| {
                    let counters = activity.sessions(kind);
                    SessionCounts { kind, opened: counters.opened.value(), ended: counters.ended.value() }
                })
                .to_vec(),
            checks: Credential::ALL
                .map(|credential| {
                    let counters = activity.checks(credential);
                    let (accepted, refused) = (counters.accepted.value(), counters.refused.value());
                    CheckCounts { credential, accepted, refused }
                })
                .to_vec(),
            mails: MailFate::ALL.map(|fate| (fate, activity.mails(fate).value())).to_vec(),
            limited: Limit::ALL.map(|limit| (limit, activity.limits(limit).value())).to_vec(),
            credential_stuffing: activity.stuffing().value(),
            memories: self.memories().states(),
            others_heard: self.memories().freshness.others_heard(),
        }
    }
}
