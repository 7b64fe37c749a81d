//! Who is told in this process what a unit has changed.

use std::sync::{Mutex, PoisonError, Weak};

use crate::{Changes, Listener};

/// Those who want to know. Who is gone is forgotten.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Vec<Weak<dyn Listener>>>);

impl Listeners {
    pub(super) fn add(&self, listener: Weak<dyn Listener>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Tells them all; returns when they know.
    pub(super) fn tell(&self, changes: &Changes) {
        if changes.is_nothing() {
            return;
        }
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.upgrade().map(|listener| listener.changed(changes)).is_some());
    }
}
