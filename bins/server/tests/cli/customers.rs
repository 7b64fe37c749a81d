//! `customer list` and `show`.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::sessions::call;

#[test]
fn customers_are_listed_newest_first_and_found_by_email_and_external_id() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let list = |arguments: &[&str]| -> Vec<String> {
            let all = [&["customer", "list", "--workspace", "shop", "--json"], arguments].concat();
            let listed = sandbox.json(&all);
            let customers = listed["data"].as_array().unwrap();
            customers.iter().map(|customer| customer["email"].as_str().unwrap().to_owned()).collect()
        };
        assert!(list(&[]).is_empty());
        let token = sandbox.token();
        let server = sandbox.serve();
        for (email, external_id) in [("ada@example.com", "crm/1"), ("Bob@example.com", "crm/2")] {
            let body = json!({"email": email, "external_id": external_id, "name": "Ädä Löve"});
            assert_eq!(call(&server, "POST", "/api/customers", &token, &body).0, "201");
        }
        assert_eq!(list(&[]), ["Bob@example.com", "ada@example.com"]);
        assert_eq!(list(&["--limit", "1", "--page", "2"]), ["ada@example.com"]);
        assert_eq!(list(&["--email", "BOB@EXAMPLE.COM"]), ["Bob@example.com"]);
        assert!(list(&["--email", "ob@example.com"]).is_empty(), "exactly");
        assert_eq!(list(&["--external-id", "crm/1"]), ["ada@example.com"]);
        assert!(list(&["--external-id", "crm/1", "--email", "bob@example.com"]).is_empty());
        let said = sandbox.run(&["customer", "list", "--workspace", "shop"]);
        let lines: Vec<_> = said.out.lines().collect();
        assert!(lines.len() == 3 && lines[0].starts_with("ID "), "{said:?}");
        assert!(lines[1].contains("  Bob@example.com  Ädä Löve  individual  crm/2  "), "{said:?}");
        let said = sandbox.run(&["customer", "list", "--workspace", "shop", "--email", "no@example.com"]);
        assert_eq!(said.out, "Workspace shop has no such customer.\n");
        let wrong = |option, value| sandbox.run(&["customer", "list", "--workspace", "shop", option, value]);
        wrong("--email", "ada").is_refusal(&["--email", "ada"]);
        wrong("--external-id", " ").is_refusal(&["--external-id", "empty"]);
    }
}

#[test]
fn a_customer_is_shown_with_all_that_belongs_to_it() {
    for sandbox in Sandbox::on_both() {
        let sandbox = sandbox.with_shop();
        let token = sandbox.token();
        let server = sandbox.serve();
        let body = json!({
            "email": "ada@example.com", "external_id": "crm/1", "name": "Ada", "metadata": {"tier": "gold"},
            "billing_address": {"line1": "12 St James Square", "city": "London", "country": "GB"},
        });
        let (_, ada) = call(&server, "POST", "/api/customers", &token, &body);
        let id = ada["id"].as_str().unwrap();
        for _ in 0..2 {
            let body = json!({"customer_id": id});
            assert_eq!(call(&server, "POST", "/api/customer-sessions", &token, &body).0, "201");
        }
        let by_id = sandbox.json(&["customer", "show", id, "--workspace", "shop", "--json"]);
        let by_name = ["customer", "show", "--external-id", "crm/1", "--workspace", "shop"];
        assert_eq!(sandbox.json(&[&by_name[..], &["--json"]].concat()), by_id);
        for (member, expected) in [
            ("id", json!(id)),
            ("email", json!("ada@example.com")),
            ("name", json!("Ada")),
            ("type", json!("individual")),
            ("metadata", json!({"tier": "gold"})),
            ("live_sessions", json!(2)),
            ("members_total", json!(1)),
            ("phone", Value::Null),
        ] {
            assert_eq!(by_id[member], expected, "{member}");
        }
        assert_eq!(by_id["members"][0]["role"], "owner");
        let address = &by_id["addresses"][0];
        assert_eq!(
            (&address["address_1"], &address["is_default_billing"]),
            (&json!("12 St James Square"), &json!(true))
        );
        assert_eq!((&address["city"], &by_id["addresses"][1]), (&json!("London"), &Value::Null));
        let said = sandbox.run(&by_name);
        for part in
            ["email           ada@example.com\n", "live_sessions   2\n", "12 St James Square", "  owner\n"]
        {
            assert!(said.out.contains(part), "{part:?} in {}", said.out);
        }
        assert_eq!(sandbox.run(&["workspace", "create", "--slug", "other", "--name", "O"]).code, Some(0));
        let elsewhere = sandbox.run(&["customer", "show", id, "--workspace", "other"]);
        elsewhere.is_refusal(&["other", id, "anteroom customer list --workspace other"]);
        for wrong in [&["customer", "show"][..], &["customer", "show", id, "--external-id", "crm/1"]] {
            assert_eq!(sandbox.run(&[wrong, &["--workspace", "shop"]].concat()).code, Some(2), "{wrong:?}");
        }
    }
}
