//! `/api/customers/external/{external_id}`: paths are percent-decoded, once.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::workspace::support::{customer, fault, not_found};

both_databases![
    any_external_id_can_stand_in_a_path,
    characters_that_need_no_encoding_may_go_without,
    a_path_is_decoded_only_once,
    a_slash_that_is_not_encoded_is_another_route,
    an_external_id_is_no_id_and_an_id_no_external_id,
    what_can_be_nobodys_external_id_is_refused,
];

async fn any_external_id_can_stand_in_a_path(app: TestApp) {
    for (n, external_id) in [
        "usr_1337",
        "org/team/7",
        "/",
        "a b",
        "a+b",
        "100%",
        "%2F",
        "%252F",
        "a?b=c&d#e",
        "Ωmega-日本-🦀",
        "auth0|abc",
        "x@example.com",
        "..",
        "a;b,c:d=e",
        "\"quoted\"",
        "' OR 1=1 --",
        "external",
        &"x".repeat(256),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"email": format!("a{n}@example.com"), "external_id": external_id});
        let made = customer(&app, &body).await;
        assert_eq!(made["external_id"], external_id);
        // `..` stands for the folder above, encoded or not; a client that resolves it never sends it.
        if external_id == ".." {
            continue;
        }
        let path = format!("/api/customers/external/{}", utf8_percent_encode(external_id, NON_ALPHANUMERIC));
        app.merchant("GET", &path).send().await.assert(200, &made);
        app.merchant("GET", &format!("{path}/")).send().await.assert(200, &made);
        app.merchant("DELETE", &path).send().await.expect(204);
        app.merchant("GET", &path).send().await.assert(404, &not_found("Customer"));
    }
}

async fn characters_that_need_no_encoding_may_go_without(app: TestApp) {
    for (n, external_id) in ["a+b", "a:b@c", "a;b=c,d", "(a)*!$&'", "ü"].into_iter().enumerate() {
        let body = json!({"email": format!("a{n}@example.com"), "external_id": external_id});
        let made = customer(&app, &body).await;
        let path = format!("/api/customers/external/{external_id}");
        app.merchant("GET", &path).send().await.assert(200, &made);
    }
}

async fn a_path_is_decoded_only_once(app: TestApp) {
    let slash = customer(&app, &json!({"email": "a@example.com", "external_id": "a/b"})).await;
    let encoded = customer(&app, &json!({"email": "b@example.com", "external_id": "a%2Fb"})).await;
    app.merchant("GET", "/api/customers/external/a%2Fb").send().await.assert(200, &slash);
    app.merchant("GET", "/api/customers/external/a%2fb").send().await.assert(200, &slash);
    app.merchant("GET", "/api/customers/external/a%252Fb").send().await.assert(200, &encoded);
}

async fn a_slash_that_is_not_encoded_is_another_route(app: TestApp) {
    customer(&app, &json!({"email": "a@example.com", "external_id": "a/b"})).await;
    let expected = json!({"error": "ResourceNotFound", "detail": "Not found"});
    app.merchant("GET", "/api/customers/external/a/b").send().await.assert(404, &expected);
}

async fn an_external_id_is_no_id_and_an_id_no_external_id(app: TestApp) {
    let ada = customer(&app, &json!({"email": "a@example.com", "external_id": "usr_1"})).await;
    let path = format!("/api/customers/external/{}", ada["id"].as_str().unwrap());
    app.merchant("GET", &path).send().await.assert(404, &not_found("Customer"));
    app.merchant("GET", "/api/customers/usr_1").send().await.expect(422);
}

async fn what_can_be_nobodys_external_id_is_refused(app: TestApp) {
    let loc = json!(["path", "external_id"]);
    let long = "x".repeat(257);
    for (sent, read, msg) in [
        ("%20", " ", "Value should not be blank"),
        ("a%00b", "a\u{0}b", "Value should have no control characters"),
        ("a%0D%0Ab", "a\r\nb", "Value should have no control characters"),
        (&long, &long, "Value should have at most 256 characters"),
    ] {
        for method in ["GET", "DELETE"] {
            let expected = fault("value_error", &loc, msg, &json!(read));
            let path = format!("/api/customers/external/{sent}");
            app.merchant(method, &path).send().await.assert(422, &expected);
        }
    }
    app.merchant("GET", "/api/customers/external/%FF").send().await.assert(404, &not_found("Customer"));
}
