//! `/api/workspace/providers`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

both_databases![
    a_provider_is_set_up_shown_changed_and_removed,
    a_secret_is_sealed_and_never_shown,
    a_secret_is_kept_for_its_issuer_alone,
    presets_are_known,
    what_makes_no_provider_is_refused,
    a_workspace_has_a_hundred_at_most,
];

const PATH: &str = "/api/workspace/providers/keycloak";

fn keycloak() -> Value {
    json!({
        "type": "oidc", "display_name": "Staff and friends", "issuer": "https://login.example/realms/shop",
        "client_id": "shop", "client_secret": "5up3r-53cr3t",
        "callback_urls": ["https://shop.example/callback"],
    })
}

fn with(change: &Value) -> Value {
    let mut body = keycloak();
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

async fn put(app: &TestApp, body: &Value) -> Answer {
    app.merchant("PUT", PATH).json(body).send().await
}

async fn a_provider_is_set_up_shown_changed_and_removed(app: TestApp) {
    let made = json!({
        "name": "keycloak", "created_at": "2026-01-02T03:04:05.678Z", "modified_at": null, "type": "oidc",
        "display_name": "Staff and friends", "issuer": "https://login.example/realms/shop", "client_id": "shop",
        "has_client_secret": true, "callback_urls": ["https://shop.example/callback"], "trusts_email": false,
        "enabled": true,
    });
    put(&app, &keycloak()).await.assert(201, &made);
    let before = app.rows();
    // A secret is sealed anew each time, so what is the same is said without it.
    let mut same = keycloak();
    same.as_object_mut().unwrap().remove("client_secret");
    put(&app, &same).await.assert(200, &made);
    assert_eq!(app.rows(), before);
    app.merchant("GET", PATH).send().await.assert(200, &made);
    let meta = json!({"total": 1, "page": 1, "per_page": 10, "pages": 1});
    let listed = app.merchant("GET", "/api/workspace/providers").send().await;
    listed.assert(200, &json!({"data": [made], "meta": meta}));
    app.clock.advance(time::Duration::SECOND);
    let changed = put(&app, &with(&json!({"enabled": false, "trusts_email": true}))).await.expect(200);
    assert_eq!((&changed["enabled"], &changed["trusts_email"]), (&json!(false), &json!(true)));
    assert_eq!(changed["modified_at"], "2026-01-02T03:04:06.678Z");
    assert_eq!(app.merchant("DELETE", PATH).send().await.status, 204);
    let gone = json!({"error": "ResourceNotFound", "detail": "Provider not found"});
    for method in ["GET", "DELETE"] {
        app.merchant(method, PATH).send().await.assert(404, &gone);
    }
}

async fn a_secret_is_sealed_and_never_shown(app: TestApp) {
    put(&app, &keycloak()).await.expect(201);
    for path in [PATH, "/api/workspace/providers", "/api/workspace"] {
        assert!(!app.merchant("GET", path).send().await.text().contains("5up3r"));
    }
    assert!(app.rows().iter().all(|row| !row.contains("5up3r")));
    let faulty = put(&app, &with(&json!({"client_secret": ["5up3r-53cr3t"]}))).await;
    assert_eq!(faulty.status, 422);
    assert!(!faulty.text().contains("5up3r"), "{}", faulty.text());
}

async fn a_secret_is_kept_for_its_issuer_alone(app: TestApp) {
    put(&app, &keycloak()).await.expect(201);
    let mut other = with(&json!({"issuer": "https://evil.example"}));
    other.as_object_mut().unwrap().remove("client_secret");
    let fault = json!({
        "error": "RequestValidationError",
        "detail": [{
            "type": "value_error", "loc": ["body", "client_secret"], "msg": "The provider needs a secret.",
            "input": null,
        }],
    });
    put(&app, &other).await.assert(422, &fault);
    let without = put(&app, &with(&json!({"client_secret": null}))).await.expect(200);
    assert_eq!(without["has_client_secret"], false);
}

async fn presets_are_known(app: TestApp) {
    for (kind, issuer, name) in
        [("google", "https://accounts.google.com", "Google"), ("github", "https://github.com", "GitHub")]
    {
        let body = json!({
            "type": kind, "client_id": "shop", "client_secret": "secret",
            "callback_urls": ["https://shop.example/callback"],
        });
        let path = format!("/api/workspace/providers/{kind}");
        let made = app.merchant("PUT", &path).json(&body).send().await.expect(201);
        assert_eq!((&made["issuer"], &made["display_name"]), (&json!(issuer), &json!(name)));
        assert_eq!(made["trusts_email"], true);
    }
}

async fn what_makes_no_provider_is_refused(app: TestApp) {
    let before = app.rows();
    for (change, at) in [
        (json!({"type": "saml"}), "type"),
        (json!({"issuer": null}), "issuer"),
        (json!({"issuer": "http://login.example"}), "issuer"),
        (json!({"issuer": "https://login.example?x"}), "issuer"),
        (json!({"type": "google"}), "issuer"),
        (json!({"type": "github", "client_secret": null}), "client_secret"),
        (json!({"client_id": " "}), "client_id"),
        (json!({"client_secret": ""}), "client_secret"),
        (json!({"callback_urls": []}), "callback_urls"),
        (json!({"callback_urls": ["javascript:alert(1)"]}), "callback_urls"),
        (json!({"callback_urls": vec!["https://a.example"; 21]}), "callback_urls"),
    ] {
        let fault = put(&app, &with(&change)).await.expect(422);
        assert_eq!(fault["detail"][0]["loc"][1], at, "{change}: {fault}");
    }
    for name in ["otp", "emailpass", "providers", "Keycloak", "-", "a_b"] {
        let path = format!("/api/workspace/providers/{name}");
        let fault = app.merchant("PUT", &path).json(&keycloak()).send().await.expect(422);
        assert_eq!(fault["detail"][0]["loc"], json!(["path", "provider"]));
    }
    assert_eq!(app.rows(), before);
}

async fn a_workspace_has_a_hundred_at_most(app: TestApp) {
    for n in 0..100 {
        let path = format!("/api/workspace/providers/p{n}");
        app.merchant("PUT", &path).json(&keycloak()).send().await.expect(201);
    }
    let fault = put(&app, &keycloak()).await.expect(422);
    assert_eq!(fault["detail"][0]["msg"], "A workspace can have at most 100 providers.");
    app.merchant("PUT", "/api/workspace/providers/p3").json(&keycloak()).send().await.expect(200);
}
