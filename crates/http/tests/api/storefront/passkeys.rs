//! Passkeys: making one, and signing in with it.

use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::authenticator::{Authenticator, Conduct};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;
use url::Url;

use super::second_factor::{by_password, protect, reauth_required};
use super::{
    LISTED, PASSWORD, START, bad_cookie, bad_token, cookie, cookie_of, customer, id, invalid, me, sign_in,
    token, typed, unauthorized,
};
use crate::mails::{deliver, mails, only_mail};

both_databases![
    a_passkey_is_made_and_signs_in,
    the_sdks_way_back_by_get_works,
    mf_03_a_passkey_is_two_factors_in_one,
    a_passkey_is_a_second_factor_too,
    mf_07_no_false_answer_makes_a_passkey,
    mf_07_no_false_answer_signs_in,
    mf_07_a_question_is_answered_once_within_five_minutes,
    mf_07_a_counter_never_goes_back,
    mf_07_the_passkey_of_another_shop_is_unknown,
    mf_08_the_last_way_to_sign_in_stays,
    ot_03_of_sixteen_answers_one_signs_in,
    ot_03_of_sixteen_answers_one_makes_a_passkey,
    ot_11_a_strangers_passkey_goes,
    se_04_removing_one_ends_every_other_session,
    se_05_nobody_signs_in_as_a_customer_who_is_gone,
    mf_04_making_and_removing_want_presence,
    se_04_making_and_removing_renew_the_cookie,
    a_merged_customers_passkey_signs_in_as_the_survivor,
    a_customer_has_ten_at_most,
    passkeys_are_their_owners_alone,
    passkeys_are_off_unless_the_merchant_says_where,
    lg_12_a_new_device_with_a_passkey_is_told_of,
    what_is_no_answer_is_refused,
    questions_are_forgotten,
];

const PASSKEYS: &str = "/store/customers/me/passkeys";
const SIGN_IN: &str = "/auth/customer/passkey";
const CALLBACK: &str = "/auth/customer/passkey/callback";
const EMAIL: &str = "ada@example.com";

async fn settings(app: &TestApp, settings: &Value) -> Answer {
    app.merchant("PATCH", "/api/workspace").json(settings).send().await
}

/// A shop that takes passkeys on its pages, and a customer of it.
pub(super) async fn shop(app: &TestApp) -> String {
    let chosen = json!({"allowed_origins": [LISTED], "providers": {"passkey_domain": "shop.example"}});
    settings(app, &chosen).await.expect(200);
    customer(app, EMAIL).await
}

fn honest() -> Conduct {
    Conduct::on(LISTED)
}

async fn question(app: &TestApp, jwt: &str) -> Value {
    app.shop("POST", &format!("{PASSKEYS}/options")).bearer(jwt).send().await.expect(200)
}

fn answer(app: &TestApp, jwt: &str, question: &Value, credential: &Value) -> Call {
    let body = json!({"flow": question["flow"], "credential": credential, "label": "Laptop"});
    app.shop("POST", PASSKEYS).bearer(jwt).json(&body)
}

/// An authenticator with a passkey of whoever has that JWT, and the passkey as the shop shows it.
pub(super) async fn made(app: &TestApp, jwt: &str, number: u8) -> (Authenticator, Value) {
    let mut authenticator = Authenticator::new(number);
    let asked = question(app, jwt).await;
    let credential = authenticator.create(&asked["public_key"], &honest());
    let added = answer(app, jwt, &asked, &credential).send().await.expect(200);
    (authenticator, added["passkey"].clone())
}

/// What is asked of whoever wants to sign in.
pub(super) async fn asked(app: &TestApp) -> (String, Value) {
    let answer = app.shop("POST", SIGN_IN).send().await.expect(200);
    let location = Url::parse(answer["location"].as_str().unwrap()).unwrap();
    assert!(location.as_str().starts_with("http://anteroom.test/auth/customer/passkey/callback?flow="));
    let of = |name| location.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    assert_eq!(serde_json::from_str::<Value>(&of("options")).unwrap(), answer["public_key"]);
    (of("flow"), answer["public_key"].clone())
}

