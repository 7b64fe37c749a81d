//! The portal's sessions.

use std::collections::HashSet;

use anteroom_domain::member::Role;
use anteroom_domain::page::Page;
use anteroom_domain::session::{CustomerSession, PortalCookie};
use anteroom_domain::text::{Origin, ReturnUrl};
use anteroom_domain::workspace::WorkspaceSettings;

use super::world::{World, assert_conflict, at, hash, id, neighbour};
use crate::{Constraint, PortalAccess, SessionsOf, Store, StoreExt};

/// The portal's half of [`Sessions`](crate::Sessions).
pub fn portal_sessions(store: &dyn Store) {
    a_token_and_a_cookie_open_the_same(&World::new(store));
    a_link_lets_one_browser_in(&World::new(store), &World::new(store));
    a_session_is_revoked_once(&World::new(store), &World::new(store));
    all_sessions_of_a_customer_are_revoked(&World::new(store));
    all_sessions_of_a_member_are_revoked(&World::new(store));
    all_sessions_of_a_workspace_are_revoked(&World::new(store), &World::new(store));
    live_sessions_are_listed(&World::new(store), &World::new(store));
    a_stray_record_is_refused(&World::new(store));
}

fn all_sessions_of_a_workspace_are_revoked(world: &World<'_>, other: &World<'_>) {
    let [ada, bob] = ["a@example.com", "b@example.com"].map(|address| world.stored_customer(address).id);
    let member = world.member(bob, "m@example.com", Role::Owner);
    let members = CustomerSession { member_id: Some(member.id), ..world.session(bob) };
    world.write(|unit| {
        unit.insert_member(&member)?;
        unit.insert_customer_session(&members)
    });
    let [live, ended] = [ada, ada].map(|customer| world.stored_session(customer));
    assert!(world.write(|unit| unit.revoke_customer_session(world.workspace, ended.id(), at(1))));
    let spared = other.stored_session(other.stored_customer("a@example.com").id);
    let revoke = |now| world.write(|unit| unit.revoke_customer_sessions_in(world.workspace, at(now)));
    assert_eq!(revoke(3600), 0, "they have ended by themselves");
    assert_eq!((revoke(2), revoke(3)), (2, 0));
    let revoked_at = |session: &CustomerSession| {
        world.read(|unit| unit.portal_access(&session.token_hash)).unwrap().session.revoked_at
    };
    assert_eq!([&live, &members, &ended].map(revoked_at), [Some(at(2)), Some(at(2)), Some(at(1))]);
    assert_eq!(revoked_at(&spared), None);
}

