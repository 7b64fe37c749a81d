//! Signing in by a code that is mailed.

use anteroom_testkit::app::{Answer, Call, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;
use url::Url;

use super::{customer, me, token, unauthorized};

both_databases![
    a_code_signs_in_and_makes_the_customer,
    the_sdks_way_back_by_get_works,
    ot_01_a_code_is_good_for_ten_minutes_in_its_flow_alone,
    ot_01_neither_codes_nor_flows_are_in_the_database,
    ot_02_after_five_wrong_guesses_a_code_is_dead,
    ot_02_of_sixteen_guesses_at_once_five_are_looked_at,
    ot_03_of_sixteen_submissions_of_a_code_one_signs_in,
    ot_05_a_newer_code_takes_the_older_ones_place,
    ot_09_the_sixth_code_of_an_hour_is_not_mailed,
    ot_11_who_reads_a_code_takes_the_account_from_a_stranger,
    lg_02_whether_there_is_an_account_is_not_said,
    a_guest_goes_up_in_the_account_of_a_code,
    a_disabled_customer_is_mailed_nothing,
    what_is_no_code_or_no_email_is_refused,
    codes_are_off_unless_the_merchant_wants_them,
    codes_are_forgotten_after_an_hour,
];

const EMAIL: &str = "ada@example.com";

async fn switch_on(app: &TestApp) {
    let body = json!({"providers": {"otp": true}});
    app.merchant("PATCH", "/api/workspace").json(&body).send().await.expect(200);
}

fn ask(app: &TestApp, email: &str) -> Call {
    app.shop("POST", "/auth/customer/otp").json(&json!({"email": email}))
}

fn flow_of(answer: &Answer) -> String {
    let location = answer.expect(200)["location"].as_str().unwrap().to_owned();
    assert!(location.starts_with("http://anteroom.test/auth/customer/otp/callback?flow="), "{location}");
    Url::parse(&location).unwrap().query_pairs().next().unwrap().1.into_owned()
}

fn written(app: &TestApp) -> usize {
    app.rows().iter().filter(|row| row.starts_with("sign_in_codes ")).count()
}

/// Asks for a code, and waits until it is written down; the flow, and the code as it stands in the mail.
pub(super) async fn mailed(app: &TestApp, email: &str) -> (String, String) {
    switch_on(app).await;
    let before = written(app);
    let flow = flow_of(&ask(app, email).send().await);
    while written(app) == before {
        tokio::task::yield_now().await;
    }
    (flow, mails(app).await.pop().unwrap())
}

/// Delivers what is in the outbox; the code of each mail that has one, the oldest first.
async fn mails(app: &TestApp) -> Vec<String> {
    app.app.deliver_mails(20).await.unwrap();
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let made = path.metadata().unwrap().modified().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let subject = text.lines().find_map(|line| line.strip_prefix("Subject: "))?.to_owned();
        let code = subject.get(..9).filter(|code| code.bytes().all(|b| b.is_ascii_digit() || b == b' '))?;
        Some((made, code.to_owned()))
    };
    let mut codes: Vec<_> = std::fs::read_dir(app.outbox()).into_iter().flatten().filter_map(read).collect();
    codes.sort();
    codes.into_iter().map(|(_, code)| code).collect()
}

pub(super) fn show(app: &TestApp, flow: &str, code: &str) -> Call {
    app.shop("POST", "/auth/customer/otp/callback").json(&json!({"flow": flow, "code": code}))
}

fn wrong() -> Value {
    unauthorized("The code is wrong, was used before or has expired")
}

/// A code that is not that one.
fn other(code: &str) -> &'static str {
    if code == "0000 0000" { "0000 0001" } else { "0000 0000" }
}

async fn a_code_signs_in_and_makes_the_customer(app: TestApp) {
    let (flow, code) = mailed(&app, EMAIL).await;
    let answer = show(&app, &flow, &code).send().await;
    let jwt = token(&answer);
    assert!(answer.set_cookie("anteroom_device").is_some());
    let first = me(&app).bearer(&jwt).send().await.expect(200)["customer"].clone();
    assert_eq!((&first["email"], &first["has_account"]), (&json!(EMAIL), &json!(true)));
    let sessions = app.shop("GET", "/store/customers/me/sessions").bearer(&jwt).send().await.expect(200);
    assert_eq!(sessions["sessions"][0]["provider"], "otp");
    let (flow, code) = mailed(&app, "ADA@example.com").await;
    let jwt = token(&show(&app, &flow, &code.replace(' ', "")).send().await);
    assert_eq!(me(&app).bearer(&jwt).send().await.expect(200)["customer"], first);
}

