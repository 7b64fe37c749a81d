//! `GET /api/members`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use crate::workspace::support::{ABSENT, asked, customer, id, individual, member, team, text};

both_databases![
    an_empty_list_has_no_pages,
    members_are_listed_newest_first,
    a_list_comes_in_pages_and_knows_its_length,
    members_made_at_once_are_in_a_stable_order,
    a_list_can_be_narrowed,
    an_email_finds_the_members_of_every_customer,
    ap_02_large_limits_are_clamped_and_small_ones_refused,
    ac_03_members_of_another_workspace_are_never_listed,
];

const PATH: &str = "/api/members";

async fn list(app: &TestApp, query: &str) -> Value {
    app.merchant("GET", &format!("{PATH}{query}")).send().await.expect(200)
}

fn emails(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|member| text(&member["email"])).collect()
}

fn meta(total: u64, page: u64, per_page: u64, pages: u64) -> Value {
    json!({"total": total, "page": page, "per_page": per_page, "pages": pages})
}

/// A team whose owner came first and then, a second apart, `a`, `b`, `c` and `d`.
async fn five(app: &TestApp) -> Value {
    let team =
        customer(app, &json!({"email": "team@example.com", "type": "team", "external_id": "t/1"})).await;
    for (name, role) in [("a", "member"), ("b", "billing_manager"), ("c", "member"), ("d", "member")] {
        app.clock.advance(Duration::SECOND);
        let email = format!("{name}@example.com");
        member(app, &json!({"customer_id": team["id"], "email": email, "role": role})).await;
    }
    team
}

async fn an_empty_list_has_no_pages(app: TestApp) {
    assert_eq!(list(&app, "").await, json!({"data": [], "meta": meta(0, 1, 10, 0)}));
}

async fn members_are_listed_newest_first(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    app.clock.advance(Duration::SECOND);
    let bob = individual(&app, "bob@example.com").await;
    let all = list(&app, "/").await;
    assert_eq!(emails(&all), ["bob@example.com", "ada@example.com"]);
    assert_eq!([&all["data"][0]["customer_id"], &all["data"][1]["customer_id"]], [&bob["id"], &ada["id"]]);
    let one = app.merchant("GET", &format!("{PATH}/{}", id(&all["data"][0]))).send().await;
    one.assert(200, &all["data"][0]);
}

async fn a_list_comes_in_pages_and_knows_its_length(app: TestApp) {
    five(&app).await;
    let cases: [(&str, &[&str], Value); 6] = [
        ("?limit=2", &["d", "c"], meta(5, 1, 2, 3)),
        ("?limit=2&page=2", &["b", "a"], meta(5, 2, 2, 3)),
        ("?limit=2&page=3", &["team"], meta(5, 3, 2, 3)),
        ("?limit=2&page=4", &[], meta(5, 4, 2, 3)),
        ("?limit=5", &["d", "c", "b", "a", "team"], meta(5, 1, 5, 1)),
        ("?page=99999999999999999999", &[], meta(5, u64::MAX, 10, 1)),
    ];
    for (query, expected, meta) in cases {
        let page = list(&app, query).await;
        let names: Vec<_> = expected.iter().map(|name| format!("{name}@example.com")).collect();
        assert_eq!(
            (emails(&page), &page["meta"]),
            (names.iter().map(String::as_str).collect(), &meta),
            "{query}"
        );
    }
}

async fn members_made_at_once_are_in_a_stable_order(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    for n in 0..6 {
        member(&app, &json!({"customer_id": team["id"], "email": format!("a{n}@example.com")})).await;
    }
    let whole = list(&app, "").await;
    let mut ids: Vec<_> = whole["data"].as_array().unwrap().iter().map(id).collect();
    for (n, expected) in ids.iter().enumerate() {
        assert_eq!(id(&list(&app, &format!("?limit=1&page={}", n + 1)).await["data"][0]), *expected);
    }
    let listed = ids.clone();
    ids.sort_unstable();
    assert_eq!(listed, ids, "ties go by id");
}

