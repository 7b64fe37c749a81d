//! The shop's sessions.

use anteroom_domain::TokenHash;
use anteroom_domain::page::Page;
use anteroom_domain::session::{StoreSession, StoreSessionId};

use super::races::winners;
use super::world::{World, assert_conflict, at, hash, id, store_session};
use crate::{
    Constraint, CookieOutcome, Mode, NewStoreCookie, PasswordSignIn, Store, StoreAccess, StoreError,
    StoreExt, Unit,
};

/// The shop's half of [`Sessions`](crate::Sessions).
pub fn store_sessions(store: &dyn Store) {
    a_jwt_and_a_cookie_open_the_same(&World::new(store), &World::new(store));
    no_password_opens_a_session_after_another_was_set(&World::new(store));
    a_cookie_takes_the_place_of_the_last(&World::new(store));
    use_is_noted_forwards(&World::new(store));
    a_session_is_revoked_once(&World::new(store));
    a_customers_sessions_are_listed_and_revoked(&World::new(store), &World::new(store));
    the_oldest_are_beyond_the_newest(&World::new(store));
    a_workspaces_sessions_end_together(&World::new(store), &World::new(store));
    a_stray_record_is_refused(&World::new(store));
}

fn a_jwt_and_a_cookie_open_the_same(world: &World<'_>, other: &World<'_>) {
    let (mut identity, _) = world.stored_identity("a@example.com");
    let cookie = hash();
    let session = StoreSession { cookie_hash: Some(cookie), ..store_session(&identity) };
    world.write(|unit| unit.insert_store_session(&session));
    let jwt = || world.read(|unit| unit.store_access(world.workspace, session.id));
    let by_cookie = || world.read(|unit| unit.store_access_by_cookie(world.workspace, &cookie));
    let expected = StoreAccess { session: session.clone(), identity: identity.clone(), customer: None };
    assert_eq!((jwt().as_ref(), by_cookie().as_ref()), (Some(&expected), Some(&expected)));

    let customer = world.stored_customer("a@example.com");
    identity.customer_id = Some(customer.id);
    assert!(world.write(|unit| unit.link_customer(identity.id, customer.id)));
    let expected = StoreAccess { session: session.clone(), identity, customer: Some(customer.id) };
    assert_eq!((jwt().as_ref(), by_cookie().as_ref()), (Some(&expected), Some(&expected)));

    assert_eq!(other.read(|unit| unit.store_access(other.workspace, session.id)), None);
    assert_eq!(other.read(|unit| unit.store_access_by_cookie(other.workspace, &cookie)), None);
    assert_eq!(world.read(|unit| unit.store_access(world.workspace, id())), None);
    assert_eq!(world.read(|unit| unit.store_access_by_cookie(world.workspace, &hash())), None);
    assert_eq!(world.read(|unit| unit.workspace_by_store_cookie(&cookie)), Some(world.workspace));
    assert_eq!(world.read(|unit| unit.workspace_by_store_cookie(&hash())), None);
}

/// Sixteen sign in while the password is set and the sessions end: each has either been ended, or was never opened.
fn no_password_opens_a_session_after_another_was_set(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let (identity, provider) = world.stored_identity("a@example.com");
    world.write(|unit| unit.link_customer(identity.id, customer));
    let setter = |unit: &mut dyn Unit| {
        assert!(unit.set_password_hash(provider.id, "$argon2id$new")?);
        unit.revoke_store_sessions(customer, None, at(1))
    };
    winners::<17>(|n| {
        if n == 8 {
            return world.write(setter) > 0;
        }
        let sign_in = PasswordSignIn { session: store_session(&identity), provider: provider.clone() };
        let mut unit = world.store.begin(Mode::Append).unwrap();
        let opened = unit.open_store_sessions(&[&sign_in]).unwrap();
        unit.commit().unwrap();
        !opened.is_empty()
    });
    let page = Page { offset: 0, limit: 100 };
    let live = world.read(|unit| unit.store_sessions(world.workspace, customer, at(2), page));
    assert_eq!(live.items, []);
}

fn stored(world: &World<'_>, address: &str) -> StoreSession {
    let (identity, _) = world.stored_identity(address);
    let session = store_session(&identity);
    world.write(|unit| unit.insert_store_session(&session));
    session
}

fn a_workspaces_sessions_end_together(world: &World<'_>, other: &World<'_>) {
    let sessions = ["a@example.com", "b@example.com"].map(|address| stored(world, address));
    let ended = stored(world, "c@example.com");
    world.write(|unit| unit.revoke_store_session(ended.id, at(1)));
    let spared = stored(other, "a@example.com");
    let revoke = |now| world.write(|unit| unit.revoke_store_sessions_in(world.workspace, at(now)));
    assert_eq!(revoke(3600), 0, "they have ended by themselves");
    assert_eq!((revoke(2), revoke(3)), (2, 0));
    for session in &sessions {
        assert_eq!(found(world, session).revoked_at, Some(at(2)));
    }
    assert_eq!(found(world, &ended).revoked_at, Some(at(1)));
    assert_eq!(found(other, &spared), spared);
}

fn found(world: &World<'_>, session: &StoreSession) -> StoreSession {
    world.read(|unit| unit.store_access(world.workspace, session.id)).unwrap().session
}

/// Gives one session a cookie; whether it has not ended.
fn set_cookie(
    unit: &mut dyn Unit,
    session: StoreSessionId,
    cookie: &TokenHash,
    now: i64,
) -> Result<bool, StoreError> {
    let new = NewStoreCookie { session, cookie: *cookie, at: at(now), replaces: None };
    Ok(unit.set_store_cookies(&[new])? == [CookieOutcome::Set])
}

