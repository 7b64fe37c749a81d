//! Access tokens and publishable keys: listed without secrets, revoked within a second.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::sessions::{call, within_a_second};

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_token_is_listed_and_revoked_beside_a_running_server() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let list = ["token", "list", "--workspace", "shop"];
        assert_eq!(sandbox.run(&list).out, "Workspace shop has no access token.\n");
        let token = sandbox.token();
        let server = sandbox.serve();
        let ask = || call(&server, "GET", "/api/workspace", &token, &Value::Null).0;
        let listed = || sandbox.json(&[&list[..], &["--json"]].concat());

        let fresh = listed();
        assert_eq!(fresh["meta"], json!({"total": 1, "page": 1, "per_page": 20, "pages": 1}));
        let one = &fresh["data"][0];
        let members = ["comment", "created_at", "expires_at", "id", "last_used_at", "revoked_at", "scopes"];
        assert_eq!(names(one), members);
        assert_eq!(
            (&one["comment"], &one["last_used_at"], &one["revoked_at"]),
            (&json!("c"), &Value::Null, &Value::Null)
        );
        assert_eq!(ask(), "200");
        // Uses are written down once in a second.
        while listed()["data"][0]["last_used_at"].is_null() {}
        let said = sandbox.run(&list);
        assert!(said.out.starts_with("ID  ") && said.out.contains("  live  "), "{said:?}");
        assert!(said.out.lines().nth(1).unwrap().ends_with("  all"), "{said:?}");
        assert!(!said.out.contains("anteroom_wat_") && !fresh.to_string().contains("anteroom_wat_"));

        assert_eq!(sandbox.run(&["workspace", "create", "--slug", "other", "--name", "O"]).code, Some(0));
        let id = one["id"].as_str().unwrap();
        let elsewhere = sandbox.run(&["token", "revoke", id, "--workspace", "other"]);
        elsewhere.is_refusal(&["other", id, "anteroom token list --workspace other"]);
        assert_eq!(ask(), "200");
        let revoke = ["token", "revoke", id, "--workspace", "shop", "--json"];
        assert_eq!(sandbox.json(&revoke), json!({"revoked": 1}));
        within_a_second(ask, "200", "401");
        sandbox.run(&revoke).is_refusal(&["shop", id, "no live access token"]);
        assert!(listed()["data"][0]["revoked_at"].is_string());
        assert!(sandbox.run(&list).out.contains("  revoked  "));
    }
}

#[test]
fn a_token_is_changed_and_rotated_beside_a_running_server() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let token = sandbox.token();
        let list = ["token", "list", "--workspace", "shop", "--json"];
        let id = sandbox.json(&list)["data"][0]["id"].as_str().unwrap().to_owned();
        let server = sandbox.serve();
        let ask = |token: &str| call(&server, "GET", "/api/workspace", token, &Value::Null).0;
        assert_eq!(ask(&token), "200");

        let update = ["token", "update", &id, "--workspace", "shop", "--scopes", "members:read", "--json"];
        let changed = sandbox.json(&update);
        assert_eq!((&changed["scopes"], &changed["comment"]), (&json!(["members:read"]), &json!("c")));
        within_a_second(|| ask(&token), "200", "403");
        let update =
            ["token", "update", &id, "--workspace", "shop", "--scopes", "all", "--comment", "server"];
        assert!(sandbox.run(&update).out.ends_with("\ncomment  server\n"));
        within_a_second(|| ask(&token), "403", "200");

        let rotate = ["token", "rotate", &id, "--workspace", "shop", "--overlap", "0", "--json"];
        let rotated = sandbox.json(&rotate);
        let new = rotated["token"].as_str().unwrap();
        assert_eq!((&rotated["comment"], &rotated["previous"]["id"]), (&json!("server"), &json!(id)));
        within_a_second(|| ask(&token), "200", "401");
        assert_eq!(ask(new), "200");
        sandbox.run(&rotate).is_refusal(&["shop", &id, "no live access token"]);
        let rotate = ["token", "rotate", rotated["id"].as_str().unwrap(), "--workspace", "shop"];
        let said = sandbox.run(&rotate);
        assert!(said.out.contains("shown only now:\n\nanteroom_wat_"), "{said:?}");
        assert!(said.out.contains("The token that it replaces ends at 20"), "{said:?}");
        sandbox.run(&rotate).is_refusal(&["was rotated before", "anteroom token create"]);
        let wrong = sandbox.run(&[&rotate[..], &["--overlap", "604801"]].concat());
        assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""), "{wrong:?}");
    }
}

