//! The text as a whole.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::json;

use super::{PASSWORD, auth, session, text};

both_databases![nobody_is_in_the_text, both_formats_say_the_same];

/// What a run through both APIs and the portal has to do with somebody: none of it may be in the text.
async fn nobody_is_in_the_text(app: TestApp) {
    let mut personal = vec![app.token.clone(), app.key.clone(), app.workspace.id.to_string()];
    let body = json!({"email": "ada@lovelace.example", "external_id": "usr_42", "name": "Ada Lovelace"});
    let ada = app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
    let opened = session(&app, &ada).await;
    let link = text(&opened["customer_portal_url"]);
    let code = link.split_once("?code=").unwrap().1;
    let form = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
    let entered = form.body("application/x-www-form-urlencoded", format!("code={code}")).send().await;
    let portal_cookie = entered.cookie("anteroom_portal_acme").unwrap();
    let home = app.get("/acme/portal").cookie(&format!("anteroom_portal_acme={portal_cookie}")).send().await;
    assert!(home.text().contains("ada@lovelace.example"));
    app.merchant("GET", "/api/customers/external/usr_42").send().await.expect(200);
    let registered = auth(&app, "/register", "grace@hopper.example", PASSWORD).await.expect(200);
    let registration = text(&registered["token"]);
    let created = app.shop("POST", "/store/customers").bearer(&registration).json(&json!({})).send().await;
    let grace = created.expect(200);
    let jwt = text(&auth(&app, "", "grace@hopper.example", PASSWORD).await.expect(200)["token"]);
    let traded = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    let cookie = traded.cookie("connect.sid").unwrap();
    app.get("/secret-path/ada@lovelace.example?token=in-the-query").send().await;
    app.call("SECRETMETHOD", "/acme/portal").header("user-agent", "secret-agent").send().await;

    personal.extend([&ada["id"], &opened["id"], &opened["token"], &grace["customer"]["id"]].map(text));
    personal.extend([code.to_owned(), portal_cookie, registration, jwt, cookie, PASSWORD.to_owned()]);
    let words =
        ["lovelace", "hopper", "example", "usr_42", "acme", "secret", "127.0.0.1", "anteroom_wat", "@"];
    personal.extend(words.map(str::to_owned));
    let text = app.metrics().classic().unwrap() + &app.metrics().open_metrics().unwrap();
    let text = text.to_lowercase();
    assert!(text.contains("/{slug}/portal"), "the run is in it");
    for word in personal {
        assert!(!word.is_empty() && !text.contains(&word.to_lowercase()), "{word} is in the text");
    }
}

async fn both_formats_say_the_same(app: TestApp) {
    app.get("/health/live").send().await.expect(200);
    let (classic, open) = (app.metrics().classic().unwrap(), app.metrics().open_metrics().unwrap());
    let samples = |text: &str| -> Vec<String> {
        // How long ago something was is another time by the second text.
        let is_same =
            |line: &&str| !line.starts_with('#') && !line.starts_with("anteroom_others_heard_seconds ");
        text.lines().filter(is_same).map(str::to_owned).collect()
    };
    assert_eq!(samples(&classic), samples(&open));
    for text in [&classic, &open] {
        assert_eq!(text.matches("\nanteroom_others_heard_seconds ").count(), 1);
    }
    assert!(open.ends_with("\n# EOF\n") && !classic.contains("# EOF"));
    assert!(open.contains("# TYPE anteroom_http_requests counter\n"));
    assert!(classic.contains("# TYPE anteroom_http_requests_total counter\n"));
    assert!(classic.contains("anteroom_http_request_duration_seconds_bucket{le=\"0.0005\","), "{classic}");
}