fn a_token_and_a_cookie_open_the_same(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com");
    let member = world.member(customer.id, "m@example.com", Role::Owner);
    let settings = WorkspaceSettings {
        member_model_enabled: false,
        allowed_origins: vec![Origin::parse("https://shop.example").unwrap()],
        ..WorkspaceSettings::default()
    };
    let mut session = world.session(customer.id);
    session.member_id = Some(member.id);
    session.return_url = ReturnUrl::parse("https://shop.example/back?x=1").ok();
    let cookie = PortalCookie { cookie_hash: hash(), session: session.token_hash, created_at: at(1) };
    world.write(|unit| {
        unit.update_workspace_settings(world.workspace, &settings, at(1))?;
        unit.insert_member(&member)?;
        unit.insert_customer_session(&session)?;
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
    let plain = world.stored_session(customer.id);
    let opened = world.read(|unit| unit.portal_access(&plain.token_hash)).unwrap();
    assert_eq!((opened.session, opened.member), (plain, None));
}

fn a_link_lets_one_browser_in(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let [session, late, revoked] = [(); 3].map(|()| world.stored_session(customer));
    let brief = CustomerSession { expires_at: at(60), ..world.session(customer) };
    world.write(|unit| unit.insert_customer_session(&brief));
    let tokens = [hash(), session.token_hash];
    let find =
        |world: &World<'_>| world.read(|unit| unit.customer_session_by_token(world.workspace, &tokens));
    let enter = |session: &CustomerSession, now| {
        let entered = world.write(|unit| unit.enter_customer_session(&session.token_hash, at(now)));
        assert!(!entered || session.can_be_entered(at(now)), "both say the same");
        entered
    };
    assert_eq!((find(world), find(other)), (Some(session.clone()), None));
    assert!(enter(&session, 299) && !enter(&session, 299));
    assert_eq!(find(world), Some(CustomerSession { entered_at: Some(at(299)), ..session }));
    assert!(!enter(&late, 300) && !late.can_be_entered(at(300)), "at its end it is over");
    assert!(!enter(&brief, 60) && !brief.can_be_entered(at(60)), "with its session");
    world.write(|unit| unit.revoke_customer_session(world.workspace, revoked.id(), at(1)));
    assert!(!enter(&revoked, 2) && !enter(&world.session(customer), 2));
    assert_eq!(world.read(|unit| unit.customer_session_by_token(world.workspace, &[hash()])), None);
    assert_eq!(world.read(|unit| unit.customer_session_by_token(world.workspace, &[])), None);
}

fn a_session_is_revoked_once(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let session = world.stored_session(customer);
    let beside = CustomerSession { token_hash: neighbour(&session.token_hash), ..session.clone() };
    world.write(|unit| unit.insert_customer_session(&beside));
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
    let sessions = [(); 3].map(|()| world.stored_session(customer));
    let spared = world.stored_session(bystander);
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

fn all_sessions_of_a_member_are_revoked(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let [member, colleague] = ["m", "n"].map(|name| {
        let member = world.member(customer, &format!("{name}@example.com"), Role::Member);
        world.write(|unit| unit.insert_member(&member));
        member.id
    });
    let [first, second, spared] = [member, member, colleague].map(|member| {
        let session = CustomerSession { member_id: Some(member), ..world.session(customer) };
        world.write(|unit| unit.insert_customer_session(&session));
        session.token_hash
    });
    let revoke = |customer, now| world.write(|unit| unit.revoke_member_sessions(customer, member, at(now)));
    assert_eq!(revoke(id(), 1), 0, "the member is nobody else's");
    assert_eq!(revoke(customer, 3600), 0, "they have ended by themselves");
    let page = Page { offset: 0, limit: 10 };
    let listed = |customer| {
        let of = Some(SessionsOf::Member(customer, member));
        let found = world.read(|unit| unit.customer_sessions(world.workspace, of, at(1), page));
        (found.items.into_iter().map(|session| session.token_hash).collect::<HashSet<_>>(), found.total)
    };
    assert_eq!(listed(customer), (HashSet::from([first, second]), 2));
    assert_eq!(listed(id()), (HashSet::new(), 0), "the member is nobody else's");
    assert_eq!(revoke(customer, 1), 2);
    assert_eq!(revoke(customer, 2), 0);
    assert_eq!(listed(customer), (HashSet::new(), 0));
    let ends = [first, second, spared]
        .map(|token| world.read(|unit| unit.portal_access(&token)).unwrap().session.revoked_at);
    assert_eq!(ends, [Some(at(1)), Some(at(1)), None]);
}

fn live_sessions_are_listed(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let bystander = world.stored_customer("b@example.com").id;
    let [first, second, third] = [customer, bystander, customer].map(|id| world.stored_session(id));
    let newest = CustomerSession { created_at: at(1), ..world.session(customer) };
    world.write(|unit| unit.insert_customer_session(&newest));
    let list = |of: Option<SessionsOf>, now, offset, limit| {
        let page = Page { offset, limit };
        let found = world.read(|unit| unit.customer_sessions(world.workspace, of, at(now), page));
        (found.items, found.total)
    };
    let mut same_age = [first.clone(), second.clone(), third.clone()].to_vec();
    same_age.sort_by_key(|session| *session.token_hash.bytes());
    let all = [vec![newest.clone()], same_age].concat();
    assert_eq!(list(None, 2, 0, 10), (all.clone(), 4));
    let middle: Vec<_> = all.iter().skip(1).take(2).cloned().collect();
    assert_eq!(list(None, 2, 1, 2), (middle, 4));
    assert_eq!(list(None, 2, 9, 2), (vec![], 4));
    assert_eq!(list(Some(SessionsOf::Customer(bystander)), 2, 0, 10), (vec![second.clone()], 1));
    assert_eq!(list(Some(SessionsOf::Customer(id())), 2, 0, 10), (vec![], 0));
    assert_eq!(list(None, 3600, 0, 10), (vec![], 0), "they have ended by themselves");
    let page = Page { offset: 0, limit: 10 };
    let foreign = other.read(|unit| {
        unit.customer_sessions(other.workspace, Some(SessionsOf::Customer(customer)), at(2), page)
    });
    assert_eq!((foreign.items, foreign.total), (vec![], 0));

    let one = |workspace, id| world.read(|unit| unit.customer_session(workspace, id));
    assert_eq!(one(world.workspace, first.id()), Some(first.clone()));
    assert_eq!(one(other.workspace, first.id()), None);
    assert_eq!(one(world.workspace, id()), None);
    world.write(|unit| unit.revoke_customer_session(world.workspace, first.id(), at(2)));
    assert_eq!(list(Some(SessionsOf::Customer(customer)), 2, 0, 10), (vec![newest, third], 2));
    world.write(|unit| unit.delete_customer(world.workspace, customer, at(2)));
    assert_eq!(list(None, 2, 0, 10), (vec![second], 1));
    assert_eq!(one(world.workspace, first.id()), None);
}

fn a_stray_record_is_refused(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let astray = CustomerSession { member_id: Some(id()), ..world.session(customer) };
    let refused = world.store.write(|unit| unit.insert_customer_session(&astray));
    assert_conflict(refused, Constraint::Reference);
    let stray = PortalCookie { cookie_hash: hash(), session: hash(), created_at: at(0) };
    assert_conflict(world.store.write(|unit| unit.insert_portal_cookie(&stray)), Constraint::Reference);
    let session = world.stored_session(customer);
    let twin = world.store.write(|unit| unit.insert_customer_session(&session));
    assert_conflict(twin, Constraint::Other);
}
