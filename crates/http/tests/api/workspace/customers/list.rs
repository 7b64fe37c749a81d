//! `GET /api/customers`: what narrows the list, and what each entry shows.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{
    asked, customer, fault, id, individual, member, members_enabled, members_of, shopper, team, text,
};

both_databases![
    an_empty_list_has_no_pages,
    customers_are_shown_as_by_themselves_newest_first,
    a_list_is_narrowed_by_exact_values,
    a_query_finds_words_by_their_beginning,
    a_query_takes_no_wildcards,
    ap_03_what_is_searched_for_is_inert,
    several_texts_of_a_note_are_alternatives_and_several_notes_are_not,
    a_list_is_narrowed_by_the_time_of_making,
    members_come_along_when_they_are_asked_for,
    ap_02_large_limits_are_clamped_and_others_refused_with_every_fault,
    ac_03_customers_of_another_workspace_are_never_listed,
    a_deleted_customer_is_not_listed,
];

const PATH: &str = "/api/customers";

pub(super) async fn list(app: &TestApp, query: &str) -> Value {
    app.merchant("GET", &format!("{PATH}{query}")).send().await.expect(200)
}

/// The parts before the `@`, in the order of the list.
pub(super) fn names(list: &Value) -> Vec<&str> {
    let entries = list["data"].as_array().unwrap().iter();
    entries.map(|entry| text(&entry["email"]).split('@').next().unwrap()).collect()
}

fn meta(total: u64, per_page: u64, pages: u64) -> Value {
    json!({"total": total, "page": 1, "per_page": per_page, "pages": pages, "next_cursor": null})
}

async fn an_empty_list_has_no_pages(app: TestApp) {
    assert_eq!(list(&app, "").await, json!({"data": [], "meta": meta(0, 10, 0)}));
}

async fn customers_are_shown_as_by_themselves_newest_first(app: TestApp) {
    let address = json!({"country": "US", "state": "US-CA"});
    let ada = customer(&app, &json!({"email": "ada@example.com", "billing_address": address})).await;
    app.clock.advance(Duration::SECOND);
    let bob =
        customer(&app, &json!({"email": "bob@example.com", "metadata": {"a": 1.5}, "type": "team"})).await;
    assert_eq!(list(&app, "/").await, json!({"data": [bob, ada], "meta": meta(2, 10, 1)}));
}

async fn a_list_is_narrowed_by_exact_values(app: TestApp) {
    shopper(&app, "Ada@example.com").await;
    customer(&app, &json!({"email": "eve@example.com", "external_id": "usr/1 %", "type": "team"})).await;
    for (query, expected) in [
        ("", "eve Ada"),
        ("?email=ADA@Example.com", "Ada"),
        ("?email=nobody@example.com", ""),
        ("?external_id=usr%2F1+%25", "eve"),
        ("?external_id=usr", ""),
        ("?type=team", "eve"),
        ("?type=individual", "Ada"),
        ("?has_account=true", "Ada"),
        ("?has_account=false", "eve"),
        ("?has_account=false&type=individual", ""),
    ] {
        let found = list(&app, query).await;
        assert_eq!(
            (names(&found).join(" ").as_str(), &found["meta"]["total"]),
            (expected, &json!(expected.split_whitespace().count())),
            "{query}"
        );
    }
}

async fn a_query_finds_words_by_their_beginning(app: TestApp) {
    customer(
        &app,
        &json!({"email": "one@example.com", "name": "Ada  King Lovelace", "external_id": "Ext_456/x"}),
    )
    .await;
    customer(&app, &json!({"email": "Two@adamant.example", "name": "Ölaf Adams"})).await;
    for (query, expected) in [
        ("ADA", "Two one"),
        ("ada+k", "one"),
        ("king+love", "one"),
        ("lace", ""),
        ("%C3%96LAF", "Two"),
        ("two%40adam", "Two"),
        ("adamant", ""),
        ("ext_456", "one"),
        ("456", ""),
        ("%20", "Two one"),
        ("", "Two one"),
    ] {
        let found = list(&app, &format!("?query={query}&sorting=-name")).await;
        assert_eq!(names(&found).join(" "), expected, "{query}");
    }
    // A shopper is found by the name that is shown.
    let jwt = shopper(&app, "three@example.com").await.0;
    let name = json!({"first_name": "Grace", "last_name": "Hopper"});
    app.shop("POST", "/store/customers/me").bearer(&jwt).json(&name).send().await.expect(200);
    for query in ["grace", "hopp", "grace+h"] {
        assert_eq!(names(&list(&app, &format!("?query={query}")).await), ["three"]);
    }
}