fn show(app: &TestApp, flow: &str, credential: &Value) -> Call {
    app.shop("POST", CALLBACK).json(&json!({"flow": flow, "credential": credential}))
}

async fn sign_in_with(app: &TestApp, authenticator: &Authenticator, conduct: &Conduct) -> Answer {
    let (flow, options) = asked(app).await;
    show(app, &flow, &authenticator.get(&options, conduct)).send().await
}

fn wrong() -> Value {
    unauthorized("The passkey is unknown, or its answer is not to be trusted")
}

fn no_flow() -> Value {
    invalid("No flow provided, or it has expired")
}

fn untrusted() -> Value {
    invalid("The answer of the authenticator is not to be trusted, or its passkey is known")
}

async fn a_passkey_is_made_and_signs_in(app: TestApp) {
    let jwt = shop(&app).await;
    let asked = question(&app, &jwt).await;
    let options = &asked["public_key"];
    assert_eq!(options["rp"], json!({"id": "shop.example", "name": "acme"}));
    assert_eq!((&options["user"]["name"], &options["user"]["displayName"]), (&json!(EMAIL), &json!(EMAIL)));
    let wanted = &options["authenticatorSelection"];
    assert_eq!(
        (&wanted["residentKey"], &wanted["userVerification"]),
        (&json!("required"), &json!("required"))
    );
    let (authenticator, passkey) = made(&app, &jwt, 1).await;
    let mut expected =
        json!({"id": id(&passkey["id"]), "label": "Laptop", "created_at": START, "last_used_at": null});
    assert_eq!(passkey, expected);
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("Subject"), "A passkey was added to your account at acme");

    let answer = sign_in_with(&app, &authenticator, &honest()).await;
    assert!(answer.set_cookie("anteroom_device").is_some());
    let jwt = token(&answer);
    assert_eq!(me(&app).bearer(&jwt).send().await.expect(200)["customer"]["email"], EMAIL);
    let sessions = app.shop("GET", "/store/customers/me/sessions").bearer(&jwt).send().await.expect(200);
    assert_eq!(sessions["sessions"][0]["provider"], "passkey");
    expected["last_used_at"] = json!(START);
    app.shop("GET", PASSKEYS).bearer(&jwt).send().await.assert(200, &json!({"passkeys": [expected]}));
}

async fn the_sdks_way_back_by_get_works(app: TestApp) {
    let (authenticator, _) = made(&app, &shop(&app).await, 1).await;
    let (flow, options) = asked(&app).await;
    let credential = authenticator.get(&options, &honest()).to_string();
    let mut url = Url::parse("http://anteroom.test").unwrap();
    url.set_path(CALLBACK);
    url.query_pairs_mut().append_pair("flow", &flow).append_pair("credential", &credential);
    let path = format!("{CALLBACK}?{}", url.query().unwrap());
    token(&app.shop("GET", &path).bearer("stale").send().await);
    app.shop("GET", &path).send().await.assert(400, &no_flow());
}

async fn mf_03_a_passkey_is_two_factors_in_one(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, _) = made(&app, &jwt, 1).await;
    protect(&app, &jwt).await;
    by_password(&app).await;
    token(&sign_in_with(&app, &authenticator, &honest()).await);
    let unverified = Conduct { verifies: false, ..honest() };
    sign_in_with(&app, &authenticator, &unverified).await.assert(401, &wrong());
}

