//! Lists of customers.

use anteroom_domain::customer::{Contact, Customer, CustomerKind};
use anteroom_domain::metadata::Metadata;
use anteroom_domain::page::{Direction, Page, Sort};
use serde_json::{Value, json};

use super::world::{World, at, email, external_id, id, line};
use crate::{CustomerField, CustomerFilter, CustomerOrder, CustomerPlace, Store};

pub(super) fn customer_lists(store: &dyn Store) {
    customers_are_listed(&World::new(store), &World::new(store));
    a_list_is_narrowed(&World::new(store));
    a_word_is_found_by_its_beginning(&World::new(store));
    notes_are_compared_as_texts(&World::new(store));
    every_order_is_read_to_its_end(&World::new(store));
}

const WHOLE: Page = Page { offset: 0, limit: 100 };

fn list(world: &World<'_>, filter: &CustomerFilter, page: Page) -> (Vec<Customer>, u64) {
    let listed = world.read(|unit| unit.customers(world.workspace, filter, &CustomerOrder::default(), page));
    (listed.items, listed.total)
}

fn customers_are_listed(world: &World<'_>, other: &World<'_>) {
    let [first, second] = ["a@example.com", "b@example.com"].map(|address| world.stored_customer(address));
    let guest = Customer {
        has_account: false,
        external_id: external_id("crm/1"),
        created_at: at(1),
        ..world.customer("A@Example.com")
    };
    world.write(|unit| unit.insert_customer(&guest));
    let foreign = other.stored_customer("a@example.com");
    let everybody = CustomerFilter::default();
    let mut same_age = vec![first.clone(), second.clone()];
    same_age.sort_by_key(|customer| customer.id.uuid());
    let all = [vec![guest.clone()], same_age].concat();
    assert_eq!(list(world, &everybody, WHOLE), (all.clone(), 3));
    let second_of_all: Vec<_> = all.iter().skip(1).take(1).cloned().collect();
    assert_eq!(list(world, &everybody, Page { offset: 1, limit: 1 }), (second_of_all, 3));
    assert_eq!(list(world, &everybody, Page { offset: 3, limit: 1 }), (vec![], 3));
    assert_eq!(list(other, &everybody, WHOLE), (vec![foreign], 1));

    let named = CustomerFilter { email: Some(email("a@EXAMPLE.com")), ..CustomerFilter::default() };
    assert_eq!(list(world, &named, WHOLE), (vec![guest.clone(), first.clone()], 2));
    let external = CustomerFilter { external_id: external_id("crm/1"), ..CustomerFilter::default() };
    assert_eq!(list(world, &external, WHOLE), (vec![guest.clone()], 1));
    assert_eq!(list(other, &external, WHOLE), (vec![], 0));
    let both = CustomerFilter { email: Some(email("b@example.com")), ..external };
    assert_eq!(list(world, &both, WHOLE), (vec![], 0));

    let newest = |world: &World<'_>| world.read(|unit| unit.newest_customer_at(world.workspace));
    assert_eq!(newest(world), Some(at(1)));
    world.write(|unit| unit.delete_customer(world.workspace, guest.id, at(2)));
    assert_eq!(list(world, &named, WHOLE), (vec![first], 1));
    assert_eq!(newest(world), Some(at(1)), "the deleted count");
    assert_eq!(world.read(|unit| unit.newest_customer_at(id())), None);
}

/// How many customers the filter lets through.
fn count(world: &World<'_>, filter: &CustomerFilter) -> u64 {
    let (items, total) = list(world, filter, WHOLE);
    assert_eq!(items.len(), usize::try_from(total).unwrap());
    total
}

fn a_list_is_narrowed(world: &World<'_>) {
    let team = Customer { kind: CustomerKind::Team, created_at: at(10), ..world.customer("a@example.com") };
    let guest = Customer { has_account: false, created_at: at(20), ..world.customer("b@example.com") };
    world.write(|unit| {
        unit.insert_customer(&team)?;
        unit.insert_customer(&guest)
    });
    let filter = CustomerFilter::default;
    for (filter, expected) in [
        (filter(), 2),
        (CustomerFilter { kind: Some(CustomerKind::Team), ..filter() }, 1),
        (CustomerFilter { kind: Some(CustomerKind::Team), has_account: Some(false), ..filter() }, 0),
        (CustomerFilter { has_account: Some(true), ..filter() }, 1),
        (CustomerFilter { created_from: Some(at(10)), ..filter() }, 2),
        (CustomerFilter { created_from: Some(at(11)), ..filter() }, 1),
        (CustomerFilter { created_before: Some(at(20)), ..filter() }, 1),
        (CustomerFilter { created_from: Some(at(10)), created_before: Some(at(10)), ..filter() }, 0),
    ] {
        assert_eq!(count(world, &filter), expected, "{filter:?}");
    }
}

