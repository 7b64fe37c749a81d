//! What one server has ended, and another one is asked to end again before it has heard of it.

use std::sync::Arc;

use anteroom_testkit::app::Database;

use crate::script::Node;
use crate::shop::{Servers, Shop};

async fn end_twice(servers: &Arc<Servers>) {
    let shop = Shop::open(servers).await;
    let person = &shop.people[0];
    for number in 0..40 {
        shop.open_session(Node::One, person).await;
        shop.sign_in(Node::One, person).await;
        let held = shop.held.read().unwrap().clone();
        for held in &held {
            shop.show(Node::Other, held).await;
        }
        let opened = shop.opened.read().unwrap().clone();
        if number % 2 == 0 {
            for opened in opened.iter().rev().take(2) {
                shop.end_one(Node::One, opened).await;
                shop.end_one(Node::Other, opened).await;
            }
        } else {
            shop.end_all_of(Node::One, person).await;
            shop.end_all_of(Node::Other, person).await;
        }
        for held in &held {
            shop.show(Node::Other, held).await;
        }
    }
    let history = shop.history.lock().unwrap();
    assert!(history.shown.iter().filter(|shown| !shown.is_good).count() >= 160);
    assert_eq!(history.violations(), Vec::<String>::new());
}

fn on(database: Database) {
    let runtime = crate::runtime();
    if let Some(servers) = runtime.block_on(Servers::on(database)) {
        runtime.block_on(end_twice(&Arc::new(servers)));
    }
}

#[test]
fn what_another_server_has_ended_is_over_for_whoever_is_asked_to_end_it_on_sqlite() {
    on(Database::Sqlite);
}

#[test]
fn what_another_server_has_ended_is_over_for_whoever_is_asked_to_end_it_on_postgresql() {
    on(Database::Postgres);
}
