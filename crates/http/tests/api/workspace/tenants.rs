//! Another workspace's objects: as if they did not exist.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::support::{ABSENT, customer, id, introspect, members_of, session};

both_databases![
    ac_03_another_workspaces_objects_do_not_exist,
    ac_03_nothing_of_another_workspace_is_changed,
    a_workspace_sees_only_itself,
];

/// A stranger's answer to a real object and to one that nobody has, which must be the same.
async fn assert_same(
    (app, stranger): (&TestApp, &str),
    (method, path): (&str, &str),
    body: Option<&Value>,
    real: &str,
    status: u16,
) {
    let ask = async |name: &str| -> Answer {
        let call = app.call(method, &path.replace("{}", name)).bearer(stranger);
        match body {
            Some(body) => {
                let text = body.to_string().replace("{}", name);
                call.body("application/json", text).send().await
            }
            None => call.send().await,
        }
    };
    let absent = if real.len() == 36 { ABSENT } else { "nobody" };
    let (theirs, nobodys) = (ask(real).await, ask(absent).await);
    assert_eq!((theirs.status, nobodys.status), (status, status), "{method} {path}");
    assert_eq!(theirs.text().replace(real, "X"), nobodys.text().replace(absent, "X"), "{method} {path}");
}

async fn ac_03_another_workspaces_objects_do_not_exist(app: TestApp) {
    let (ada, stranger) = arrange(&app).await;
    let owner = members_of(&app, &ada).await[0].clone();
    let us = (&app, stranger.as_str());
    for method in ["GET", "DELETE"] {
        assert_same(us, (method, "/api/customers/{}"), None, id(&ada), 404).await;
        assert_same(us, (method, "/api/customers/external/{}"), None, "usr_1", 404).await;
    }
    assert_same(us, ("DELETE", "/api/customers/{}?anonymize=true"), None, id(&ada), 404).await;
    assert_same(us, ("GET", "/api/members/{}"), None, id(&owner), 404).await;
    assert_same(us, ("GET", "/api/members?customer_id={}"), None, id(&ada), 200).await;
    let new_member = json!({"customer_id": "{}", "email": "m@example.com"});
    assert_same(us, ("POST", "/api/members"), Some(&new_member), id(&ada), 404).await;
    below_a_customer(&us, &ada, &owner).await;
    let sessions = ("POST", "/api/customer-sessions");
    assert_same(us, sessions, Some(&json!({"customer_id": "{}"})), id(&ada), 422).await;
    assert_same(us, sessions, Some(&json!({"external_customer_id": "{}"})), "usr_1", 422).await;
    let own = app.post("/api/customers").bearer(&stranger).json(&json!({"email": "own2@example.com"}));
    let own = own.send().await.expect(201);
    let by_member = json!({"customer_id": own["id"], "member_id": "{}"});
    assert_same(us, sessions, Some(&by_member), id(&owner), 422).await;
    let by_external_member = json!({"customer_id": own["id"], "external_member_id": "{}"});
    assert_same(us, sessions, Some(&by_external_member), "usr_1", 422).await;
}

/// Members and addresses, by every way that leads to them.
async fn below_a_customer(us: &(&TestApp, &str), ada: &Value, owner: &Value) {
    let (app, stranger) = *us;
    let home = app.merchant("POST", &format!("/api/customers/{}/addresses", id(ada)));
    let home = home.json(&json!({"country": "US"})).send().await.expect(201);
    let own = app.post("/api/customers").bearer(stranger);
    let own = own.json(&json!({"email": "own@example.com", "external_id": "own", "type": "team"}));
    let own = id(&own.send().await.expect(201)).to_owned();
    let (name, email, line) =
        (json!({"name": "X"}), json!({"email": "x@example.com"}), json!({"line1": "X"}));
    let one = [("GET", None), ("PATCH", Some(&name)), ("DELETE", None)];
    for (method, body) in one {
        assert_same(*us, (method, "/api/members/{}"), body, id(owner), 404).await;
        let below = format!("/api/customers/{{}}/members/{}", id(owner));
        assert_same(*us, (method, &below), body, id(ada), 404).await;
        let below = format!("/api/customers/{own}/members/{{}}");
        assert_same(*us, (method, &below), body, id(owner), 404).await;
        let below = "/api/customers/external/{}/members/external/usr_1";
        assert_same(*us, (method, below), body, "usr_1", 404).await;
        let below = "/api/customers/external/own/members/external/{}";
        assert_same(*us, (method, below), body, "usr_1", 404).await;
    }
    for (method, body) in [("GET", None), ("PATCH", Some(&line)), ("DELETE", None)] {
        let below = format!("/api/customers/{{}}/addresses/{}", id(&home));
        assert_same(*us, (method, &below), body, id(ada), 404).await;
        let below = format!("/api/customers/{own}/addresses/{{}}");
        assert_same(*us, (method, &below), body, id(&home), 404).await;
    }
    for (below, body) in [("members", &email), ("addresses", &line)] {
        for (method, body) in [("GET", None), ("POST", Some(body))] {
            assert_same(*us, (method, &format!("/api/customers/{{}}/{below}")), body, id(ada), 404).await;
            let path = format!("/api/customers/external/{{}}/{below}");
            assert_same(*us, (method, &path), body, "usr_1", 404).await;
        }
    }
    let path = format!("/api/customers/{}/addresses", id(ada));
    let book = app.merchant("GET", &path).send().await.expect(200);
    assert_eq!(book["data"], json!([home]), "nothing of it has changed");
    assert_eq!(members_of(app, ada).await, std::slice::from_ref(owner));
}

async fn ac_03_nothing_of_another_workspace_is_changed(app: TestApp) {
    let (ada, stranger) = arrange(&app).await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let members = members_of(&app, &ada).await;
    for path in [
        format!("/api/customers/{}", id(&ada)),
        format!("/api/customers/{}?anonymize=true", id(&ada)),
        "/api/customers/external/usr_1".to_owned(),
        "/api/customers/external/usr_1?anonymize=true".to_owned(),
    ] {
        app.call("DELETE", &path).bearer(&stranger).send().await.expect(404);
    }
    let change = json!({"member_model_enabled": false, "allowed_origins": ["https://rival.example"]});
    app.call("PATCH", "/api/workspace").bearer(&stranger).json(&change).send().await.expect(200);
    app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.assert(200, &ada);
    assert_eq!(members_of(&app, &ada).await, members);
    assert_eq!(introspect(&app, &opened["token"]).await["active"], true);
    let ours = app.merchant("GET", "/api/workspace").send().await.expect(200);
    assert_eq!([&ours["member_model_enabled"], &ours["allowed_origins"]], [&json!(true), &json!([])]);
}

async fn a_workspace_sees_only_itself(app: TestApp) {
    let (_, stranger) = arrange(&app).await;
    let rival = app.get("/api/workspace").bearer(&stranger).send().await.expect(200);
    assert_eq!(rival["slug"], "rival");
    let members = app.get("/api/members").bearer(&stranger).send().await.expect(200);
    assert_eq!(members["meta"]["total"], 0);
}

/// A customer of ours, and the token of a stranger with every scope in a workspace of their own.
async fn arrange(app: &TestApp) -> (Value, String) {
    let ada = customer(app, &json!({"email": "ada@example.com", "external_id": "usr_1"})).await;
    let rival = app.other_workspace("rival").await;
    let all = anteroom_domain::credential::Scopes::all().to_string();
    let stranger = app.token_with(&rival, &all).await;
    (ada, stranger)
}
