//! What the tests of the Workspace API arrange and compare with.

use std::fmt::Write;

use anteroom_testkit::app::{Call, TestApp};
use serde_json::{Value, json};
use time::Duration;

/// The moment at which every test's clock stands, as the API writes it.
pub(super) const NOW: &str = "2026-01-02T03:04:05.678Z";
/// A well-formed identifier that nothing has.
pub(super) const ABSENT: &str = "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60";
/// What is no identifier of ours: garbage, nil, versions 1 and 7, URN, braces and no hyphens.
pub(super) const MALFORMED: [&str; 7] = [
    "abc",
    "00000000-0000-0000-0000-000000000000",
    "c232ab00-9414-11ec-b3c8-9f6bdeced846",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    "urn:uuid:3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60",
    "{3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60}",
    "3f2c9a4e8d1b4c6f9a7e1b2c3d4e5f60",
];

/// Makes a customer.
pub(super) async fn customer(app: &TestApp, body: &Value) -> Value {
    app.merchant("POST", "/api/customers").json(body).send().await.expect(201)
}

/// Makes an individual of that e-mail.
pub(super) async fn individual(app: &TestApp, email: &str) -> Value {
    customer(app, &json!({"email": email})).await
}

/// Makes a team of that e-mail; its owner has the same.
pub(super) async fn team(app: &TestApp, email: &str) -> Value {
    customer(app, &json!({"email": email, "type": "team"})).await
}

/// Makes a member.
pub(super) async fn member(app: &TestApp, body: &Value) -> Value {
    app.merchant("POST", "/api/members").json(body).send().await.expect(201)
}

/// The living members of a customer.
pub(super) async fn members_of(app: &TestApp, customer: &Value) -> Vec<Value> {
    let path = format!("/api/members?limit=100&customer_id={}", id(customer));
    app.merchant("GET", &path).send().await.expect(200)["data"].as_array().unwrap().clone()
}

/// The owner of a customer.
pub(super) async fn owner_of(app: &TestApp, customer: &Value) -> Value {
    let path = format!("/api/members?role=owner&customer_id={}", id(customer));
    let owners = app.merchant("GET", &path).send().await.expect(200);
    assert_eq!(owners["meta"]["total"], 1, "{owners}");
    owners["data"][0].clone()
}

/// Opens a session.
pub(crate) async fn session(app: &TestApp, body: &Value) -> Value {
    app.merchant("POST", "/api/customer-sessions").json(body).send().await.expect(201)
}

/// The token of a session just opened for a customer.
pub(super) async fn session_token(app: &TestApp, customer: &Value) -> String {
    text(&session(app, &json!({"customer_id": customer["id"]})).await["token"]).to_owned()
}

/// What the merchant's server learns about a token.
pub(super) async fn introspect(app: &TestApp, token: &Value) -> Value {
    let call = app.merchant("POST", "/api/customer-sessions/introspect");
    call.json(&json!({"token": token})).send().await.expect(200)
}

/// Switches the workspace's members on or off.
pub(super) async fn members_enabled(app: &TestApp, enabled: bool) {
    let change = json!({"member_model_enabled": enabled});
    let settings = app.merchant("PATCH", "/api/workspace").json(&change).send().await.expect(200);
    assert_eq!(settings["member_model_enabled"], enabled);
}

/// A text inside JSON.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The `id` of an object.
pub(crate) fn id(object: &Value) -> &str {
    text(&object["id"])
}

/// The body of a 404.
pub(super) fn not_found(what: &str) -> Value {
    json!({"error": "ResourceNotFound", "detail": format!("{what} not found")})
}

/// The body of a 422 with one fault.
pub(super) fn fault(kind: &str, loc: &Value, msg: &str, input: &Value) -> Value {
    let fault = json!({"type": kind, "loc": loc, "msg": msg, "input": input});
    json!({"error": "RequestValidationError", "detail": [fault]})
}

/// The body of a 422 about the value of one field.
pub(super) fn value_error(field: &str, msg: &str, input: &Value) -> Value {
    fault("value_error", &json!(["body", field]), msg, input)
}

/// The body of a 422 about an identifier in the path.
pub(super) fn malformed(name: &str, input: &str) -> Value {
    fault("value_error", &json!(["path", name]), "Value should be a version 4 UUID", &json!(input))
}

/// Sends each body by a call of its own and writes down what was answered, for a snapshot.
pub(super) async fn answers(call: impl Fn() -> Call, bodies: &[Value]) -> String {
    let mut table = String::new();
    for body in bodies {
        let answer = call().json(body).send().await;
        writeln!(table, "{body}\n  {} {}", answer.status, answer.text()).unwrap();
    }
    table
}

/// Asks for each path and writes down what was answered, for a snapshot.
pub(super) async fn asked(app: &TestApp, method: &str, paths: &[&str]) -> String {
    let mut table = String::new();
    for path in paths {
        let answer = app.merchant(method, path).send().await;
        writeln!(table, "{method} {path}\n  {} {}", answer.status, answer.text()).unwrap();
    }
    table
}

/// Whether the text is a version 4 UUID, hyphenated and lower case.
pub(super) fn is_uuid4(value: &Value) -> bool {
    let text = text(value).as_bytes();
    text.len() == 36
        && text.iter().enumerate().all(|(n, byte)| match n {
            8 | 13 | 18 | 23 => *byte == b'-',
            14 => *byte == b'4',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// A shopper with a customer: the JWT of a sign-in, and the customer.
pub(crate) async fn shopper(app: &TestApp, email: &str) -> (String, Value) {
    let typed = json!({"email": email, "password": "correct horse battery"});
    let register = app.shop("POST", "/auth/customer/emailpass/register").json(&typed);
    let registration = register.send().await.expect(200);
    let create = app.shop("POST", "/store/customers").bearer(text(&registration["token"]));
    let made = create.json(&json!({})).send().await.expect(200);
    app.clock.advance(Duration::SECOND);
    let sign_in = app.shop("POST", "/auth/customer/emailpass").header("user-agent", "Browser/1");
    let signed_in = sign_in.json(&typed).send().await.expect(200);
    (text(&signed_in["token"]).to_owned(), made["customer"].clone())
}
