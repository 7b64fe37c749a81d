//! Those who look for the same thing at once, of whom one looks.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot::{self, Receiver, Sender};

/// Who waits for what, while somebody looks for it.
pub(super) struct Flights<K, T>(Mutex<HashMap<K, Vec<Sender<T>>>>);

/// What somebody does who looks for something.
pub(super) enum Boarding<'f, K: Eq + Hash, T> {
    /// Looks for it, and tells the others.
    Pilot(Flight<'f, K, T>),
    /// Waits for what the pilot finds; an error when the pilot has given up.
    Passenger(Receiver<T>),
}

/// The pilot's. Dropped before it has landed, it leaves the passengers to themselves.
pub(super) struct Flight<'f, K: Eq + Hash, T> {
    flights: &'f Flights<K, T>,
    key: K,
    has_landed: bool,
}

impl<K: Eq + Hash + Clone, T: Clone> Flights<K, T> {
    pub(super) fn board(&self, key: &K) -> Boarding<'_, K, T> {
        match self.waiting().entry(key.clone()) {
            Entry::Occupied(mut flight) => {
                let (arrival, arrives) = oneshot::channel();
                flight.get_mut().push(arrival);
                Boarding::Passenger(arrives)
            }
            Entry::Vacant(flight) => {
                flight.insert(Vec::new());
                Boarding::Pilot(Flight { flights: self, key: key.clone(), has_landed: false })
            }
        }
    }
}

impl<K, T> Flights<K, T> {
    fn waiting(&self) -> MutexGuard<'_, HashMap<K, Vec<Sender<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, T> Default for Flights<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T: Clone> Flight<'_, K, T> {
    /// Tells everybody who has boarded.
    pub(super) fn land(mut self, found: &T) {
        self.has_landed = true;
        for passenger in self.flights.waiting().remove(&self.key).unwrap_or_default() {
            let _ = passenger.send(found.clone());
        }
    }
}

impl<K: Eq + Hash, T> Drop for Flight<'_, K, T> {
    fn drop(&mut self) {
        // Once it has landed, another one may be under way.
        if !self.has_landed {
            self.flights.waiting().remove(&self.key);
        }
    }
}
