//! The portal's sessions.

use anteroom_domain::member::Role;
use anteroom_domain::page::Page;
use anteroom_domain::session::{CustomerSession, PortalCookie, PortalEntry};
use anteroom_domain::text::{Origin, ReturnUrl};
use anteroom_domain::workspace::WorkspaceSettings;

use super::world::{World, assert_conflict, at, hash, id, neighbour};
use crate::{Constraint, PortalAccess, Store, StoreExt};

/// The portal's half of [`Sessions`](crate::Sessions).
pub fn portal_sessions(store: &dyn Store) {
    a_token_and_a_cookie_open_the_same(&World::new(store));
    a_code_is_spent_once(&World::new(store), &World::new(store));
    a_session_is_revoked_once(&World::new(store), &World::new(store));
    all_sessions_of_a_customer_are_revoked(&World::new(store));
    live_sessions_are_listed(&World::new(store), &World::new(store));
    a_stray_record_is_refused(&World::new(store));
}

fn a_token_and_a_cookie_open_the_same(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com");
    let member = world.member(customer.id, "m@example.com", Role::Owner);
    let settings = WorkspaceSettings {
        member_model_enabled: false,
        allowed_origins: vec![Origin::parse("https://shop.example").unwrap()],
        ..WorkspaceSettings::default()
    };
    let (mut session, entry) = world.session(customer.id);
    session.member_id = Some(member.id);
    session.return_url = ReturnUrl::parse("https://shop.example/back?x=1").ok();
    let cookie = PortalCookie { cookie_hash: hash(), session: session.token_hash, created_at: at(1) };
    world.write(|unit| {
        unit.update_workspace_settings(world.workspace, &settings, at(1))?;
        unit.insert_member(&member)?;
        unit.insert_customer_session(&session, &entry)?;
        unit.insert_portal_cookie(&cookie)
    });
    let workspace = world.read(|unit| unit.workspace(world.workspace)).unwrap();
    assert_eq!(workspace.settings, settings);
    let expected = PortalAccess {
        session: session.clone(),
        workspace: workspace.into(),
        customer: customer.clone(),
        member: Some(member),
    };
    let opened = world.read(|unit| unit.portal_access(&session.token_hash));
    assert_eq!(opened.as_ref(), Some(&expected));
    let opened = world.read(|unit| unit.portal_access_by_cookie(&cookie.cookie_hash));
    assert_eq!(opened, Some(expected));

    assert_eq!(world.read(|unit| unit.portal_access(&cookie.cookie_hash)), None);
    assert_eq!(world.read(|unit| unit.portal_access_by_cookie(&session.token_hash)), None);
    let (plain, _) = world.stored_session(customer.id);
    let opened = world.read(|unit| unit.portal_access(&plain.token_hash)).unwrap();
    assert_eq!((opened.session, opened.member), (plain, None));
}

fn a_code_is_spent_once(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let (session, entry) = world.stored_session(customer);
    let code = &entry.code_hash;
    let peek = |now| world.read(|unit| unit.peek_portal_entry(world.workspace, code, at(now)));
    let spend = |now| world.write(|unit| unit.spend_portal_entry(world.workspace, code, at(now)));
    assert_eq!(peek(0), Some((session.clone(), true)));
    assert_eq!(peek(300), Some((session.clone(), false)), "at its end it is over");
    assert_eq!(spend(300), None);
    assert_eq!(other.read(|unit| unit.peek_portal_entry(other.workspace, code, at(0))), None);
    assert_eq!(other.write(|unit| unit.spend_portal_entry(other.workspace, code, at(0))), None);
    assert_eq!(spend(299), Some(session.clone()));
    assert_eq!(spend(299), None);
    assert_eq!(peek(299), Some((session, false)));
    assert_eq!(world.read(|unit| unit.peek_portal_entry(world.workspace, &hash(), at(0))), None);
    assert_eq!(world.write(|unit| unit.spend_portal_entry(world.workspace, &hash(), at(0))), None);
}

fn a_session_is_revoked_once(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let (session, _) = world.stored_session(customer);
    let (_, entry) = world.session(customer);
    let beside = CustomerSession { token_hash: neighbour(&session.token_hash), ..session.clone() };
    let entry = PortalEntry { session: beside.token_hash, ..entry };
    world.write(|unit| unit.insert_customer_session(&beside, &entry));
    let revoke = |id, now| world.write(|unit| unit.revoke_customer_session(world.workspace, id, at(now)));
    assert!(!other.write(|unit| unit.revoke_customer_session(other.workspace, session.id(), at(1))));
    assert!(!revoke(id(), 1));
    assert!(!revoke(session.id(), 3600), "it has ended by itself");
    assert!(revoke(session.id(), 1));
    assert!(!revoke(session.id(), 2));
    let state = |session: &CustomerSession| {
        world.read(|unit| unit.portal_access(&session.token_hash)).unwrap().session.revoked_at
    };
    assert_eq!((state(&session), state(&beside)), (Some(at(1)), None));
    assert!(revoke(beside.id(), 3));
}

