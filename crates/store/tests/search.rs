//! Customers that an earlier version has made are found before and after they are indexed.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without has failed it")]

mod raw;
mod support;

use anteroom_domain::Id;
use anteroom_domain::customer::{Contact, Customer, CustomerKind};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::page::Page;
use anteroom_domain::text::{Email, Line, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use anteroom_store::sql::SqlStore;
use anteroom_store::{CustomerFilter, CustomerOrder, StoreExt};
use diesel::connection::SimpleConnection;
use time::macros::datetime;

/// As a version without these rows would have left it.
const EARLIER: &str =
    "UPDATE customers SET is_indexed = false; DELETE FROM customer_words; DELETE FROM customer_notes";

fn customer(workspace_id: WorkspaceId, n: u8) -> Customer {
    Customer {
        id: Id::from_random_bytes([n; 16]),
        workspace_id,
        kind: CustomerKind::Individual,
        has_account: false,
        external_id: None,
        email: Email::parse(&format!("c{n}@example.com")).unwrap(),
        email_verified: false,
        name: Line::parse("Ada Lovelace").unwrap(),
        billing_name: None,
        contact: Contact::default(),
        avatar_url: None,
        metadata: Metadata::default(),
        store_metadata: StoreMetadata::default(),
        created_at: datetime!(2026-01-02 03:04:05 UTC),
        modified_at: None,
        deleted_at: None,
        disabled_at: None,
    }
}

fn found_before_and_after(store: &SqlStore, execute: &mut dyn FnMut(&str)) {
    let workspace = Workspace {
        id: Id::from_random_bytes([9; 16]),
        slug: Slug::parse("acme").unwrap(),
        name: Line::parse("Acme").unwrap().unwrap(),
        settings: WorkspaceSettings::default(),
        created_at: datetime!(2026-01-02 03:04:05 UTC),
        modified_at: None,
        disabled_at: None,
    };
    let id = workspace.id;
    store.write(|unit| unit.insert_workspace(&workspace)).unwrap();
    for n in 1..=5 {
        store.write(|unit| unit.insert_customer(&customer(id, n))).unwrap();
    }
    let found = || {
        let filter = CustomerFilter { query: Line::parse("love").unwrap(), ..CustomerFilter::default() };
        let page = Page { offset: 0, limit: 10 };
        store.read(|unit| unit.customers(id, &filter, &CustomerOrder::default(), page)).unwrap().total
    };
    execute(EARLIER);
    assert_eq!(found(), 5);
    let index = || store.write(|unit| unit.index_customers(3)).unwrap();
    assert_eq!((index(), found()), (3, 5), "some are missing still");
    assert_eq!((index(), found(), index()), (2, 5, 0));
    // Now the rows are what a search goes by.
    execute("DELETE FROM customer_words WHERE word < 'd'");
    assert_eq!(found(), 5);
    execute("DELETE FROM customer_words");
    assert_eq!(found(), 0);
}

#[test]
fn on_sqlite() {
    let place = support::Place::new();
    let store = support::migrated(&place.url());
    let mut connection = raw::sqlite(&place);
    found_before_and_after(&store, &mut |sql| connection.batch_execute(sql).unwrap());
}

#[test]
fn on_postgres() {
    let Some(url) = support::postgres() else { return };
    let store = support::migrated(&url);
    let mut connection = raw::postgres(&url);
    found_before_and_after(&store, &mut |sql| connection.batch_execute(sql).unwrap());
}
