//! Units of work.

use std::fmt::Debug;
use std::sync::Weak;

use crate::{
    Addresses, Credentials, Customers, EmailVerifications, Feed, IdempotentAnswers, IdentityProviders,
    Installation, Jobs, Listener, Members, Merges, Outbox, Passkeys, PasswordResets, SecondFactors, Sessions,
    SignInCodes, SignIns, StoreError, Transfers, Workspaces,
};

/// Opens units of work against one database.
pub trait Store: Debug + Send + Sync {
    /// Begins a unit; blocks while every connection is in use, for a bounded time.
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError>;

    /// From now on tells the listener what every unit of this store changes, whoever asks for it.
    fn listen(&self, listener: Weak<dyn Listener>);

    /// Opens a way to hear what other processes change from now on.
    fn feed(&self) -> Result<Box<dyn Feed>, StoreError>;

    /// How the connections stand. Asks the database nothing and waits for nobody.
    fn pool(&self) -> PoolState;

    /// Whether servers on other machines may have it too.
    fn is_shared(&self) -> bool {
        !self.writes_in_turn()
    }

    /// Whether a unit that writes excludes every other one, so that several of them at once only wait.
    fn writes_in_turn(&self) -> bool {
        false
    }
}

/// How a store's connections stand at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Connections that a unit has.
    pub in_use: u32,
    /// Connections that wait for a unit.
    pub idle: u32,
    /// How many there may be together.
    pub limit: u32,
}

/// What a unit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Reads only; opens no transaction, so each statement sees the newest state.
    Read,
    /// One transaction, which excludes other writers on SQLite and is READ COMMITTED on PostgreSQL.
    Write,
    /// One statement, which adds what nobody can have read before. On PostgreSQL it commits itself, which saves the round
    /// trips of a transaction; a second statement is refused. On SQLite it is the same as `Write`.
    Append,
}

impl Mode {
    /// Whether its units change anything.
    pub fn writes(self) -> bool {
        self != Self::Read
    }
}

/// Everything one unit can touch. Dropped without `commit`, it changes nothing.
pub trait Unit:
    Installation
    + Workspaces
    + Customers
    + Members
    + Merges
    + Addresses
    + Sessions
    + Credentials
    + IdempotentAnswers
    + Jobs
    + PasswordResets
    + Passkeys
    + EmailVerifications
    + Outbox
    + SignIns
    + Transfers
    + SignInCodes
    + SecondFactors
    + IdentityProviders
{
    /// Makes the unit's changes durable. Every listener of this process knows of them when it returns, and other processes
    /// hear of them.
    fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Units as closures.
pub trait StoreExt: Store {
    /// Runs `f` in a unit that only reads.
    fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Unit) -> Result<T, E>) -> Result<T, E> {
        f(&mut *self.begin(Mode::Read)?)
    }

    /// Runs `f` in a unit that writes, and commits it when `f` succeeds.
    fn write<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut dyn Unit) -> Result<T, E>) -> Result<T, E> {
        let mut unit = self.begin(Mode::Write)?;
        let value = f(&mut *unit)?;
        unit.commit()?;
        Ok(value)
    }
}

impl<S: Store + ?Sized> StoreExt for S {}
