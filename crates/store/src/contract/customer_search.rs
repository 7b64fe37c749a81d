//! Looking customers up among many.

use std::cmp::Ordering;

use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::customer::{Customer, CustomerKind};
use anteroom_domain::member::Role;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::page::{COUNTED, Direction, Page, Sort};
use anteroom_domain::text::{Email, ExternalId, Line};
use anteroom_domain::transfer::ImportProgress;
use serde_json::json;

use super::world::{World, address, assert_conflict, at, id};
use crate::{
    Constraint, CustomerField, CustomerFilter, CustomerOrder, CustomerPlace, NewRecords, Store, StoreExt,
};

/// Searches, and [`Transfers`](crate::Transfers).
pub fn customer_search(store: &dyn Store) {
    a_search_finds_the_same_whether_few_or_many_are_worth_asking(&World::new(store));
    many_who_stand_together_are_found_in_any_order(&World::new(store));
    who_is_found_twice_takes_nobodys_place(&World::new(store));
    what_changes_is_found_by_what_it_is_now(&World::new(store));
    notes_are_found_as_texts(&World::new(store));
    many_records_go_in_together_or_not_at_all(&World::new(store));
    names_are_looked_up_together(&World::new(store), &World::new(store));
    customers_are_read_on_from_a_place(&World::new(store));
    an_import_goes_on_from_where_it_was(&World::new(store));
}

impl World<'_> {
    fn named(&self, number: usize, name: &str) -> Customer {
        let mut customer = self.customer(&format!("c{number}@example.com"));
        customer.name = Line::parse(name).unwrap();
        customer.created_at = at(i64::try_from(number).unwrap());
        customer
    }

    /// The addresses that a list has, and how many there are in all.
    fn search(&self, filter: &CustomerFilter, limit: u32) -> (Vec<String>, u64) {
        let page = Page { offset: 0, limit };
        let listed =
            self.read(|unit| unit.customers(self.workspace, filter, &CustomerOrder::default(), page));
        (listed.items.iter().map(|customer| customer.email.as_str().to_owned()).collect(), listed.total)
    }

    fn query(&self, text: &str) -> (Vec<String>, u64) {
        self.search(&CustomerFilter { query: Line::parse(text).unwrap(), ..CustomerFilter::default() }, 3)
    }
}

fn a_search_finds_the_same_whether_few_or_many_are_worth_asking(world: &World<'_>) {
    let count = usize::try_from(COUNTED).unwrap() + 2;
    let name = |n: usize| if n % 2_000 == 7 { "Ada King Lovelace" } else { "Bob Smith" };
    let customers: Vec<_> = (0..count).map(|n| world.named(n, name(n))).collect();
    for customers in customers.chunks(500) {
        let records = NewRecords { customers: customers.to_vec(), ..NewRecords::default() };
        world.write(|unit| unit.insert_records(&records));
    }
    let everybody = world.search(&CustomerFilter::default(), 1);
    assert_eq!(everybody, (vec![format!("c{}@example.com", count - 1)], COUNTED));
    let adas = |first: &[usize]| first.iter().map(|n| format!("c{n}@example.com")).collect::<Vec<_>>();
    for query in ["ada", "king", "lovelace", "KING love", "ada king lovelace"] {
        assert_eq!(world.query(query), (adas(&[8_007, 6_007, 4_007]), 5), "{query}");
    }
    assert_eq!(world.query("c8007@ex"), (adas(&[8_007]), 1));
    assert_eq!(world.query("ing").1, 0);
    // Of these there are more than are worth asking one by one.
    assert_eq!(world.query("smi").0, adas(&[count - 1, count - 2, count - 3]));
    let second = CustomerOrder {
        after: Some(CustomerPlace::from(customers.get(6_007).unwrap())),
        ..CustomerOrder::default()
    };
    let filter = CustomerFilter { query: Line::parse("ada").unwrap(), ..CustomerFilter::default() };
    let page = Page { offset: 0, limit: 10 };
    let rest = world.read(|unit| unit.customers(world.workspace, &filter, &second, page));
    let uncounted = world.read(|unit| unit.customers_of_long_list(world.workspace, &filter, &second, page));
    assert_eq!(uncounted, rest.items);
    assert_eq!(rest.items.iter().map(|it| it.email.as_str()).collect::<Vec<_>>(), adas(&[4_007, 2_007, 7]));
    assert_eq!(world.write(|unit| unit.index_customers(10)), 0, "nothing is missing");
}

