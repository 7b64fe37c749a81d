//! The same request many times at once: one effect.

use std::future::Future;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anteroom_testkit::app::{Answer, Sabotage, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::{Either, join, join_all, select};
use serde_json::{Value, json};

use super::{Case, KEY, assert_replayed, cases, other_request, told};

both_databases![
    ap_04_of_sixteen_on_one_server_one_has_an_effect,
    ap_04_of_sixteen_on_two_servers_one_has_an_effect,
    ap_04_while_it_runs_a_second_one_is_told_so,
    ap_04_the_slower_server_answers_as_the_faster_one_did,
    ap_04_the_slower_of_two_requests_under_one_key_has_no_effect,
    ap_04_who_hangs_up_and_asks_again_has_one_effect,
    ap_04_of_sixteen_different_requests_under_one_key_one_has_an_effect,
];

const SENTENCE: &str = "The request conflicted with another request. You may retry the request with the provided \
                        Idempotency-Key.";

fn still_running(case: &Case) -> Value {
    if case.is_shops() {
        return json!({
            "code": "unknown_error", "message": SENTENCE, "type": "QueryRunnerAlreadyReleasedError"
        });
    }
    json!({"error": "Conflict", "detail": SENTENCE})
}

/// Every answer is the one, or says that it is still to come; at least one is the one.
fn assert_one(case: &Case, answers: &[Answer]) {
    let one = answers.iter().find(|answer| answer.status == case.status).unwrap();
    for answer in answers {
        if answer.status == 409 {
            answer.assert(409, &still_running(case));
        } else {
            assert_eq!(told(answer), told(one), "{}", case.path);
        }
    }
    let first = answers
        .iter()
        .filter(|answer| answer.status == case.status && answer.header("idempotency-replayed").is_empty());
    assert_eq!(first.count(), 1, "{}", case.path);
}

async fn ap_04_of_sixteen_on_one_server_one_has_an_effect(app: TestApp) {
    for case in cases(&app).await {
        let (key, before) = (case.key(), case.effects(&app).await);
        let answers = join_all((0..16).map(|_| case.send(&app, &key))).await;
        assert_one(&case, &answers);
        assert_eq!(case.effects(&app).await, 1 + effect_before(&case, before), "{}", case.path);
        let again = case.send(&app, &key).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (case.status, "true"));
    }
}

/// What counts the effects counts a sign-in's one cookie before it is there.
fn effect_before(case: &Case, before: usize) -> usize {
    if case.route == "/auth/session" { before - 1 } else { before }
}

async fn ap_04_of_sixteen_on_two_servers_one_has_an_effect(app: TestApp) {
    let second = app.another_server();
    let servers = [&app, &second];
    for case in cases(&app).await {
        let (key, before) = (case.key(), case.effects(&app).await);
        let answers = join_all((0..16).map(|n| case.send(servers[n % 2], &key))).await;
        assert_one(&case, &answers);
        assert_eq!(case.effects(&app).await, 1 + effect_before(&case, before), "{}", case.path);
        let [one, two] = servers.map(|server| case.send(server, &key));
        assert_eq!(told(&one.await), told(&two.await));
    }
}

async fn ap_04_of_sixteen_different_requests_under_one_key_one_has_an_effect(app: TestApp) {
    let second = app.another_server();
    let servers = [&app, &second];
    let jwt = super::customer(&app, "ada@example.com").await;
    let case = Case {
        route: "/store/customers/me/addresses",
        path: "/store/customers/me/addresses".to_owned(),
        bearer: jwt,
        body: json!({}),
        other: None,
        status: 200,
    };
    let add = |n: usize| {
        let call = case.call(servers[n % 2]).header("idempotency-key", KEY);
        call.json(&json!({"city": format!("City {n}")})).send()
    };
    let answers = join_all((0..16).map(add)).await;
    for answer in &answers {
        match answer.status {
            200 => {}
            409 => answer.assert(409, &still_running(&case)),
            _ => answer.assert(422, &super::other_request(&case)),
        }
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(case.effects(&app).await, 1);
}

async fn ap_04_while_it_runs_a_second_one_is_told_so(app: TestApp) {
    let (server, sabotage) = app.sabotaged_server();
    for case in cases(&app).await {
        let key = case.key();
        sabotage.wait();
        let [one, two] = [case.send(&server, &key), case.send(&server, &key)].map(Box::pin);
        // Whichever of them comes first waits; the other one need not.
        let (told_so, waiting) =
            match select(select(one, two), Box::pin(until_waiting(&app, &sabotage, 2))).await {
                Either::Left((Either::Left((answer, other)) | Either::Right((answer, other)), _)) => {
                    (answer, other)
                }
                Either::Right(_) => unreachable!("both are under way"),
            };
        told_so.assert(409, &still_running(&case));
        sabotage.over();
        let answer = waiting.await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (case.status, ""));
        assert_replayed(&answer, &case.send(&server, &key).await);
    }
}

