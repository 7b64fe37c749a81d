//! No query reads a whole table: every statement that the suite runs is explained on both databases.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without has failed it")]

mod raw;
mod support;

use std::collections::BTreeSet;
use std::sync::Mutex;

use anteroom_store::{Store, contract};
use diesel::connection::{
    Instrumentation, InstrumentationEvent, SimpleConnection, set_default_instrumentation,
};
use diesel::prelude::*;
use diesel::sql_types::Text;

/// Tables that are small and are read as a whole, the notes on one customer, and an index that has only what is still to be done.
const SMALL: [&str; 6] =
    ["workspaces", "signing_keys", "installation", "jobs", "json_each", "customers_unindexed"];

/// In small tables PostgreSQL is right to scan. So the tables with deleted rows are filled, and of the others the planner
/// is told that they are large; then it is asked for what indexes can do.
const MANY_ROWS: &str = "
    INSERT INTO workspaces (id, slug, name, member_model_enabled, allowed_origins, created_at)
      SELECT gen_random_uuid(), 'filler-' || n, 'Filler', true, '[]', now() FROM generate_series(1, 200) n;
    INSERT INTO customers (id, workspace_id, kind, has_account, external_id, email, email_key, email_verified, metadata,
        store_metadata, created_at)
      SELECT gen_random_uuid(), w.id, 'team', true, n, n || '@filler', n || '@filler', true, '{}', '{}', now()
      FROM workspaces w, generate_series(1, 100) n WHERE w.slug LIKE 'filler-%';
    INSERT INTO members (id, workspace_id, customer_id, external_id, email, email_key, role, created_at)
      SELECT gen_random_uuid(), workspace_id, id, n, n || '@filler', n || '@filler',
        CASE n WHEN 1 THEN 'owner' ELSE 'member' END, now() - n * interval '1 minute'
      FROM customers, generate_series(1, 2) n WHERE email LIKE '%@filler';
    UPDATE customers SET deleted_at = now(), merged_into = id WHERE email IN ('1@filler', '2@filler');
    ANALYZE;
    UPDATE pg_class SET reltuples = 1000000, relpages = 1
      WHERE relnamespace = 'public'::regnamespace AND reltuples < 5000;
    SET plan_cache_mode = force_generic_plan;
    SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

static STATEMENTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

#[expect(clippy::unnecessary_wraps, reason = "the shape that Diesel wants")]
fn listener() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let statement = text.split(" -- binds:").next().unwrap_or_default().trim();
            if ["SELECT", "UPDATE", "DELETE"].iter().any(|word| statement.starts_with(word)) {
                STATEMENTS.lock().unwrap().insert(statement.to_owned());
            }
        }
    }))
}

/// The statements of the suite on that store, told from those of another database by their quotation marks.
fn statements(store: &dyn Store, quote: &str) -> Vec<String> {
    contract::addresses(store);
    contract::credentials(store);
    contract::customer_search(store);
    contract::customers(store);
    contract::deletion(store);
    contract::email_verifications(store);
    contract::idempotency(store);
    contract::identity_providers(store);
    contract::installation(store);
    contract::jobs(store);
    contract::members(store);
    contract::merges(store);
    contract::outbox(store);
    contract::password_resets(store);
    contract::portal_sessions(store);
    contract::passkeys(store);
    contract::second_factors(store);
    contract::sign_in_codes(store);
    contract::sign_ins(store);
    contract::store_sessions(store);
    contract::sweeps(store);
    let all = STATEMENTS.lock().unwrap();
    let is_meant = |statement: &&String| statement.contains(quote) && !statement.contains("__diesel");
    let found: Vec<_> = all.iter().filter(is_meant).cloned().collect();
    assert!(found.len() > 40, "only {} statements were seen", found.len());
    found
}

fn is_small(line: &str) -> bool {
    SMALL.iter().any(|table| line.split(' ').any(|word| word == *table))
}

#[test]
fn sqlite_searches() {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    set_default_instrumentation(listener).unwrap();
    let place = support::Place::new();
    let store = support::migrated(&place.url());
    let mut connection = raw::sqlite(&place);
    for statement in statements(&store, "`") {
        let explain = format!("EXPLAIN QUERY PLAN {statement}");
        let plan: Vec<Step> = diesel::sql_query(explain).load(&mut connection).unwrap();
        for Step { detail } in plan {
            let scans = detail.starts_with("SCAN") && detail != "SCAN CONSTANT ROW";
            assert!(!scans || is_small(&detail), "{detail}\n{statement}");
        }
    }
}

#[test]
fn postgres_searches() {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        detail: String,
    }
    let Some(url) = support::postgres() else { return };
    set_default_instrumentation(listener).unwrap();
    let store = support::migrated(&url);
    let mut connection = raw::postgres(&url);
    let asked = statements(&store, "\"");
    connection.batch_execute(MANY_ROWS).unwrap();
    for statement in asked {
        let count = (1..40).take_while(|n| statement.contains(&format!("${n}"))).count();
        let nulls = vec!["NULL"; count].join(", ");
        let arguments = if count == 0 { String::new() } else { format!("({nulls})") };
        connection.batch_execute(&format!("DEALLOCATE ALL; PREPARE asked AS {statement}")).unwrap();
        let explain = format!("EXPLAIN EXECUTE asked{arguments}");
        let plan: Vec<Step> = diesel::sql_query(explain).load(&mut connection).unwrap();
        for (n, Step { detail }) in plan.iter().enumerate() {
            let seeks = plan.get(n + 1).is_some_and(|next| next.detail.trim().starts_with("Index Cond"));
            let scans =
                detail.contains("Seq Scan") || detail.contains("Index") && detail.contains("Scan ") && !seeks;
            assert!(!scans || is_small(detail), "{detail}\n{statement}");
        }
    }
}
