//! `DELETE /api/customers/{customer_id}` and `…/external/{external_id}`

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{
    asked, customer, id, individual, member, members_of, not_found, session_token, team,
};

both_databases![
    a_deleted_customer_is_gone,
    a_customer_can_be_deleted_by_external_id,
    se_05_deletion_ends_sessions_at_once,
    members_go_with_their_customer,
    rl_01_anonymizing_works_twice_and_after_a_deletion,
    other_parameters_are_refused_and_nothing_is_deleted,
];

fn path(customer: &Value) -> String {
    format!("/api/customers/{}", id(customer))
}

async fn a_deleted_customer_is_gone(app: TestApp) {
    let (ada, bob) = (individual(&app, "ada@example.com").await, individual(&app, "bob@example.com").await);
    let answer = app.merchant("DELETE", &path(&ada)).send().await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    for method in ["GET", "DELETE"] {
        app.merchant(method, &path(&ada)).send().await.assert(404, &not_found("Customer"));
    }
    app.merchant("GET", &path(&bob)).send().await.assert(200, &bob);
}

async fn a_customer_can_be_deleted_by_external_id(app: TestApp) {
    for query in ["", "?anonymize=false", "?anonymize=true"] {
        let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "usr/1"})).await;
        let by_external_id = format!("/api/customers/external/usr%2F1{query}");
        app.merchant("DELETE", &by_external_id).send().await.expect(204);
        app.merchant("GET", &path(&ada)).send().await.assert(404, &not_found("Customer"));
        app.merchant("DELETE", &by_external_id).send().await.assert(404, &not_found("Customer"));
    }
}

async fn se_05_deletion_ends_sessions_at_once(app: TestApp) {
    for query in ["", "?anonymize=true"] {
        let ada = individual(&app, "ada@example.com").await;
        let token = session_token(&app, &ada).await;
        let me = || app.get("/api/customer-portal/customers/me").bearer(&token).send();
        me().await.expect(200);
        app.merchant("DELETE", &format!("{}{query}", path(&ada))).send().await.expect(204);
        assert_eq!(me().await.expect(401)["error"], "invalid_token");
    }
}

async fn members_go_with_their_customer(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let ada = member(&app, &json!({"customer_id": team["id"], "email": "ada@example.com"})).await;
    app.merchant("DELETE", &path(&team)).send().await.expect(204);
    let member_path = format!("/api/members/{}", id(&ada));
    app.merchant("GET", &member_path).send().await.assert(404, &not_found("Member"));
    assert!(members_of(&app, &team).await.is_empty());
    let body = json!({"customer_id": team["id"], "email": "bob@example.com"});
    app.merchant("POST", "/api/members").json(&body).send().await.assert(404, &not_found("Customer"));
}

async fn rl_01_anonymizing_works_twice_and_after_a_deletion(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    app.merchant("DELETE", &path(&ada)).send().await.expect(204);
    for _ in 0..2 {
        app.merchant("DELETE", &format!("{}?anonymize=true", path(&ada))).send().await.expect(204);
    }
    for query in ["", "?anonymize=false"] {
        let again = format!("{}{query}", path(&ada));
        app.merchant("DELETE", &again).send().await.assert(404, &not_found("Customer"));
    }
}

async fn other_parameters_are_refused_and_nothing_is_deleted(app: TestApp) {
    let ada = customer(&app, &json!({"email": "ada@example.com", "external_id": "usr_1"})).await;
    let queries = [
        "anonymise=true",
        "anonymize=yes",
        "anonymize=",
        "anonymize",
        "anonymize=TRUE",
        "anonymize=1",
        "anonymize=false&anonymize=true",
        "anonymize=true&dry_run=true",
    ];
    let paths: Vec<_> =
        queries.iter().map(|query| format!("/api/customers/external/usr_1?{query}")).collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    insta::assert_snapshot!("refused_deletions", asked(&app, "DELETE", &paths).await);
    for query in queries {
        let by_id = app.merchant("DELETE", &format!("{}?{query}", path(&ada))).send().await;
        let by_external_id =
            app.merchant("DELETE", &format!("/api/customers/external/usr_1?{query}")).send().await;
        by_id.assert(422, &by_external_id.json());
    }
    app.merchant("GET", &path(&ada)).send().await.assert(200, &ada);
}