async fn a_query_takes_no_wildcards(app: TestApp) {
    customer(&app, &json!({"email": "one@example.com", "name": "50% off"})).await;
    customer(&app, &json!({"email": "two@example.com", "name": "50 off", "external_id": "a\\b_c"})).await;
    for (query, expected) in [
        ("50%25", "one"),
        ("50%25 off", "one"),
        ("5_", ""),
        ("%25", ""),
        ("a%5Cb_", "two"),
        ("a%5C%5C", ""),
        ("%5C", ""),
        ("' OR 1=1 --", ""),
    ] {
        assert_eq!(names(&list(&app, &format!("?query={query}")).await).join(" "), expected, "{query}");
    }
}

async fn ap_03_what_is_searched_for_is_inert(app: TestApp) {
    let ada =
        customer(&app, &json!({"email": "ada@example.com", "name": "Ada", "metadata": {"plan": "gold"}}))
            .await;
    for hostile in [
        "' OR '1'='1",
        "'; DROP TABLE customers; --",
        "\" OR 1=1",
        "%' ESCAPE '",
        "\\",
        "$.plan",
        "{\"plan\": \"gold\"}",
        "\u{202e}\u{fffe}\u{1f980}",
        "*",
        "?1",
        "$1",
    ] {
        let typed = utf8_percent_encode(hostile, NON_ALPHANUMERIC);
        for query in [
            format!("query={typed}"),
            format!("external_id={typed}"),
            format!("metadata[plan]={typed}"),
            format!("metadata[{typed}]=gold"),
        ] {
            assert_eq!(list(&app, &format!("?{query}")).await["data"], json!([]), "{query}");
        }
    }
    assert_eq!(list(&app, "?query=ada&metadata[plan]=gold").await["data"], json!([ada]));
}

async fn several_texts_of_a_note_are_alternatives_and_several_notes_are_not(app: TestApp) {
    for (name, notes) in [
        ("a", json!({"user_id": "ABC", "seats": 5, "beta": true})),
        ("b", json!({"user_id": "DEF", "seats": 0.5, "beta": false})),
        ("c", json!({"user_id": "GHI", "seats": "5", "a b&c": "d=e"})),
    ] {
        customer(&app, &json!({"email": format!("{name}@example.com"), "metadata": notes})).await;
    }
    for (query, expected) in [
        ("metadata[user_id]=ABC", "a"),
        ("metadata[user_id]=ABC&metadata[user_id]=DEF", "a b"),
        ("metadata%5Buser_id%5D=ABC&metadata[seats]=5", "a"),
        ("metadata[user_id]=ABC&metadata[seats]=0.5", ""),
        ("metadata[seats]=5", "a c"),
        ("metadata[seats]=0.5", "b"),
        ("metadata[beta]=true", "a"),
        ("metadata[beta]=false&metadata[beta]=true", "a b"),
        ("metadata[a+b%26c]=d%3De", "c"),
        ("metadata[nothing]=x", ""),
    ] {
        assert_eq!(
            names(&list(&app, &format!("?sorting=email&{query}")).await).join(" "),
            expected,
            "{query}"
        );
    }
}

/// The clock begins at 03:04:05.678901, which is shown as .678.
async fn a_list_is_narrowed_by_the_time_of_making(app: TestApp) {
    individual(&app, "a@example.com").await;
    app.clock.advance(Duration::SECOND);
    individual(&app, "b@example.com").await;
    let (first, second) = ("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:06.678Z");
    for (query, expected) in [
        (format!("created_at[gte]={first}"), "b a"),
        (format!("created_at[gt]={first}"), "b"),
        (format!("created_at[lte]={first}"), "a"),
        (format!("created_at[lt]={first}"), ""),
        (format!("created_at[gte]={first}&created_at[lte]={second}"), "b a"),
        (format!("created_at[gt]={first}&created_at[lt]={second}"), ""),
        (format!("created_at[gte]={first}&created_at[gt]={first}"), "b"),
        ("created_at[gt]=2026-01-02T03:04:05.6785Z".to_owned(), "b"),
        ("created_at[gte]=2026-01-02T03:04:05.6785Z".to_owned(), "b"),
        ("created_at[lt]=2026-01-02T03:04:05.6785Z".to_owned(), "a"),
        ("created_at[lte]=2026-01-02T05:04:05.678%2B02:00".to_owned(), "a"),
        ("created_at[gte]=0000-01-01T00:00:00Z&created_at[lte]=9999-12-31T23:59:59.9999Z".to_owned(), "b a"),
    ] {
        assert_eq!(names(&list(&app, &format!("?{query}")).await).join(" "), expected, "{query}");
    }
}