async fn a_passkey_is_a_second_factor_too(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, _) = made(&app, &jwt, 1).await;
    protect(&app, &jwt).await;
    let grace = customer(&app, "grace@example.com").await;
    let (others, _) = made(&app, &grace, 2).await;
    let waiting = by_password(&app).await;
    assert_eq!(waiting["mfa_challenge"]["methods"], json!(["totp", "recovery_code", "passkey"]));
    let path = format!("/auth/mfa/challenges/{}/verify", waiting["mfa_challenge"]["id"].as_str().unwrap());
    let pass = async |authenticator: &Authenticator, conduct: &Conduct| {
        let (flow, options) = asked(&app).await;
        let credential = authenticator.get(&options, conduct);
        let body = json!({"method": "passkey", "flow": flow, "credential": credential});
        app.shop("POST", &path).json(&body).send().await
    };
    pass(&others, &honest()).await.assert(401, &super::second_factor::wrong());
    pass(&authenticator, &Conduct::on("https://evil.example")).await.assert(401, &wrong());
    let jwt = token(&pass(&authenticator, &honest()).await);
    let sessions = app.shop("GET", "/store/customers/me/sessions").bearer(&jwt).send().await.expect(200);
    assert_eq!(sessions["sessions"][0]["provider"], "emailpass");
    pass(&authenticator, &honest()).await.assert(401, &super::second_factor::over());
    let body = json!({"flow": "none", "credential": {}});
    app.shop("POST", &path).json(&body).send().await.assert(401, &super::second_factor::over());
}

/// What no authenticator says on a page of the shop, whose owner it has verified.
fn false_conducts() -> [Conduct; 6] {
    [
        Conduct::on("https://evil.example"),
        Conduct::on("http://shop.example"),
        Conduct::on("https://shop.example.evil"),
        Conduct { domain: Some("evil.example".to_owned()), ..honest() },
        Conduct { challenge: Some("A".repeat(43)), ..honest() },
        Conduct { verifies: false, ..honest() },
    ]
}

async fn mf_07_no_false_answer_makes_a_passkey(app: TestApp) {
    let jwt = shop(&app).await;
    for conduct in false_conducts() {
        let asked = question(&app, &jwt).await;
        let credential = Authenticator::new(1).create(&asked["public_key"], &conduct);
        answer(&app, &jwt, &asked, &credential).send().await.assert(400, &untrusted());
        // Nor does the question stay open for a better one.
        let credential = Authenticator::new(1).create(&asked["public_key"], &honest());
        answer(&app, &jwt, &asked, &credential).send().await.assert(400, &no_flow());
    }
    let asked = question(&app, &jwt).await;
    let mut broken = Authenticator::new(1).create(&asked["public_key"], &honest());
    broken["response"]["attestationObject"] = json!("o2Nm");
    answer(&app, &jwt, &asked, &broken).send().await.assert(400, &untrusted());
    app.shop("GET", PASSKEYS).bearer(&jwt).send().await.assert(200, &json!({"passkeys": []}));
}

async fn mf_07_no_false_answer_signs_in(app: TestApp) {
    let (authenticator, _) = made(&app, &shop(&app).await, 1).await;
    for conduct in false_conducts() {
        sign_in_with(&app, &authenticator, &conduct).await.assert(401, &wrong());
    }
    // Another key under the same name, an unknown name, another owner, no owner.
    let (flow, options) = asked(&app).await;
    let stolen = Authenticator::new(2).get(&options, &honest());
    let mut credential = authenticator.get(&options, &honest());
    credential["response"]["signature"] = stolen["response"]["signature"].clone();
    show(&app, &flow, &credential).send().await.assert(401, &wrong());
    sign_in_with(&app, &Authenticator::new(3), &honest()).await.assert(401, &wrong());
    for handle in [json!("AAAAAAAAQACAAAAAAAAAAA"), json!("AA"), Value::Null] {
        let (flow, options) = asked(&app).await;
        let mut credential = authenticator.get(&options, &honest());
        credential["response"]["userHandle"] = handle;
        show(&app, &flow, &credential).send().await.assert(401, &wrong());
    }
    token(&sign_in_with(&app, &authenticator, &honest()).await);
}

