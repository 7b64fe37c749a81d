//! E-mails and external ids that are taken.

use std::time::Duration;

use anteroom_app::{BilledCustomer, CustomerRef};
use anteroom_domain::Id;
use anteroom_domain::customer::Customer;
use anteroom_store::Mode;
use anteroom_testkit::app::{Answer, Database, TestApp};
use anteroom_testkit::both_databases;
use anteroom_testkit::random::SeededRandom;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::workspace::support::{customer, id, individual, team, value_error};

both_databases![
    lg_03_an_email_is_taken_in_every_spelling,
    a_taken_external_id_is_refused,
    everything_that_is_taken_is_named_at_once,
    external_ids_are_compared_exactly,
    what_is_taken_here_is_free_in_another_workspace,
    of_sixteen_raced_customers_of_one_email_one_is_made,
    of_sixteen_raced_customers_of_one_external_id_one_is_made,
    what_was_taken_between_the_look_and_the_writing_is_refused_too,
    what_a_deleted_customer_had_is_free_again,
];

const PATH: &str = "/api/customers";
const EMAIL_TAKEN: &str = "A customer with this email address already exists.";
const EXTERNAL_ID_TAKEN: &str = "A customer with this external ID already exists.";

async fn attempt(app: &TestApp, body: &Value) -> Answer {
    app.merchant("POST", PATH).json(body).send().await
}

async fn lg_03_an_email_is_taken_in_every_spelling(app: TestApp) {
    individual(&app, "Ada@Bücher.example").await;
    for email in
        ["Ada@Bücher.example", "ada@bücher.example", "ADA@BÜCHER.EXAMPLE", "ada@xn--bcher-kva.example"]
    {
        let expected = value_error("email", EMAIL_TAKEN, &json!(email));
        attempt(&app, &json!({"email": email})).await.assert(422, &expected);
    }
    let expected = value_error("email", EMAIL_TAKEN, &json!("ada@bücher.example"));
    attempt(&app, &json!({"email": " ada@bücher.example "})).await.assert(422, &expected);
}

async fn a_taken_external_id_is_refused(app: TestApp) {
    customer(&app, &json!({"email": "a@example.com", "external_id": "usr_1"})).await;
    let expected = value_error("external_id", EXTERNAL_ID_TAKEN, &json!("usr_1"));
    attempt(&app, &json!({"email": "b@example.com", "external_id": " usr_1 "})).await.assert(422, &expected);
}

async fn everything_that_is_taken_is_named_at_once(app: TestApp) {
    customer(&app, &json!({"email": "a@example.com", "external_id": "usr_1"})).await;
    customer(&app, &json!({"email": "b@example.com", "external_id": "usr_2"})).await;
    let taken = |field: &str, msg: &str, input: &str| -> Value {
        json!({"type": "value_error", "loc": ["body", field], "msg": msg, "input": input})
    };
    for external_id in ["usr_1", "usr_2"] {
        let detail = [
            taken("email", EMAIL_TAKEN, "a@example.com"),
            taken("external_id", EXTERNAL_ID_TAKEN, external_id),
        ];
        let expected = json!({"error": "RequestValidationError", "detail": detail});
        let body = json!({"email": "a@example.com", "external_id": external_id});
        attempt(&app, &body).await.assert(422, &expected);
    }
}

async fn external_ids_are_compared_exactly(app: TestApp) {
    for (n, external_id) in ["usr_a", "usr_A", "usr_ä", "usr%a", "usr__a"].into_iter().enumerate() {
        let body = json!({"email": format!("a{n}@example.com"), "external_id": external_id});
        assert_eq!(customer(&app, &body).await["external_id"], external_id);
    }
}

async fn what_is_taken_here_is_free_in_another_workspace(app: TestApp) {
    let body = json!({"email": "a@example.com", "external_id": "usr_1"});
    customer(&app, &body).await;
    let rival = app.other_workspace("rival").await;
    let rivals = app.token_with(&rival, "customers:write").await;
    let made = app.post(PATH).bearer(&rivals).json(&body).send().await.expect(201);
    assert_eq!(made["workspace_id"], rival.id.to_string());
}

