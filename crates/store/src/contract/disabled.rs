//! Customers as whom nobody signs in.

use anteroom_domain::customer::Customer;
use anteroom_domain::member::Role;
use anteroom_domain::session::{CustomerSession, PortalCookie, Provider};

use super::world::{World, at, hash, store_session};
use crate::{SessionCounts, Store, Unit};

pub(super) fn disabled(store: &dyn Store) {
    a_disabled_customer_has_no_open_door(&World::new(store));
    live_sessions_are_counted_by_who_acts(&World::new(store), &World::new(store));
}

fn a_disabled_customer_has_no_open_door(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com");
    let member = world.member(customer.id, "m@example.com", Role::Owner);
    let session = CustomerSession { member_id: Some(member.id), ..world.session(customer.id) };
    let cookie = PortalCookie { cookie_hash: hash(), session: session.token_hash, created_at: at(1) };
    let (mut identity, provider) = world.identity("a@example.com");
    identity.customer_id = Some(customer.id);
    let mut shop = store_session(&identity);
    let shop_cookie = hash();
    shop.cookie_hash = Some(shop_cookie);
    world.write(|unit| {
        unit.insert_member(&member)?;
        unit.insert_customer_session(&session)?;
        unit.insert_portal_cookie(&cookie)?;
        unit.insert_identity(&identity, &provider)?;
        unit.insert_store_session(&shop)
    });
    let doors = |unit: &mut dyn Unit| {
        let workspace = world.workspace;
        Ok([
            unit.portal_access(&session.token_hash)?.is_some(),
            unit.portal_access_by_cookie(&cookie.cookie_hash)?.is_some(),
            unit.customer_session_by_token(workspace, &[session.token_hash])?.is_some(),
            unit.customer_session(workspace, session.id())?.is_some(),
            unit.store_access(workspace, shop.id)?.is_some(),
            unit.store_access_by_cookie(workspace, &shop_cookie)?.is_some(),
            unit.identity_by_email(workspace, Provider::EmailPass, &provider.email)?.is_some(),
        ])
    };
    let disabled = Customer { disabled_at: Some(at(1)), ..customer.clone() };
    assert_eq!(world.read(doors), [true; 7]);
    assert!(world.write(|unit| unit.update_customer(&disabled)));
    assert_eq!(world.read(doors), [false; 7]);
    assert!(!world.write(|unit| unit.insert_customer_session(&world.session(customer.id))));
    let stored = world.write(|unit| unit.customer_for_update(world.workspace, customer.id));
    assert_eq!(stored, Some(disabled.clone()), "the merchant sees it");
    assert!(world.read(|unit| unit.member(world.workspace, member.id)).is_some());
    assert!(world.write(|unit| unit.update_customer(&customer)));
    assert_eq!(world.read(doors), [true; 7]);
}

fn live_sessions_are_counted_by_who_acts(world: &World<'_>, other: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let member = world.member(customer, "m@example.com", Role::Owner);
    let (identity, _) = world.stored_identity("a@example.com");
    world.write(|unit| {
        unit.insert_member(&member)?;
        unit.link_customer(identity.id, customer)
    });
    let counts = |world: &World<'_>, now| {
        world.read(|unit| unit.count_live_sessions(world.workspace, customer, at(now)))
    };
    assert_eq!(counts(world, 1), SessionCounts::default());
    world.stored_session(customer);
    let spared = store_session(&identity);
    world.write(|unit| {
        for _ in 0..2 {
            let session = CustomerSession { member_id: Some(member.id), ..world.session(customer) };
            unit.insert_customer_session(&session)?;
        }
        unit.insert_store_session(&spared)
    });
    let expected = SessionCounts { customer: 1, member: 2, store: 1 };
    assert_eq!(counts(world, 1), expected);
    assert_eq!(counts(other, 1), SessionCounts::default());
    assert_eq!(counts(world, 3600), SessionCounts::default(), "they have ended by themselves");
    world.write(|unit| unit.revoke_store_session(spared.id, at(1)));
    assert_eq!(counts(world, 1), SessionCounts { store: 0, ..expected });
}