fn many_who_stand_together_are_found_in_any_order(world: &World<'_>) {
    // The oldest, and more than are worth asking one by one. The other half was made all at once, as by an import.
    let mut customers: Vec<_> = (0..6_000)
        .map(|n| world.named(n.min(3_300), if n < 3_200 { "Zoe Walker" } else { "Bob Smith" }))
        .collect();
    for (n, customer) in customers.iter_mut().enumerate() {
        customer.email = Email::parse(&format!("n{n}@example.com")).unwrap();
        let notes = json!({"batch": if n < 3_200 { "first" } else { "second" }});
        customer.metadata = Metadata::from_stored(notes.as_object().unwrap().clone());
        if n % 7 == 0 {
            customer.kind = CustomerKind::Team;
        }
    }
    for customers in customers.chunks(500) {
        world.write(|unit| {
            unit.insert_records(&NewRecords { customers: customers.to_vec(), ..NewRecords::default() })
        });
    }
    let gone = customers.swap_remove(3_100);
    world.write(|unit| unit.delete_customer(world.workspace, gone.id, at(9)));
    let query =
        |text: &str| CustomerFilter { query: Line::parse(text).unwrap(), ..CustomerFilter::default() };
    let batch = |text: &str| {
        let metadata = [("batch".to_owned(), [text.to_owned()].into())].into();
        CustomerFilter { metadata, ..CustomerFilter::default() }
    };
    let teams = |filter| CustomerFilter { kind: Some(CustomerKind::Team), ..filter };
    let by = |field, direction| Sort { field, direction };
    let (up, down) = (Direction::Ascending, Direction::Descending);
    let all_sorts = [
        vec![by(CustomerField::CreatedAt, down)],
        vec![by(CustomerField::CreatedAt, up)],
        vec![by(CustomerField::Name, up)],
        vec![by(CustomerField::Name, down)],
        vec![by(CustomerField::Email, up)],
        vec![by(CustomerField::Name, down), by(CustomerField::CreatedAt, up)],
    ];
    let filters =
        [query("walker"), query("smi"), teams(query("zoe w")), batch("first"), teams(batch("second"))];
    for (filter, sorts) in
        filters.iter().flat_map(|filter| all_sorts.iter().map(move |sorts| (filter, sorts)))
    {
        let expected = listed(&customers, filter, sorts);
        let piece = |after: Option<usize>, offset: usize| {
            let after = after.map(|n| CustomerPlace::from(*expected.get(n).unwrap()));
            let order = CustomerOrder { sorts: sorts.clone(), after };
            let page = Page { offset: u32::try_from(offset).unwrap(), limit: 5 };
            let counted = world.read(|unit| unit.customers(world.workspace, filter, &order, page));
            let long = world.read(|unit| unit.customers_of_long_list(world.workspace, filter, &order, page));
            assert_eq!(counted.items, long, "{sorts:?}");
            long.into_iter().map(|customer| customer.id).collect::<Vec<_>>()
        };
        let from = |n: usize| expected.iter().skip(n).take(5).map(|customer| customer.id).collect::<Vec<_>>();
        let count = expected.len();
        for n in [0, 250, count - 2, count] {
            assert_eq!(piece(None, n), from(n), "{sorts:?} from {n} on");
        }
        for n in [250, count - 3] {
            assert_eq!(piece(Some(n), 0), from(n + 1), "{sorts:?} after {n}");
            assert_eq!(piece(Some(n), 1), from(n + 2), "{sorts:?} after the one after {n}");
        }
    }
}

/// Whom such a list has, by a look at each.
fn listed<'c>(
    customers: &'c [Customer],
    filter: &CustomerFilter,
    sorts: &[Sort<CustomerField>],
) -> Vec<&'c Customer> {
    let has_word = |customer: &Customer| {
        let query = filter.query.as_ref().map(Line::as_str);
        query.is_none_or(|query| customer.search_rows().words.iter().any(|word| word.starts_with(query)))
    };
    let has_notes = |customer: &Customer| {
        let notes = customer.search_rows().notes;
        filter.metadata.iter().all(|(key, texts)| notes.get(key).is_some_and(|note| texts.contains(note)))
    };
    let mut listed: Vec<_> = customers
        .iter()
        .filter(|customer| has_word(customer) && has_notes(customer))
        .filter(|customer| filter.kind.is_none_or(|kind| kind == customer.kind))
        .collect();
    listed.sort_by(|one, other| {
        let by_sorts = sorts.iter().map(|sort| {
            let ordering = match sort.field {
                CustomerField::Email => one.email.key().cmp(other.email.key()),
                CustomerField::Name => one.name_key().cmp(&other.name_key()),
                CustomerField::CreatedAt => one.created_at.cmp(&other.created_at),
            };
            if sort.direction == Direction::Descending { ordering.reverse() } else { ordering }
        });
        by_sorts.reduce(Ordering::then).unwrap().then(one.id.uuid().cmp(&other.id.uuid()))
    });
    listed
}

