//! A store that fails on demand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use anteroom_store::{Mode, Store, StoreError, Unit};

const WORKS: u8 = 0;
const IS_AWAY: u8 = 1;
const IS_BROKEN: u8 = 2;

/// The switch of a server whose units that write can be made to fail.
#[derive(Debug, Clone, Default)]
pub struct Sabotage(Arc<AtomicU8>);

#[derive(Debug)]
struct Sabotaged<S> {
    store: Arc<S>,
    sabotage: Sabotage,
}

impl Sabotage {
    pub(super) fn of<S: Store + 'static>(store: &Arc<S>) -> (Arc<dyn Store>, Self) {
        let sabotage = Self::default();
        (Arc::new(Sabotaged { store: Arc::clone(store), sabotage: sabotage.clone() }), sabotage)
    }

    /// From now on the database is away for those who want to write.
    pub fn away(&self) {
        self.0.store(IS_AWAY, Ordering::SeqCst);
    }

    /// From now on writing fails in a way that nobody foresees.
    pub fn broken(&self) {
        self.0.store(IS_BROKEN, Ordering::SeqCst);
    }

    /// From now on everything works.
    pub fn over(&self) {
        self.0.store(WORKS, Ordering::SeqCst);
    }
}

impl<S: Store> Store for Sabotaged<S> {
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
        match (mode, self.sabotage.0.load(Ordering::SeqCst)) {
            (Mode::Write, IS_AWAY) => Err(StoreError::Unavailable("sabotaged".into())),
            (Mode::Write, IS_BROKEN) => Err(StoreError::Failed("sabotaged".into())),
            _ => self.store.begin(mode),
        }
    }
}