/// Ends when so many wait to write, or never will.
async fn until_waiting(app: &TestApp, sabotage: &Sabotage, count: usize) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(1) {
        if sabotage.waiting() >= count {
            return;
        }
        app.get("/health/live").send().await.expect(200);
    }
    unreachable!("{} of {count} wait", sabotage.waiting());
}

/// The answers to a request that has found no answer of before, on a server whose writing waits, and to one that another
/// server answers meanwhile.
async fn overtaken(
    app: &TestApp,
    sabotage: &Sabotage,
    slower: impl Future<Output = Answer>,
    faster: impl Future<Output = Answer>,
) -> (Answer, Answer) {
    sabotage.wait();
    let overtaking = async {
        until_waiting(app, sabotage, 1).await;
        let answer = faster.await;
        sabotage.over();
        answer
    };
    join(slower, overtaking).await
}

async fn ap_04_the_slower_server_answers_as_the_faster_one_did(app: TestApp) {
    let (server, sabotage) = app.sabotaged_server();
    for case in cases(&app).await {
        let (key, before) = (case.key(), case.effects(&app).await);
        let (slower, faster) = (case.send(&server, &key), case.send(&app, &key));
        let (slower, faster) = overtaken(&app, &sabotage, slower, faster).await;
        assert_eq!(faster.status, case.status);
        assert_replayed(&faster, &slower);
        assert_eq!(case.effects(&app).await, 1 + effect_before(&case, before), "{}", case.path);
        if let Some(cookie) = faster.cookie("connect.sid") {
            let me = app.shop("GET", "/store/customers/me").cookie(&format!("connect.sid={cookie}"));
            assert_eq!(me.send().await.status, 200, "the cookie that both were told is the one that lives");
        }
    }
}

async fn ap_04_the_slower_of_two_requests_under_one_key_has_no_effect(app: TestApp) {
    let (server, sabotage) = app.sabotaged_server();
    let mut seen = 0;
    for case in cases(&app).await {
        let Some(other) = &case.other else { continue };
        let (key, before) = (case.key(), case.effects(&app).await);
        let slower = case.call(&server).header("idempotency-key", &key).json(other).send();
        let (slower, faster) = overtaken(&app, &sabotage, slower, case.send(&app, &key)).await;
        assert_eq!(faster.status, case.status);
        slower.assert(422, &other_request(&case));
        assert_eq!(case.effects(&app).await, before + 1, "{}", case.path);
        seen += 1;
    }
    assert_eq!(seen, 12);
}

async fn ap_04_who_hangs_up_and_asks_again_has_one_effect(app: TestApp) {
    let cases = cases(&app).await;
    let [case, ..] = cases.as_slice() else { unreachable!() };
    let body = case.body.to_string();
    for n in 0..16 {
        let mut stream = TcpStream::connect(app.address().strip_prefix("http://").unwrap()).unwrap();
        write!(
            stream,
            "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: \
             application/json\r\nIdempotency-Key: {n}\r\nContent-Length: {}\r\n\r\n{body}",
            case.path,
            case.bearer,
            body.len()
        )
        .unwrap();
        if n % 2 == 0 {
            // As far as the server is told at once; the others stay on the line and do not listen.
            drop(stream);
        }
        let answer = loop {
            let answer = case.send(&app, &n.to_string()).await;
            if answer.status != 409 {
                break answer;
            }
        };
        answer.expect(201);
        assert_eq!(case.effects(&app).await, n + 1);
    }
}