fn who_is_found_twice_takes_nobodys_place(world: &World<'_>) {
    // Each has two words that begin so, and each first word comes before each second one.
    let name = |n: usize| format!("Ada{:04} Ade{:04}", n / 2, n / 2);
    let customers: Vec<_> = (0..2_000).map(|n| world.named(n, &name(n))).collect();
    let mut customers: Vec<_> =
        customers.into_iter().chain((2_000..3_400).map(|n| world.named(n, "Ada0000 Ada0001"))).collect();
    customers.reverse();
    for customers in customers.chunks(500) {
        world.write(|unit| {
            unit.insert_records(&NewRecords { customers: customers.to_vec(), ..NewRecords::default() })
        });
    }
    let filter = CustomerFilter { query: Line::parse("ad").unwrap(), ..CustomerFilter::default() };
    let (mut order, mut seen) = (CustomerOrder::default(), Vec::new());
    loop {
        let page = Page { offset: 0, limit: 100 };
        let piece = world.read(|unit| unit.customers(world.workspace, &filter, &order, page)).items;
        let Some(last) = piece.last() else { break };
        order.after = Some(CustomerPlace::from(last));
        seen.extend(piece.into_iter().map(|customer| customer.id));
    }
    assert_eq!(seen, customers.iter().map(|customer| customer.id).collect::<Vec<_>>());
}

fn what_changes_is_found_by_what_it_is_now(world: &World<'_>) {
    let mut customer = world.named(1, "Ada Lovelace");
    world.write(|unit| unit.insert_customer(&customer));
    assert_eq!(world.query("love").1, 1);
    customer.name = Line::parse("Augusta Byron").unwrap();
    customer.email = Email::parse("byron@example.com").unwrap();
    customer.external_id = ExternalId::parse("CRM/7").unwrap();
    world.write(|unit| unit.update_customer(&customer));
    assert_eq!(["love", "c1@"].map(|query| world.query(query).1), [0, 0]);
    assert_eq!(["byr", "augusta b", "crm/"].map(|query| world.query(query).1), [1, 1, 1]);
    world.write(|unit| unit.delete_customer(world.workspace, customer.id, at(9)));
    assert_eq!(world.query("byr").1, 0);
}

fn notes_are_found_as_texts(world: &World<'_>) {
    let notes = json!({"plan": "gold", "seats": 12, "trial": true, "rate": 0.5, "long": "x".repeat(300)});
    let mut customer = world.named(1, "Ada");
    customer.metadata = Metadata::from_stored(notes.as_object().unwrap().clone());
    world.write(|unit| unit.insert_customer(&customer));
    world.write(|unit| unit.insert_customer(&world.named(2, "Bob")));
    let find = |key: &str, texts: &[&str]| {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let metadata = [(key.to_owned(), texts)].into();
        world.search(&CustomerFilter { metadata, ..CustomerFilter::default() }, 10).1
    };
    for (key, text) in
        [("plan", "gold"), ("seats", "12"), ("trial", "true"), ("rate", "0.5"), ("long", &"x".repeat(300))]
    {
        assert_eq!(
            (find(key, &[text]), find(key, &["none", text]), find(key, &["none"])),
            (1, 1, 0),
            "{key}"
        );
    }
    customer.metadata = Metadata::default();
    world.write(|unit| unit.update_customer(&customer));
    assert_eq!(find("plan", &["gold"]), 0);
}

