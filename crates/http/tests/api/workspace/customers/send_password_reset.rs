//! `POST /api/customers/{customer_id}/send-password-reset`

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use crate::mails::{deliver, mails, only_mail};
use crate::workspace::support::{ABSENT, fault, id, individual, malformed, not_found, shopper};

both_databases![
    a_customer_is_mailed_a_link,
    a_customer_is_named_by_the_merchants_identifier,
    the_link_leads_where_the_merchant_says,
    ot_08_no_request_says_where_the_link_leads,
    ap_03_names_stay_where_they_belong_in_a_mail,
    a_customer_without_a_password_is_refused,
    a_disabled_customer_is_refused,
    an_unknown_or_foreign_customer_is_not_found,
    what_is_no_request_is_refused,
    ot_05_a_newer_mail_takes_the_older_ones_place,
    ot_09_the_sixth_mail_of_an_hour_is_not_sent,
    ot_09_sixteen_at_once_send_five_at_most,
    wh_04_a_mail_is_sent_by_another_server_when_the_first_has_died,
    a_mail_that_cannot_be_handed_over_is_tried_again,
    rl_01_a_mail_goes_with_its_customer,
    lo_02_the_link_is_nowhere_in_the_database,
];

async fn ask(app: &TestApp, customer: &Value) -> Answer {
    app.merchant("POST", &format!("/api/customers/{}/send-password-reset", id(customer))).send().await
}

fn refused(message: &str, customer: &Value) -> Value {
    fault("value_error", &json!(["path", "customer_id"]), message, &customer["id"])
}

async fn change_settings(app: &TestApp, body: &Value) {
    app.merchant("PATCH", "/api/workspace").json(body).send().await.expect(200);
}

async fn a_customer_is_mailed_a_link(app: TestApp) {
    let (_, ada) = shopper(&app, "Ada@example.com").await;
    ask(&app, &ada).await.assert(202, &json!({}));
    assert_eq!(mails(&app).len(), 0, "no request waits for a mail");
    assert_eq!((deliver(&app).await, deliver(&app).await), (1, 0));
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("From"), "acme <no-reply@anteroom.test>");
    assert_eq!(mail.header("To"), "Ada@example.com");
    assert_eq!(mail.header("Subject"), "Choose a new password for acme");
    assert_eq!(mail.header("Message-ID"), format!("<{}@anteroom.test>", mail.file.trim_end_matches(".eml")));
    let (page, token) = mail.link().split_once("?token=").unwrap();
    assert_eq!(page, "http://anteroom.test/acme/portal/password-reset");
    assert!(token.starts_with("anteroom_prt_"), "{token}");
}

async fn a_customer_is_named_by_the_merchants_identifier(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let path = format!("/api/customers/{}", id(&ada));
    app.merchant("PATCH", &path).json(&json!({"external_id": "usr/1"})).send().await.expect(200);
    let by_name = |name: &str| {
        app.merchant("POST", &format!("/api/customers/external/{name}/send-password-reset")).send()
    };
    by_name("usr%2F1").await.assert(202, &json!({}));
    assert_eq!(only_mail(&app).await.header("To"), "ada@example.com");
    by_name("usr_2").await.assert(404, &not_found("Customer"));
    app.merchant("POST", &format!("{path}/disable")).send().await.expect(200);
    let message = "Customer is disabled.";
    let refused = fault("value_error", &json!(["path", "external_id"]), message, &json!("usr/1"));
    by_name("usr%2F1").await.assert(422, &refused);
}