async fn mf_07_a_question_is_answered_once_within_five_minutes(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, _) = made(&app, &jwt, 1).await;
    let (flow, options) = asked(&app).await;
    let credential = authenticator.get(&options, &honest());
    token(&show(&app, &flow, &credential).send().await);
    show(&app, &flow, &credential).send().await.assert(400, &no_flow());
    let (late, _) = asked(&app).await;
    let asked_late = question(&app, &jwt).await;
    app.clock.advance(Duration::minutes(5));
    show(&app, &late, &credential).send().await.assert(400, &no_flow());
    let created = Authenticator::new(2).create(&asked_late["public_key"], &honest());
    answer(&app, &jwt, &asked_late, &created).send().await.assert(400, &no_flow());
    // A question to one is no question to another.
    let (flow, options) = asked(&app).await;
    let body = json!({"flow": flow, "credential": Authenticator::new(2).create(&options, &honest())});
    app.shop("POST", PASSKEYS).bearer(&jwt).json(&body).send().await.assert(400, &no_flow());
    let asked = question(&app, &jwt).await;
    let credential = authenticator.get(&asked["public_key"], &honest());
    show(&app, asked["flow"].as_str().unwrap(), &credential).send().await.assert(400, &no_flow());
}

async fn mf_07_a_counter_never_goes_back(app: TestApp) {
    let (authenticator, _) = made(&app, &shop(&app).await, 1).await;
    let count = |counter| Conduct { counter, ..honest() };
    token(&sign_in_with(&app, &authenticator, &count(5)).await);
    for counter in [5, 4, 0] {
        sign_in_with(&app, &authenticator, &count(counter)).await.assert(401, &wrong());
    }
    token(&sign_in_with(&app, &authenticator, &count(6)).await);
}

async fn mf_07_the_passkey_of_another_shop_is_unknown(app: TestApp) {
    let (authenticator, _) = made(&app, &shop(&app).await, 1).await;
    let rival = app.other_workspace("rival").await;
    let (key, owner) = (app.key_of(&rival).await, app.token_with(&rival, "workspace:write").await);
    let chosen = json!({"allowed_origins": [LISTED], "providers": {"passkey_domain": "shop.example"}});
    app.call("PATCH", "/api/workspace").bearer(&owner).json(&chosen).send().await.expect(200);
    let there = |method, path: &str| app.call(method, path).header("x-publishable-api-key", &key);
    let question = there("POST", SIGN_IN).send().await.expect(200);
    let location = Url::parse(question["location"].as_str().unwrap()).unwrap();
    let flow = location.query_pairs().next().unwrap().1.into_owned();
    let credential = authenticator.get(&question["public_key"], &honest());
    let body = json!({"flow": flow, "credential": credential});
    // Its question is none of ours either.
    show(&app, &flow, &credential).send().await.assert(400, &no_flow());
    let answer = there("POST", CALLBACK).header("accept", "application/json").json(&body).send().await;
    answer.assert(401, &wrong());
}

async fn mf_08_the_last_way_to_sign_in_stays(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, first) = made(&app, &jwt, 1).await;
    let (_, second) = made(&app, &jwt, 2).await;
    let remove = |jwt: &str, passkey: &Value| {
        app.shop("DELETE", &format!("{PASSKEYS}/{}", passkey["id"].as_str().unwrap())).bearer(jwt).send()
    };
    settings(&app, &json!({"providers": {"emailpass": false}})).await.expect(200);
    let receipt = json!({"id": second["id"], "object": "passkey", "deleted": true});
    remove(&jwt, &second).await.assert(200, &receipt);
    let last =
        json!({"type": "not_allowed", "message": "Without it nobody could sign in: add another way first"});
    remove(&jwt, &first).await.assert(400, &last);
    let jwt = token(&sign_in_with(&app, &authenticator, &honest()).await);
    settings(&app, &json!({"providers": {"otp": true}})).await.expect(200);
    remove(&jwt, &first).await.expect(200);
    sign_in_with(&app, &authenticator, &honest()).await.assert(401, &wrong());
}

