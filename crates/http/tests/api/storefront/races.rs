//! What happens when many ask at once.

use std::time::{Duration, Instant};

use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use super::{cookie, customer, me, registration, token, typed, typed_with, unauthorized};

const REGISTER: &str = "/auth/customer/emailpass/register";
const SIGN_IN: &str = "/auth/customer/emailpass";

both_databases![
    of_two_registrations_of_one_email_one_wins,
    of_sixteen_registrations_with_one_password_all_go_on,
    of_sixteen_customers_from_one_registration_one_is_made,
    of_sixteen_new_defaults_one_remains,
    of_sixteen_merges_of_metadata_none_is_lost,
    of_sixteen_cookies_for_one_sign_in_one_remains,
    of_sixteen_ends_of_one_session_none_fails_oddly,
    of_two_sign_ins_that_change_browsers_neither_stops_the_other,
    pw_13_a_storm_of_sign_ins_ends_and_holds_up_nothing_else,
];

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

async fn of_two_registrations_of_one_email_one_wins(app: TestApp) {
    for n in 0..8 {
        let email = format!("ada{n}@example.com");
        let passwords = ["the first passphrase", "the second passphrase"];
        let [first, second] =
            passwords.map(|password| app.shop("POST", REGISTER).json(&typed_with(&email, password)).send());
        let (first, second) = join(first, second).await;
        let (winner, loser) = if first.status == 200 { (0, &second) } else { (1, &first) };
        loser.assert(401, &unauthorized("Identity with email already exists"));
        token(if winner == 0 { &first } else { &second });
        for (n, password) in passwords.into_iter().enumerate() {
            let answer = app.shop("POST", SIGN_IN).json(&typed_with(&email, password)).send().await;
            assert_eq!(answer.status, if n == winner { 200 } else { 401 });
        }
    }
}

async fn of_sixteen_registrations_with_one_password_all_go_on(app: TestApp) {
    let all = (0..16).map(|_| app.shop("POST", REGISTER).json(&typed("ada@example.com")).send());
    let tokens: Vec<_> = join_all(all).await.iter().map(token).collect();
    let mut identities: Vec<_> =
        tokens.iter().map(|jwt| super::jwts::claims(jwt)["sub"].to_string()).collect();
    identities.dedup();
    assert_eq!(identities.len(), 1, "it is one registration");
}

async fn of_sixteen_customers_from_one_registration_one_is_made(app: TestApp) {
    let jwt = registration(&app, "ada@example.com").await;
    let all = (0..16).map(|n| {
        let body = json!({"first_name": format!("Ada {n}")});
        app.shop("POST", "/store/customers").bearer(&jwt).json(&body).send()
    });
    let answers = join_all(all).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.assert(
            422,
            &json!({
                "code": "invalid_request_error", "type": "duplicate_error",
                "message": "Customer with this email already has an account"
            }),
        );
    }
    let signed_in = super::sign_in(&app, "ada@example.com").await;
    me(&app).bearer(&signed_in).send().await.assert(200, &made[0].json());
}

async fn of_sixteen_new_defaults_one_remains(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let both = json!({"is_default_shipping": true, "is_default_billing": true});
    let all =
        (0..16).map(|_| app.shop("POST", "/store/customers/me/addresses").bearer(&jwt).json(&both).send());
    assert_eq!(statuses(&join_all(all).await), [200; 16]);
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    let addresses = body["customer"]["addresses"].as_array().unwrap();
    assert_eq!(addresses.len(), 16);
    for flag in ["is_default_shipping", "is_default_billing"] {
        assert_eq!(addresses.iter().filter(|one| one[flag] == true).count(), 1, "{flag}");
    }
    let customer = &body["customer"];
    assert_eq!(customer["default_shipping_address_id"], customer["default_billing_address_id"]);
}

