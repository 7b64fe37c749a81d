//! Requests, by route and status.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use anteroom_testkit::metrics::Scrape;
use futures_util::future::join_all;
use serde_json::json;

use super::{Rows, customer, rows, scrape, text};

both_databases![
    a_server_that_nobody_has_called_has_no_requests,
    requests_are_counted_by_route_and_status,
    the_table_of_routes_is_all_that_labels_come_from,
    nothing_is_lost_when_sixteen_call_at_once,
];

const CUSTOMER: &str = "/api/customers/{customer_id}";

fn requests(scrape: &Scrape) -> Rows<3> {
    scrape.rows("anteroom_http_requests_total", ["method", "route", "status"])
}

async fn a_server_that_nobody_has_called_has_no_requests(app: TestApp) {
    let scrape = scrape(&app);
    assert_eq!(requests(&scrape), rows([]));
    let families: Vec<_> = scrape.families().map(|(name, _)| name).collect();
    assert!(families.contains(&"anteroom_http_requests_total"), "it is announced all the same");
}

async fn requests_are_counted_by_route_and_status(app: TestApp) {
    let ada = customer(&app, "ada@example.com").await;
    let path = format!("/api/customers/{}/", text(&ada["id"]));
    app.merchant("GET", &path).send().await.expect(200);
    app.call("HEAD", &path).bearer(&app.token).send().await;
    app.get(&path).send().await.expect(401);
    app.merchant("GET", "/api/customers/00000000-0000-4000-8000-000000000000").send().await.expect(404);
    app.merchant("GET", "/api/customers/x").send().await.expect(422);
    app.merchant("POST", "/api/customers").json(&json!({"email": 5})).send().await.expect(422);
    app.merchant("GET", "/api/nothing-here").send().await.expect(404);
    app.merchant("PUT", &path).send().await.expect(405);
    app.merchant("BREW", &path).send().await.expect(405);
    assert_eq!(app.get("/nothing/here").send().await.status, 404);
    let preflight = app.call("OPTIONS", "/store/customers/me").header("origin", "https://shop.example");
    assert_eq!(preflight.header("access-control-request-method", "GET").send().await.status, 204);

    let scrape = scrape(&app);
    let expected = rows([
        (["GET", CUSTOMER, "200"], 2),
        (["GET", CUSTOMER, "401"], 1),
        (["GET", CUSTOMER, "404"], 1),
        (["GET", CUSTOMER, "422"], 1),
        (["POST", "/api/customers", "201"], 1),
        (["POST", "/api/customers", "422"], 1),
        (["GET", "none", "404"], 2),
        (["PUT", "none", "405"], 1),
        (["other", "none", "405"], 1),
        (["OPTIONS", "none", "204"], 1),
    ]);
    assert_eq!(requests(&scrape), expected);

    let mut by_route = Rows::<2>::new();
    for ([method, route, _], times) in expected {
        *by_route.entry([method, route]).or_default() += times;
    }
    let timed = scrape.rows("anteroom_http_request_duration_seconds_count", ["method", "route"]);
    assert_eq!(timed, by_route, "every request is in one histogram");
    assert!(scrape.number("anteroom_http_request_duration_seconds_sum") > 0.0);
}

async fn the_table_of_routes_is_all_that_labels_come_from(app: TestApp) {
    for route in anteroom_http::routes() {
        app.call(route.method.as_str(), &route.path.replace(['{', '}'], "x")).send().await;
        app.call("BREW", &format!("{}/beyond", route.path.replace(['{', '}'], "x"))).send().await;
    }
    let known: Vec<_> = anteroom_http::routes().map(|route| (route.method.as_str(), route.path)).collect();
    let counted = requests(&scrape(&app));
    for [method, route, _] in counted.keys() {
        let is_known = known.contains(&(method, route)) || (method == "other" && route == "none");
        assert!(is_known, "{method} {route}");
    }
    for (method, route) in &known {
        assert!(counted.keys().any(|[m, r, _]| (m, r) == (&(*method).to_owned(), &(*route).to_owned())));
    }
}

async fn nothing_is_lost_when_sixteen_call_at_once(app: TestApp) {
    join_all((0..16).map(|_| async {
        for _ in 0..10 {
            app.merchant("GET", "/api/workspace").send().await.expect(200);
        }
    }))
    .await;
    let scrape = scrape(&app);
    assert_eq!(requests(&scrape), rows([(["GET", "/api/workspace", "200"], 160)]));
    let checks = [("credential", "access_token"), ("result", "accepted")];
    assert_eq!(scrape.count("anteroom_credential_checks_total", &checks), 160);
}