async fn the_sdks_way_back_by_get_works(app: TestApp) {
    let (flow, code) = mailed(&app, EMAIL).await;
    let path = format!("/auth/customer/otp/callback?flow={flow}&code={}", code.replace(' ', "+"));
    token(&app.shop("GET", &path).bearer("stale").send().await);
    app.shop("GET", &path).send().await.assert(401, &wrong());
}

async fn ot_01_a_code_is_good_for_ten_minutes_in_its_flow_alone(app: TestApp) {
    let (flow, code) = mailed(&app, EMAIL).await;
    let (other_flow, _) = mailed(&app, "grace@example.com").await;
    show(&app, &other_flow, &code).send().await.assert(401, &wrong());
    app.clock.advance(Duration::minutes(10) - Duration::milliseconds(1));
    let rival = app.other_workspace("rival").await;
    let rivals_key = app.key_of(&rival).await;
    let body = json!({"flow": flow, "code": code});
    let elsewhere = app.post("/auth/customer/otp/callback").header("x-publishable-api-key", &rivals_key);
    elsewhere
        .json(&body)
        .send()
        .await
        .assert(401, &unauthorized("Could not find a auth provider with id: otp"));
    token(&show(&app, &flow, &code).send().await);
    let (flow, code) = mailed(&app, "alan@example.com").await;
    app.clock.advance(Duration::minutes(10));
    show(&app, &flow, &code).send().await.assert(401, &wrong());
}

async fn ot_01_neither_codes_nor_flows_are_in_the_database(app: TestApp) {
    let (flow, code) = mailed(&app, EMAIL).await;
    let plain = code.replace(' ', "");
    for row in app.rows() {
        assert!(!row.contains(&flow) && !row.contains(&code) && !row.contains(&plain), "{row}");
    }
}

async fn ot_02_after_five_wrong_guesses_a_code_is_dead(app: TestApp) {
    let (flow, code) = mailed(&app, EMAIL).await;
    for _ in 0..4 {
        show(&app, &flow, other(&code)).send().await.assert(401, &wrong());
    }
    let (second_flow, second) = mailed(&app, "grace@example.com").await;
    for _ in 0..5 {
        show(&app, &second_flow, other(&second)).send().await.assert(401, &wrong());
    }
    show(&app, &second_flow, &second).send().await.assert(401, &wrong());
    // The fifth try of the first one is right.
    token(&show(&app, &flow, &code).send().await);
}

async fn ot_02_of_sixteen_guesses_at_once_five_are_looked_at(app: TestApp) {
    let (flow, code) = mailed(&app, EMAIL).await;
    let answers = join_all((0..16).map(|_| show(&app, &flow, other(&code)).send())).await;
    assert!(answers.iter().all(|answer| answer.status == 401));
    show(&app, &flow, &code).send().await.assert(401, &wrong());
}

async fn ot_03_of_sixteen_submissions_of_a_code_one_signs_in(app: TestApp) {
    let (flow, code) = mailed(&app, EMAIL).await;
    let answers = join_all((0..16).map(|_| show(&app, &flow, &code).send())).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [&[200][..], &[401; 15]].concat());
}

async fn ot_05_a_newer_code_takes_the_older_ones_place(app: TestApp) {
    let (old_flow, old) = mailed(&app, EMAIL).await;
    let (flow, code) = mailed(&app, "Ada@Example.com").await;
    show(&app, &old_flow, &old).send().await.assert(401, &wrong());
    token(&show(&app, &flow, &code).send().await);
}

async fn ot_09_the_sixth_code_of_an_hour_is_not_mailed(app: TestApp) {
    for email in ["new@example.com", EMAIL] {
        if email == EMAIL {
            customer(&app, EMAIL).await;
        }
        let before = mails(&app).await.len();
        for _ in 0..4 {
            mailed(&app, email).await;
        }
        let (flow, code) = mailed(&app, email).await;
        // Answered alike; the last one that was mailed stays good.
        let written_down = written(&app);
        let other = flow_of(&ask(&app, email).send().await);
        show(&app, &other, &code).send().await.assert(401, &wrong());
        token(&show(&app, &flow, &code).send().await);
        assert_eq!((mails(&app).await.len(), written(&app)), (before + 5, written_down));
        app.clock.advance(Duration::HOUR);
        mailed(&app, email).await;
    }
}

async fn ot_11_who_reads_a_code_takes_the_account_from_a_stranger(app: TestApp) {
    let strangers = customer(&app, EMAIL).await;
    let (flow, code) = mailed(&app, EMAIL).await;
    let owner = token(&show(&app, &flow, &code).send().await);
    me(&app).bearer(&strangers).send().await.assert(401, &super::bad_token());
    let refused = app.shop("POST", "/auth/customer/emailpass").json(&super::typed(EMAIL)).send().await;
    refused.assert(401, &super::wrong_email_or_password());
    me(&app).bearer(&owner).send().await.expect(200);
    // Whoever has proved it keeps what they have from then on.
    let (flow, code) = mailed(&app, EMAIL).await;
    token(&show(&app, &flow, &code).send().await);
    me(&app).bearer(&owner).send().await.expect(200);
}