async fn the_link_leads_where_the_merchant_says(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let settings = json!({
        "links": {"password_reset": "https://shop.example/reset?token={token}"},
        "mail": {"sender_name": "The Shop", "sender_address": "hello@shop.example"},
        "portal": {"brand_name": "Shop & Co"},
    });
    change_settings(&app, &settings).await;
    ask(&app, &ada).await.expect(202);
    let mail = only_mail(&app).await;
    assert!(mail.link().starts_with("https://shop.example/reset?token=anteroom_prt_"), "{}", mail.link());
    assert_eq!(mail.header("From"), r#""The Shop" <hello@shop.example>"#);
    assert_eq!(mail.header("Subject"), "Choose a new password for Shop & Co");
    assert!(mail.text.contains("your account at Shop &amp; Co"), "{}", mail.text);
}

async fn ot_08_no_request_says_where_the_link_leads(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let path = format!("/api/customers/{}/send-password-reset", id(&ada));
    let call = app.merchant("POST", &path).header("host", "evil.example");
    call.header("x-forwarded-host", "evil.example").send().await.expect(202);
    assert!(!only_mail(&app).await.text.contains("evil"));
}

async fn ap_03_names_stay_where_they_belong_in_a_mail(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let name = "<script>x</script> \"Bcc: b@evil.example";
    let two_lines = json!({"mail": {"sender_name": "Shop\r\nBcc: b@evil.example"}});
    app.merchant("PATCH", "/api/workspace").json(&two_lines).send().await.expect(422);
    change_settings(&app, &json!({"mail": {"sender_name": name}, "portal": {"brand_name": name}})).await;
    ask(&app, &ada).await.expect(202);
    let mail = only_mail(&app).await;
    assert_eq!(mail.header("Bcc"), "");
    assert_eq!(mail.header("To"), "ada@example.com");
    let (_, page) = mail.text.split_once("<!doctype html>").unwrap();
    assert!(!page.contains("<script"), "{page}");
}

async fn a_customer_without_a_password_is_refused(app: TestApp) {
    let guest = individual(&app, "guest@example.com").await;
    let words = refused("Nobody signs in as this customer with a password.", &guest);
    ask(&app, &guest).await.assert(422, &words);
    let (_, ada) = shopper(&app, "ada@example.com").await;
    change_settings(&app, &json!({"providers": {"emailpass": false}})).await;
    let words = refused("Nobody signs in as this customer with a password.", &ada);
    ask(&app, &ada).await.assert(422, &words);
    assert_eq!(deliver(&app).await, 0);
}

async fn a_disabled_customer_is_refused(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    app.merchant("POST", &format!("/api/customers/{}/disable", id(&ada))).send().await.expect(200);
    ask(&app, &ada).await.assert(422, &refused("Customer is disabled.", &ada));
    assert_eq!(deliver(&app).await, 0);
}

async fn an_unknown_or_foreign_customer_is_not_found(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let other = app.other_workspace("other").await;
    let foreign = app.token_with(&other, "customers:write").await;
    let path = format!("/api/customers/{}/send-password-reset", id(&ada));
    app.post(&path).bearer(&foreign).send().await.assert(404, &not_found("Customer"));
    ask(&app, &json!({"id": ABSENT})).await.assert(404, &not_found("Customer"));
    app.merchant("DELETE", &format!("/api/customers/{}", id(&ada))).send().await.expect(204);
    ask(&app, &ada).await.assert(404, &not_found("Customer"));
    assert_eq!(deliver(&app).await, 0);
}

async fn what_is_no_request_is_refused(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    ask(&app, &json!({"id": "usr_1"})).await.assert(422, &malformed("customer_id", "usr_1"));
    let path = format!("/api/customers/{}/send-password-reset", id(&ada));
    let unknown =
        fault("extra_forbidden", &json!(["body", "email"]), "Extra inputs are not permitted", &json!(null));
    app.merchant("POST", &path).json(&json!({"email": "b@evil.example"})).send().await.assert(422, &unknown);
    let unknown =
        fault("extra_forbidden", &json!(["query", "to"]), "Extra inputs are not permitted", &json!(null));
    app.merchant("POST", &format!("{path}?to=b")).send().await.assert(422, &unknown);
    assert_eq!(deliver(&app).await, 0);
}

async fn ot_05_a_newer_mail_takes_the_older_ones_place(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    ask(&app, &ada).await.expect(202);
    let older = only_mail(&app).await;
    for _ in 0..2 {
        ask(&app, &ada).await.expect(202);
    }
    let newer = only_mail(&app).await;
    let opens = async |token: &str| {
        let page = app.get(&format!("/acme/portal/password-reset?token={token}")).send().await;
        page.text().contains("<form")
    };
    assert_eq!((opens(older.token()).await, opens(newer.token()).await), (false, true));
}

async fn ot_09_the_sixth_mail_of_an_hour_is_not_sent(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    for _ in 0..4 {
        ask(&app, &ada).await.expect(202);
    }
    ask(&app, &ada).await.expect(202);
    let last = only_mail(&app).await.token().to_owned();
    ask(&app, &ada).await.assert(202, &json!({}));
    assert_eq!(deliver(&app).await, 0);
    let page = app.get(&format!("/acme/portal/password-reset?token={last}")).send().await;
    assert!(page.text().contains("<form"), "the last link stays good");
    app.clock.advance(Duration::HOUR);
    ask(&app, &ada).await.expect(202);
    assert_eq!(deliver(&app).await, 1);
}

async fn ot_09_sixteen_at_once_send_five_at_most(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    let other = app.another_server();
    let servers = [&app, &other];
    let answers = join_all((0..16).map(|n| ask(servers[n % 2], &ada))).await;
    assert!(answers.iter().all(|answer| answer.status == 202));
    let made = app.rows().iter().filter(|row| row.starts_with("password_resets")).count();
    assert_eq!(made, 5);
    assert_eq!(deliver(&app).await, 1, "the newest has taken the place of the others");
}

async fn wh_04_a_mail_is_sent_by_another_server_when_the_first_has_died(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    ask(&app, &ada).await.expect(202);
    let other = app.another_server();
    drop(app);
    let first = only_mail(&other).await;
    assert_eq!(first.header("To"), "ada@example.com");
}

async fn a_mail_that_cannot_be_handed_over_is_tried_again(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    ask(&app, &ada).await.expect(202);
    std::fs::write(app.outbox(), "a file where the folder should be").unwrap();
    assert_eq!((deliver(&app).await, deliver(&app).await), (1, 0), "it is put off");
    std::fs::remove_file(app.outbox()).unwrap();
    app.clock.advance(Duration::seconds(29));
    assert_eq!(deliver(&app).await, 0);
    app.clock.advance(Duration::SECOND);
    assert_eq!(only_mail(&app).await.header("To"), "ada@example.com");
    // A mail whose link opens nothing any more is not worth sending.
    ask(&app, &ada).await.expect(202);
    app.clock.advance(Duration::minutes(30));
    assert_eq!(deliver(&app).await, 0);
    assert!(!app.rows().iter().any(|row| row.starts_with("outbox_messages")));
}

async fn rl_01_a_mail_goes_with_its_customer(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    ask(&app, &ada).await.expect(202);
    let path = format!("/api/customers/{}?anonymize=true", id(&ada));
    app.merchant("DELETE", &path).send().await.expect(204);
    assert!(!app.rows().iter().any(|row| row.contains("ada@example.com")));
    assert_eq!(deliver(&app).await, 0);
}

async fn lo_02_the_link_is_nowhere_in_the_database(app: TestApp) {
    let (_, ada) = shopper(&app, "ada@example.com").await;
    ask(&app, &ada).await.expect(202);
    let waiting = app.rows().join("\n");
    let mail = only_mail(&app).await;
    let hex: Vec<_> = mail.token().bytes().map(|byte| format!("{byte:02x}")).collect();
    for dump in [waiting, app.rows().join("\n")] {
        assert!(!dump.contains(mail.token()) && !dump.to_lowercase().contains(&hex.concat()));
    }
    let outbox = app.rows().iter().filter(|row| row.starts_with("outbox_messages")).count();
    assert_eq!(outbox, 0, "what was sent is gone");
}
