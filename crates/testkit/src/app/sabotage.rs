//! A store that fails, or waits, on demand.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

use anteroom_store::{Feed, Listener, Mode, PoolState, Store, StoreError, Unit};

/// The switch of a server whose units that write can be made to fail or to wait.
#[derive(Debug, Clone, Default)]
pub struct Sabotage(Arc<Switch>);

#[derive(Debug, Default)]
struct Switch {
    position: Mutex<Position>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Position {
    state: State,
    waiting: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Works,
    IsAway,
    IsBroken,
    Waits,
}

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
        self.turn_to(State::IsAway);
    }

    /// From now on writing fails in a way that nobody foresees.
    pub fn broken(&self) {
        self.turn_to(State::IsBroken);
    }

    /// From now on those who want to write wait, before they have begun, until something else is said.
    pub fn wait(&self) {
        self.turn_to(State::Waits);
    }

    /// How many wait to write.
    pub fn waiting(&self) -> usize {
        self.position().waiting
    }

    /// From now on everything works.
    pub fn over(&self) {
        self.turn_to(State::Works);
    }

    fn turn_to(&self, state: State) {
        self.position().state = state;
        self.0.changed.notify_all();
    }

    fn position(&self) -> MutexGuard<'_, Position> {
        self.0.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn met_by_a_writer(&self) -> State {
        let mut position = self.position();
        position.waiting += 1;
        let waits = |position: &mut Position| position.state == State::Waits;
        let mut position = self.0.changed.wait_while(position, waits).unwrap_or_else(PoisonError::into_inner);
        position.waiting -= 1;
        position.state
    }
}

impl<S: Store> Store for Sabotaged<S> {
    fn begin(&self, mode: Mode) -> Result<Box<dyn Unit + '_>, StoreError> {
        if mode == Mode::Read {
            return self.store.begin(mode);
        }
        match self.sabotage.met_by_a_writer() {
            State::IsAway => Err(StoreError::Unavailable("sabotaged".into())),
            State::IsBroken => Err(StoreError::Failed("sabotaged".into())),
            State::Works | State::Waits => self.store.begin(mode),
        }
    }

    fn listen(&self, listener: Weak<dyn Listener>) {
        self.store.listen(listener);
    }

    fn feed(&self) -> Result<Box<dyn Feed>, StoreError> {
        self.store.feed()
    }

    fn pool(&self) -> PoolState {
        self.store.pool()
    }
}
