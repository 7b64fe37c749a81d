//! Address books.

use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::metadata::StoreMetadata;
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{CountryCode, Phone, Province};
use serde_json::json;

use super::world::{World, address, assert_conflict, at, id, line};
use crate::{Constraint, Store, StoreExt};

/// [`Addresses`](crate::Addresses).
pub fn addresses(store: &dyn Store) {
    everything_is_kept(&World::new(store));
    there_is_one_default_of_each_kind(&World::new(store));
    they_are_listed_in_their_order(&World::new(store));
    each_is_found_and_taken_out_below_its_customer(&World::new(store));
}

fn everything_is_kept(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let country = CountryCode::parse("us").ok();
    let full = Address {
        is_default_shipping: true,
        is_default_billing: true,
        postal: PostalAddress {
            address_name: line("Home"),
            company: line("Engines"),
            first_name: line("Ada"),
            last_name: line("Lovelace"),
            address_1: line("1 Main St"),
            address_2: line("Floor 2"),
            city: line("Springfield"),
            country_code: country,
            province: Province::parse("CA", country).unwrap(),
            postal_code: line("94016"),
            phone: Phone::parse("555 0100").unwrap(),
        },
        metadata: StoreMetadata::default()
            .merged(json!({"door": [1]}).as_object().cloned().unwrap())
            .unwrap(),
        updated_at: at(1),
        ..address(customer)
    };
    world.write(|unit| unit.insert_address(&full));
    assert_eq!(world.read(|unit| unit.addresses(customer)), std::slice::from_ref(&full));
    assert_eq!(world.read(|unit| unit.billing_address(customer)), Some(full.clone()));

    let bare = Address { id: full.id, updated_at: at(2), ..address(customer) };
    assert!(world.write(|unit| unit.update_address(&bare)));
    assert_eq!(world.read(|unit| unit.addresses(customer)), std::slice::from_ref(&bare));
    assert_eq!(world.read(|unit| unit.billing_address(customer)), None);
    assert!(!world.write(|unit| unit.update_address(&Address { id: id(), ..bare.clone() })));
    assert!(!world.write(|unit| unit.update_address(&Address { customer_id: id(), ..bare.clone() })));
    let stray = address(id());
    assert_conflict(world.store.write(|unit| unit.insert_address(&stray)), Constraint::Reference);
    assert_conflict(world.store.write(|unit| unit.insert_address(&bare)), Constraint::Other);
}

fn there_is_one_default_of_each_kind(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    let mut plain = address(customer);
    let shipping = Address { is_default_shipping: true, ..address(customer) };
    let billing = Address { is_default_billing: true, ..address(customer) };
    world.write(|unit| {
        unit.insert_address(&plain)?;
        unit.insert_address(&shipping)?;
        unit.insert_address(&billing)?;
        let second = Address { id: id(), ..shipping.clone() };
        assert_conflict(unit.insert_address(&second), Constraint::DefaultShippingAddress);
        let second = Address { id: id(), ..billing.clone() };
        assert_conflict(unit.insert_address(&second), Constraint::DefaultBillingAddress);
        plain.is_default_billing = true;
        assert_conflict(unit.update_address(&plain), Constraint::DefaultBillingAddress);
        assert!(unit.clear_default_billing(customer, at(1))?);
        assert!(!unit.clear_default_billing(customer, at(1))?);
        assert!(unit.update_address(&plain)?);
        assert!(unit.clear_default_shipping(customer, at(2))?);
        assert!(!unit.clear_default_shipping(customer, at(2))?);
        Ok(())
    });
    assert_eq!(world.read(|unit| unit.billing_address(customer)), Some(plain.clone()));
    let stored = world.read(|unit| unit.addresses(customer));
    let updated = |wanted: &Address| stored.iter().find(|found| found.id == wanted.id).unwrap().updated_at;
    assert_eq!((updated(&billing), updated(&shipping)), (at(1), at(2)));
    let neighbour = world.stored_customer("b@example.com").id;
    let theirs = Address { is_default_billing: true, ..address(neighbour) };
    world.write(|unit| unit.insert_address(&theirs));
    let mut billing = world.read(|unit| unit.billing_addresses(&[neighbour, id(), customer]));
    billing.sort_by_key(|address| address.id != plain.id);
    assert_eq!(billing, [plain, theirs.clone()]);
    assert_eq!(world.read(|unit| unit.billing_addresses(&[neighbour])), [theirs]);
    assert!(world.read(|unit| unit.billing_addresses(&[])).is_empty());
}

fn they_are_listed_in_their_order(world: &World<'_>) {
    let customer = world.stored_customer("a@example.com").id;
    assert!(world.read(|unit| unit.addresses(customer)).is_empty());
    assert_eq!(world.read(|unit| unit.count_addresses(customer)), 0);
    let mut made: Vec<_> = (0..4).map(|n| Address { created_at: at(n / 2), ..address(customer) }).collect();
    world.write(|unit| made.iter().rev().try_for_each(|address| unit.insert_address(address)));
    made.sort_by_key(|address| (address.created_at, *address.id.uuid().as_bytes()));
    assert_eq!(world.read(|unit| unit.addresses(customer)), made);
    assert_eq!(world.read(|unit| unit.count_addresses(customer)), 4);
    let page = |offset| world.read(|unit| unit.address_book(customer, Page { offset, limit: 3 }));
    let piece = |items: Vec<Address>| Listed { items, total: 4 };
    assert_eq!(page(0), piece(made.iter().take(3).cloned().collect()));
    assert_eq!(page(3), piece(made.iter().skip(3).cloned().collect()));
    assert_eq!(page(4), piece(vec![]));
}

fn each_is_found_and_taken_out_below_its_customer(world: &World<'_>) {
    let [customer, stranger] =
        ["a", "b"].map(|name| world.stored_customer(&format!("{name}@example.com")).id);
    let home = Address { is_default_billing: true, ..address(customer) };
    let office = address(customer);
    world.write(|unit| {
        unit.insert_address(&home)?;
        unit.insert_address(&office)
    });
    assert_eq!(world.read(|unit| unit.address(customer, home.id)), Some(home.clone()));
    assert_eq!(world.read(|unit| unit.address(stranger, home.id)), None);
    assert_eq!(world.read(|unit| unit.address(customer, id())), None);
    assert!(!world.write(|unit| unit.delete_address(stranger, home.id)));
    assert!(!world.write(|unit| unit.delete_address(customer, id())));
    assert!(world.write(|unit| unit.delete_address(customer, home.id)));
    assert!(!world.write(|unit| unit.delete_address(customer, home.id)));
    assert_eq!(world.read(|unit| unit.address(customer, home.id)), None);
    assert_eq!(world.read(|unit| unit.billing_address(customer)), None);
    assert_eq!(world.read(|unit| unit.addresses(customer)), [office]);
}
