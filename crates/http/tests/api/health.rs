//! Health, keys, and what every answer carries.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

both_databases![a_served_app_lives_and_is_ready, request_ids_are_returned_when_sane, the_key_set_is_public];

async fn a_served_app_lives_and_is_ready(app: TestApp) {
    app.get("/health/live").send().await.assert(200, &json!({"status": "live"}));
    app.get("/health/ready").send().await.assert(200, &json!({"status": "ready"}));
    let head = app.call("HEAD", "/health/live").send().await;
    assert_eq!((head.status, head.text().as_str()), (200, ""));
}

async fn request_ids_are_returned_when_sane(app: TestApp) {
    let sane = app.get("/health/live").header("x-request-id", "deploy-42.a_b").send().await;
    assert_eq!(sane.header("x-request-id"), "deploy-42.a_b");
    for insane in ["a b", "<script>", "", &"x".repeat(129)] {
        let answer = app.get("/health/live").header("x-request-id", insane).send().await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{insane}");
    }
}

async fn the_key_set_is_public(app: TestApp) {
    let answer = app.get("/.well-known/jwks.json").send().await;
    let keys = answer.expect(200);
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert_eq!(keys["keys"][0]["d"], json!(null), "a private key is not in a public set");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
}
