//! Authenticator apps, as their owner keeps them.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::super::{
    PASSWORD, START, bad_cookie, bad_token, cookie, cookie_of, customer, id, invalid, me, sign_in, token,
    wrong_email_or_password,
};
use super::{
    EMAIL, FACTORS, by_password, challenge, next_step, pass, protect, protected, reauth_required, start,
    verify, waits, wrong_when_signed_in,
};
use crate::mails::{deliver, mails};

both_databases![
    an_app_is_added_and_enabled,
    mf_04_an_app_protects_nothing_until_it_has_shown_a_code,
    mf_04_adding_and_removing_want_presence,
    mf_04_the_owner_is_told,
    mf_05_wrong_first_codes_are_counted,
    se_04_every_other_session_ends_and_the_cookie_is_another,
    the_last_app_takes_the_recovery_codes_along,
    each_of_several_apps_will_do,
    an_app_that_waits_makes_room_for_another,
    of_sixteen_first_codes_one_enables,
    apps_are_their_owners_alone,
    a_merged_account_keeps_its_second_factor,
    the_merchant_helps_who_has_lost_everything,
    what_is_no_app_is_refused,
];

async fn an_app_is_added_and_enabled(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let list = || app.shop("GET", FACTORS).bearer(&jwt).send();
    list().await.assert(200, &json!({"mfa_factors": [], "recovery_codes_left": 0}));
    let body = json!({"provider": "totp", "label": "Phone"});
    let answer = app.shop("POST", FACTORS).bearer(&jwt).json(&body).send().await;
    super::assert_not_cached(&answer);
    let started = answer.expect(200);
    let phone = super::Phone::of(&started);
    let mut factor = json!({
        "id": id(&started["mfa_factor"]["id"]),
        "provider": "totp",
        "label": "Phone",
        "status": "pending",
        "created_at": START,
        "verified_at": null,
    });
    assert_eq!(started["mfa_factor"], factor);
    let secret = started["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    let url = format!("otpauth://totp/acme:ada%40example.com?secret={secret}&issuer=acme");
    assert_eq!(started["otpauth_url"], json!(url));
    list().await.assert(200, &json!({"mfa_factors": [factor], "recovery_codes_left": 0}));
    let verified = verify(&app, &jwt, &phone, &phone.code(&app)).send().await.expect(200);
    factor["status"] = json!("enabled");
    factor["verified_at"] = json!(START);
    assert_eq!(verified, json!({"mfa_factor": factor, "recovery_codes": verified["recovery_codes"]}));
    list().await.assert(200, &json!({"mfa_factors": [factor], "recovery_codes_left": 10}));
}

async fn mf_04_an_app_protects_nothing_until_it_has_shown_a_code(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let phone = start(&app, &jwt).await;
    sign_in(&app, EMAIL).await;
    let wrong = verify(&app, &jwt, &phone, &phone.wrong_code(&app)).send().await;
    wrong.assert(403, &wrong_when_signed_in());
    sign_in(&app, EMAIL).await;
    app.clock.advance(Duration::HOUR);
    let late = verify(&app, &jwt, &phone, &phone.code(&app)).send().await;
    late.assert(404, &not_found());
    let phone = start(&app, &sign_in(&app, EMAIL).await).await;
    verify(&app, &jwt, &phone, &phone.code(&app)).send().await.expect(200);
    challenge(&by_password(&app).await);
    // It is enabled once.
    next_step(&app);
    verify(&app, &jwt, &phone, &phone.code(&app)).send().await.assert(403, &wrong_when_signed_in());
}

async fn mf_04_adding_and_removing_want_presence(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    app.clock.advance(Duration::minutes(10));
    let add = |proof: Value| {
        let mut body = json!({"provider": "totp"});
        body.as_object_mut().unwrap().extend(proof.as_object().unwrap().clone());
        app.shop("POST", FACTORS).bearer(&jwt).json(&body).send()
    };
    add(json!({})).await.assert(403, &reauth_required());
    add(json!({"code": "287082"})).await.assert(403, &reauth_required());
    let wrong_password = json!({"type": "forbidden", "message": "The current password is wrong"});
    add(json!({"current_password": "wrong battery staple"})).await.assert(403, &wrong_password);
    let phone = super::Phone::of(&add(json!({"current_password": PASSWORD})).await.expect(200));
    verify(&app, &jwt, &phone, &phone.code(&app)).send().await.expect(200);
    next_step(&app);
    // The password is one factor, and there are two by now.
    add(json!({"current_password": PASSWORD})).await.assert(403, &reauth_required());
    let remove =
        |body: Value| app.shop("DELETE", &format!("{FACTORS}/{}", phone.id)).bearer(&jwt).json(&body).send();
    remove(json!({})).await.assert(403, &reauth_required());
    remove(json!({"current_password": PASSWORD})).await.assert(403, &reauth_required());
    remove(json!({"code": phone.wrong_code(&app)})).await.assert(403, &wrong_when_signed_in());
    remove(json!({"method": "totp", "code": phone.code(&app)})).await.expect(200);
    sign_in(&app, EMAIL).await;
}

async fn mf_04_the_owner_is_told(app: TestApp) {
    let (jwt, phone, _) = protected(&app).await;
    deliver(&app).await;
    let subjects = || mails(&app).iter().map(|mail| mail.header("Subject").to_owned()).collect::<Vec<_>>();
    assert_eq!(subjects(), ["Your account at acme is protected by a second factor"]);
    let mail = mails(&app).remove(0);
    assert_eq!(mail.header("To"), EMAIL);
    app.shop("DELETE", &format!("{FACTORS}/{}", phone.id)).bearer(&jwt).send().await.expect(200);
    deliver(&app).await;
    assert_eq!(subjects().len(), 2);
    assert!(
        subjects().contains(&"Your account at acme is no longer protected by a second factor".to_owned())
    );
}

async fn mf_05_wrong_first_codes_are_counted(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let phone = start(&app, &jwt).await;
    for _ in 0..10 {
        let wrong = verify(&app, &jwt, &phone, &phone.wrong_code(&app)).send().await;
        wrong.assert(403, &wrong_when_signed_in());
    }
    verify(&app, &jwt, &phone, &phone.code(&app)).send().await.assert(429, &waits(30));
    app.clock.advance(Duration::seconds(30));
    verify(&app, &jwt, &phone, &phone.code(&app)).send().await.expect(200);
}

async fn se_04_every_other_session_ends_and_the_cookie_is_another(app: TestApp) {
    let (others, jwt) = (customer(&app, EMAIL).await, sign_in(&app, EMAIL).await);
    let (others_cookie, old) = (cookie(&app, &others).await, cookie(&app, &jwt).await);
    let phone = start(&app, &jwt).await;
    let body = json!({"code": phone.code(&app)});
    let path = format!("{FACTORS}/{}/verify", phone.id);
    let answer = app.shop("POST", &path).header("cookie", &old).json(&body).send().await;
    answer.expect(200);
    let new = cookie_of(&answer);
    me(&app).header("cookie", &old).send().await.assert(401, &bad_cookie());
    me(&app).header("cookie", &new).send().await.expect(200);
    me(&app).bearer(&jwt).send().await.expect(200);
    me(&app).bearer(&others).send().await.assert(401, &bad_token());
    me(&app).header("cookie", &others_cookie).send().await.assert(401, &bad_cookie());
    next_step(&app);
    let third = token(&pass(&app, &challenge(&by_password(&app).await), &phone.code(&app)).send().await);
    let answer = app.shop("DELETE", &format!("{FACTORS}/{}", phone.id)).header("cookie", &new).send().await;
    answer.expect(200);
    me(&app).header("cookie", &cookie_of(&answer)).send().await.expect(200);
    me(&app).bearer(&third).send().await.assert(401, &bad_token());
}

async fn the_last_app_takes_the_recovery_codes_along(app: TestApp) {
    let (jwt, phone, codes) = protected(&app).await;
    let removed =
        app.shop("DELETE", &format!("{FACTORS}/{}", phone.id)).bearer(&jwt).send().await.expect(200);
    assert_eq!(
        (&removed["mfa_factor"]["id"], &removed["mfa_factor"]["status"]),
        (&json!(phone.id), &json!("enabled"))
    );
    let kept = app.shop("GET", FACTORS).bearer(&jwt).send().await;
    kept.assert(200, &json!({"mfa_factors": [], "recovery_codes_left": 0}));
    let again = app.shop("DELETE", &format!("{FACTORS}/{}", phone.id)).bearer(&jwt).send().await;
    again.assert(404, &not_found());
    let (_, new) = protect(&app, &sign_in(&app, EMAIL).await).await;
    let waiting = challenge(&by_password(&app).await);
    pass(&app, &waiting, &codes[0]).send().await.assert(401, &super::wrong());
    token(&pass(&app, &waiting, &new[0]).send().await);
}

async fn each_of_several_apps_will_do(app: TestApp) {
    let (jwt, first, codes) = protected(&app).await;
    let mut phones = vec![first];
    for _ in 1..5 {
        let phone = start(&app, &jwt).await;
        let verified = verify(&app, &jwt, &phone, &phone.code(&app)).send().await.expect(200);
        assert_eq!(verified.get("recovery_codes"), None, "those of the first app stay");
        phones.push(phone);
    }
    let body = json!({"provider": "totp"});
    let full = json!({"type": "not_allowed", "message": "A customer can have at most 5 authenticator apps"});
    app.shop("POST", FACTORS).bearer(&jwt).json(&body).send().await.assert(400, &full);
    next_step(&app);
    for phone in &phones {
        token(&pass(&app, &challenge(&by_password(&app).await), &phone.code(&app)).send().await);
    }
    app.shop("DELETE", &format!("{FACTORS}/{}", phones[0].id)).bearer(&jwt).send().await.expect(200);
    token(&pass(&app, &challenge(&by_password(&app).await), &codes[0]).send().await);
}

async fn an_app_that_waits_makes_room_for_another(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let (first, second) = (start(&app, &jwt).await, start(&app, &jwt).await);
    verify(&app, &jwt, &first, &first.code(&app)).send().await.assert(404, &not_found());
    verify(&app, &jwt, &second, &second.code(&app)).send().await.expect(200);
}

async fn of_sixteen_first_codes_one_enables(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let phone = start(&app, &jwt).await;
    let code = phone.code(&app);
    let answers = join_all((0..16).map(|_| verify(&app, &jwt, &phone, &code).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    me(&app).bearer(&jwt).send().await.expect(200);
}

async fn apps_are_their_owners_alone(app: TestApp) {
    let (_, phone, _) = protected(&app).await;
    let grace = customer(&app, "grace@example.com").await;
    let waits = start(&app, &grace).await;
    verify(&app, &grace, &phone, &phone.code(&app)).send().await.assert(404, &not_found());
    app.shop("DELETE", &format!("{FACTORS}/{}", phone.id))
        .bearer(&grace)
        .send()
        .await
        .assert(404, &not_found());
    verify(&app, &grace, &waits, &waits.code(&app)).send().await.expect(200);
    token(&pass(&app, &challenge(&by_password(&app).await), &phone.code(&app)).send().await);
}

async fn a_merged_account_keeps_its_second_factor(app: TestApp) {
    let (jwt, phone, codes) = protected(&app).await;
    let merged = me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"].clone();
    let grace = customer(&app, "grace@example.com").await;
    let survivor =
        me(&app).bearer(&grace).send().await.expect(200)["customer"]["id"].as_str().unwrap().to_owned();
    let body = json!({"from": merged});
    let answer = app.merchant("POST", &format!("/api/customers/{survivor}/merge")).json(&body).send().await;
    answer.expect(200);
    for code in [&phone.code(&app), &codes[0]] {
        token(&pass(&app, &challenge(&by_password(&app).await), code).send().await);
    }
    // It guards the survivor's other names too.
    let typed = super::super::typed("grace@example.com");
    challenge(&app.shop("POST", "/auth/customer/emailpass").json(&typed).send().await.expect(200));
}

async fn the_merchant_helps_who_has_lost_everything(app: TestApp) {
    let (jwt, phone, codes) = protected(&app).await;
    let customer =
        me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/customers/{customer}/second-factor");
    let waiting = challenge(&by_password(&app).await);
    deliver(&app).await;
    let before = mails(&app).len();
    app.merchant("DELETE", &path).send().await.assert(200, &json!({"removed": 1}));
    me(&app).bearer(&jwt).send().await.assert(401, &bad_token());
    for code in [&phone.code(&app), &codes[0]] {
        pass(&app, &waiting, code).send().await.assert(401, &super::over());
    }
    let jwt = sign_in(&app, EMAIL).await;
    let kept = app.shop("GET", FACTORS).bearer(&jwt).send().await;
    kept.assert(200, &json!({"mfa_factors": [], "recovery_codes_left": 0}));
    app.merchant("DELETE", &path).send().await.assert(200, &json!({"removed": 0}));
    me(&app).bearer(&jwt).send().await.expect(200);
    deliver(&app).await;
    assert_eq!(mails(&app).len(), before + 1, "it is told once");
}

async fn what_is_no_app_is_refused(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let before = app.rows();
    for (body, message) in [
        (json!({}), "Invalid request: Field 'provider' is required"),
        (json!({"provider": "sms"}), "Invalid request: Value for field 'provider' should be 'totp'"),
        (
            json!({"provider": "totp", "label": 1}),
            "Invalid request: Expected type: 'string' for field 'label', got: 'number'",
        ),
        (json!({"provider": "totp", "secret": "A"}), "Invalid request: Unrecognized fields: 'secret'"),
    ] {
        app.shop("POST", FACTORS).bearer(&jwt).json(&body).send().await.assert(400, &invalid(message));
    }
    let unknown = format!("{FACTORS}/3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60");
    let code = json!({"code": "287082"});
    app.shop("POST", &format!("{unknown}/verify"))
        .bearer(&jwt)
        .json(&code)
        .send()
        .await
        .assert(404, &not_found());
    app.shop("DELETE", &unknown).bearer(&jwt).send().await.assert(404, &not_found());
    app.shop("DELETE", &format!("{FACTORS}/none")).bearer(&jwt).send().await.expect(400);
    assert_eq!(app.rows(), before);
    app.shop("POST", "/auth/customer/emailpass")
        .json(&super::super::typed_with(EMAIL, "x"))
        .send()
        .await
        .assert(401, &wrong_email_or_password());
}

fn not_found() -> Value {
    json!({"type": "not_found", "message": "Factor was not found"})
}
