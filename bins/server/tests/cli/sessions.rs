//! `session list` and `revoke`, beside a running server.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, Server};
use crate::serving::{sequence, shell};

const ABSENT: &str = "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60";

/// Asks a server until it knows what another process has changed; what it is asked a second later, it knows.
pub(crate) fn within_a_second(ask: impl Fn() -> String, before: &str, after: &str) {
    let changed = Instant::now();
    loop {
        let asked_after = changed.elapsed();
        let status = ask();
        if status == after {
            return;
        }
        assert_eq!((status.as_str(), asked_after < Duration::from_secs(1)), (before, true));
    }
}

/// The status and the JSON of an answer to a request with an access token.
pub(crate) fn call(server: &Server, method: &str, path: &str, token: &str, body: &Value) -> (String, Value) {
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = server.request(method, path, &headers, &body).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().to_owned();
    (status, serde_json::from_str(body).unwrap())
}

#[test]
fn a_session_revoked_by_hand_is_refused_by_the_running_server() {
    let sandbox = Sandbox::new();
    let create = ["workspace", "create", "--slug", "shop", "--name", "Shop"];
    assert_eq!(sandbox.run(&create).code, Some(0));
    let create = ["token", "create", "--workspace", "shop", "--scopes", "all", "--comment", "c", "--json"];
    let token = sandbox.json(&create)["token"].as_str().unwrap().to_owned();
    let server = sandbox.serve();
    let (_, ada) = call(
        &server,
        "POST",
        "/api/customers",
        &token,
        &json!({"email": "ada@example.com", "external_id": "crm/1"}),
    );
    let customer = ada["id"].as_str().unwrap();
    let list = ["session", "list", "--workspace", "shop", "--customer", customer];
    assert_eq!(sandbox.run(&list).out, "The customer has no live session.\n");

    let (_, opened) =
        call(&server, "POST", "/api/customer-sessions", &token, &json!({"customer_id": customer}));
    let (id, secret) = (opened["id"].as_str().unwrap(), opened["token"].as_str().unwrap());
    let listed = sandbox.json(&[&list[..], &["--json"]].concat());
    let shown = sandbox.json(&["customer", "show", customer, "--workspace", "shop", "--json"]);
    let owner = shown["members"][0]["id"].as_str().unwrap();
    let expected = json!([{
        "id": id, "kind": "member", "member_id": owner, "created_at": opened["created_at"],
        "last_used_at": null, "expires_at": opened["expires_at"], "ip_address": null,
        "user_agent": null,
    }]);
    assert_eq!(listed["data"], expected);
    let by_external_id = ["session", "list", "--workspace", "shop", "--external-id", "crm/1", "--json"];
    assert_eq!(sandbox.json(&by_external_id), listed);
    assert_eq!(listed["meta"], json!({"total": 1, "page": 1, "per_page": 20, "pages": 1}));
    let said = sandbox.run(&list);
    assert!(said.out.contains(id) && !said.out.contains(secret), "{said:?}");

    let me = || call(&server, "GET", "/api/customer-portal/customers/me", secret, &Value::Null).0;
    assert_eq!(me(), "200");
    let revoke = ["session", "revoke", id, "--workspace", "shop", "--json"];
    assert_eq!(sandbox.json(&revoke), json!({"revoked": 1}));
    within_a_second(me, "200", "401");
    sandbox.run(&revoke).is_refusal(&["shop", id, "anteroom session list"]);
}

#[test]
fn a_sign_in_to_the_shop_is_listed_with_its_browser() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve();
    let shopper = shell(&sequence(&server.out(), "2. "));
    let account: Value = serde_json::from_str(shopper.lines().last().unwrap()).unwrap();
    let customer = account["customer"]["id"].as_str().unwrap();
    let list = ["session", "list", "--workspace", "demo", "--customer", customer];
    let listed = sandbox.json(&[&list[..], &["--json"]].concat());
    let session = &listed["data"][0];
    assert_eq!((&session["kind"], &session["member_id"]), (&json!("store"), &Value::Null), "{listed}");
    let [used, browser] = ["last_used_at", "user_agent"].map(|name| session[name].as_str().unwrap());
    assert!(browser.starts_with("curl/"), "{listed}");
    let table = sandbox.run(&list).out;
    let (head, row) = table.trim_end().split_once('\n').unwrap();
    let head: Vec<_> = head.split("  ").map(str::trim).filter(|name| !name.is_empty()).collect();
    assert_eq!(head, ["ID", "KIND", "CREATED", "LAST USED", "EXPIRES", "IP ADDRESS", "USER AGENT"]);
    assert!(row.contains(&format!("  {used}  ")) && row.ends_with(browser), "{table}");
}

#[test]
fn what_names_nothing_is_refused_in_one_line() {
    let sandbox = Sandbox::new();
    let create = ["workspace", "create", "--slug", "shop", "--name", "Shop"];
    assert_eq!(sandbox.run(&create).code, Some(0));
    let list = |workspace, customer| {
        sandbox.run(&["session", "list", "--workspace", workspace, "--customer", customer])
    };
    list("shop", ABSENT).is_refusal(&["shop", ABSENT]);
    list("nowhere", ABSENT).is_refusal(&["nowhere", "anteroom workspace list"]);
    list("shop", "ada").is_refusal(&["--customer", "version 4 UUID"]);
    let revoke = |id| sandbox.run(&["session", "revoke", id, "--workspace", "shop"]);
    revoke(ABSENT).is_refusal(&["shop", ABSENT, "anteroom session list"]);
    revoke("abc").is_refusal(&["abc", "version 4 UUID"]);
}