fn many_records_go_in_together_or_not_at_all(world: &World<'_>) {
    let customers: Vec<_> = (0..600).map(|n| world.named(n, "Ada")).collect();
    let identity = |customer: &Customer| {
        let (identity, provider) = world.identity(customer.email.as_str());
        (AuthIdentity { customer_id: Some(customer.id), ..identity }, provider)
    };
    let records = NewRecords {
        addresses: customers
            .iter()
            .flat_map(|customer| [address(customer.id), address(customer.id)])
            .collect(),
        members: customers
            .iter()
            .map(|customer| world.member(customer.id, customer.email.as_str(), Role::Owner))
            .collect(),
        identities: customers.iter().map(identity).collect(),
        customers,
    };
    world.write(|unit| unit.insert_records(&NewRecords::default()));
    world.write(|unit| unit.insert_records(&records));
    let ids: Vec<_> = records.customers.iter().map(|customer| customer.id).collect();
    assert_eq!(world.read(|unit| unit.addresses_of(&ids)).len(), 1_200);
    let passwords: Vec<(_, ProviderIdentity)> = records
        .identities
        .iter()
        .map(|(identity, provider)| (identity.customer_id.unwrap(), provider.clone()))
        .collect();
    let mut found = world.read(|unit| unit.passwords_of(&ids));
    let mut kept: Vec<_> = passwords.into_iter().map(|(id, provider)| (id, provider.password_hash)).collect();
    found.sort_by_key(|(id, _)| id.uuid());
    kept.sort_by_key(|(id, _)| id.uuid());
    assert_eq!(found, kept);

    let mut more: Vec<_> = (600..610).map(|n| world.named(n, "Bob")).collect();
    more.push(Customer { id: id(), ..records.customers.get(5).unwrap().clone() });
    let more = NewRecords { customers: more, ..NewRecords::default() };
    let inserted = world.store.write(|unit| unit.insert_records(&more));
    assert_conflict(inserted, Constraint::CustomerEmail);
    assert_eq!(world.query("bob").1, 0);
}

fn names_are_looked_up_together(world: &World<'_>, other: &World<'_>) {
    let mut ada = world.named(1, "Ada");
    ada.external_id = ExternalId::parse("usr_1").unwrap();
    world.write(|unit| unit.insert_customer(&ada));
    let bob = world.stored_customer("bob@example.com");
    let (identity, provider) = world.identity("bob@example.com");
    world.write(|unit| unit.insert_identity(&identity, &provider));
    other.stored_customer("abroad@example.com");
    let emails = ["BOB@example.com", "abroad@example.com", "nobody@example.com"]
        .map(|text| Email::parse(text).unwrap());
    let emails: Vec<_> = emails.iter().collect();
    let ids = ["usr_1", "usr_2"].map(|text| ExternalId::parse(text).unwrap().unwrap());
    let ids: Vec<_> = ids.iter().collect();
    let mut found = world.read(|unit| unit.customers_named(world.workspace, &emails, &ids));
    found.sort_by_key(|customer| customer.email.as_str().to_owned());
    assert_eq!(found, [bob, ada]);
    assert_eq!(world.read(|unit| unit.customers_named(world.workspace, &[], &[])), []);
    assert_eq!(world.read(|unit| unit.signed_in_by(world.workspace, &emails)), ["bob@example.com"]);
    assert_eq!(other.read(|unit| unit.signed_in_by(other.workspace, &emails)), Vec::<String>::new());
}

fn customers_are_read_on_from_a_place(world: &World<'_>) {
    let mut customers: Vec<_> = (0..5).map(|n| world.named(n / 2, "Ada")).collect();
    for (customer, n) in customers.iter_mut().zip(0..) {
        customer.email = Email::parse(&format!("n{n}@example.com")).unwrap();
    }
    world.write(|unit| unit.insert_records(&NewRecords { customers, ..NewRecords::default() }));
    let (mut seen, mut place) = (Vec::new(), None);
    loop {
        let piece = world.read(|unit| unit.customers_after(world.workspace, place.as_ref(), 2));
        let Some(last) = piece.last() else { break };
        place = Some(CustomerPlace::from(last));
        seen.extend(piece);
    }
    assert_eq!(seen.len(), 5);
    assert!(
        seen.iter().is_sorted_by_key(|customer| (-customer.created_at.unix_timestamp(), customer.id.uuid()))
    );
}

fn an_import_goes_on_from_where_it_was(world: &World<'_>) {
    let hash = [7; 32];
    let find = || world.read(|unit| unit.import_progress(world.workspace, &hash));
    let note = |progress: &ImportProgress, before| world.write(|unit| unit.note_import(progress, before));
    assert_eq!(find(), None);
    let begun = ImportProgress {
        records: 5,
        created: 4,
        refused: 1,
        ..ImportProgress::begin(world.workspace, hash, at(0))
    };
    assert!(note(&begun, 0) && !note(&begun, 0), "of two that begin one does");
    assert_eq!(find(), Some(begun));
    let on = ImportProgress { records: 9, finished_at: Some(at(1)), ..begun };
    assert!(!note(&on, 4) && note(&on, 5) && !note(&on, 5));
    assert_eq!(find(), Some(on));
    assert_eq!(world.read(|unit| unit.import_progress(world.workspace, &[8; 32])), None);
}
