//! Units of work.

use anteroom_domain::session::CustomerSession;

use super::world::{World, assert_conflict, at};
use crate::{Constraint, Mode, Store, StoreError, StoreExt};

/// [`Unit`](crate::Unit) and [`Store`].
pub fn units(store: &dyn Store) {
    a_dropped_unit_changes_nothing(&World::new(store));
    a_failed_unit_changes_nothing(&World::new(store));
    a_panicking_unit_changes_nothing(&World::new(store));
    a_unit_sees_its_own_changes(&World::new(store));
    a_reading_unit_cannot_write(&World::new(store));
    a_unit_that_appends_takes_one_statement_that_nobody_has_to_be_told_of(&World::new(store));
    a_unit_has_a_connection_until_it_ends(store);
}

fn a_unit_has_a_connection_until_it_ends(store: &dyn Store) {
    let before = store.pool();
    assert_eq!(before.in_use, 0);
    assert!(before.idle >= 1 && before.idle <= before.limit, "{before:?}");
    for mode in [Mode::Read, Mode::Write, Mode::Append] {
        let unit = store.begin(mode).unwrap();
        let during = store.pool();
        assert_eq!((during.in_use, during.limit), (1, before.limit), "{mode:?}");
        drop(unit);
        assert_eq!(store.pool().in_use, 0, "{mode:?}");
    }
}

fn a_dropped_unit_changes_nothing(world: &World<'_>) {
    let customer = world.customer("a@example.com");
    let mut unit = world.store.begin(Mode::Write).unwrap();
    unit.insert_customer(&customer).unwrap();
    drop(unit);
    assert_eq!(world.read(|unit| unit.customer(world.workspace, customer.id)), None);
    world.stored_customer("a@example.com");
}

fn a_failed_unit_changes_nothing(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com");
    let result = world.store.write(|unit| {
        unit.delete_customer(world.workspace, customer.id, at(1))?;
        Err::<(), _>(StoreError::Corrupt("test"))
    });
    assert!(matches!(result, Err(StoreError::Corrupt("test"))));
    assert!(world.read(|unit| unit.customer(world.workspace, customer.id)).is_some());
}

/// More often than there are connections: none of them is left in the transaction.
fn a_panicking_unit_changes_nothing(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com");
    for _ in 0..6 {
        let panicked = std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                world.write::<()>(|unit| {
                    unit.delete_customer(world.workspace, customer.id, at(1))?;
                    // Without the message that a panic of its own would print.
                    std::panic::resume_unwind(Box::new("test"))
                });
            });
            thread.join().is_err()
        });
        assert!(panicked);
    }
    assert!(world.write(|unit| unit.customer_for_update(world.workspace, customer.id)).is_some());
}

fn a_unit_sees_its_own_changes(world: &World<'_>) {
    let customer = world.customer("a@example.com");
    world.write(|unit| {
        unit.insert_customer(&customer)?;
        assert!(unit.customer(world.workspace, customer.id)?.is_some());
        Ok(())
    });
}

fn a_reading_unit_cannot_write(world: &World<'_>) {
    let customer = world.customer("a@example.com");
    let result = world.store.read(|unit| unit.insert_customer(&customer));
    assert!(matches!(result, Err(StoreError::Failed(_))));
    assert_eq!(world.read(|unit| unit.customer(world.workspace, customer.id)), None);
}

fn a_unit_that_appends_takes_one_statement_that_nobody_has_to_be_told_of(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let [session, second] = [(); 2].map(|()| world.session(customer));
    let mut unit = world.store.begin(Mode::Append).unwrap();
    assert!(unit.insert_customer_sessions(&[]).unwrap().is_empty(), "nothing is no statement");
    assert!(unit.insert_customer_session(&session).unwrap());
    assert!(matches!(unit.insert_customer_session(&second), Err(StoreError::Failed(_))));
    unit.commit().unwrap();
    let is_there =
        |session: &CustomerSession| world.read(|unit| unit.portal_access(&session.token_hash)).is_some();
    assert!(is_there(&session) && !is_there(&second));

    let mut unit = world.store.begin(Mode::Append).unwrap();
    let told = unit.revoke_customer_session(world.workspace, session.id(), at(1));
    assert!(matches!(told, Err(StoreError::Failed(_))));
    drop(unit);
    let mut unit = world.store.begin(Mode::Append).unwrap();
    let twin = unit.insert_customer_sessions(&[&second, &session]);
    assert_conflict(twin, Constraint::Other);
    drop(unit);
    assert!(is_there(&session) && !is_there(&second), "all or none");
}
