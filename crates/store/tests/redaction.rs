//! What anonymisation leaves in the tables, where the traits cannot see it.

mod raw;
mod support;

use anteroom_store::contract;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn check(mut count: impl FnMut(String) -> Count) {
    let mut count = |condition: &str| count(format!("SELECT count(*) AS count FROM {condition}")).count;
    let nameless = "deleted_at IS NOT NULL AND email LIKE '%@redacted.invalid' AND email_key = email \
                    AND external_id IS NULL AND name IS NULL";
    let bare = "billing_name IS NULL AND first_name IS NULL AND last_name IS NULL AND company_name IS NULL \
                AND phone IS NULL AND avatar_url IS NULL AND metadata = '{}' AND store_metadata = '{}' \
                AND name_key = '' AND external_id_key = ''";
    assert_eq!(count(&format!("customers WHERE {nameless} AND {bare}")), 1);
    assert_eq!(count(&format!("members WHERE {nameless}")), 2);
    assert_eq!(count("members WHERE email LIKE 'n@%'"), 0);
    assert_eq!(count("addresses"), 0);
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
