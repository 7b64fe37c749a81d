//! Those who sign in to the shop, before and after.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use serde_json::{Value, json};

use super::merge;
use crate::workspace::support::{customer, id, individual, session, shopper, text};

both_databases![
    an_account_goes_up_in_a_guest,
    both_ways_to_sign_in_lead_to_the_survivor,
    se_05_every_session_of_the_one_that_goes_up_ends,
    the_address_books_become_one,
    another_server_knows_within_a_second,
    another_server_opens_sessions_for_the_survivor,
];

const ME: &str = "/store/customers/me";

async fn sign_in(app: &TestApp, email: &str) -> String {
    let typed = json!({"email": email, "password": "correct horse battery"});
    let answer = app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await.expect(200);
    text(&answer["token"]).to_owned()
}

async fn me(app: &TestApp, jwt: &str) -> Value {
    app.shop("GET", ME).bearer(jwt).send().await.expect(200)["customer"].clone()
}

async fn an_account_goes_up_in_a_guest(app: TestApp) {
    let guest = json!({"email": "ada@work.example", "name": "Ada Lovelace"});
    let guest = customer(&app, &guest).await;
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let notes = json!({"first_name": "Ada", "last_name": "L.", "metadata": {"newsletter": true}});
    app.shop("POST", ME).bearer(&jwt).json(&notes).send().await.expect(200);
    let answer = merge(&app, &ada, &guest).await;
    assert_eq!(answer["moved"], json!({"addresses": 0, "members": 0, "sign_ins": 1}));
    assert_eq!(answer["ended"], json!({"members": 0, "sessions": 2}));
    app.shop("GET", ME).bearer(&jwt).send().await.expect(401);
    let seen = me(&app, &sign_in(&app, "ada@example.com").await).await;
    assert_eq!((&seen["id"], &seen["has_account"]), (&guest["id"], &json!(true)));
    assert_eq!([&seen["email"], &seen["first_name"]], [&json!("ada@work.example"), &json!("Ada")]);
    assert_eq!(seen["metadata"], json!({"newsletter": true}));
}

async fn both_ways_to_sign_in_lead_to_the_survivor(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let (jwt, bob) = shopper(&app, "bob@example.com").await;
    merge(&app, &ada, &bob).await;
    assert_eq!(me(&app, &jwt).await["id"], bob["id"], "who stays stays signed in");
    for email in ["ada@example.com", "bob@example.com"] {
        let jwt = sign_in(&app, email).await;
        let seen = me(&app, &jwt).await;
        assert_eq!((&seen["id"], &seen["email"]), (&bob["id"], &json!("bob@example.com")));
        let opened = app.shop("POST", "/auth/session").bearer(&jwt).send().await.expect(200);
        assert_eq!(opened["user"]["id"], bob["id"]);
    }
    let again = json!({"email": "ada@example.com", "password": "correct horse battery"});
    app.shop("POST", "/auth/customer/emailpass/register").json(&again).send().await.expect(401);
    app.merchant("DELETE", &format!("/api/customers/{}", id(&ada))).send().await.expect(204);
    app.shop("POST", "/auth/customer/emailpass").json(&again).send().await.expect(401);
}

async fn se_05_every_session_of_the_one_that_goes_up_ends(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let bob = individual(&app, "bob@example.com").await;
    let answer = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    let cookie = format!("connect.sid={}", answer.cookie("connect.sid").unwrap());
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let code = text(&opened["customer_portal_url"]).split_once("code=").unwrap().1;
    let enter = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
    let entered = enter.body("application/x-www-form-urlencoded", format!("code={code}")).send().await;
    let portal_cookie = format!("anteroom_portal_acme={}", entered.cookie("anteroom_portal_acme").unwrap());
    let unspent = session(&app, &json!({"customer_id": ada["id"]})).await;
    let statuses = async || {
        let holder = app.get("/api/customer-portal/customers/me").bearer(text(&opened["token"]));
        let (jwt, cookie) = (app.shop("GET", ME).bearer(&jwt), app.shop("GET", ME).cookie(&cookie));
        [holder.send().await.status, jwt.send().await.status, cookie.send().await.status]
    };
    let page = async || app.get("/acme/portal").cookie(&portal_cookie).send().await.text();
    assert_eq!((statuses().await, page().await.contains("Signed in as")), ([200; 3], true));

    assert_eq!(merge(&app, &ada, &bob).await["ended"]["sessions"], 4);
    assert_eq!(statuses().await, [401; 3]);
    assert!(page().await.contains("Please ask the shop for a new link"));
    let code = text(&unspent["customer_portal_url"]).split_once("code=").unwrap().1;
    let enter = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
    let entered = enter.body("application/x-www-form-urlencoded", format!("code={code}")).send().await;
    assert_eq!(entered.cookie("anteroom_portal_acme"), None);
    for refused in ["/auth/session", "/auth/token/refresh"] {
        app.shop("POST", refused).bearer(&jwt).send().await.expect(401);
    }
    let path = format!("/api/customers/{}/sessions", id(&bob));
    assert_eq!(app.merchant("GET", &path).send().await.expect(200)["data"], json!([]));
}

async fn the_address_books_become_one(app: TestApp) {
    let (first, ada) = shopper(&app, "ada@example.com").await;
    let (second, bob) = shopper(&app, "bob@example.com").await;
    let add = async |jwt: &str, city: &str, shipping: bool, billing: bool| {
        let body = json!({"city": city, "is_default_shipping": shipping, "is_default_billing": billing});
        app.shop("POST", "/store/customers/me/addresses").bearer(jwt).json(&body).send().await.expect(200);
    };
    add(&first, "London", true, true).await;
    add(&second, "Leeds", true, false).await;
    assert_eq!(merge(&app, &ada, &bob).await["moved"]["addresses"], 1);
    let seen = me(&app, &second).await;
    let book: Vec<_> = seen["addresses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (&one["city"], &one["is_default_shipping"], &one["is_default_billing"], &one["customer_id"])
        })
        .collect();
    let (yes, no) = (json!(true), json!(false));
    let (london, leeds) = (json!("London"), json!("Leeds"));
    assert_eq!(book, [(&london, &no, &yes, &bob["id"]), (&leeds, &yes, &no, &bob["id"])]);
    assert_eq!(seen["default_billing_address_id"], seen["addresses"][0]["id"]);
}

async fn another_server_knows_within_a_second(app: TestApp) {
    let (jwt, ada) = shopper(&app, "ada@example.com").await;
    let (spared, bob) = shopper(&app, "bob@example.com").await;
    let other = app.another_server();
    let ask = async |jwt: &str| other.shop("GET", ME).bearer(jwt).send().await.status;
    for _ in 0..3 {
        assert_eq!((ask(&jwt).await, ask(&spared).await), (200, 200));
    }
    merge(&app, &ada, &bob).await;
    let asked = std::time::Instant::now();
    while ask(&jwt).await != 401 {
        assert!(asked.elapsed() < std::time::Duration::from_secs(1), "it is still signed in");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(ask(&spared).await, 200);
}

async fn another_server_opens_sessions_for_the_survivor(app: TestApp) {
    let (ada, bob) = (individual(&app, "ada@example.com").await, individual(&app, "bob@example.com").await);
    let other = app.another_server();
    let body = json!({"customer_id": ada["id"]});
    for _ in 0..3 {
        assert_eq!(session(&other, &body).await["customer_id"], ada["id"], "it knows her");
    }
    merge(&app, &ada, &bob).await;
    assert_eq!(session(&other, &body).await["customer_id"], bob["id"]);
}
