//! Who is told in this process what a unit has changed.

use std::sync::{Mutex, PoisonError, Weak};

#[cfg(feature = "postgres")]
use super::messages::Sender;
use crate::{Changes, Listener};

/// Those who want to know. Who is gone is forgotten.
pub(super) struct Listeners {
    #[cfg(feature = "postgres")]
    ourselves: Sender,
    listeners: Mutex<Vec<Weak<dyn Listener>>>,
}

impl Default for Listeners {
    fn default() -> Self {
        Self {
            #[cfg(feature = "postgres")]
            ourselves: Sender::new(),
            listeners: Mutex::default(),
        }
    }
}

impl Listeners {
    /// As whom other processes are told: a feed of the same store passes over it.
    #[cfg(feature = "postgres")]
    pub(super) fn ourselves(&self) -> Sender {
        self.ourselves
    }

    pub(super) fn add(&self, listener: Weak<dyn Listener>) {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Tells them all; returns when they know.
    pub(super) fn tell(&self, changes: &Changes) {
        if changes.is_nothing() {
            return;
        }
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.upgrade().map(|listener| listener.changed(changes)).is_some());
    }
}