async fn a_list_can_be_narrowed(app: TestApp) {
    let team = five(&app).await;
    individual(&app, "other@example.com").await;
    let customer = id(&team);
    for (query, total) in [
        (String::new(), 6),
        (format!("?customer_id={customer}"), 5),
        (format!("?customer_id={ABSENT}"), 0),
        ("?external_customer_id=t%2F1".to_owned(), 5),
        ("?external_customer_id=t/1".to_owned(), 5),
        ("?external_customer_id=nobody".to_owned(), 0),
        ("?role=owner".to_owned(), 2),
        ("?role=billing_manager".to_owned(), 1),
        (format!("?role=member&customer_id={customer}&external_customer_id=t/1"), 3),
        (format!("?customer_id={customer}&external_customer_id=nobody"), 0),
        ("?email=A%40EXAMPLE.com".to_owned(), 1),
        ("?email=a@example.com&role=owner".to_owned(), 0),
        ("?email=nobody@example.com".to_owned(), 0),
        ("?external_id=t%2F1".to_owned(), 1),
        (format!("?external_id=t/1&email=team@example.com&customer_id={customer}"), 1),
        ("?external_id=T%2F1".to_owned(), 0),
    ] {
        assert_eq!(list(&app, &query).await["meta"]["total"], total, "{query}");
    }
}

async fn an_email_finds_the_members_of_every_customer(app: TestApp) {
    let email = json!("Ada@example.com");
    let mut made = Vec::new();
    for name in ["one", "two", "three"] {
        app.clock.advance(Duration::SECOND);
        let team = team(&app, &format!("{name}@example.com")).await;
        made.insert(0, member(&app, &json!({"customer_id": team["id"], "email": email})).await);
    }
    let found = list(&app, "?email=ada@EXAMPLE.com").await;
    assert_eq!(found["data"], json!(made));
    app.merchant("DELETE", &format!("{PATH}/{}", id(&made[1]))).send().await.expect(204);
    let path = format!("/api/customers/{}", text(&made[2]["customer_id"]));
    app.merchant("DELETE", &path).send().await.expect(204);
    assert_eq!(list(&app, "?email=ada@example.com").await["data"], json!([made[0]]), "the living ones");
}

async fn ap_02_large_limits_are_clamped_and_small_ones_refused(app: TestApp) {
    for limit in ["100", "0101", "4294967296", "99999999999999999999"] {
        assert_eq!(list(&app, &format!("?limit={limit}")).await["meta"], meta(0, 1, 100, 0));
    }
    let paths: Vec<_> = [
        "limit=0",
        "limit=-1",
        "limit=",
        "limit=ten",
        "limit=1.5",
        "limit=1e2",
        "page=0",
        "page=-1",
        "page=x",
        "page=1&page=2",
        "page=0&limit=0",
        "customer_id=abc",
        "customer_id=00000000-0000-0000-0000-000000000000",
        "customer_id=017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "customer_id=",
        "external_customer_id=",
        "external_customer_id=a%00b",
        "role=admin",
        "role=",
        "email=",
        "email=x",
        "external_id=",
        "external_id=%20",
        "offset=5",
        "sorting=-created_at",
        "customer_id=abc&role=x&limit=0&nonsense=%F0%9F%A6%80",
    ]
    .iter()
    .map(|query| format!("{PATH}?{query}"))
    .collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    insta::assert_snapshot!("refused_lists", asked(&app, "GET", &paths).await);
}

async fn ac_03_members_of_another_workspace_are_never_listed(app: TestApp) {
    let team = five(&app).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "members:read").await;
    for query in [
        String::new(),
        format!("?customer_id={}", id(&team)),
        "?external_customer_id=t/1".to_owned(),
        "?email=a@example.com".to_owned(),
        "?external_id=t/1".to_owned(),
    ] {
        let call = app.get(&format!("{PATH}{query}")).bearer(&rivals);
        call.send().await.assert(200, &json!({"data": [], "meta": meta(0, 1, 10, 0)}));
    }
}