async fn lg_02_whether_there_is_an_account_is_not_said(app: TestApp) {
    switch_on(&app).await;
    customer(&app, EMAIL).await;
    let shape = |answer: &Answer| {
        let headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        (answer.status, answer.text().len(), headers)
    };
    let there = ask(&app, EMAIL).send().await;
    let absent = ask(&app, "bob@example.com").send().await;
    flow_of(&there);
    assert_eq!(there.status, 200);
    assert_eq!(shape(&there), shape(&absent));
}

async fn a_guest_goes_up_in_the_account_of_a_code(app: TestApp) {
    let body = json!({"email": EMAIL, "billing_address": {"country": "GB", "city": "London"}});
    app.merchant("POST", "/api/customers").json(&body).send().await.expect(201);
    let (flow, code) = mailed(&app, EMAIL).await;
    let jwt = token(&show(&app, &flow, &code).send().await);
    let found = me(&app).bearer(&jwt).send().await.expect(200);
    assert_eq!(found["customer"]["addresses"][0]["city"], "London");
}

async fn a_disabled_customer_is_mailed_nothing(app: TestApp) {
    let jwt = customer(&app, EMAIL).await;
    let id = me(&app).bearer(&jwt).send().await.expect(200)["customer"]["id"].as_str().unwrap().to_owned();
    let (flow, code) = mailed(&app, EMAIL).await;
    app.merchant("POST", &format!("/api/customers/{id}/disable")).send().await;
    show(&app, &flow, &code).send().await.assert(401, &unauthorized("The account is disabled"));
    let before = (written(&app), mails(&app).await.len());
    flow_of(&ask(&app, EMAIL).send().await);
    // One that is mailed afterwards shows that the other would have been.
    mailed(&app, "grace@example.com").await;
    assert_eq!((written(&app), mails(&app).await.len()), (before.0 + 1, before.1 + 1));
}

async fn what_is_no_code_or_no_email_is_refused(app: TestApp) {
    let (flow, _) = mailed(&app, EMAIL).await;
    for (body, message) in [
        (json!({}), "Invalid request: Field 'email' is required"),
        (json!({"email": "nonsense"}), "Invalid request: Invalid email"),
        (json!({"email": EMAIL, "password": "x"}), "Invalid request: Unrecognized fields: 'password'"),
    ] {
        let answer = app.shop("POST", "/auth/customer/otp").json(&body).send().await;
        answer.assert(400, &super::invalid(message));
    }
    let answer = app.shop("GET", "/auth/customer/otp/callback").send().await;
    answer
        .assert(400, &super::invalid("Invalid request: Field 'flow' is required; Field 'code' is required"));
    for (flow, code) in [("", "1234 5678"), ("anteroom_sif_x", "1234 5678"), (flow.as_str(), "")] {
        show(&app, flow, code).send().await.assert(401, &wrong());
    }
    let nobody = unauthorized("Could not find a auth provider with id: otp");
    let register = app.shop("POST", "/auth/customer/otp/register").json(&super::typed("x@example.com"));
    register.send().await.assert(401, &nobody);
    let answer = app.shop("GET", "/auth/customer/otp").send().await;
    answer.assert(405, &json!({"type": "not_allowed", "message": "Method not allowed"}));
}

async fn codes_are_off_unless_the_merchant_wants_them(app: TestApp) {
    let nobody = unauthorized("Could not find a auth provider with id: otp");
    ask(&app, EMAIL).send().await.assert(401, &nobody);
    show(&app, "x", "y").send().await.assert(401, &nobody);
    switch_on(&app).await;
    let listed = app.shop("GET", "/auth/customer/providers").send().await.expect(200);
    let otp = json!({"id": "otp", "identifier": "otp", "display_name": "Code by email", "flow": "code"});
    assert_eq!(listed["providers"][1], otp);
}

async fn codes_are_forgotten_after_an_hour(app: TestApp) {
    mailed(&app, EMAIL).await;
    app.clock.advance(Duration::HOUR);
    assert_eq!((app.app.sweep_sign_in_attempts(10).await.unwrap(), written(&app)), (0, 1));
    app.clock.advance(Duration::milliseconds(1));
    assert_eq!((app.app.sweep_sign_in_attempts(10).await.unwrap(), written(&app)), (1, 0));
}
