//! The end of a customer.

use anteroom_domain::customer::Customer;
use anteroom_domain::member::{Member, Role};
use anteroom_domain::session::{PortalCookie, Provider};

use super::world::{World, address, at, email, external_id, hash, id, line, store_session};
use crate::{Store, Unit};

/// Deletion and anonymisation of a customer.
pub fn deletion(store: &dyn Store) {
    deletion_ends_every_session(&World::new(store));
    deletion_frees_names(&World::new(store));
    anonymization_works_on_the_living_and_the_deleted(&World::new(store));
}

fn deletion_ends_every_session(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com");
    let owner = world.member(customer.id, "o@example.com", Role::Owner);
    let session = world.session(customer.id);
    let cookie = PortalCookie { cookie_hash: hash(), session: session.token_hash, created_at: at(1) };
    let (mut identity, provider) = world.identity("a@example.com");
    identity.customer_id = Some(customer.id);
    let mut shop = store_session(&identity);
    shop.cookie_hash = Some(hash());
    let shop_cookie = shop.cookie_hash.unwrap();
    world.write(|unit| {
        unit.insert_member(&owner)?;
        unit.insert_customer_session(&session)?;
        unit.insert_portal_cookie(&cookie)?;
        unit.insert_identity(&identity, &provider)?;
        unit.insert_store_session(&shop)
    });
    let doors = |unit: &mut dyn Unit| {
        let workspace = world.workspace;
        Ok([
            unit.customer(workspace, customer.id)?.is_some(),
            unit.member(workspace, owner.id)?.is_some(),
            unit.owner(customer.id)?.is_some(),
            unit.portal_access(&session.token_hash)?.is_some(),
            unit.portal_access_by_cookie(&cookie.cookie_hash)?.is_some(),
            unit.customer_session_by_token(workspace, &[session.token_hash])?.is_some(),
            unit.store_access(workspace, shop.id)?.is_some(),
            unit.store_access_by_cookie(workspace, &shop_cookie)?.is_some(),
            unit.workspace_by_store_cookie(&shop_cookie)?.is_some(),
            unit.identity_by_email(workspace, Provider::EmailPass, &provider.email)?.is_some(),
            !unit.provider_identities(identity.id)?.is_empty(),
        ])
    };
    assert_eq!(world.read(doors), [true; 11]);
    assert!(world.write(|unit| unit.delete_customer(world.workspace, customer.id, at(2))));
    assert_eq!(world.read(doors), [false; 11]);
    assert_eq!(world.read(|unit| unit.count_members(customer.id)), 0);
    assert!(!world.write(|unit| unit.delete_customer(world.workspace, customer.id, at(3))));
    assert!(!world.write(|unit| unit.update_customer(&customer)));
    assert_eq!(world.write(|unit| unit.customer_for_update(world.workspace, customer.id)), None);
    assert!(!world.write(|unit| unit.insert_customer_session(&world.session(customer.id))));
    assert!(!world.write(|unit| unit.revoke_customer_session(world.workspace, session.id(), at(2))));
    world.stored_identity("a@example.com");
}

fn deletion_frees_names(world: &World<'_>) {
    let first = Customer { external_id: external_id("1"), ..world.customer("a@example.com") };
    let member = |customer: &Customer| Member {
        external_id: external_id("1"),
        ..world.member(customer.id, "m@example.com", Role::Owner)
    };
    let second = Customer { external_id: external_id("1"), ..world.customer("a@example.com") };
    world.write(|unit| {
        unit.insert_customer(&first)?;
        unit.insert_member(&member(&first))?;
        unit.delete_customer(world.workspace, first.id, at(1))?;
        unit.insert_customer(&second)?;
        unit.insert_member(&member(&second))
    });
    let found = world.read(|unit| unit.customers_by_email(world.workspace, &second.email));
    assert_eq!(found, [second]);
}

fn anonymization_works_on_the_living_and_the_deleted(world: &World<'_>) {
    let customer =
        Customer { external_id: external_id("1"), name: line("Ada"), ..world.customer("a@example.com") };
    let session = world.session(customer.id);
    world.write(|unit| {
        unit.insert_customer(&customer)?;
        unit.insert_address(&address(customer.id))?;
        unit.insert_member(&world.member(customer.id, "m@example.com", Role::Owner))?;
        unit.insert_member(&world.member(customer.id, "n@example.com", Role::Member))?;
        unit.insert_customer_session(&session)
    });
    let again = || world.write(|unit| unit.anonymize_customer(world.workspace, customer.id, at(1)));
    assert!(again(), "living");
    assert_eq!(world.read(|unit| unit.customer(world.workspace, customer.id)), None);
    assert!(world.read(|unit| unit.addresses(customer.id)).is_empty());
    assert_eq!(world.read(|unit| unit.portal_access(&session.token_hash)), None);
    assert!(again(), "deleted");
    assert!(!world.write(|unit| unit.delete_customer(world.workspace, customer.id, at(2))));
    assert!(!world.write(|unit| unit.anonymize_customer(world.workspace, id(), at(2))));
    let heir = Customer { external_id: external_id("1"), ..world.customer("a@example.com") };
    world.write(|unit| unit.insert_customer(&heir));
    let found = world.read(|unit| unit.customers_by_email(world.workspace, &email("a@example.com")));
    assert_eq!(found, [heir]);
}
