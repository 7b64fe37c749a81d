//! `GET /api/customers`: its orders, its pages and its cursors.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::list::{list, names};
use crate::workspace::support::{customer, fault, id, individual, text};

both_databases![
    a_list_is_sorted_by_what_is_asked_for,
    customers_made_at_once_are_in_a_stable_order,
    a_list_comes_in_pages_and_knows_its_length_past_the_end,
    a_cursor_reads_every_order_to_its_end,
    a_cursor_goes_on_where_it_was_whatever_happens_meanwhile,
    a_page_tells_how_to_go_on_from_it,
    a_cursor_belongs_to_the_list_that_gave_it,
    what_is_no_cursor_is_refused,
    a_cursor_tells_nothing,
];

/// Five customers, a second apart; two have the same name in different spellings, one has none.
async fn five(app: &TestApp) {
    for (email, name) in [
        ("d", json!("bob")),
        ("B", json!("Ada")),
        ("e", json!(null)),
        ("a", json!("ADA")),
        ("c", json!("Çelik")),
    ] {
        customer(app, &json!({"email": format!("{email}@example.com"), "name": name})).await;
        app.clock.advance(Duration::SECOND);
    }
}

const NEWEST_FIRST: [&str; 5] = ["c", "a", "e", "B", "d"];

async fn a_list_is_sorted_by_what_is_asked_for(app: TestApp) {
    five(&app).await;
    for (query, expected) in [
        ("", NEWEST_FIRST),
        ("?sorting=-created_at", NEWEST_FIRST),
        ("?sorting=created_at", ["d", "B", "e", "a", "c"]),
        ("?sorting=email", ["a", "B", "c", "d", "e"]),
        ("?sorting=-email", ["e", "d", "c", "B", "a"]),
        ("?sorting=name&sorting=email", ["e", "a", "B", "d", "c"]),
        ("?sorting=name&sorting=-email", ["e", "B", "a", "d", "c"]),
        ("?sorting=-name&sorting=created_at", ["c", "d", "B", "a", "e"]),
        ("?sorting=-name&sorting=-created_at", ["c", "d", "a", "B", "e"]),
    ] {
        assert_eq!(names(&list(&app, query).await), expected, "{query}");
    }
}

async fn customers_made_at_once_are_in_a_stable_order(app: TestApp) {
    for n in 0..6 {
        individual(&app, &format!("a{n}@example.com")).await;
    }
    for sorting in ["created_at", "-created_at", "name", "-name"] {
        let whole = list(&app, &format!("?sorting={sorting}")).await;
        let ids: Vec<_> = whole["data"].as_array().unwrap().iter().map(id).collect();
        assert!(ids.is_sorted(), "ties go by id");
        for (n, expected) in ids.iter().enumerate() {
            let page = list(&app, &format!("?sorting={sorting}&limit=1&page={}", n + 1)).await;
            assert_eq!(id(&page["data"][0]), *expected);
        }
    }
}

async fn a_list_comes_in_pages_and_knows_its_length_past_the_end(app: TestApp) {
    five(&app).await;
    let cases: [(&str, &[&str], u64, u64); 6] = [
        ("?limit=2", &["c", "a"], 1, 3),
        ("?limit=2&page=2", &["e", "B"], 2, 3),
        ("?limit=2&page=3", &["d"], 3, 3),
        ("?limit=2&page=4", &[], 4, 3),
        ("?limit=5", &NEWEST_FIRST, 1, 1),
        ("?limit=2&page=99999999999999999999", &[], u64::MAX, 3),
    ];
    for (query, expected, page, pages) in cases {
        let found = list(&app, query).await;
        let meta = &found["meta"];
        assert_eq!(names(&found), expected, "{query}");
        assert_eq!(
            [&meta["total"], &meta["page"], &meta["pages"]],
            [&json!(5), &json!(page), &json!(pages)],
            "{query}"
        );
        let goes_on = page < pages;
        assert_eq!(meta["next_cursor"].is_string(), goes_on, "{query}");
    }
}

/// Every name of the list, read by cursors with so many a time.
async fn read_on(app: &TestApp, query: &str, limit: usize) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let found = list(app, &format!("?{query}&limit={limit}{cursor}")).await;
        seen.extend(names(&found).into_iter().map(str::to_owned));
        let meta = &found["meta"];
        let page = if cursor.is_empty() { json!(1) } else { json!(null) };
        assert_eq!((&meta["page"], &meta["per_page"]), (&page, &json!(limit)));
        match &meta["next_cursor"] {
            Value::Null => return seen,
            next => cursor = format!("&cursor={}", text(next)),
        }
    }
}

