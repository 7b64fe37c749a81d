//! A bounded memory of one kind of thing.

use std::fmt;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::flights::{Boarding, Flights};
use super::{About, Freshness, Sight, Weigh};
use crate::measure::Counter;
use crate::observe::MemoryState;
use crate::{Error, Kind};

/// How many keys of each kind are remembered to have nothing.
const ABSENT: usize = 10_000;

/// What the tables take for an entry, with its counts of references.
const OVERHEAD: usize = 96;

/// Something that can be remembered.
pub trait Remembered: Weigh {
    /// What it depends on; whoever changes that makes it forgotten.
    fn about(&self) -> About;
}

/// What was found under a key, and has not changed since. A clone is the same.
pub struct Known<V>(Arc<Entry<V>>);

struct Entry<V> {
    value: V,
    about: About,
    seen: Sight,
}

/// Remembers what is found under keys, as long as it is so and there is room.
///
/// Of many who look for the same at once, one reads.
pub struct Memory<K, V> {
    kind: &'static str,
    remembered: Counter,
    read: Counter,
    freshness: Arc<Freshness>,
    found: Cache<K, Known<V>, ByBytes>,
    absent: Cache<K, Sight>,
    flights: Flights<K, Landed<V>>,
}

/// What passengers are told.
enum Landed<V> {
    Found(Known<V>),
    /// The database is away, or has too much to do: it is not to be asked by all of them in turn.
    Unavailable,
    /// Nothing was found, or the search went wrong: everybody looks for themselves.
    Nothing,
}

impl<K: Eq + Hash + Clone, V: Remembered> Memory<K, V> {
    /// A memory of so many bytes, with an eye on what changes; `kind` is what metrics call it.
    pub(crate) fn new(kind: &'static str, freshness: &Arc<Freshness>, bytes: u64) -> Self {
        Self {
            kind,
            remembered: Counter::default(),
            read: Counter::default(),
            freshness: Arc::clone(freshness),
            found: Cache::with_weighter(1_000, bytes, ByBytes),
            absent: Cache::new(ABSENT),
            flights: Flights::default(),
        }
    }

    /// What is remembered under the key, and is still so. `None` says nothing about what there is.
    pub fn recall<Q>(&self, key: &Q) -> Option<Known<V>>
    where
        Q: Hash + quick_cache::Equivalent<K> + ?Sized,
    {
        let known = self.found.get(key).filter(|known| self.holds(known))?;
        self.remembered.count();
        Some(known)
    }

    /// What there is under the key: remembered, or read now. `None` is nothing, which is remembered too.
    ///
    /// For keys that are drawn at random: nobody can have looked for one before there was something under it.
    pub async fn get<F>(&self, key: &K, read: impl FnOnce() -> F) -> Result<Option<Known<V>>, Error>
    where
        F: Future<Output = Result<Option<V>, Error>>,
    {
        if let Some(known) = self.recall(key) {
            return Ok(Some(known));
        }
        if self.absent.get(key).is_some_and(|sight| self.freshness.is_recent(sight)) {
            return Ok(None);
        }
        let seen = self.freshness.look();
        let found = self.look_up(key, read).await?;
        if found.is_none() {
            self.absent.insert(key.clone(), seen);
        }
        Ok(found)
    }

    /// What there is under the key: remembered, or read now. `None` is nothing, as of now.
    pub async fn get_what_is<F>(&self, key: &K, read: impl FnOnce() -> F) -> Result<Option<Known<V>>, Error>
    where
        F: Future<Output = Result<Option<V>, Error>>,
    {
        match self.recall(key) {
            Some(known) => Ok(Some(known)),
            None => self.look_up(key, read).await,
        }
    }

    /// What there is under the key, which is not remembered: read now, by one of those who ask at once.
    async fn look_up<F>(&self, key: &K, read: impl FnOnce() -> F) -> Result<Option<Known<V>>, Error>
    where
        F: Future<Output = Result<Option<V>, Error>>,
    {
        let flight = match self.flights.board(key) {
            Boarding::Pilot(flight) => flight,
            Boarding::Passenger(arrives) => {
                return match arrives.await {
                    Ok(Landed::Found(known)) if self.holds(&known) => Ok(Some(known)),
                    Ok(Landed::Unavailable) => Err(Error::Overloaded { door: "database" }),
                    // It has changed meanwhile, whoever looked has gone, or there was nothing, and may be something by now.
                    _ => self.read(key, read).await.1,
                };
            }
        };
        let (landed, found) = self.read(key, read).await;
        flight.land(&landed);
        found
    }

    /// Forgets what was found under the key, unless it was read just now; whether it has. For what others may have noted
    /// without saying so.
    pub(crate) fn look_again(&self, key: &K, known: &Known<V>) -> bool {
        let is_old = !self.freshness.is_recent(known.0.seen);
        if is_old {
            self.found.remove(key);
        }
        is_old
    }

    async fn read<F>(&self, key: &K, read: impl FnOnce() -> F) -> (Landed<V>, Result<Option<Known<V>>, Error>)
    where
        F: Future<Output = Result<Option<V>, Error>>,
    {
        self.read.count();
        let seen = self.freshness.look();
        match read().await {
            Ok(Some(value)) => {
                let known = self.remember(key.clone(), seen, value);
                (Landed::Found(known.clone()), Ok(Some(known)))
            }
            Ok(None) => (Landed::Nothing, Ok(None)),
            Err(error) if error.kind() == Kind::Unavailable => (Landed::Unavailable, Err(error)),
            Err(error) => (Landed::Nothing, Err(error)),
        }
    }

    /// Remembers what somebody knows who has looked since `seen`.
    pub(crate) fn remember(&self, key: K, seen: Sight, value: V) -> Known<V> {
        let about = value.about();
        let known = Known(Arc::new(Entry { value, about, seen }));
        // What has changed since then is of use to whoever asked at that time, and to nobody else.
        if self.holds(&known) {
            self.found.insert(key, known.clone());
        }
        known
    }

    /// Forgets what was found under the key.
    pub(crate) fn forget(&self, key: &K) {
        self.found.remove(key);
    }

    fn holds(&self, Known(entry): &Known<V>) -> bool {
        self.freshness.holds(entry.seen, entry.about)
    }

    /// How it does. Costs no query.
    pub fn state(&self) -> MemoryState {
        MemoryState {
            kind: self.kind,
            entries: self.found.len(),
            bytes: self.found.weight(),
            remembered: self.remembered.value(),
            read: self.read.value(),
        }
    }
}

#[derive(Clone)]
struct ByBytes;

impl<K, V: Weigh> Weighter<K, Known<V>> for ByBytes {
    fn weight(&self, _: &K, Known(entry): &Known<V>) -> u64 {
        let bytes = OVERHEAD + size_of::<K>() + size_of::<Entry<V>>() + entry.value.heap_bytes();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl<V> Deref for Known<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.0.value
    }
}

// Written by hand, because a derive would ask the same of `V`.
impl<V> Clone for Known<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> Clone for Landed<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Found(known) => Self::Found(known.clone()),
            Self::Unavailable => Self::Unavailable,
            Self::Nothing => Self::Nothing,
        }
    }
}

impl<V: fmt::Debug> fmt::Debug for Known<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(f)
    }
}

impl<K, V> fmt::Debug for Memory<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}