fn all_sessions_of_a_customer_are_revoked(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let bystander = world.stored_customer("b@example.com").id;
    let sessions = [(); 3].map(|()| world.stored_session(customer).0);
    let (spared, _) = world.stored_session(bystander);
    let [first, ..] = &sessions;
    world.write(|unit| unit.revoke_customer_session(world.workspace, first.id(), at(1)));
    assert_eq!(world.write(|unit| unit.revoke_customer_sessions(customer, at(2))), 2);
    assert_eq!(world.write(|unit| unit.revoke_customer_sessions(customer, at(3))), 0);
    let ends = sessions.map(|session| {
        world.read(|unit| unit.portal_access(&session.token_hash)).unwrap().session.revoked_at.unwrap()
    });
    assert_eq!(ends, [at(1), at(2), at(2)]);
    let spared = world.read(|unit| unit.portal_access(&spared.token_hash)).unwrap();
    assert_eq!(spared.session.revoked_at, None);
    assert_eq!(world.write(|unit| unit.revoke_customer_sessions(bystander, at(3600))), 0);
}

fn live_sessions_are_listed(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let bystander = world.stored_customer("b@example.com").id;
    let [first, second, third] = [customer, bystander, customer].map(|id| world.stored_session(id).0);
    let (mut newest, entry) = world.session(customer);
    newest.created_at = at(1);
    world.write(|unit| unit.insert_customer_session(&newest, &entry));
    let list = |customer, now, offset, limit| {
        let page = Page { offset, limit };
        let found = world.read(|unit| unit.customer_sessions(world.workspace, customer, at(now), page));
        (found.items, found.total)
    };
    let mut same_age = [first.clone(), second.clone(), third.clone()].to_vec();
    same_age.sort_by_key(|session| *session.token_hash.bytes());
    let all = [vec![newest.clone()], same_age].concat();
    assert_eq!(list(None, 2, 0, 10), (all.clone(), 4));
    let middle: Vec<_> = all.iter().skip(1).take(2).cloned().collect();
    assert_eq!(list(None, 2, 1, 2), (middle, 4));
    assert_eq!(list(None, 2, 9, 2), (vec![], 4));
    assert_eq!(list(Some(bystander), 2, 0, 10), (vec![second.clone()], 1));
    assert_eq!(list(Some(id()), 2, 0, 10), (vec![], 0));
    assert_eq!(list(None, 3600, 0, 10), (vec![], 0), "they have ended by themselves");
    let page = Page { offset: 0, limit: 10 };
    let foreign = other.read(|unit| unit.customer_sessions(other.workspace, Some(customer), at(2), page));
    assert_eq!((foreign.items, foreign.total), (vec![], 0));

    let one = |workspace, id| world.read(|unit| unit.customer_session(workspace, id));
    assert_eq!(one(world.workspace, first.id()), Some(first.clone()));
    assert_eq!(one(other.workspace, first.id()), None);
    assert_eq!(one(world.workspace, id()), None);
    world.write(|unit| unit.revoke_customer_session(world.workspace, first.id(), at(2)));
    assert_eq!(list(Some(customer), 2, 0, 10), (vec![newest, third], 2));
    world.write(|unit| unit.delete_customer(world.workspace, customer, at(2)));
    assert_eq!(list(None, 2, 0, 10), (vec![second], 1));
    assert_eq!(one(world.workspace, first.id()), None);
}

fn a_stray_record_is_refused(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let (session, entry) = world.session(id());
    let refused = world.store.write(|unit| unit.insert_customer_session(&session, &entry));
    assert_conflict(refused, Constraint::Reference);
    let stray = PortalCookie { cookie_hash: hash(), session: hash(), created_at: at(0) };
    assert_conflict(world.store.write(|unit| unit.insert_portal_cookie(&stray)), Constraint::Reference);
    let (session, entry) = world.stored_session(customer);
    let twin = world.store.write(|unit| unit.insert_customer_session(&session, &entry));
    assert_conflict(twin, Constraint::Other);
}
