//! What Medusa's own HTTP tests pin of auth and store customers, in their order: clients may count on it.

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use serde_json::{Value, json};
use time::Duration;

use super::jwts::claims;
use super::{
    PASSWORD, cookie_of, customer, id, me, nobody, registration, sign_in, token, typed, typed_with,
    unauthorized, wrong_email_or_password,
};
use crate::mails::only_mail;

both_databases![
    registering_and_signing_in,
    a_session_from_its_beginning_to_its_end,
    another_password_by_mail,
    refreshing_a_token,
    making_a_customer,
    an_address_book,
];

const EMAIL: &str = "ada@example.com";
const SIGN_IN: &str = "/auth/customer/emailpass";
const REGISTER: &str = "/auth/customer/emailpass/register";
const ADDRESSES: &str = "/store/customers/me/addresses";

async fn post(app: &TestApp, path: &str, body: &Value) -> Answer {
    app.shop("POST", path).json(body).send().await
}

async fn registering_and_signing_in(app: TestApp) {
    token(&post(&app, REGISTER, &typed(EMAIL)).await);
    let jwt = customer(&app, "grace@example.com").await;
    me(&app).bearer(&jwt).send().await.expect(200);
    let taken = unauthorized("Identity with email already exists");
    post(&app, REGISTER, &typed_with("grace@example.com", "another battery staple"))
        .await
        .assert(401, &taken);
    post(&app, SIGN_IN, &typed("nobody@example.com")).await.assert(401, &wrong_email_or_password());
    let wrong = typed_with("grace@example.com", "wrong battery staple");
    post(&app, SIGN_IN, &wrong).await.assert(401, &wrong_email_or_password());
    token(&post(&app, SIGN_IN, &typed("grace@example.com")).await);
    for path in [SIGN_IN, REGISTER] {
        let no_email = post(&app, path, &json!({"password": PASSWORD})).await;
        no_email.assert(401, &unauthorized("Email should be a string"));
        let no_password = post(&app, path, &json!({"email": EMAIL})).await;
        no_password.assert(401, &unauthorized("Password should be a string"));
    }
}

async fn a_session_from_its_beginning_to_its_end(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let opened = app.shop("POST", "/auth/session").bearer(&jwt).send().await;
    opened.expect(200);
    let cookie = cookie_of(&opened);
    me(&app).cookie(&cookie).send().await.expect(200);
    let ended = app.shop("DELETE", "/auth/session").cookie(&cookie).send().await;
    ended.assert(200, &json!({"success": true}));
    me(&app).cookie(&cookie).send().await.expect(401);
}

async fn another_password_by_mail(app: TestApp) {
    customer(&app, EMAIL).await;
    let ask = |provider: &str, body: Value| {
        app.shop("POST", &format!("/auth/customer/{provider}/reset-password")).json(&body).send()
    };
    assert_eq!(ask("emailpass", json!({})).await.status, 400);
    for (provider, identifier) in
        [("emailpass", "nobody@example.com"), ("unknown", EMAIL), ("emailpass", EMAIL)]
    {
        assert_eq!(ask(provider, json!({"identifier": identifier})).await.status, 201);
    }
    while !app.rows().iter().any(|row| row.starts_with("outbox_messages")) {
        tokio::task::yield_now().await;
    }
    let mail = only_mail(&app).await;
    let update = || {
        let body = json!({"password": "another battery staple"});
        app.shop("POST", "/auth/customer/emailpass/update").bearer(mail.token()).json(&body).send()
    };
    update().await.assert(200, &json!({"success": true}));
    post(&app, SIGN_IN, &typed(EMAIL)).await.assert(401, &wrong_email_or_password());
    token(&post(&app, SIGN_IN, &typed_with(EMAIL, "another battery staple")).await);
    assert_eq!(update().await.status, 401, "it is good once");
}

async fn refreshing_a_token(app: TestApp) {
    let old = customer(&app, EMAIL).await;
    app.clock.advance(Duration::seconds(2));
    let new = token(&app.shop("POST", "/auth/token/refresh").bearer(&old).send().await);
    let (old, new) = (claims(&old), claims(&new));
    for same in ["actor_id", "actor_type", "auth_identity_id"] {
        assert_eq!(old[same], new[same], "{same}");
    }
    for later in ["iat", "exp"] {
        assert!(new[later].as_i64() > old[later].as_i64(), "{later}");
    }
}

