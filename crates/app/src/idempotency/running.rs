//! Which requests are under way on this server.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anteroom_domain::TokenHash;

/// The keys of the requests under way.
#[derive(Default)]
pub(crate) struct Running(Mutex<HashSet<TokenHash>>);

/// A request under way, which has ended when this is dropped.
pub(super) struct Turn {
    running: Arc<Running>,
    key: TokenHash,
}

impl Running {
    /// Enters a request; `None` while one of the same key is under way.
    pub(super) fn enter(self: &Arc<Self>, key: TokenHash) -> Option<Turn> {
        self.keys().insert(key).then(|| Turn { running: Arc::clone(self), key })
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<TokenHash>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running.keys().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_free_again_when_its_request_has_ended() {
        let running = Arc::new(Running::default());
        let (one, two) = (TokenHash::new([1; 32]), TokenHash::new([2; 32]));
        let turn = running.enter(one);
        assert!(turn.is_some() && running.enter(one).is_none() && running.enter(two).is_some());
        drop(turn);
        assert!(running.enter(one).is_some());
    }
}
