//! What a first start does, by hand, and what is refused.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn workspace_token_and_key_are_made_on_a_database_that_was_not_there() {
    let sandbox = Sandbox::new();
    let shop = sandbox.json(&["workspace", "create", "--slug", "shop", "--name", "My Shop", "--json"]);
    assert_eq!(names(&shop), ["created_at", "disabled_at", "id", "member_model_enabled", "name", "slug"]);
    assert_eq!((&shop["slug"], &shop["name"]), (&json!("shop"), &json!("My Shop")));
    assert_eq!(shop["member_model_enabled"], true);

    let plain = ["workspace", "create", "--slug", "plain", "--name", "Plain", "--no-members", "--json"];
    assert_eq!(sandbox.json(&plain)["member_model_enabled"], false);
    let list = sandbox.json(&["workspace", "list", "--json"]);
    assert_eq!((&list[0]["slug"], &list[1]), (&json!("plain"), &shop));

    let scopes = "members:read,customers:write";
    let token = sandbox.json(&[
        "token",
        "create",
        "--workspace",
        "shop",
        "--scopes",
        scopes,
        "--comment",
        "ci",
        "--json",
    ]);
    assert_eq!(names(&token), ["comment", "created_at", "expires_at", "id", "scopes", "token", "workspace"]);
    assert!(token["token"].as_str().unwrap().starts_with("anteroom_wat_"));
    assert_eq!(token["scopes"], json!(["customers:write", "members:read"]));
    assert_eq!((&token["workspace"], &token["expires_at"]), (&json!("shop"), &Value::Null));

    let key = [
        "key",
        "create",
        "--workspace",
        "shop",
        "--title",
        "web",
        "--origin",
        "https://shop.example",
        "--json",
    ];
    let key = sandbox.json(&key);
    assert_eq!(names(&key), ["created_at", "id", "key", "title", "workspace"]);
    assert!(key["key"].as_str().unwrap().starts_with("pk_"));

    let server = sandbox.serve();
    assert!(server.out().contains("--workspace plain"), "no demo beside workspaces: {}", server.out());
}

#[test]
fn for_people_the_token_stands_on_a_line_of_its_own() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["workspace", "create", "--slug", "shop", "--name", "Shop"]).code, Some(0));
    let said = sandbox.run(&["token", "create", "--workspace", "shop", "--scopes", "all", "--comment", "c"]);
    assert_eq!(said.out.lines().filter(|line| line.starts_with("anteroom_wat_")).count(), 1, "{said:?}");
    let said = sandbox.run(&["key", "create", "--workspace", "shop", "--title", "t"]);
    assert_eq!(said.out.lines().filter(|line| line.starts_with("pk_")).count(), 1, "{said:?}");
    assert!(sandbox.run(&["workspace", "list"]).out.contains("shop  Shop"));
}

#[test]
fn what_cannot_be_is_refused_in_one_line() {
    let sandbox = Sandbox::new();
    let create = ["workspace", "create", "--slug", "shop", "--name", "Shop"];
    assert_eq!(sandbox.run(&create).code, Some(0));
    sandbox.run(&create).is_refusal(&["\"shop\" already"]);
    sandbox.run(&["workspace", "create", "--slug", "A b", "--name", "x"]).is_refusal(&["--slug", "a-z"]);
    sandbox.run(&["workspace", "create", "--slug", "api", "--name", "x"]).is_refusal(&["reserved"]);
    sandbox.run(&["workspace", "create", "--slug", "x", "--name", " "]).is_refusal(&["--name"]);

    let token = |workspace, scopes| {
        sandbox.run(&["token", "create", "--workspace", workspace, "--scopes", scopes, "--comment", "c"])
    };
    token("nope", "all").is_refusal(&["\"nope\"", "workspace list"]);
    token("shop", "customers:erase").is_refusal(&[
        "customers:erase",
        "customers:read",
        "workspace_access_tokens:write",
    ]);
    token("shop", ",").is_refusal(&["at least one"]);

    let origin =
        ["key", "create", "--workspace", "shop", "--title", "t", "--origin", "https://shop.example/path"];
    sandbox.run(&origin).is_refusal(&["--origin", "without a path"]);
}

#[test]
fn migrate_names_what_it_applied_once() {
    let sandbox = Sandbox::new();
    let applied = sandbox.json(&["migrate", "--json"]);
    assert!(!applied["applied"].as_array().unwrap().is_empty());
    assert_eq!(sandbox.json(&["migrate", "--json"]), json!({ "applied": [] }));
    assert!(!sandbox.path("data/master.key").exists(), "whoever uses the database first brings the key");
    assert!(sandbox.serve().out().contains("This is the first start."));
}
