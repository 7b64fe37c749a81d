//! Who is told in this process what a unit has changed.

use std::sync::{Mutex, PoisonError, Weak};

#[cfg(feature = "postgres")]
use super::messages::Sender;
use crate::{Changes, Listener};

/// Those who want to know. Who is gone is forgotten.
pub(super) struct Listeners {
    #[cfg(feature = "postgres")]
    ourselves: Mutex<Sender>,
    listeners: Mutex<Vec<Weak<dyn Listener>>>,
}

impl Default for Listeners {
    fn default() -> Self {
        Self {
            #[cfg(feature = "postgres")]
            ourselves: Mutex::new(Sender::new()),
            listeners: Mutex::default(),
        }
    }
}

impl Listeners {
    /// As whom other processes are told: a feed of the same store passes over it.
    #[cfg(feature = "postgres")]
    pub(super) fn ourselves(&self) -> Sender {
        *self.ourselves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has become of a commit is not known, and it may happen later than its changes were told here. From now on
    /// messages are sent under another name, so that the one of this commit is heard like a stranger's.
    pub(super) fn doubt(&self) {
        #[cfg(feature = "postgres")]
        {
            *self.ourselves.lock().unwrap_or_else(PoisonError::into_inner) = Sender::new();
        }
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

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn after_a_doubt_what_was_sent_before_is_a_strangers() {
        let listeners = Listeners::default();
        let before = listeners.ourselves();
        assert_eq!(listeners.ourselves(), before);
        listeners.doubt();
        assert_ne!(listeners.ourselves(), before);
    }
}
