//! How many sign-ins of one shopper are live at once.

use anteroom_domain::Id;
use anteroom_domain::session::StoreSession;
use anteroom_store::{StoreError, StoreExt};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use futures_util::future::join_all;
use time::Duration;

use super::super::{customer, me, sign_in, token, typed};

const MOST: u64 = 100;

both_databases![
    se_08_another_sign_in_ends_the_oldest,
    se_08_of_fifty_who_sign_in_at_once_no_more_stay,
    se_08_sign_ins_of_others_do_not_count,
];

/// How many sign-ins of the one who asks are live.
async fn live(app: &TestApp, jwt: &str) -> u64 {
    let answer = app.shop("GET", "/store/customers/me/sessions?limit=1").bearer(jwt).send().await;
    answer.expect(200)["count"].as_u64().unwrap()
}

/// As many sign-ins as there may be, of the same shopper as that JWT. It is one of the two oldest; the other is the registration.
fn fill(app: &TestApp, jwt: &str) {
    let sid = super::super::jwts::claims(jwt)["sid"].as_str().unwrap().parse().unwrap();
    let workspace = app.workspace.id;
    let filled: Result<(), StoreError> = app.store().write(|unit| {
        let oldest = unit.store_access(workspace, sid)?.unwrap().session;
        // The registration is another one.
        for n in 2..MOST {
            let id = Id::from_random_bytes(u128::from(n).to_le_bytes());
            let created_at = oldest.created_at + Duration::milliseconds(n.cast_signed());
            unit.insert_store_session(&StoreSession { id, created_at, ..oldest.clone() })?;
        }
        Ok(())
    });
    filled.unwrap();
}

async fn se_08_another_sign_in_ends_the_oldest(app: TestApp) {
    let oldest = customer(&app, "ada@example.com").await;
    fill(&app, &oldest);
    assert_eq!(live(&app, &oldest).await, MOST);
    app.clock.advance(Duration::MINUTE);
    for _ in 0..2 {
        let newest = sign_in(&app, "ada@example.com").await;
        assert_eq!(live(&app, &newest).await, MOST);
        me(&app).bearer(&newest).send().await.expect(200);
    }
    me(&app).bearer(&oldest).send().await.expect(401);
}

async fn se_08_of_fifty_who_sign_in_at_once_no_more_stay(app: TestApp) {
    let oldest = customer(&app, "ada@example.com").await;
    fill(&app, &oldest);
    app.clock.advance(Duration::MINUTE);
    let all =
        (0..50).map(|_| app.shop("POST", "/auth/customer/emailpass").json(&typed("ada@example.com")).send());
    // Whoever finds no room to wait in is told so, and may ask again.
    let answers = join_all(all).await;
    let jwts: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(token).collect();
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 503)) && jwts.len() > 20);
    assert_eq!(live(&app, &jwts[0]).await, MOST);
    for jwt in &jwts {
        me(&app).bearer(jwt).send().await.expect(200);
    }
    me(&app).bearer(&oldest).send().await.expect(401);
}

async fn se_08_sign_ins_of_others_do_not_count(app: TestApp) {
    let ada = customer(&app, "ada@example.com").await;
    let grace = customer(&app, "grace@example.com").await;
    fill(&app, &ada);
    app.clock.advance(Duration::MINUTE);
    sign_in(&app, "grace@example.com").await;
    assert_eq!((live(&app, &ada).await, live(&app, &grace).await), (MOST, 3));
}
