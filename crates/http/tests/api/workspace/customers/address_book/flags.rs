//! Default addresses: at most one of each kind, whoever asks for it at the same moment.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};
use time::Duration;

use super::{add, addresses, billing_address, book, patch, path, shown};
use crate::workspace::support::individual;

both_databases![
    a_new_default_takes_the_flag_from_the_one_before,
    a_changed_address_takes_flags_and_gives_them_up,
    of_sixteen_new_defaults_one_remains,
    of_sixteen_who_take_the_flags_one_has_them,
    flags_that_are_taken_and_removed_at_once_are_at_one_address_at_most,
];

/// (billing, shipping) of every address, oldest first.
async fn flags(app: &TestApp, customer: &Value) -> Vec<(bool, bool)> {
    let all = addresses(app, customer).await;
    let flag = |one: &Value, name: &str| one[name].as_bool().unwrap();
    all.iter().map(|one| (flag(one, "is_default_billing"), flag(one, "is_default_shipping"))).collect()
}

async fn a_new_default_takes_the_flag_from_the_one_before(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    for (billing, shipping, expected) in [
        (true, true, vec![(true, true)]),
        (false, false, vec![(true, true), (false, false)]),
        (true, false, vec![(false, true), (false, false), (true, false)]),
        (false, true, vec![(false, false), (false, false), (true, false), (false, true)]),
    ] {
        app.clock.advance(Duration::SECOND);
        add(&app, &ada, &json!({"is_default_billing": billing, "is_default_shipping": shipping})).await;
        assert_eq!(flags(&app, &ada).await, expected);
    }
    let modified: Vec<_> = addresses(&app, &ada).await.iter().map(|one| one["modified_at"].clone()).collect();
    assert_eq!(modified, [json!("2026-01-02T03:04:09.678Z"), json!(null), json!(null), json!(null)]);
}

async fn a_changed_address_takes_flags_and_gives_them_up(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let both = json!({"is_default_billing": true, "is_default_shipping": true, "country": "US"});
    let (home, office) = (add(&app, &ada, &both).await, add(&app, &ada, &json!({"country": "CA"})).await);
    let (first, second) = if addresses(&app, &ada).await[0] == home { (0, 1) } else { (1, 0) };
    app.clock.advance(Duration::SECOND);
    let taken = patch(&app, &office, &json!({"is_default_billing": true})).await.expect(200);
    assert_eq!([&taken["is_default_billing"], &taken["is_default_shipping"]], [true, false]);
    let lost = shown(&app, &home).await;
    assert_eq!([&lost["is_default_billing"], &lost["is_default_shipping"]], [false, true]);
    let moment = json!("2026-01-02T03:04:06.678Z");
    assert_eq!(
        [&taken["modified_at"], &lost["modified_at"]],
        [&moment, &moment],
        "losing a flag is a change"
    );
    assert_eq!(billing_address(&app, &ada).await["country"], "CA");
    app.clock.advance(Duration::SECOND);
    patch(&app, &office, &json!({"is_default_billing": true, "line1": "x"})).await.expect(200);
    assert_eq!(shown(&app, &home).await, lost, "nothing was taken from it");
    patch(&app, &office, &json!({"is_default_billing": false})).await.expect(200);
    let left = flags(&app, &ada).await;
    assert_eq!((left[first], left[second]), ((false, true), (false, false)));
    assert_eq!(billing_address(&app, &ada).await, json!(null));
}

async fn of_sixteen_new_defaults_one_remains(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let other = app.another_server();
    let servers = [&app, &other];
    let both = json!({"is_default_billing": true, "is_default_shipping": true});
    let create = |n: usize| servers[n % 2].merchant("POST", &book(&ada)).json(&both).send();
    for answer in join_all((0..16).map(create)).await {
        answer.expect(201);
    }
    assert_eq!(of_each(&flags(&app, &ada).await), [1, 1]);
    assert_eq!(addresses(&app, &ada).await.len(), 16);
}

async fn of_sixteen_who_take_the_flags_one_has_them(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let mut made = Vec::new();
    for _ in 0..16 {
        made.push(add(&app, &ada, &json!({})).await);
    }
    let other = app.another_server();
    let servers = [&app, &other];
    let both = json!({"is_default_billing": true, "is_default_shipping": true});
    let take = |n: usize| servers[n % 2].merchant("PATCH", &path(&made[n])).json(&both).send();
    for answer in join_all((0..16).map(take)).await {
        assert_eq!(answer.expect(200)["is_default_billing"], true, "it was, until the next one was");
    }
    let flags = flags(&app, &ada).await;
    assert_eq!(of_each(&flags), [1, 1]);
    assert!(flags.contains(&(true, true)));
}

async fn flags_that_are_taken_and_removed_at_once_are_at_one_address_at_most(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let mut made = Vec::new();
    for _ in 0..8 {
        made.push(add(&app, &ada, &json!({})).await);
    }
    let other = app.another_server();
    let servers = [&app, &other];
    let both = json!({"is_default_billing": true, "is_default_shipping": true});
    let change = |n: usize| {
        let (server, path) = (servers[n % 2], path(&made[n / 2]));
        let call = if n.is_multiple_of(4) {
            server.merchant("DELETE", &path)
        } else {
            server.merchant("PATCH", &path).json(&both)
        };
        call.send()
    };
    for answer in join_all((0..16).map(change)).await {
        assert!(matches!(answer.status, 200 | 204 | 404), "{}", answer.text());
    }
    let flags = flags(&app, &ada).await;
    assert_eq!(flags.len(), 4);
    assert!(of_each(&flags).iter().all(|count| *count <= 1), "{flags:?}");
}

/// How many addresses have each flag.
fn of_each(flags: &[(bool, bool)]) -> [usize; 2] {
    [flags.iter().filter(|flags| flags.0).count(), flags.iter().filter(|flags| flags.1).count()]
}
