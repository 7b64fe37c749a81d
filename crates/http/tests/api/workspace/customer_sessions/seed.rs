//! Seed 1, as a test: every field, type and example of its document.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use crate::workspace::support::{NOW, customer, id, individual, is_uuid4, member, session, team, text};

both_databases![
    the_example_of_seed_1_is_answered_with_exactly_its_fields,
    every_field_of_seed_1_has_its_type,
    all_four_fields_of_the_example_body_go_together,
    what_is_empty_is_null_and_not_left_out,
    each_session_has_an_id_a_token_and_a_code_of_its_own,
    ac_01_the_portal_url_carries_a_code_and_neither_token_nor_email,
    a_customer_can_be_named_by_external_id,
];

const EXAMPLE: &str = "https://example.com/account";

async fn seed_customer(app: &TestApp) -> Value {
    let billing_address = json!({
        "country": "AD", "line1": "Carrer Major 1", "line2": "2n", "postal_code": "AD500",
        "city": "Andorra la Vella", "state": "AD-07",
    });
    let new = json!({
        "external_id": "usr_1337", "email": "john@example.com", "name": "John Doe", "metadata": {},
        "billing_address": billing_address, "avatar_url": "https://example.com/john.png", "type": "individual",
    });
    customer(app, &new).await
}

async fn the_example_of_seed_1_is_answered_with_exactly_its_fields(app: TestApp) {
    let john = seed_customer(&app).await;
    let body = json!({"customer_id": john["id"], "return_url": EXAMPLE});
    let call = app.post("/api/customer-sessions/").header("Authorization", &format!("Bearer {}", app.token));
    let answer = call.header("Content-Type", "application/json").untyped_body(body.to_string()).send().await;
    let session = answer.expect(201);
    let code = text(&session["customer_portal_url"]).strip_prefix("http://anteroom.test/acme/portal?code=");
    assert!(code.unwrap().starts_with("anteroom_pec_"));
    assert!(text(&session["token"]).starts_with("anteroom_mst_"));
    assert!(is_uuid4(&session["id"]));
    let billing_address = json!({
        "country": "AD", "line1": "Carrer Major 1", "line2": "2n", "postal_code": "AD500",
        "city": "Andorra la Vella", "state": "AD-07",
    });
    let embedded = json!({
        "id": john["id"], "created_at": NOW, "modified_at": null, "metadata": {}, "external_id": "usr_1337",
        "email": "john@example.com", "email_verified": false, "name": "John Doe",
        "billing_address": billing_address, "workspace_id": app.workspace.id.to_string(), "deleted_at": null,
        "avatar_url": "https://example.com/john.png", "type": "individual",
    });
    assert_eq!(
        session,
        json!({
            "created_at": NOW, "modified_at": null, "id": session["id"], "token": session["token"],
            "expires_at": "2026-01-02T04:04:05.678Z", "return_url": EXAMPLE,
            "customer_portal_url": session["customer_portal_url"], "customer_id": john["id"],
            "customer": embedded,
        })
    );
    assert_eq!(answer.header("content-type"), "application/json");
}

async fn every_field_of_seed_1_has_its_type(app: TestApp) {
    let john = seed_customer(&app).await;
    let opened = session(&app, &json!({"customer_id": john["id"], "return_url": EXAMPLE})).await;
    for field in ["created_at", "token", "expires_at", "customer_portal_url", "return_url"] {
        assert!(opened[field].is_string(), "{field}");
    }
    for uuid in [&opened["id"], &opened["customer_id"], &opened["customer"]["id"]] {
        assert!(is_uuid4(uuid), "{uuid}");
    }
    assert!(is_uuid4(&opened["customer"]["workspace_id"]));
    assert!(opened["customer"]["metadata"].is_object());
    assert!(opened["customer"]["email_verified"].is_boolean());
    for field in ["country", "line1", "line2", "postal_code", "city", "state"] {
        assert!(opened["customer"]["billing_address"][field].is_string(), "{field}");
    }
}

async fn all_four_fields_of_the_example_body_go_together(app: TestApp) {
    let team = team(&app, "team@example.com").await;
    let new = json!({"customer_id": team["id"], "email": "ada@example.com", "external_id": "m-1"});
    let ada = member(&app, &new).await;
    let body = json!({
        "customer_id": team["id"], "return_url": EXAMPLE, "member_id": ada["id"], "external_member_id": "m-1",
    });
    let opened = session(&app, &body).await;
    assert!(text(&opened["token"]).starts_with("anteroom_mst_"));
    assert_eq!((&opened["customer"], &opened["return_url"]), (&team, &json!(EXAMPLE)));
}

async fn what_is_empty_is_null_and_not_left_out(app: TestApp) {
    let bare = individual(&app, "bare@example.com").await;
    let nulls = json!({
        "customer_id": bare["id"], "external_customer_id": null, "return_url": null, "member_id": null,
        "external_member_id": null, "expires_in": null,
    });
    let opened = session(&app, &nulls).await;
    assert_eq!(opened["return_url"], json!(null));
    assert_eq!(
        opened["customer"],
        json!({
            "id": bare["id"], "created_at": NOW, "modified_at": null, "metadata": {}, "external_id": null,
            "email": "bare@example.com", "email_verified": false, "name": null, "billing_address": null,
            "workspace_id": app.workspace.id.to_string(), "deleted_at": null, "avatar_url": null,
            "type": "individual",
        })
    );
    let mut fields: Vec<_> = opened.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "created_at",
            "customer",
            "customer_id",
            "customer_portal_url",
            "expires_at",
            "id",
            "modified_at",
            "return_url",
            "token"
        ]
    );
}

async fn each_session_has_an_id_a_token_and_a_code_of_its_own(app: TestApp) {
    let john = seed_customer(&app).await;
    let body = json!({"customer_id": john["id"]});
    let (first, second) = (session(&app, &body).await, session(&app, &body).await);
    for field in ["id", "token", "customer_portal_url"] {
        assert_ne!(first[field], second[field], "{field}");
    }
}

async fn ac_01_the_portal_url_carries_a_code_and_neither_token_nor_email(app: TestApp) {
    let plus = individual(&app, "contact+test@example.com").await;
    let opened = session(&app, &json!({"customer_id": plus["id"]})).await;
    let url = text(&opened["customer_portal_url"]);
    for secret in [text(&opened["token"]), "contact", "example.com", "%40", "@", "+", id(&plus)] {
        assert!(!url.contains(secret), "{secret} in {url}");
    }
    let code = url.strip_prefix("http://anteroom.test/acme/portal?code=anteroom_pec_").unwrap();
    assert!(code.len() == 49 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{code}");
}

async fn a_customer_can_be_named_by_external_id(app: TestApp) {
    let john = seed_customer(&app).await;
    for body in [
        json!({"external_customer_id": " usr_1337 "}),
        json!({"external_customer_id": "usr_1337", "customer_id": null, "customer_external_id": null}),
        json!({"customer_external_id": "usr_1337"}),
    ] {
        let opened = session(&app, &body).await;
        assert_eq!((&opened["customer_id"], &opened["customer"]), (&john["id"], &john));
    }
}
