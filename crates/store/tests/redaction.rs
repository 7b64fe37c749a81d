//! What anonymisation leaves in the tables, where the traits cannot see it.

mod raw;
mod support;

use anteroom_store::contract;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// That nothing is left in the other columns of a customer.
const BARE: &str = "billing_name IS NULL AND first_name IS NULL AND last_name IS NULL AND company_name IS NULL \
                    AND phone IS NULL AND avatar_url IS NULL AND metadata = '{}' AND store_metadata = '{}' \
                    AND name_key = '' AND external_id_key = ''";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn check(mut count: impl FnMut(String) -> Count) {
    let mut count = |condition: &str| count(format!("SELECT count(*) AS count FROM {condition}")).count;
    let nameless = "deleted_at IS NOT NULL AND email LIKE '%@redacted.invalid' AND email_key = email \
                    AND external_id IS NULL AND name IS NULL";
    assert_eq!(count(&format!("customers WHERE {nameless} AND {BARE}")), 1);
    assert_eq!(count(&format!("members WHERE {nameless}")), 2);
    assert_eq!(count("members WHERE email LIKE 'n@%'"), 0);
    assert_eq!(count("addresses"), 0);
}

#[test]
fn rl_01_a_merged_customer_leaves_nothing_but_a_name() {
    let check = |count: &mut dyn FnMut(String) -> Count| {
        let mut count = |condition: &str| count(format!("SELECT count(*) AS count FROM {condition}")).count;
        let merged = "customers WHERE merged_into IS NOT NULL";
        let nameless =
            format!("email LIKE '%@redacted.invalid' AND email_key = email AND name IS NULL AND {BARE}");
        assert!(count(merged) > 5);
        assert_eq!(count(merged), count(&format!("{merged} AND deleted_at IS NOT NULL AND {nameless}")));
        assert!(count(&format!("{merged} AND external_id IS NOT NULL")) > 0, "of those whose survivor lives");
        let ended = "merged_into IN (SELECT id FROM customers WHERE deleted_at IS NOT NULL)";
        assert!(count(&format!("customers WHERE {ended}")) > 0);
        assert_eq!(count(&format!("customers WHERE {ended} AND external_id IS NOT NULL")), 0);
    };
    let place = support::Place::new();
    contract::merges(&support::migrated(&place.url()));
    let mut connection = raw::sqlite(&place);
    check(&mut |sql| diesel::sql_query(sql).get_result(&mut connection).unwrap());
    let Some(url) = support::postgres() else { return };
    contract::merges(&support::migrated(&url));
    let mut connection = raw::postgres(&url);
    check(&mut |sql| diesel::sql_query(sql).get_result(&mut connection).unwrap());
}

#[test]
fn rl_01_nothing_tells_who_it_was() {
    let place = support::Place::new();
    contract::deletion(&support::migrated(&place.url()));
    let mut connection = raw::sqlite(&place);
    check(|sql| diesel::sql_query(sql).get_result(&mut connection).unwrap());
    // Not in the free space of the file either, once the log is folded into it.
    diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).unwrap();
    let bytes = std::fs::read(place.path()).unwrap();
    let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(holds("a@example.com"), "the heir of the address is in the file");
    assert!(!holds("n@example.com"), "a member who was anonymized is not");

    let Some(url) = support::postgres() else { return };
    contract::deletion(&support::migrated(&url));
    let mut connection = raw::postgres(&url);
    check(|sql| diesel::sql_query(sql).get_result(&mut connection).unwrap());
}