async fn making_a_customer(app: TestApp) {
    let create = |jwt: Option<String>, body: Value| {
        let call = app.shop("POST", "/store/customers").json(&body);
        jwt.iter().fold(call, |call, jwt| call.bearer(jwt)).send()
    };
    create(None, json!({"email": EMAIL})).await.assert(401, &nobody());
    // A guest has the e-mail, whom the merchant's server has made.
    let guest = json!({"email": EMAIL});
    let guest = app.merchant("POST", "/api/customers").json(&guest).send().await.expect(201)["id"].clone();
    let jwt = registration(&app, EMAIL).await;
    let made =
        create(Some(jwt), json!({"email": EMAIL, "first_name": "Ada", "phone": "1"})).await.expect(200);
    let made = &made["customer"];
    assert_eq!(
        (&made["has_account"], &made["first_name"], &made["phone"]),
        (&json!(true), &json!("Ada"), &json!("1"))
    );
    assert_ne!(made["id"], guest);
    let jwt = sign_in(&app, EMAIL).await;
    let again = json!({"type": "invalid_data", "message": "Request already authenticated as a customer."});
    create(Some(jwt.clone()), json!({"email": EMAIL})).await.assert(400, &again);
    assert_eq!(me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"], made["id"]);
    let bare = |key: Option<&str>| {
        let call = app.call("GET", "/store/customers/me").header("accept", "application/json");
        key.into_iter().fold(call, |call, key| call.header("x-publishable-api-key", key)).send()
    };
    let refused = |message: &str| json!({"type": "not_allowed", "message": message});
    bare(None).await.assert(400, &refused(
        "Publishable API key required in the request header: x-publishable-api-key. You can manage your keys in \
         settings in the dashboard.",
    ));
    bare(Some("pk_unknown"))
        .await
        .assert(400, &refused("A valid publishable key is required to proceed with the request"));
}

async fn an_address_book(app: TestApp) {
    let (ada, grace) = (customer(&app, EMAIL).await, customer(&app, "grace@example.com").await);
    let add =
        |jwt: &str, city: &str| app.shop("POST", ADDRESSES).bearer(jwt).json(&json!({"city": city})).send();
    let first = add(&ada, "London").await.expect(200)["customer"]["addresses"][0].clone();
    let owner = me(&app).bearer(&ada).send().await.expect(200)["customer"]["id"].clone();
    assert_eq!((&first["city"], &first["customer_id"]), (&json!("London"), &owner));
    for city in ["Bath", "York"] {
        add(&ada, city).await.expect(200);
    }
    let others = id(&add(&grace, "Berlin").await.expect(200)["customer"]["addresses"][0]["id"]);
    let list = app.shop("GET", ADDRESSES).bearer(&ada).send().await.expect(200);
    assert_eq!((&list["count"], list["addresses"].as_array().unwrap().len()), (&json!(3), 3));
    let one = format!("{ADDRESSES}/{}", id(&first["id"]));
    let changed =
        app.shop("POST", &one).bearer(&ada).json(&json!({"company": "Engines"})).send().await.expect(200);
    let addresses = changed["customer"]["addresses"].as_array().unwrap();
    let changed = addresses.iter().find(|address| address["id"] == first["id"]).unwrap();
    assert_eq!((&changed["company"], &changed["city"]), (&json!("Engines"), &json!("London")));
    let foreign = format!("{ADDRESSES}/{others}");
    let missing = json!({"type": "not_found", "message": format!("Address with id: {others} was not found")});
    app.shop("POST", &foreign).bearer(&ada).json(&json!({"city": "Bonn"})).send().await.assert(404, &missing);
    app.shop("DELETE", &foreign).bearer(&ada).send().await.assert(404, &missing);
    let gone = app.shop("DELETE", &one).bearer(&ada).send().await.expect(200);
    assert_eq!((&gone["id"], &gone["deleted"]), (&first["id"], &json!(true)));
    app.shop("GET", &one).bearer(&ada).send().await.expect(404);
    // A new default takes the flag over, at making and at changing.
    for flag in ["is_default_shipping", "is_default_billing"] {
        let make = json!({flag: true});
        app.shop("POST", ADDRESSES).bearer(&ada).json(&make).send().await.expect(200);
        let book = app.shop("POST", ADDRESSES).bearer(&ada).json(&make).send().await.expect(200);
        let addresses = book["customer"]["addresses"].as_array().unwrap().clone();
        let of = |address: &&Value| address[flag] == json!(true);
        assert_eq!(addresses.iter().filter(of).count(), 1, "{flag}");
        let other = addresses.iter().find(|address| !of(address)).unwrap();
        let path = format!("{ADDRESSES}/{}", id(&other["id"]));
        let book = app.shop("POST", &path).bearer(&ada).json(&make).send().await.expect(200);
        let addresses = book["customer"]["addresses"].as_array().unwrap();
        let flagged: Vec<_> = addresses.iter().filter(of).map(|address| &address["id"]).collect();
        assert_eq!(flagged, [&other["id"]], "{flag}");
    }
}