async fn ot_03_of_sixteen_answers_one_signs_in(app: TestApp) {
    let (authenticator, _) = made(&app, &shop(&app).await, 1).await;
    let (flow, options) = asked(&app).await;
    let credential = authenticator.get(&options, &honest());
    let answers = join_all((0..16).map(|_| show(&app, &flow, &credential).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.assert(400, &no_flow());
    }
}

async fn ot_03_of_sixteen_answers_one_makes_a_passkey(app: TestApp) {
    let jwt = shop(&app).await;
    let asked = question(&app, &jwt).await;
    let credential = Authenticator::new(1).create(&asked["public_key"], &honest());
    let answers = join_all((0..16).map(|_| answer(&app, &jwt, &asked, &credential).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    // The same again is known.
    let asked = question(&app, &jwt).await;
    let credential = Authenticator::new(1).create(&asked["public_key"], &honest());
    answer(&app, &jwt, &asked, &credential).send().await.assert(400, &untrusted());
}

async fn ot_11_a_strangers_passkey_goes(app: TestApp) {
    let (authenticator, _) = made(&app, &shop(&app).await, 1).await;
    let (flow, code) = super::codes::mailed(&app, EMAIL).await;
    let owner = token(&super::codes::show(&app, &flow, &code).send().await);
    app.shop("GET", PASSKEYS).bearer(&owner).send().await.assert(200, &json!({"passkeys": []}));
    sign_in_with(&app, &authenticator, &honest()).await.assert(401, &wrong());
}

async fn se_04_removing_one_ends_every_other_session(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, passkey) = made(&app, &jwt, 1).await;
    let other = token(&sign_in_with(&app, &authenticator, &honest()).await);
    let path = format!("{PASSKEYS}/{}", passkey["id"].as_str().unwrap());
    app.shop("DELETE", &path).bearer(&jwt).send().await.expect(200);
    me(&app).bearer(&jwt).send().await.expect(200);
    me(&app).bearer(&other).send().await.assert(401, &bad_token());
    app.shop("DELETE", &path).bearer(&jwt).send().await.assert(404, &not_found());
}

async fn se_05_nobody_signs_in_as_a_customer_who_is_gone(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, _) = made(&app, &jwt, 1).await;
    let customer =
        me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"].as_str().unwrap().to_owned();
    app.merchant("POST", &format!("/api/customers/{customer}/disable")).send().await.expect(200);
    let disabled = unauthorized("The account is disabled");
    sign_in_with(&app, &authenticator, &honest()).await.assert(401, &disabled);
    app.merchant("DELETE", &format!("/api/customers/{customer}")).send().await;
    sign_in_with(&app, &authenticator, &honest()).await.assert(401, &wrong());
    assert!(!app.rows().iter().any(|row| row.starts_with("passkeys ")), "nothing of it is left");
}

async fn mf_04_making_and_removing_want_presence(app: TestApp) {
    let jwt = shop(&app).await;
    let (_, passkey) = made(&app, &jwt, 1).await;
    app.clock.advance(Duration::minutes(10));
    let path = format!("{PASSKEYS}/{}", passkey["id"].as_str().unwrap());
    for (method, path) in [("POST", format!("{PASSKEYS}/options")), ("DELETE", path)] {
        let send = |body: Value| app.shop(method, &path).bearer(&jwt).json(&body).send();
        send(json!({})).await.assert(403, &reauth_required());
        let wrong = json!({"type": "forbidden", "message": "The current password is wrong"});
        send(json!({"current_password": "wrong battery staple"})).await.assert(403, &wrong);
        send(json!({"current_password": PASSWORD})).await.expect(200);
    }
}

async fn se_04_making_and_removing_renew_the_cookie(app: TestApp) {
    let mut current = cookie(&app, &shop(&app).await).await;
    let call = |method: &str, path: &str, cookie: &str| {
        app.shop(method, path).cookie(cookie).header("origin", LISTED)
    };
    let asked = call("POST", &format!("{PASSKEYS}/options"), &current).send().await.expect(200);
    let credential = Authenticator::new(1).create(&asked["public_key"], &honest());
    let body = json!({"flow": asked["flow"], "credential": credential});
    let made = call("POST", PASSKEYS, &current).json(&body).send().await;
    let path = format!("{PASSKEYS}/{}", made.expect(200)["passkey"]["id"].as_str().unwrap());
    me(&app).cookie(&current).send().await.assert(401, &bad_cookie());
    current = cookie_of(&made);
    let removed = call("DELETE", &path, &current).send().await;
    removed.expect(200);
    me(&app).cookie(&current).send().await.assert(401, &bad_cookie());
    me(&app).cookie(&cookie_of(&removed)).send().await.expect(200);
}

async fn a_merged_customers_passkey_signs_in_as_the_survivor(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, _) = made(&app, &jwt, 1).await;
    let merged = me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"].clone();
    let grace = customer(&app, "grace@example.com").await;
    let survivor =
        me(&app).bearer(&grace).send().await.expect(200)["customer"]["id"].as_str().unwrap().to_owned();
    let merge =
        app.merchant("POST", &format!("/api/customers/{survivor}/merge")).json(&json!({"from": merged}));
    merge.send().await.expect(200);
    let jwt = token(&sign_in_with(&app, &authenticator, &honest()).await);
    assert_eq!(me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"], json!(survivor));
}

async fn a_customer_has_ten_at_most(app: TestApp) {
    let jwt = shop(&app).await;
    let eleventh = question(&app, &jwt).await;
    for number in 1..=10 {
        made(&app, &jwt, number).await;
    }
    let full = json!({"type": "not_allowed", "message": "A customer can have at most 10 passkeys"});
    app.shop("POST", &format!("{PASSKEYS}/options")).bearer(&jwt).send().await.assert(400, &full);
    let credential = Authenticator::new(11).create(&eleventh["public_key"], &honest());
    answer(&app, &jwt, &eleventh, &credential).send().await.assert(400, &full);
}

async fn passkeys_are_their_owners_alone(app: TestApp) {
    let jwt = shop(&app).await;
    let (authenticator, passkey) = made(&app, &jwt, 1).await;
    let grace = customer(&app, "grace@example.com").await;
    app.shop("GET", PASSKEYS).bearer(&grace).send().await.assert(200, &json!({"passkeys": []}));
    let path = format!("{PASSKEYS}/{}", passkey["id"].as_str().unwrap());
    app.shop("DELETE", &path).bearer(&grace).send().await.assert(404, &not_found());
    let asked = question(&app, &jwt).await;
    let credential = Authenticator::new(2).create(&asked["public_key"], &honest());
    answer(&app, &grace, &asked, &credential).send().await.assert(400, &no_flow());
    answer(&app, &jwt, &asked, &credential).send().await.expect(200);
    token(&sign_in_with(&app, &authenticator, &honest()).await);
}

async fn passkeys_are_off_unless_the_merchant_says_where(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let none = json!({"type": "not_allowed", "message": "The shop takes no passkeys"});
    let options = || app.shop("POST", &format!("{PASSKEYS}/options")).bearer(&jwt).send();
    options().await.assert(400, &none);
    let no_provider = unauthorized("Could not find a auth provider with id: passkey");
    app.shop("POST", SIGN_IN).send().await.assert(401, &no_provider);
    app.shop("POST", CALLBACK).json(&json!({})).send().await.assert(401, &no_provider);
    // A domain without a page of it.
    settings(&app, &json!({"providers": {"passkey_domain": "shop.example"}})).await.expect(200);
    options().await.assert(400, &none);
    app.shop("POST", SIGN_IN).send().await.assert(400, &none);
    let chosen = settings(&app, &json!({"allowed_origins": [LISTED]})).await.expect(200);
    assert_eq!(chosen["providers"]["passkey_domain"], "shop.example");
    options().await.expect(200);
    let offered = app.shop("GET", "/auth/customer/providers").send().await.expect(200);
    let passkey =
        json!({"id": "passkey", "identifier": "passkey", "display_name": "Passkey", "flow": "passkey"});
    assert!(offered["providers"].as_array().unwrap().contains(&passkey), "{offered}");
    for bad in ["", "127.0.0.1", "shop.example:443", "https://shop.example"] {
        let answer = settings(&app, &json!({"providers": {"passkey_domain": bad}})).await.expect(422);
        assert_eq!(answer["detail"][0]["loc"], json!(["body", "providers", "passkey_domain"]), "{bad}");
    }
    settings(&app, &json!({"providers": {"passkey_domain": null}})).await.expect(200);
    options().await.assert(400, &none);
}

async fn lg_12_a_new_device_with_a_passkey_is_told_of(app: TestApp) {
    let (authenticator, _) = made(&app, &shop(&app).await, 1).await;
    deliver(&app).await;
    let before = mails(&app).len();
    token(&sign_in_with(&app, &authenticator, &honest()).await);
    app.clock.advance(Duration::days(400));
    token(&sign_in_with(&app, &authenticator, &honest()).await);
    deliver(&app).await;
    assert_eq!(mails(&app).len(), before + 1);
}

async fn what_is_no_answer_is_refused(app: TestApp) {
    let jwt = shop(&app).await;
    let (flow, _) = asked(&app).await;
    for (body, message) in [
        (json!({}), "Invalid request: Field 'flow' is required; Field 'credential' is required"),
        (
            json!({"flow": flow, "credential": "x"}),
            "Invalid request: Expected type: 'object' for field 'credential', got: 'null'",
        ),
        (
            json!({"flow": flow, "credential": {}, "colour": 1}),
            "Invalid request: Unrecognized fields: 'colour'",
        ),
    ] {
        app.shop("POST", CALLBACK).json(&body).send().await.assert(400, &invalid(message));
        let answer = app.shop("POST", PASSKEYS).bearer(&jwt).json(&body).send().await;
        answer.assert(400, &invalid(message));
    }
    let path = format!("{CALLBACK}?flow={flow}&credential=x");
    let message = "Invalid request: Value for field 'credential' should be a JSON object";
    app.shop("GET", &path).send().await.assert(400, &invalid(message));
    show(&app, "nonsense", &json!({})).send().await.assert(400, &no_flow());
    show(&app, &flow, &json!({"id": 1})).send().await.assert(401, &wrong());
    app.shop("DELETE", &format!("{PASSKEYS}/none")).bearer(&jwt).send().await.expect(400);
    app.shop("POST", SIGN_IN).json(&typed(EMAIL)).send().await.expect(400);
    app.shop("GET", SIGN_IN).send().await.expect(405);
    let foreign = show(&app, &flow, &json!({})).header("origin", "https://evil.example").send().await;
    assert_eq!(foreign.status, 403);
    sign_in(&app, EMAIL).await;
}

async fn questions_are_forgotten(app: TestApp) {
    shop(&app).await;
    asked(&app).await;
    assert_eq!(app.app.sweep_sign_in_attempts(1_000).await.unwrap(), 0);
    app.clock.advance(Duration::minutes(5) + Duration::SECOND);
    assert_eq!(app.app.sweep_sign_in_attempts(1_000).await.unwrap(), 1);
}

fn not_found() -> Value {
    json!({"type": "not_found", "message": "Passkey was not found"})
}