#[test]
fn a_use_is_written_down_before_a_server_has_stopped() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let token = sandbox.token();
        let mut server = sandbox.serve();
        assert_eq!(call(&server, "GET", "/api/workspace", &token, &Value::Null).0, "200");
        assert_eq!(server.stop_by("TERM").0, Some(0));
        let listed = sandbox.json(&["token", "list", "--workspace", "shop", "--json"]);
        assert!(listed["data"][0]["last_used_at"].is_string(), "{listed}");
    }
}

#[test]
fn a_key_is_listed_in_clear_and_revoked_beside_a_running_server() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let list = ["key", "list", "--workspace", "shop", "--json"];
        assert_eq!(sandbox.json(&list)["data"], json!([]));
        let key = sandbox.json(&["key", "create", "--workspace", "shop", "--title", "Web", "--json"]);
        let (id, text) = (key["id"].as_str().unwrap(), key["key"].as_str().unwrap());
        let expected = json!({
            "id": id, "key": text, "title": "Web", "created_at": key["created_at"], "revoked_at": null,
        });
        assert_eq!(sandbox.json(&list)["data"], json!([expected]));
        let said = sandbox.run(&["key", "list", "--workspace", "shop"]);
        assert!(said.out.contains("  live  ") && said.out.contains(text), "{said:?}");

        let server = sandbox.serve();
        let headers = format!("x-publishable-api-key: {text}\r\n");
        let ask = || {
            let answer = server.request("GET", "/store/customers/me", &headers, "").unwrap();
            answer.split(' ').nth(1).unwrap().to_owned()
        };
        assert_eq!(ask(), "401", "the key is known, the shopper is not");
        let revoke = ["key", "revoke", id, "--workspace", "shop"];
        assert_eq!(sandbox.run(&revoke).out, "The publishable key has ended.\n");
        within_a_second(ask, "401", "400");
        sandbox.run(&revoke).is_refusal(&["shop", id, "anteroom key list --workspace shop"]);
        assert!(sandbox.json(&list)["data"][0]["revoked_at"].is_string());
    }
}

#[test]
fn lists_come_in_pages() {
    let sandbox = Sandbox::new().with_shop();
    for title in ["one", "two", "three"] {
        let create = ["key", "create", "--workspace", "shop", "--title", title];
        assert_eq!(sandbox.run(&create).code, Some(0));
    }
    let list = |arguments: &[&str]| {
        sandbox.json(&[&["key", "list", "--workspace", "shop", "--limit", "2", "--json"], arguments].concat())
    };
    let titles = |page: &Value| -> Vec<String> {
        let keys = page["data"].as_array().unwrap();
        keys.iter().map(|key| key["title"].as_str().unwrap().to_owned()).collect()
    };
    let (first, second, third) = (list(&[]), list(&["--page", "2"]), list(&["--page", "3"]));
    assert_eq!((titles(&first), titles(&second)), (vec!["three".into(), "two".into()], vec!["one".into()]));
    assert!(titles(&third).is_empty());
    assert_eq!(third["meta"], json!({"total": 3, "page": 3, "per_page": 2, "pages": 2}));
    let said =
        |page| sandbox.run(&["key", "list", "--workspace", "shop", "--limit", "2", "--page", page]).out;
    assert!(said("2").ends_with("\nPage 2 of 2, 3 in all; see --page and --limit.\n"), "{}", said("2"));
    assert_eq!(said("3"), "There is no page 3: of 3 in all, the last page is 2.\n");
    assert_eq!(said("4294967295"), "There is no page 4294967295: of 3 in all, the last page is 2.\n");
    for wrong in [["--limit", "0"], ["--limit", "101"], ["--page", "0"], ["--page", "-1"], ["--page", "x"]] {
        let said = sandbox.run(&[&["key", "list", "--workspace", "shop"], &wrong[..]].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said:?}");
    }
}

#[test]
fn headings_are_bold_only_where_that_is_wanted() {
    let list = |sandbox: Sandbox| sandbox.with_shop().run(&["workspace", "list"]).out;
    assert!(!list(Sandbox::new()).contains('\u{1b}'), "not on a terminal");
    assert!(list(Sandbox::new().set("CLICOLOR_FORCE", "1")).starts_with("\u{1b}[1mSLUG"));
    assert!(!list(Sandbox::new().set("NO_COLOR", "1")).contains('\u{1b}'));
    assert!(!list(Sandbox::new().set("TERM", "dumb")).contains('\u{1b}'));
}
