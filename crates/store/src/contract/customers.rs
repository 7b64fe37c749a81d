//! Customers.

use anteroom_domain::address::Address;
use anteroom_domain::customer::{Contact, Customer, CustomerKind};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::text::{Phone, ReturnUrl};
use serde_json::json;

use super::world::{World, address, assert_conflict, at, email, external_id, id, line};
use crate::{Constraint, OwnedCustomer, Store, StoreExt};

/// [`Customers`](crate::Customers), but for their end.
pub fn customers(store: &dyn Store) {
    super::customer_lists::customer_lists(store);
    super::disabled::disabled(store);
    everything_is_kept(&World::new(store));
    another_workspace_sees_nothing(&World::new(store), &World::new(store));
    a_customer_comes_with_its_owner_and_address(&World::new(store), &World::new(store));
    an_email_is_taken_by_one_account_and_one_guest(&World::new(store));
    an_external_id_is_taken_once(&World::new(store));
    a_conflict_leaves_the_unit_usable(&World::new(store));
    an_update_writes_what_can_change(&World::new(store));
}

/// A customer with every field filled.
fn full(world: &World<'_>) -> Customer {
    let map = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
    let kept = json!({ "text": "ü\"'\\\u{1F600}", "n": -7, "x": 1.5, "yes": true });
    let nested = json!({ "list": [1, null, { "deep": "" }], "": "empty key" });
    Customer {
        kind: CustomerKind::Team,
        external_id: external_id("crm/42 %_'"),
        email_verified: true,
        name: line("Ada Ltd"),
        billing_name: line("Ada Ltd, accounts"),
        contact: Contact {
            first_name: line("Ada"),
            last_name: line("Lovelace"),
            company_name: line("Engines"),
            phone: Phone::parse("+44 20 7946 0000").unwrap(),
        },
        avatar_url: ReturnUrl::parse("https://img.example/a.png").ok(),
        metadata: Metadata::parse(map(kept)).unwrap(),
        store_metadata: StoreMetadata::from_stored(map(nested)),
        modified_at: Some(at(1)),
        disabled_at: Some(at(1)),
        ..world.customer("Ada@Example.COM")
    }
}

fn everything_is_kept(world: &World<'_>) {
    let customer = full(world);
    world.write(|unit| unit.insert_customer(&customer));
    let stored = world.read(|unit| unit.customer(world.workspace, customer.id)).unwrap();
    assert_eq!(stored, customer);
    assert_eq!(stored.email.as_str(), "Ada@Example.COM", "as it was typed");
    assert_eq!(stored.created_at.microsecond(), 678_901);
    let name = external_id("crm/42 %_'").unwrap();
    let by_name = world.read(|unit| unit.customer_by_external_id(world.workspace, &name));
    assert_eq!(by_name.as_ref(), Some(&customer));
    let by_email = world.read(|unit| unit.customers_by_email(world.workspace, &email("ADA@example.com")));
    assert_eq!(by_email, std::slice::from_ref(&customer));
    let held = world.write(|unit| unit.customer_for_update(world.workspace, customer.id));
    assert_eq!(held, Some(customer));
}

fn another_workspace_sees_nothing(world: &World<'_>, other: &World<'_>) {
    let mut customer = full(world);
    world.write(|unit| unit.insert_customer(&customer));
    let name = external_id("crm/42 %_'").unwrap();
    assert_eq!(other.read(|unit| unit.customer(other.workspace, customer.id)), None);
    assert_eq!(other.read(|unit| unit.customer(other.workspace, id())), None);
    assert_eq!(other.read(|unit| unit.customer_by_external_id(other.workspace, &name)), None);
    assert!(other.read(|unit| unit.customers_by_email(other.workspace, &customer.email)).is_empty());
    assert_eq!(other.write(|unit| unit.customer_for_update(other.workspace, customer.id)), None);
    assert!(!other.write(|unit| unit.delete_customer(other.workspace, customer.id, at(1))));
    assert!(!other.write(|unit| unit.anonymize_customer(other.workspace, customer.id, at(1))));
    customer.workspace_id = other.workspace;
    assert!(!other.write(|unit| unit.update_customer(&customer)));
    other.stored_customer("ada@example.com");
}

