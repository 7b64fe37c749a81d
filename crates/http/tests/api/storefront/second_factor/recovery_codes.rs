//! Codes that are kept on paper.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::super::{PASSWORD, customer, me, sign_in, token};
use super::{
    EMAIL, by_password, challenge, next_step, pass, protected, reauth_required, wrong, wrong_when_signed_in,
};

const CODES: &str = "/auth/mfa/recovery-codes";

both_databases![
    mf_02_each_of_ten_codes_works_once,
    mf_02_no_code_is_in_the_database,
    mf_02_new_codes_kill_the_old,
    ot_03_of_sixteen_who_show_a_recovery_code_one_signs_in,
    codes_are_read_as_people_type_them,
    mf_04_new_codes_want_presence,
    without_a_second_factor_there_are_no_codes,
];

async fn left(app: &TestApp, jwt: &str) -> u64 {
    let kept = app.shop("GET", super::FACTORS).bearer(jwt).send().await.expect(200);
    kept["recovery_codes_left"].as_u64().unwrap()
}

async fn mf_02_each_of_ten_codes_works_once(app: TestApp) {
    let (jwt, _, codes) = protected(&app).await;
    assert_eq!(codes.len(), 10);
    for (used, code) in codes.iter().enumerate() {
        assert_eq!(left(&app, &jwt).await, 10 - u64::try_from(used).unwrap());
        token(&pass(&app, &challenge(&by_password(&app).await), code).send().await);
        pass(&app, &challenge(&by_password(&app).await), code).send().await.assert(401, &wrong());
    }
    assert_eq!(left(&app, &jwt).await, 0);
}

async fn mf_02_no_code_is_in_the_database(app: TestApp) {
    let (_, phone, codes) = protected(&app).await;
    let secret = phone.shows.secret().to_base32();
    for row in app.rows() {
        assert!(!row.contains(&secret), "{row}");
        for code in &codes {
            assert!(!row.contains(code.as_str()) && !row.contains(&code.replace('-', "")), "{row}");
        }
    }
}

async fn mf_02_new_codes_kill_the_old(app: TestApp) {
    let (jwt, _, old) = protected(&app).await;
    let answer = app.shop("POST", CODES).bearer(&jwt).send().await;
    super::assert_not_cached(&answer);
    let new = answer.expect(200)["recovery_codes"].clone();
    assert_eq!(new.as_array().unwrap().len(), 10);
    assert!(!new.as_array().unwrap().contains(&json!(old[0])));
    pass(&app, &challenge(&by_password(&app).await), &old[0]).send().await.assert(401, &wrong());
    token(&pass(&app, &challenge(&by_password(&app).await), new[0].as_str().unwrap()).send().await);
    assert_eq!(left(&app, &jwt).await, 9);
}

async fn ot_03_of_sixteen_who_show_a_recovery_code_one_signs_in(app: TestApp) {
    let (jwt, _, codes) = protected(&app).await;
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(challenge(&by_password(&app).await));
    }
    let answers = join_all((0..16).map(|n| pass(&app, &waiting[n % 4], &codes[0]).send())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(left(&app, &jwt).await, 9);
}

async fn codes_are_read_as_people_type_them(app: TestApp) {
    let (_, _, codes) = protected(&app).await;
    let group = |code: &str| code.split('-').map(str::len).collect::<Vec<_>>();
    assert_eq!(group(&codes[0]), [4, 4, 4, 4]);
    let typed = [
        codes[0].to_uppercase(),
        codes[1].replace('-', ""),
        format!(" {} ", codes[2].replace('-', " ")),
        codes[3].replace('0', "O").replace('1', "l"),
    ];
    for code in typed {
        token(&pass(&app, &challenge(&by_password(&app).await), &code).send().await);
    }
    // Where it is said to be a code of an app, it is none of these.
    let path = format!("/auth/mfa/challenges/{}/verify", challenge(&by_password(&app).await));
    let send =
        |method: &str| app.shop("POST", &path).json(&json!({"method": method, "code": codes[4]})).send();
    send("totp").await.assert(401, &wrong());
    token(&send("recovery_code").await);
}

async fn mf_04_new_codes_want_presence(app: TestApp) {
    let (jwt, phone, codes) = protected(&app).await;
    app.clock.advance(Duration::minutes(10));
    let ask = |body: &Value| app.shop("POST", CODES).bearer(&jwt).json(body).send();
    ask(&json!({})).await.assert(403, &reauth_required());
    ask(&json!({"current_password": PASSWORD})).await.assert(403, &reauth_required());
    ask(&json!({"code": phone.wrong_code(&app)})).await.assert(403, &wrong_when_signed_in());
    ask(&json!({"code": codes[0]})).await.expect(200);
    let code = phone.code(&app);
    ask(&json!({"code": code})).await.expect(200);
    ask(&json!({"code": code})).await.assert(403, &wrong_when_signed_in());
    me(&app).bearer(&jwt).send().await.expect(200);
    next_step(&app);
    let fresh = token(&pass(&app, &challenge(&by_password(&app).await), &phone.code(&app)).send().await);
    app.shop("POST", CODES).bearer(&fresh).send().await.expect(200);
}

async fn without_a_second_factor_there_are_no_codes(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let ask = |jwt: &str| app.shop("POST", CODES).bearer(jwt).send();
    let none = json!({"type": "not_allowed", "message": "No authenticator app is enabled"});
    ask(&jwt).await.assert(400, &none);
    super::start(&app, &jwt).await;
    ask(&jwt).await.assert(400, &none);
    assert_eq!(left(&app, &jwt).await, 0);
    sign_in(&app, EMAIL).await;
}
