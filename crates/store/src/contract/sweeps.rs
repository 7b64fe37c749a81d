//! Removal of what has long been over. A sweep knows no workspace, so each case has a kind of record of its own.

use anteroom_domain::session::{CustomerSession, PortalCookie, StoreSession};

use super::world::{World, at, hash, store_session};
use crate::Store;

/// The sweeping half of [`Sessions`](crate::Sessions).
pub fn sweeps(store: &dyn Store) {
    sweep_everything(&World::new(store));
    customer_sessions(&World::new(store), &World::new(store));
    store_sessions(&World::new(store));
}

/// A store that other functions of the suite have used is not empty.
fn sweep_everything(world: &World<'_>) {
    world.write(|unit| {
        unit.sweep_customer_sessions(at(1_000_000), 10_000)?;
        unit.sweep_store_sessions(at(1_000_000), 10_000)
    });
}

/// Sessions of the living, of the deleted and of another workspace, each with a cookie.
fn customer_sessions(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let deleted = world.stored_customer("b@example.com").id;
    let abroad = other.stored_customer("a@example.com").id;
    let family = |world: &World<'_>, customer, second| {
        let session = CustomerSession { expires_at: at(second), ..world.session(customer) };
        let cookie = PortalCookie { cookie_hash: hash(), session: session.token_hash, created_at: at(0) };
        world.write(|unit| {
            unit.insert_customer_session(&session)?;
            unit.insert_portal_cookie(&cookie)
        });
        (session, cookie)
    };
    let first = family(world, customer, 10);
    let revoked = family(world, customer, 11);
    family(world, deleted, 12);
    family(other, abroad, 13);
    let live = family(world, customer, 20);
    world.write(|unit| {
        unit.revoke_customer_session(world.workspace, revoked.0.id(), at(1))?;
        unit.delete_customer(world.workspace, deleted, at(1))
    });
    let left = |(session, cookie): &(CustomerSession, PortalCookie)| {
        [
            world.read(|unit| unit.portal_access(&session.token_hash)).is_some(),
            world.read(|unit| unit.portal_access_by_cookie(&cookie.cookie_hash)).is_some(),
        ]
    };
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_customer_sessions(at(cutoff), limit));

    assert_eq!(sweep(10, 10), 0, "at the cutoff is not before it");
    assert_eq!((left(&first), left(&revoked), left(&live)), ([true; 2], [true; 2], [true; 2]));
    assert_eq!(sweep(20, 1), 1);
    assert_eq!((left(&first), left(&revoked)), ([false; 2], [true; 2]), "the oldest first, and its cookie");
    assert_eq!(sweep(20, 2), 2, "one that was revoked, and one of a deleted customer");
    assert_eq!(sweep(20, 2), 1, "a batch that is short is the last: one of another workspace");
    assert_eq!(sweep(20, 2), 0);
    assert_eq!((left(&revoked), left(&live)), ([false; 2], [true; 2]));
    // Its cookie went too: else the table would still refuse its hash.
    let (session, cookie) = revoked;
    world.write(|unit| {
        unit.insert_customer_session(&session)?;
        unit.insert_portal_cookie(&cookie)
    });
}

fn store_sessions(world: &World<'_>) {
    let (identity, provider) = world.stored_identity("a@example.com");
    let stored = |expires, revoked: Option<i64>| {
        let expires_at = at(expires);
        let session = StoreSession { expires_at, revoked_at: revoked.map(at), ..store_session(&identity) };
        world.write(|unit| unit.insert_store_session(&session));
        session
    };
    let expired = [stored(1, None), stored(2, None), stored(3, Some(2))];
    let revoked = [stored(9000, Some(1)), stored(9000, Some(2))];
    let live = [stored(9000, None), stored(9000, Some(10)), stored(10, None)];
    let left = |sessions: &[StoreSession]| {
        let is_left = |session: &StoreSession| {
            world.read(|unit| unit.store_access(world.workspace, session.id)).is_some()
        };
        sessions.iter().filter(|session| is_left(session)).count()
    };
    let sweep = |cutoff, limit| world.write(|unit| unit.sweep_store_sessions(at(cutoff), limit));

    assert_eq!(sweep(1, 10), 0, "at the cutoff is not before it");
    assert_eq!(sweep(10, 0), 0);
    assert_eq!((sweep(10, 2), left(&expired), left(&revoked)), (2, 1, 2));
    assert_eq!((sweep(10, 2), left(&expired), left(&revoked)), (2, 0, 1), "one of each");
    assert_eq!((sweep(10, 2), left(&expired), left(&revoked)), (1, 0, 0));
    assert_eq!((sweep(10, 2), left(&live)), (0, 3));
    let identities = world.read(|unit| unit.provider_identities(identity.id));
    assert_eq!(identities, [provider], "who signed in stays");
}
