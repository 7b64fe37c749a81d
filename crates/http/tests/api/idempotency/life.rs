//! How long a key is remembered.

use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use time::Duration;

use super::{KEY, assert_replayed, cases, other_request};
use anteroom_store::StoreExt;

both_databases![a_key_is_remembered_for_twenty_four_hours, a_swept_key_is_a_new_one];

async fn a_key_is_remembered_for_twenty_four_hours(app: TestApp) {
    let cases = cases(&app).await;
    let [case, customers, ..] = cases.as_slice() else { unreachable!() };
    let first = case.send(&app, KEY).await;
    app.clock.advance(Duration::DAY - Duration::microseconds(1));
    assert_replayed(&first, &case.send(&app, KEY).await);
    customers.send(&app, KEY).await.assert(422, &other_request(customers));

    app.clock.advance(Duration::microseconds(1));
    // Nobody has swept it away yet.
    let next = customers.send(&app, KEY).await;
    next.expect(201);
    app.clock.advance(Duration::DAY - Duration::SECOND);
    assert_replayed(&next, &customers.send(&app, KEY).await);
    case.send(&app, KEY).await.assert(422, &other_request(case));
}

async fn a_swept_key_is_a_new_one(app: TestApp) {
    let cases = cases(&app).await;
    let [case, ..] = cases.as_slice() else { unreachable!() };
    let first = case.send(&app, KEY).await.expect(201);
    let now = anteroom_testkit::clock::ManualClock::START;
    let sweep = |at| app.store().write(|unit| unit.sweep_idempotent_answers(at, 10)).unwrap();
    assert_eq!(sweep(now + Duration::DAY - Duration::microseconds(1)), 0);
    assert_eq!(sweep(now + Duration::DAY), 1);
    let next = case.send(&app, KEY).await.expect(201);
    assert_ne!(first["id"], next["id"]);
}