fn a_customer_comes_with_its_owner_and_address(world: &World<'_>, other: &World<'_>) {
    let customer = full(world);
    world.write(|unit| unit.insert_customer(&customer));
    let name = external_id("crm/42 %_'").unwrap();
    let found = |world: &World<'_>| {
        let by_id = world.read(|unit| unit.owned_customer(world.workspace, customer.id));
        let by_name = world.read(|unit| unit.owned_customer_by_external_id(world.workspace, &name));
        assert_eq!(by_id, by_name);
        by_id
    };
    let alone = OwnedCustomer { customer: customer.clone(), billing_address: None, owner: None };
    assert_eq!(found(world), Some(alone.clone()));

    let colleague = world.member(customer.id, "c@example.com", Role::Member);
    let former = world.member(customer.id, "f@example.com", Role::Member);
    let shipping = Address { is_default_billing: false, ..address(customer.id) };
    world.write(|unit| {
        unit.insert_member(&colleague)?;
        unit.insert_member(&Member { role: Role::Owner, ..former.clone() })?;
        unit.delete_member(customer.id, former.id, at(1))?;
        unit.insert_address(&shipping)
    });
    assert_eq!(found(world), Some(alone.clone()), "neither owns it nor pays for it");

    let owner = world.member(customer.id, "o@example.com", Role::Owner);
    let billing = Address { is_default_billing: true, ..address(customer.id) };
    world.write(|unit| {
        unit.insert_member(&owner)?;
        unit.insert_address(&billing)
    });
    let whole = OwnedCustomer { billing_address: Some(billing), owner: Some(owner.id), ..alone };
    assert_eq!(found(world), Some(whole));
    assert_eq!(found(other), None);
    world.write(|unit| unit.delete_customer(world.workspace, customer.id, at(2)));
    assert_eq!(found(world), None);
}

fn an_email_is_taken_by_one_account_and_one_guest(world: &World<'_>) {
    let account = world.stored_customer("a@example.com");
    let mut guest = world.customer("A@EXAMPLE.com");
    assert_conflict(world.store.write(|unit| unit.insert_customer(&guest)), Constraint::CustomerEmail);
    guest.has_account = false;
    world.write(|unit| unit.insert_customer(&guest));
    let second = Customer { id: id(), ..guest.clone() };
    assert_conflict(world.store.write(|unit| unit.insert_customer(&second)), Constraint::CustomerEmail);
    let found = world.read(|unit| unit.customers_by_email(world.workspace, &guest.email));
    assert_eq!(found, [account, guest.clone()]);
    guest.has_account = true;
    assert_conflict(world.store.write(|unit| unit.update_customer(&guest)), Constraint::CustomerEmail);
}

fn an_external_id_is_taken_once(world: &World<'_>) {
    let first = Customer { external_id: external_id("1"), ..world.customer("a@example.com") };
    world.write(|unit| unit.insert_customer(&first));
    let mut second = Customer { external_id: external_id("1"), ..world.customer("b@example.com") };
    let taken = world.store.write(|unit| unit.insert_customer(&second));
    assert_conflict(taken, Constraint::CustomerExternalId);
    second.external_id = None;
    world.write(|unit| unit.insert_customer(&second));
    second.external_id = first.external_id;
    let taken = world.store.write(|unit| unit.update_customer(&second));
    assert_conflict(taken, Constraint::CustomerExternalId);
}

fn a_conflict_leaves_the_unit_usable(world: &World<'_>) {
    let first = world.stored_customer("a@example.com");
    let second = world.customer("a@example.com");
    let third = world.customer("c@example.com");
    world.write(|unit| {
        assert_conflict(unit.insert_customer(&second), Constraint::CustomerEmail);
        let twin = Customer { id: first.id, ..third.clone() };
        assert_conflict(unit.insert_customer(&twin), Constraint::Other);
        assert!(unit.customer(world.workspace, first.id)?.is_some());
        unit.insert_customer(&third)
    });
    assert_eq!(world.read(|unit| unit.customer(world.workspace, third.id)), Some(third));
    let stray = Customer { workspace_id: id(), ..world.customer("d@example.com") };
    assert_conflict(world.store.write(|unit| unit.insert_customer(&stray)), Constraint::Reference);
}

fn an_update_writes_what_can_change(world: &World<'_>) {
    let bare = world.stored_customer("old@example.com");
    let filled = Customer { id: bare.id, modified_at: Some(at(5)), ..full(world) };
    let changed = Customer { created_at: at(99), deleted_at: Some(at(99)), ..filled.clone() };
    assert!(world.write(|unit| unit.update_customer(&changed)));
    let stored = world.read(|unit| unit.customer(world.workspace, bare.id));
    assert_eq!(stored, Some(filled), "neither the moment of creation nor that of deletion");
    assert!(world.write(|unit| unit.update_customer(&bare)));
    let stored = world.read(|unit| unit.customer(world.workspace, bare.id));
    assert_eq!(stored.as_ref(), Some(&bare), "absence is written too");
    assert!(!world.write(|unit| unit.update_customer(&world.customer("x@example.com"))));
}