async fn of_sixteen_merges_of_metadata_none_is_lost(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let all = (0..16).map(|n| {
        let body = json!({"metadata": {n.to_string(): n}});
        app.shop("POST", "/store/customers/me").bearer(&jwt).json(&body).send()
    });
    assert_eq!(statuses(&join_all(all).await), [200; 16]);
    let body = me(&app).bearer(&jwt).send().await.expect(200);
    let all: Value = (0..16).map(|n| (n.to_string(), json!(n))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(body["customer"]["metadata"], all);
}

async fn of_sixteen_cookies_for_one_sign_in_one_remains(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let all = (0..16).map(|_| app.shop("POST", "/auth/session").bearer(&jwt).send());
    let cookies: Vec<_> = join_all(all).await.iter().map(super::cookie_of).collect();
    let mut live = 0;
    for cookie in &cookies {
        live += usize::from(me(&app).cookie(cookie).send().await.status == 200);
    }
    assert_eq!((cookies.len(), live), (16, 1));
}

async fn of_sixteen_ends_of_one_session_none_fails_oddly(app: TestApp) {
    let jwt = customer(&app, "ada@example.com").await;
    let cookie = cookie(&app, &jwt).await;
    let all = (0..16).map(|_| app.shop("DELETE", "/auth/session").cookie(&cookie).send());
    let statuses = statuses(&join_all(all).await);
    assert_eq!(statuses[0], 200);
    assert!(statuses.iter().all(|status| [200, 401].contains(status)), "{statuses:?}");
    me(&app).cookie(&cookie).send().await.assert(401, &super::bad_cookie());
}

/// Each takes the other's browser over, and so ends the other's session: two units that change the same two rows.
async fn of_two_sign_ins_that_change_browsers_neither_stops_the_other(app: TestApp) {
    customer(&app, "ada@example.com").await;
    for _ in 0..8 {
        let pairs = join_all((0..4).map(|_| async {
            let [one, other] = [
                super::sign_in(&app, "ada@example.com").await,
                super::sign_in(&app, "ada@example.com").await,
            ];
            let cookies = [cookie(&app, &one).await, cookie(&app, &other).await];
            ([one, other], cookies)
        }));
        let pairs = pairs.await;
        let swaps = pairs.iter().flat_map(|([one, other], [of_one, of_other])| {
            [(one, of_other), (other, of_one)]
                .map(|(jwt, cookie)| app.shop("POST", "/auth/session").bearer(jwt).cookie(cookie).send())
        });
        let statuses = statuses(&join_all(swaps).await);
        assert!(statuses.iter().all(|status| [200, 401].contains(status)), "{statuses:?}");
    }
}

async fn pw_13_a_storm_of_sign_ins_ends_and_holds_up_nothing_else(app: TestApp) {
    customer(&app, "ada@example.com").await;
    let storm = join_all((0..100).map(|n| {
        let body =
            if n % 2 == 0 { typed("ada@example.com") } else { typed(&format!("nobody{n}@example.com")) };
        app.shop("POST", SIGN_IN).json(&body).send()
    }));
    let probes = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let asked = Instant::now();
            app.get("/health/live").send().await.expect(200);
            slowest = slowest.max(asked.elapsed());
        }
        (slowest, hash_threads())
    };
    let (answers, (slowest, threads)) = join(storm, probes).await;
    assert_eq!(statuses(&answers), [[200; 50], [401; 50]].concat());
    assert!(slowest < Duration::from_secs(2), "{slowest:?} for a sign of life");
    if let Some(threads) = threads {
        // Every app has its own two; a third would have a number of its own.
        assert!(!threads.is_empty());
        assert!(threads.iter().all(|name| ["0", "1"].iter().any(|n| name.ends_with(n))), "{threads:?}");
    }
}

/// The names of the threads that hash passwords, where the system tells.
fn hash_threads() -> Option<Vec<String>> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let names = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    Some(names.map(|name| name.trim().to_owned()).filter(|name| name.starts_with("password-hash")).collect())
}
