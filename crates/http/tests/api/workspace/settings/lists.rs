//! The hosts to which the way back may lead.

use std::time::Instant;

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::{PATH, change};
use crate::workspace::support::{answers, id, individual, text, value_error};

both_databases![
    hosts_are_normalised_and_listed_once,
    every_fault_of_a_host_is_named,
    at_most_fifty_hosts_are_listed,
    oa_05_a_way_back_leads_to_a_listed_host_alone,
    another_server_holds_to_the_list_within_a_second,
];

async fn hosts_are_normalised_and_listed_once(app: TestApp) {
    let sent =
        json!(["Shop.Example", "shop.example:443", "localhost:3000", "bücher.example", "shop.example"]);
    let kept = json!(["shop.example", "localhost:3000", "xn--bcher-kva.example"]);
    assert_eq!(change(&app, &json!({"return_url_hosts": sent})).await["return_url_hosts"], kept);
    assert_eq!(app.merchant("GET", PATH).send().await.expect(200)["return_url_hosts"], kept);
    assert_eq!(change(&app, &json!({"return_url_hosts": []})).await["return_url_hosts"], json!([]));
}

async fn every_fault_of_a_host_is_named(app: TestApp) {
    let table = answers(
        || app.merchant("PATCH", PATH),
        &[
            json!({"return_url_hosts": null}),
            json!({"return_url_hosts": "shop.example"}),
            json!({"return_url_hosts": ["shop.example", "*", "*.shop.example", "https://shop.example", "shop.example/x"]}),
            json!({"return_url_hosts": ["", 5, null, "shop.example.", "a@shop.example", "shop example"]}),
        ],
    )
    .await;
    insta::assert_snapshot!("faults_of_hosts", table);
}

async fn at_most_fifty_hosts_are_listed(app: TestApp) {
    let hosts = |n: usize| -> Value { (0..n).map(|n| format!("s{n}.example")).collect() };
    assert_eq!(change(&app, &json!({"return_url_hosts": hosts(50)})).await["return_url_hosts"], hosts(50));
    let refused = app.merchant("PATCH", PATH).json(&json!({"return_url_hosts": hosts(51)})).send().await;
    let msg = "Value should have at most 50 hosts";
    refused.assert(422, &value_error("return_url_hosts", msg, &json!(null)));
}

async fn oa_05_a_way_back_leads_to_a_listed_host_alone(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let open = async |url: &str| {
        let body = json!({"customer_id": ada["id"], "return_url": url});
        app.merchant("POST", "/api/customer-sessions").json(&body).send().await
    };
    open("https://anywhere.example").await.expect(201);
    change(&app, &json!({"return_url_hosts": ["ok.example", "localhost:3000"]})).await;
    for good in ["https://ok.example", "http://OK.example:80/account?a=b#c", "http://localhost:3000/x"] {
        assert_eq!(open(good).await.expect(201)["return_url"], good, "as given");
    }
    for bad in [
        "https://anywhere.example",
        "https://ok.example.evil.example",
        "https://evilok.example",
        "https://evil.ok.example",
        "https://ok.example.",
        "https://ok.example:8443",
        "http://ok.example:443",
        "http://localhost",
        "https://evil.example/?https://ok.example",
        "https://evil.example/@ok.example",
    ] {
        let msg = "The host is none that the workspace lists.";
        open(bad).await.assert(422, &value_error("return_url", msg, &json!(bad)));
    }
    for worse in
        ["https://ok.example@evil.example", "https://ok.example\\@evil.example", "https://ok。example"]
    {
        let refused = open(worse).await.expect(422);
        assert_eq!(refused["detail"][0]["loc"], json!(["body", "return_url"]), "{worse}");
    }
    let none = app.merchant("POST", "/api/customer-sessions").json(&json!({"customer_id": ada["id"]}));
    none.send().await.expect(201);
    change(&app, &json!({"return_url_hosts": []})).await;
    open("https://anywhere.example").await.expect(201);
}

async fn another_server_holds_to_the_list_within_a_second(app: TestApp) {
    let other = app.another_server();
    let ada = individual(&app, "ada@example.com").await;
    let body = json!({"customer_id": id(&ada), "return_url": "https://anywhere.example"});
    let open = || other.post("/api/customer-sessions").bearer(&app.token).json(&body).send();
    assert!(text(&open().await.expect(201)["token"]).starts_with("anteroom_"));
    change(&app, &json!({"return_url_hosts": ["ok.example"]})).await;
    let changed = Instant::now();
    loop {
        let asked_after = changed.elapsed();
        let status = open().await.status;
        if status == 422 {
            return;
        }
        assert_eq!((status, asked_after < std::time::Duration::from_secs(1)), (201, true));
    }
}
