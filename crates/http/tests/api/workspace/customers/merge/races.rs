//! Merges at the same moment as other things.

use anteroom_store::{CustomerFilter, CustomerOrder, StoreExt};
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use super::{ada_and_bob, found, merging};
use crate::workspace::support::{id, individual, shopper};

both_databases![
    of_sixteen_the_same_one_moves_what_there_is,
    of_two_who_want_each_other_one_remains,
    a_ring_of_merges_leaves_one,
    a_deletion_comes_before_or_after,
    a_deletion_of_the_survivor_comes_before_or_after,
    no_address_is_lost,
];

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

async fn of_sixteen_the_same_one_moves_what_there_is(app: TestApp) {
    let (ada, bob) = ada_and_bob(&app).await;
    let answers = join_all((0..16).map(|_| merging(&app, &ada, &bob))).await;
    assert_eq!(statuses(&answers), [200; 16]);
    let moved = answers.iter().filter(|answer| answer.json()["moved"]["addresses"] == 1).count();
    assert_eq!(moved, 1);
    let survivor = found(&app, &bob).await;
    assert!(answers.iter().all(|answer| answer.json()["customer"] == survivor));
    assert_eq!(found(&app, &ada).await, survivor);
}

/// All of them lead to one who lives, and the names too.
async fn assert_one_is_left(app: &TestApp, all: &[&Value]) -> Value {
    let survivor = found(app, all[0]).await;
    for one in all {
        assert_eq!(found(app, one).await, survivor);
    }
    let page = anteroom_domain::page::Page { offset: 0, limit: 10 };
    let everybody = app.store().read(|unit| {
        unit.customers(app.workspace.id, &CustomerFilter::default(), &CustomerOrder::default(), page)
    });
    assert_eq!(everybody.unwrap().total, 1);
    survivor
}

async fn of_two_who_want_each_other_one_remains(app: TestApp) {
    let (ada, bob) = ada_and_bob(&app).await;
    let answers = join_all((0..16).map(|n| {
        let (from, into) = if n % 2 == 0 { (&ada, &bob) } else { (&bob, &ada) };
        merging(&app, from, into)
    }));
    let statuses = statuses(&answers.await);
    assert!(statuses.iter().all(|status| [200, 422].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&200));
    let survivor = assert_one_is_left(&app, &[&ada, &bob]).await;
    assert_eq!((&survivor["name"], &survivor["billing_address"]["city"]), (&ada["name"], &json!("London")));
    for name in ["usr_a", "usr_b"] {
        let path = format!("/api/customers/external/{name}");
        app.merchant("GET", &path).send().await.assert(200, &survivor);
    }
}

async fn a_ring_of_merges_leaves_one(app: TestApp) {
    let mut ring = Vec::new();
    for n in 0..4 {
        ring.push(individual(&app, &format!("c{n}@example.com")).await);
    }
    let answers = join_all((0..16).map(|n: usize| merging(&app, &ring[n % 4], &ring[(n + 1) % 4])));
    let statuses = statuses(&answers.await);
    // Where three wait for each other, PostgreSQL lets one of them go.
    assert!(statuses.iter().all(|status| [200, 422, 503].contains(status)), "{statuses:?}");
    for n in 0..4 {
        merging(&app, &ring[n], &ring[(n + 1) % 4]).await;
    }
    assert_one_is_left(&app, &ring.iter().collect::<Vec<_>>()).await;
}

async fn a_deletion_comes_before_or_after(app: TestApp) {
    for n in 0..16 {
        let [ada, bob] = ["a", "b"].map(|name| format!("{name}{n}@example.com"));
        let (ada, bob) = (individual(&app, &ada).await, individual(&app, &bob).await);
        let path = format!("/api/customers/{}?anonymize={}", id(&ada), n % 2 == 0);
        let (merged, deleted) = join(merging(&app, &ada, &bob), app.merchant("DELETE", &path).send()).await;
        assert_eq!(deleted.status, 204);
        let is_bob_there = app.merchant("GET", &format!("/api/customers/{}", id(&bob))).send().await.status;
        assert!([(200, 404), (422, 200)].contains(&(merged.status, is_bob_there)), "{}", merged.text());
        app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.expect(404);
    }
}

async fn a_deletion_of_the_survivor_comes_before_or_after(app: TestApp) {
    for n in 0..16 {
        let [ada, bob] = ["a", "b"].map(|name| format!("{name}{n}@example.com"));
        let (ada, bob) = (individual(&app, &ada).await, individual(&app, &bob).await);
        let path = format!("/api/customers/{}?anonymize={}", id(&bob), n % 2 == 0);
        let (merged, deleted) = join(merging(&app, &ada, &bob), app.merchant("DELETE", &path).send()).await;
        assert_eq!(deleted.status, 204);
        let is_ada_there = app.merchant("GET", &format!("/api/customers/{}", id(&ada))).send().await.status;
        assert!([(200, 404), (404, 200)].contains(&(merged.status, is_ada_there)), "{}", merged.text());
        app.merchant("GET", &format!("/api/customers/{}", id(&bob))).send().await.expect(404);
    }
}

async fn no_address_is_lost(app: TestApp) {
    let (first, ada) = shopper(&app, "ada@example.com").await;
    let (second, bob) = shopper(&app, "bob@example.com").await;
    let add = |n: usize| {
        let body = json!({"city": format!("City {n}"), "is_default_shipping": true});
        let jwt = if n.is_multiple_of(2) { &first } else { &second };
        app.shop("POST", "/store/customers/me/addresses").bearer(jwt).json(&body).send()
    };
    let (added, merged) = join(join_all((0..15).map(add)), merging(&app, &ada, &bob)).await;
    assert_eq!(merged.status, 200);
    let statuses = statuses(&added);
    assert!(statuses.iter().all(|status| [200, 401].contains(status)), "{statuses:?}");
    let kept = app.shop("GET", "/store/customers/me").bearer(&second).send().await.expect(200);
    let book = kept["customer"]["addresses"].as_array().unwrap();
    assert_eq!(book.len(), statuses.iter().filter(|status| **status == 200).count());
    assert!(book.iter().filter(|address| address["is_default_shipping"] == true).count() == 1);
    assert!(book.iter().all(|address| address["customer_id"] == bob["id"]));
}