fn a_cookie_takes_the_place_of_the_last(world: &World<'_>) {
    let session = stored(world, "a@example.com");
    let (first, second) = (hash(), hash());
    let set = |cookie, now| world.write(|unit| set_cookie(unit, session.id, cookie, now));
    assert!(set(&first, 1));
    assert!(set(&second, 2));
    assert_eq!(world.read(|unit| unit.store_access_by_cookie(world.workspace, &first)), None);
    let now = found(world, &session);
    assert_eq!((now.cookie_hash, now.last_used_at), (Some(second), at(2)));
    assert!(!set(&first, 3600), "it has ended by itself");
    assert!(!world.write(|unit| set_cookie(unit, id(), &first, 3)));
    let neighbour = stored(world, "b@example.com");
    let taken = world.store.write(|unit| set_cookie(unit, neighbour.id, &second, 3));
    assert_conflict(taken, Constraint::Other);
    world.write(|unit| {
        assert!(unit.revoke_store_session(session.id, at(4))?);
        assert!(!set_cookie(unit, session.id, &first, 5)?);
        Ok(())
    });
}

fn use_is_noted_forwards(world: &World<'_>) {
    let session = stored(world, "a@example.com");
    for now in [60, 30] {
        world.write(|unit| unit.touch_store_sessions(&[(session.id, at(now))]));
    }
    assert_eq!(found(world, &session).last_used_at, at(60));
    world.write(|unit| unit.touch_store_sessions(&[(id(), at(1))]));
}

fn a_session_is_revoked_once(world: &World<'_>) {
    let session = stored(world, "a@example.com");
    let revoke = |id, now| world.write(|unit| unit.revoke_store_session(id, at(now)));
    assert!(!revoke(id(), 1));
    assert!(!revoke(session.id, 3600), "it has ended by itself");
    assert!(revoke(session.id, 1));
    assert!(!revoke(session.id, 2));
    assert_eq!(found(world, &session).revoked_at, Some(at(1)));
}

fn a_customers_sessions_are_listed_and_revoked(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let (identity, _) = world.stored_identity("a@example.com");
    world.write(|unit| unit.link_customer(identity.id, customer));
    let older = store_session(&identity);
    let newer = StoreSession { created_at: at(1), ..store_session(&identity) };
    let ended = store_session(&identity);
    world.write(|unit| {
        unit.insert_store_session(&older)?;
        unit.insert_store_session(&newer)?;
        unit.insert_store_session(&ended)?;
        unit.revoke_store_session(ended.id, at(1))
    });
    let spared = stored(world, "b@example.com");
    let list = |workspace, customer, now, offset, limit| {
        let page = Page { offset, limit };
        let found = world.read(|unit| unit.store_sessions(workspace, customer, at(now), page));
        (found.items, found.total)
    };
    assert_eq!(list(world.workspace, customer, 2, 0, 10), (vec![newer.clone(), older.clone()], 2));
    assert_eq!(list(world.workspace, customer, 2, 1, 10), (vec![older.clone()], 2));
    assert_eq!(list(world.workspace, customer, 3600, 0, 10), (vec![], 0), "they have ended by themselves");
    assert_eq!(list(world.workspace, id(), 2, 0, 10), (vec![], 0));
    assert_eq!(list(other.workspace, customer, 2, 0, 10), (vec![], 0));

    assert_eq!(world.write(|unit| unit.revoke_store_sessions(customer, None, at(3600))), 0);
    assert_eq!(world.write(|unit| unit.revoke_store_sessions(id(), None, at(2))), 0);
    assert_eq!(world.write(|unit| unit.revoke_store_sessions(customer, Some(newer.id), at(2))), 1);
    assert_eq!(found(world, &newer).revoked_at, None);
    assert_eq!(world.write(|unit| unit.revoke_store_sessions(customer, Some(older.id), at(2))), 1);
    assert_eq!(world.write(|unit| unit.revoke_store_sessions(customer, None, at(3))), 0);
    assert_eq!(found(world, &older).revoked_at, Some(at(2)));
    assert_eq!(found(world, &ended).revoked_at, Some(at(1)));
    assert_eq!(found(world, &spared).revoked_at, None);
}

fn the_oldest_are_beyond_the_newest(world: &World<'_>) {
    let (ada, _) = world.stored_identity("a@example.com");
    let (grace, _) = world.stored_identity("g@example.com");
    let opened = |identity, made| {
        let session = StoreSession { created_at: at(made), ..store_session(identity) };
        world.write(|unit| unit.insert_store_session(&session));
        session.id
    };
    let [oldest, ended, middle, newest] = [1, 2, 3, 4].map(|made| opened(&ada, made));
    opened(&grace, 0);
    world.write(|unit| unit.revoke_store_session(ended, at(5)));
    let beyond = |most, now| world.read(|unit| unit.surplus_store_sessions(ada.id, at(now), most));
    assert_eq!(beyond(3, 5), []);
    assert_eq!(beyond(2, 5), [oldest]);
    assert_eq!(beyond(0, 5), [newest, middle, oldest]);
    assert_eq!(beyond(0, 3600), [], "they have ended by themselves");
}

fn a_stray_record_is_refused(world: &World<'_>) {
    let (identity, _) = world.identity("a@example.com");
    let session = store_session(&identity);
    assert_conflict(world.store.write(|unit| unit.insert_store_session(&session)), Constraint::Reference);
    let session = stored(world, "b@example.com");
    assert_conflict(world.store.write(|unit| unit.insert_store_session(&session)), Constraint::Other);
}