async fn a_cursor_reads_every_order_to_its_end(app: TestApp) {
    five(&app).await;
    for query in [
        "",
        "sorting=created_at",
        "sorting=email",
        "sorting=-email",
        "sorting=name",
        "sorting=-name",
        "sorting=-name&sorting=-created_at",
        "sorting=name&sorting=email&sorting=created_at",
        "has_account=false&query=ada",
    ] {
        let whole = list(&app, &format!("?{query}")).await;
        for limit in [1, 2, 3, 5] {
            assert_eq!(read_on(&app, query, limit).await, names(&whole), "{query}");
        }
    }
}

async fn a_cursor_goes_on_where_it_was_whatever_happens_meanwhile(app: TestApp) {
    five(&app).await;
    let first = list(&app, "?limit=2").await;
    assert_eq!(names(&first), ["c", "a"]);
    // The last one that was seen goes, and new ones come before it.
    app.merchant("DELETE", &format!("/api/customers/{}?anonymize=true", id(&first["data"][1])))
        .send()
        .await
        .expect(204);
    individual(&app, "new@example.com").await;
    let next = list(&app, &format!("?limit=2&cursor={}", text(&first["meta"]["next_cursor"]))).await;
    assert_eq!((names(&next), &next["meta"]["total"]), (vec!["e", "B"], &json!(5)));
}

async fn a_page_tells_how_to_go_on_from_it(app: TestApp) {
    five(&app).await;
    let second = list(&app, "?limit=2&page=2").await;
    let cursor = text(&second["meta"]["next_cursor"]);
    let last = list(&app, &format!("?limit=100&cursor={cursor}")).await;
    let meta = json!({"total": 5, "page": null, "per_page": 100, "pages": 1, "next_cursor": null});
    assert_eq!((names(&last), &last["meta"]), (vec!["d"], &meta));
}

fn foreign(cursor: &str) -> Value {
    let loc = json!(["query", "cursor"]);
    fault("value_error", &loc, "Value should be the next_cursor of the same list", &json!(cursor))
}

async fn a_cursor_belongs_to_the_list_that_gave_it(app: TestApp) {
    five(&app).await;
    let query = "metadata[a]=1&metadata[a]=2&sorting=name&sorting=email";
    for n in 0..3 {
        let body = json!({"email": format!("n{n}@example.com"), "metadata": {"a": 1}});
        customer(&app, &body).await;
    }
    let found = list(&app, &format!("?{query}&limit=1")).await;
    let cursor = text(&found["meta"]["next_cursor"]);
    for same in [
        query,
        "sorting=name&metadata[a]=2&metadata[a]=1&sorting=email&metadata[a]=1",
        "include_members=true&metadata[a]=1&metadata[a]=2&sorting=name&sorting=email&limit=7",
    ] {
        assert_eq!(names(&list(&app, &format!("?{same}&cursor={cursor}")).await), ["n1", "n2"], "{same}");
    }
    for other in [
        "",
        "metadata[a]=1&sorting=name&sorting=email",
        "metadata[a]=1&metadata[a]=2&sorting=email&sorting=name",
        "metadata[a]=1&metadata[a]=2&sorting=name",
        "metadata[a]=1&metadata[a]=2&sorting=-name&sorting=email",
        "metadata[a]=1&metadata[a]=2&sorting=name&sorting=email&type=individual",
    ] {
        let answer = app.merchant("GET", &format!("/api/customers?{other}&cursor={cursor}")).send().await;
        answer.assert(422, &foreign(cursor));
    }
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:read").await;
    let theirs = app.get(&format!("/api/customers?{query}&cursor={cursor}")).bearer(&rivals).send().await;
    theirs.assert(422, &foreign(cursor));
}

async fn what_is_no_cursor_is_refused(app: TestApp) {
    five(&app).await;
    let found = list(&app, "?limit=2").await;
    let good = text(&found["meta"]["next_cursor"]);
    for bad in ["x", "", &good[1..], &format!("{good}A"), &good.to_uppercase(), &"A".repeat(4000)] {
        let answer = app.merchant("GET", &format!("/api/customers?cursor={bad}")).send().await;
        answer.assert(422, &foreign(bad));
    }
    let loc = json!(["query", "cursor"]);
    let both = app.merchant("GET", &format!("/api/customers?cursor={good}&page=1")).send().await;
    let expected = fault("value_error", &loc, "Value should not be given together with page", &json!(null));
    both.assert(422, &expected);
    let twice = app.merchant("GET", &format!("/api/customers?cursor={good}&cursor={good}")).send().await;
    twice.assert(422, &fault("value_error", &loc, "Value should be given once", &json!(null)));
}

async fn a_cursor_tells_nothing(app: TestApp) {
    five(&app).await;
    let first = list(&app, "?limit=1").await;
    let again = list(&app, "?limit=1").await;
    assert_eq!(first["data"], again["data"]);
    let (one, other) = (text(&first["meta"]["next_cursor"]), text(&again["meta"]["next_cursor"]));
    assert_ne!(one, other, "sealed anew each time");
    assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{one}");
}
