//! Address books.

use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::metadata::StoreMetadata;
use anteroom_domain::page::{Direction, Listed, Page, Sort};
use anteroom_domain::text::{CountryCode, Phone, Province};
use serde_json::json;

use super::world::{World, address, assert_conflict, at, id, line};
use crate::{AddressField, AddressFilter, Among, Constraint, Span, Store, StoreExt};

/// [`Addresses`](crate::Addresses).
pub fn addresses(store: &dyn Store) {
    everything_is_kept(&World::new(store));
    there_is_one_default_of_each_kind(&World::new(store));
    they_are_listed_in_their_order(&World::new(store));
    a_list_is_narrowed(&World::new(store));
    a_list_is_sorted_by_any_field(&World::new(store));
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
    let (all, oldest_first) = (AddressFilter::default(), AddressField::OLDEST_FIRST);
    let page = |offset| {
        world.read(|unit| unit.address_book(customer, &all, oldest_first, Page { offset, limit: 3 }))
    };
    let piece = |items: Vec<Address>| Listed { items, total: 4 };
    assert_eq!(page(0), piece(made.iter().take(3).cloned().collect()));
    assert_eq!(page(3), piece(made.iter().skip(3).cloned().collect()));
    assert_eq!(page(4), piece(vec![]));
}

/// The names of the addresses that such a list has, in its order.
fn listed(
    world: &World<'_>,
    customer: CustomerId,
    filter: &AddressFilter,
    sort: Sort<AddressField>,
) -> Vec<String> {
    let page = Page { offset: 0, limit: 100 };
    let Listed { items, total } = world.read(|unit| unit.address_book(customer, filter, sort, page));
    assert_eq!(total, u64::try_from(items.len()).unwrap());
    items.into_iter().map(|address| address.postal.address_name.unwrap().to_string()).collect()
}

/// Three addresses that differ in everything that lists look at, and a neighbour's that is like the first.
fn three(world: &World<'_>) -> CustomerId {
    let [customer, neighbour] =
        ["a", "b"].map(|name| world.stored_customer(&format!("{name}@example.com")).id);
    let made = |name, city, postal_code, country: Option<&str>, second| Address {
        postal: PostalAddress {
            address_name: line(name),
            city: line(city),
            postal_code: line(postal_code),
            country_code: country.and_then(|code| CountryCode::parse(code).ok()),
            ..PostalAddress::default()
        },
        created_at: at(second),
        updated_at: at(10 - second),
        ..address(customer)
    };
    let home = Address { is_default_shipping: true, ..made("Home", "Zürich", "8001", Some("ch"), 1) };
    let office = made("Office", "berlin", "10115", Some("de"), 2);
    let nowhere = made("Nowhere", "", "", None, 3);
    let theirs = Address { id: id(), customer_id: neighbour, ..home.clone() };
    world.write(|unit| {
        [&nowhere, &home, &office, &theirs].into_iter().try_for_each(|address| unit.insert_address(address))
    });
    customer
}

fn a_list_is_narrowed(world: &World<'_>) {
    let customer = three(world);
    let list = |filter: AddressFilter| listed(world, customer, &filter, AddressField::OLDEST_FIRST);
    let among = |any_of: Option<&[&str]>, none_of: &[&str]| Among {
        any_of: any_of.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect()),
        none_of: none_of.iter().map(|text| (*text).to_owned()).collect(),
    };
    for (query, expected) in [
        ("ZÜRICH", &["Home"][..]),
        ("r", &["Home", "Office", "Nowhere"]),
        ("0", &["Home", "Office"]),
        ("home zürich", &[]),
        ("%", &[]),
        ("_ome", &[]),
        ("\\", &[]),
        ("ch", &["Home"]),
        ("de", &[]),
    ] {
        assert_eq!(
            list(AddressFilter { query: line(query), ..AddressFilter::default() }),
            expected,
            "{query}"
        );
    }
    for (any_of, none_of, expected) in [
        (Some(&["Zürich", "berlin"][..]), &[][..], &["Home", "Office"][..]),
        (Some(&["zürich", "Berlin"]), &[], &[]),
        (Some(&[]), &[], &[]),
        (None, &["berlin"], &["Home", "Nowhere"]),
        (Some(&["Zürich", "berlin"]), &["berlin", "Paris"], &["Home"]),
    ] {
        let filter = AddressFilter { city: among(any_of, none_of), ..AddressFilter::default() };
        assert_eq!(list(filter), expected, "{any_of:?} {none_of:?}");
    }
    let postal_code = among(Some(&["10115"]), &[]);
    assert_eq!(list(AddressFilter { postal_code, ..AddressFilter::default() }), ["Office"]);
    let country_code = among(None, &["DE"]);
    assert_eq!(list(AddressFilter { country_code, ..AddressFilter::default() }), ["Home", "Nowhere"]);
    let created = Span { from: Some(at(2)), before: Some(at(3)) };
    assert_eq!(list(AddressFilter { created, ..AddressFilter::default() }), ["Office"]);
    let updated = Span { from: Some(at(8)), before: None };
    assert_eq!(list(AddressFilter { updated, ..AddressFilter::default() }), ["Home", "Office"]);
    let moved = world.read(|unit| unit.addresses(customer)).remove(0);
    let moved = Address { postal: PostalAddress { city: line("Genf"), ..moved.postal.clone() }, ..moved };
    assert!(world.write(|unit| unit.update_address(&moved)));
    let query = line("genf");
    assert_eq!(list(AddressFilter { query, ..AddressFilter::default() }), ["Home"], "a change is found");
}

fn a_list_is_sorted_by_any_field(world: &World<'_>) {
    let customer = three(world);
    let everything = AddressFilter::default();
    let list = |field, direction| listed(world, customer, &everything, Sort { field, direction });
    for (field, ascending, descending) in [
        (AddressField::AddressName, ["Home", "Nowhere", "Office"], ["Office", "Nowhere", "Home"]),
        (AddressField::City, ["Home", "Office", "Nowhere"], ["Office", "Home", "Nowhere"]),
        (AddressField::PostalCode, ["Office", "Home", "Nowhere"], ["Home", "Office", "Nowhere"]),
        (AddressField::CountryCode, ["Home", "Office", "Nowhere"], ["Office", "Home", "Nowhere"]),
        (AddressField::CreatedAt, ["Home", "Office", "Nowhere"], ["Nowhere", "Office", "Home"]),
        (AddressField::UpdatedAt, ["Nowhere", "Office", "Home"], ["Home", "Office", "Nowhere"]),
    ] {
        assert_eq!(list(field, Direction::Ascending), ascending, "{field:?}");
        assert_eq!(list(field, Direction::Descending), descending, "{field:?}");
    }
    assert!(list(AddressField::IsDefaultShipping, Direction::Descending).starts_with(&["Home".to_owned()]));
    let by_id = list(AddressField::Id, Direction::Ascending);
    for level in [
        AddressField::Company,
        AddressField::FirstName,
        AddressField::LastName,
        AddressField::Address1,
        AddressField::Address2,
        AddressField::Province,
        AddressField::Phone,
        AddressField::IsDefaultBilling,
    ] {
        for direction in [Direction::Ascending, Direction::Descending] {
            assert_eq!(list(level, direction), by_id, "{level:?}: ties by id");
        }
    }
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