fn a_word_is_found_by_its_beginning(world: &World<'_>) {
    let contact = Contact { first_name: line("Änne"), last_name: line("O_Neil"), ..Contact::default() };
    let shopper = Customer { contact, ..world.customer("s@example.com") };
    let named = Customer {
        name: line("Ada  King 100% Lovelace"),
        external_id: external_id("USR 7\\x"),
        ..world.customer("Countess@Example.com")
    };
    world.write(|unit| {
        unit.insert_customer(&shopper)?;
        unit.insert_customer(&named)
    });
    for (query, expected) in [
        ("ada", 1),
        ("KING", 1),
        ("ada king 10", 1),
        ("king 100%", 1),
        ("ing", 0),
        ("100_", 0),
        ("ÄNN", 1),
        ("o_n", 1),
        ("oxn", 0),
        ("count", 1),
        ("example", 0),
        ("usr", 1),
        ("usr 7\\", 1),
        ("7", 0),
        ("%", 0),
        ("_", 0),
        ("\\", 0),
    ] {
        let filter = CustomerFilter { query: line(query), ..CustomerFilter::default() };
        assert_eq!(count(world, &filter), expected, "{query}");
    }
    let renamed = Customer { name: line("Grace"), external_id: None, ..named };
    world.write(|unit| unit.update_customer(&renamed));
    for (query, expected) in [("king", 0), ("usr", 0), ("gra", 1)] {
        let filter = CustomerFilter { query: line(query), ..CustomerFilter::default() };
        assert_eq!(count(world, &filter), expected, "{query}");
    }
}

fn notes_are_compared_as_texts(world: &World<'_>) {
    let with = |address: &str, notes: Value| {
        let metadata = Metadata::parse(notes.as_object().unwrap().clone()).unwrap();
        let customer = Customer { metadata, ..world.customer(address) };
        world.write(|unit| unit.insert_customer(&customer));
    };
    with("a@example.com", json!({"plan": "gold", "seats": 5, "beta": true, "$.plan": "odd", "a.b": "dot"}));
    with("b@example.com", json!({"plan": "\"q\" ü", "seats": 0.5, "beta": false, "\"key\"": "quoted"}));
    with("c@example.com", json!({"plan": "5", "seats": "5"}));
    for (notes, expected) in [
        ("plan=gold", 1),
        ("plan=gold&plan=5&plan=silver", 2),
        ("plan=Gold", 0),
        ("plan=\"q\" ü", 1),
        ("plan=\"gold\"", 0),
        ("seats=5", 2),
        ("seats=5.0", 0),
        ("seats=0.5", 1),
        ("beta=true", 1),
        ("beta=1", 0),
        ("beta=true&beta=false", 2),
        ("$.plan=odd", 1),
        ("$.plan=gold", 0),
        ("a.b=dot", 1),
        ("\"key\"=quoted", 1),
        ("missing=gold", 0),
        ("plan=gold&plan=5&seats=5", 2),
        ("plan=gold&plan=5&beta=true", 1),
    ] {
        let mut filter = CustomerFilter::default();
        for (key, text) in notes.split('&').filter_map(|note| note.split_once('=')) {
            filter.metadata.entry(key.to_owned()).or_default().insert(text.to_owned());
        }
        assert_eq!(count(world, &filter), expected, "{notes}");
    }
}

/// Every order of every choice of fields, piece by piece, with customers that are level in each of them.
fn every_order_is_read_to_its_end(world: &World<'_>) {
    let mut made = Vec::new();
    for n in 0..9 {
        let customer = Customer {
            has_account: n % 2 == 0,
            name: [line("Ada"), line("ada"), line("Grace"), None].into_iter().cycle().nth(n / 2).unwrap(),
            created_at: at(i64::try_from(n % 3).unwrap()),
            ..world.customer(&format!("a{}@example.com", n / 2))
        };
        world.write(|unit| unit.insert_customer(&customer));
        made.push(customer);
    }
    let fields = [CustomerField::Email, CustomerField::Name, CustomerField::CreatedAt];
    let directions = [Direction::Ascending, Direction::Descending];
    let sorts: Vec<_> =
        fields.into_iter().flat_map(|field| directions.map(|direction| Sort { field, direction })).collect();
    let mut orders = vec![vec![]];
    for first in &sorts {
        orders.push(vec![*first]);
        for second in sorts.iter().filter(|second| second.field != first.field) {
            orders.push(vec![*first, *second]);
        }
    }
    for sorts in orders {
        made.sort_by(|one, other| {
            let by = |sort: &Sort<CustomerField>| {
                let ordering = match sort.field {
                    CustomerField::Email => one.email.key().cmp(other.email.key()),
                    CustomerField::Name => one.name_key().cmp(&other.name_key()),
                    CustomerField::CreatedAt => one.created_at.cmp(&other.created_at),
                };
                if sort.direction == Direction::Descending { ordering.reverse() } else { ordering }
            };
            let by_id = one.id.uuid().cmp(&other.id.uuid());
            sorts.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(by_id)
        });
        let mut order = CustomerOrder { sorts, after: None };
        let piece = |order: &CustomerOrder, limit| {
            let page = Page { offset: 0, limit };
            world.read(|unit| unit.customers(world.workspace, &CustomerFilter::default(), order, page))
        };
        assert_eq!(piece(&order, 100).items, made, "{order:?}");
        let mut seen = Vec::new();
        loop {
            let listed = piece(&order, 2);
            assert_eq!(listed.total, 9, "of the whole list");
            let Some(last) = listed.items.last() else { break };
            order.after = Some(CustomerPlace::from(last));
            seen.extend(listed.items);
        }
        assert_eq!(seen, made, "{:?}", order.sorts);
    }
}
