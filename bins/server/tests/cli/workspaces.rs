//! `workspace disable` and `enable`, beside a running server.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::sessions::{call, within_a_second};

#[test]
fn a_workspace_is_disabled_and_enabled_beside_a_running_server() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let token = sandbox.token();
        let key = sandbox.json(&["key", "create", "--workspace", "shop", "--title", "Web", "--json"]);
        let server = sandbox.serve();
        let ada = json!({"email": "ada@example.com"});
        let (_, ada) = call(&server, "POST", "/api/customers", &token, &ada);
        let opened = json!({"customer_id": ada["id"]});
        let (_, opened) = call(&server, "POST", "/api/customer-sessions", &token, &opened);
        let get = |path, token: &str| call(&server, "GET", path, token, &Value::Null).0;
        let merchant = || get("/api/workspace", &token);
        let holder = || get("/api/customer-portal/customers/me", opened["token"].as_str().unwrap());
        let shopper = || {
            let headers = format!("x-publishable-api-key: {}\r\n", key["key"].as_str().unwrap());
            let answer = server.request("GET", "/store/customers/me", &headers, "").unwrap();
            answer.split(' ').nth(1).unwrap().to_owned()
        };
        let page = || server.get("/shop/portal").split(' ').nth(1).unwrap().to_owned();
        assert_eq!([merchant(), holder(), shopper(), page()], ["200", "200", "401", "200"]);

        let [disable, enable] =
            ["disable", "enable"].map(|what| ["workspace", what, "--workspace", "shop", "--json"]);
        let switched = sandbox.json(&disable);
        within_a_second(merchant, "200", "401");
        within_a_second(holder, "200", "401");
        within_a_second(shopper, "401", "400");
        within_a_second(page, "200", "404");
        assert_eq!(switched["ended_sessions"], json!({"portal": 1, "store": 0}));
        let mut shop = switched.clone();
        shop.as_object_mut().unwrap().remove("ended_sessions");
        assert!(shop["disabled_at"].is_string());
        let list = || sandbox.json(&["workspace", "list", "--json"]);
        assert_eq!(list(), json!([shop]));
        assert!(sandbox.run(&["workspace", "list"]).out.contains("  disabled  "));
        let again = sandbox.json(&disable);
        assert_eq!(again["disabled_at"], switched["disabled_at"]);
        assert_eq!(again["ended_sessions"], json!({"portal": 0, "store": 0}));

        assert_eq!(sandbox.json(&enable)["disabled_at"], Value::Null);
        within_a_second(merchant, "401", "200");
        assert_eq!([holder(), shopper(), page()], ["401", "401", "200"]);
        assert_eq!(list()[0]["disabled_at"], Value::Null);
        assert!(sandbox.run(&["workspace", "list"]).out.contains("  enabled  "));
    }
}

#[test]
fn people_are_told_what_has_ended_and_how_to_go_back() {
    let sandbox = Sandbox::new().with_shop();
    let run = |what| sandbox.run(&["workspace", what, "--workspace", "shop"]);
    let examined = sandbox.run(&["doctor"]);
    assert_eq!(
        run("disable").out,
        "Workspace shop is disabled, and running servers refuse it within a second.\n\nended in the portal  0\n\
         ended in the shop    0\n\nIts access tokens and publishable keys work again after:\n  anteroom workspace enable \
         --workspace shop\n"
    );
    assert_eq!(sandbox.run(&["doctor"]).code, examined.code, "to be disabled is no trouble");
    assert_eq!(sandbox.run(&["jobs", "run", "sweep-store-sessions"]).code, Some(0), "the jobs go on");
    assert_eq!(
        run("enable").out,
        "Workspace shop is enabled: its access tokens and publishable keys work, and its customers sign in again.\n"
    );
    let help = sandbox.run(&["workspace", "disable", "--help"]).out;
    assert!(help.contains("tokens and keys work again once it is enabled"), "{help}");
}