async fn members_come_along_when_they_are_asked_for(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    app.clock.advance(Duration::SECOND);
    member(&app, &json!({"customer_id": team["id"], "email": "grace@example.com"})).await;
    let ada = individual(&app, "ada@example.com").await;
    let with = |customer: &Value, members: Vec<Value>| {
        let mut entry = customer.clone();
        entry["members"] = json!(members);
        entry
    };
    let oldest_first = |mut members: Vec<Value>| {
        members.reverse();
        members
    };
    let expected =
        [with(&ada, members_of(&app, &ada).await), with(&team, oldest_first(members_of(&app, &team).await))];
    assert_eq!(list(&app, "?include_members=true").await["data"], json!(expected));
    for query in ["", "?include_members=false"] {
        assert_eq!(list(&app, query).await["data"], json!([ada, team]));
    }
    members_enabled(&app, false).await;
    let expected = [with(&ada, vec![]), with(&team, vec![])];
    assert_eq!(list(&app, "?include_members=true").await["data"], json!(expected));
}

async fn ap_02_large_limits_are_clamped_and_others_refused_with_every_fault(app: TestApp) {
    for limit in ["100", "0101", "4294967296", "99999999999999999999"] {
        assert_eq!(list(&app, &format!("?limit={limit}")).await["meta"], meta(0, 100, 0));
    }
    let (long, longer) = ("x".repeat(257), "x".repeat(501));
    let paths: Vec<_> = [
        "limit=0",
        "page=-1",
        "email=x",
        "email=",
        "email=a@example.com&email=b@example.com",
        "external_id=",
        "external_id=a%00b",
        &format!("query={long}"),
        "query=a%00b",
        "type=company",
        "has_account=yes",
        "has_account=",
        "include_members=1",
        "sorting=",
        "sorting=-",
        "sorting=id",
        "sorting=--name",
        "sorting=name&sorting=surname",
        "sorting=name&sorting=-name",
        "metadata=x",
        "metadata[]=x",
        "metadata[plan]=",
        "metadata[a%00b]=x",
        "metadata[plan]=a%00b",
        &format!("metadata[plan]=gold&metadata[plan]={longer}"),
        &format!("metadata[{}]=x", "k".repeat(41)),
        "created_at=2026-01-02",
        "created_at[gte]=2026-01-02",
        "created_at[gte]=2026-01-02T03:04:05",
        "created_at[eq]=2026-01-02T03:04:05Z",
        "created_at[lt]=x&created_at[lt]=y",
        "order=name",
        "limit=0&page=x&email=x&type=x&sorting=x&colour=red&colour=blue",
    ]
    .iter()
    .map(|query| format!("{PATH}?{query}"))
    .collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    insta::assert_snapshot!("refused_lists_of_customers", asked(&app, "GET", &paths).await);

    let keys = |n: usize| (0..n).map(|n| format!("metadata[k{n}]=x")).collect::<Vec<_>>().join("&");
    list(&app, &format!("?{}", keys(50))).await;
    let refused = app.merchant("GET", &format!("{PATH}?{}", keys(51))).send().await;
    let loc = json!(["query", "metadata"]);
    refused.assert(422, &fault("value_error", &loc, "Value should have at most 50 keys", &json!(null)));
}

async fn ac_03_customers_of_another_workspace_are_never_listed(app: TestApp) {
    let new = json!({"email": "ada@example.com", "name": "Ada", "external_id": "usr_1", "metadata": {"plan": "gold"}});
    customer(&app, &new).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:read").await;
    for query in ["", "?email=ada@example.com", "?external_id=usr_1", "?query=ada", "?metadata[plan]=gold"] {
        let call = app.get(&format!("{PATH}{query}")).bearer(&rivals);
        call.send().await.assert(200, &json!({"data": [], "meta": meta(0, 10, 0)}));
    }
}

async fn a_deleted_customer_is_not_listed(app: TestApp) {
    for anonymize in [false, true] {
        let ada =
            customer(&app, &json!({"email": "ada@example.com", "name": "Ada", "metadata": {"a": "b"}})).await;
        let path = format!("{PATH}/{}?anonymize={anonymize}", id(&ada));
        app.merchant("DELETE", &path).send().await.expect(204);
        for query in ["", "?query=ada", "?email=ada@example.com", "?metadata[a]=b"] {
            assert_eq!(list(&app, query).await["meta"]["total"], 0, "{query}");
        }
    }
}