async fn one_of_sixteen(app: &TestApp, body: impl Fn(usize) -> Value, refusal: impl Fn(usize) -> Value) {
    let bodies: Vec<_> = (0..16).map(body).collect();
    let answers = join_all(bodies.iter().map(|body| attempt(app, body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for (n, answer) in answers.iter().enumerate().filter(|(_, answer)| answer.status != 201) {
        answer.assert(422, &refusal(n));
    }
}

async fn of_sixteen_raced_customers_of_one_email_one_is_made(app: TestApp) {
    let email = |n: usize| if n.is_multiple_of(2) { "ada@example.com" } else { "ADA@example.com" };
    let refusal = |n| value_error("email", EMAIL_TAKEN, &json!(email(n)));
    one_of_sixteen(&app, |n| json!({"email": email(n)}), refusal).await;
}

async fn of_sixteen_raced_customers_of_one_external_id_one_is_made(app: TestApp) {
    let body = |n| json!({"email": format!("a{n}@example.com"), "external_id": "usr_1"});
    let refusal = |_| value_error("external_id", EXTERNAL_ID_TAKEN, &json!("usr_1"));
    one_of_sixteen(&app, body, refusal).await;
}

async fn what_was_taken_between_the_look_and_the_writing_is_refused_too(app: TestApp) {
    if app.database() == Database::Sqlite {
        // There is no between: who writes is alone from the look on.
        return;
    }
    let email = json!({"email": "0@example.com"});
    let external_id = json!({"email": "b@example.com", "external_id": "usr_1"});
    let email_taken = value_error("email", EMAIL_TAKEN, &json!("0@example.com"));
    let external_id_taken = value_error("external_id", EXTERNAL_ID_TAKEN, &json!("usr_1"));
    for (n, body, refusal) in [(0, email, email_taken), (1, external_id, external_id_taken)] {
        let new = json!({"email": format!("{n}@example.com"), "external_id": format!("usr_{n}")});
        let gone = customer(&app, &new).await;
        let which = CustomerRef::Id(id(&gone).parse().unwrap());
        let BilledCustomer { customer, .. } = app.app.customer(app.workspace.id, which).await.unwrap();
        app.merchant("DELETE", &format!("{PATH}/{}", id(&gone))).send().await.expect(204);
        let mut unit = app.store().begin(Mode::Write).unwrap();
        unit.insert_customer(&Customer { id: Id::random(&SeededRandom::new(99 + n)), ..customer }).unwrap();
        // Those who come now do not see it, and wait for it: until they hold every other connection, and go on holding it.
        let commit_at_last = async {
            let (mut looks, mut held) = (0, 0);
            while held < 50 {
                let pool = app.store().pool();
                held = if pool.in_use == pool.limit { held + 1 } else { 0 };
                looks += 1;
                assert!(looks < 10_000, "nobody waits");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            unit.commit().unwrap();
        };
        let attempts = join_all((0..3).map(|_| attempt(&app, &body)));
        let (answers, ()) = join(attempts, commit_at_last).await;
        for answer in answers {
            answer.assert(422, &refusal);
        }
    }
}

async fn what_a_deleted_customer_had_is_free_again(app: TestApp) {
    for anonymize in [false, true] {
        let body = json!({"email": "a@example.com", "external_id": "usr_1"});
        let gone = customer(&app, &body).await;
        let path = format!("{PATH}/{}?anonymize={anonymize}", id(&gone));
        app.merchant("DELETE", &path).send().await.expect(204);
        let again = customer(&app, &body).await;
        assert_ne!(again["id"], gone["id"]);
        app.merchant("GET", &format!("{PATH}/external/usr_1")).send().await.assert(200, &again);
        app.merchant("DELETE", &format!("{PATH}/{}", id(&again))).send().await.expect(204);
    }
    team(&app, "a@example.com").await;
}
