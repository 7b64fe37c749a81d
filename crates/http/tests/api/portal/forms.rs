//! Which pages may send the portal's forms, and how.

use anteroom_testkit::app::{Call, TestApp};
use anteroom_testkit::both_databases;

use super::{FORM, assert_says, form, link, portal, signed_in};

both_databases![
    ck_02_forms_of_other_pages_change_nothing,
    ck_02_our_own_forms_pass,
    ck_03_entering_takes_forms_of_our_pages_only,
    ap_02_bodies_are_bounded_and_forms,
];

const FOREIGN: &str = "This did not come from our page";

/// A form that says of itself where it comes from.
fn sent(app: &TestApp, path: &str, fields: &str, headers: &[(&str, &str)]) -> Call {
    let call = app.post(path).body(FORM, fields);
    headers.iter().fold(call, |call, (name, value)| call.header(name, value))
}

async fn ck_02_forms_of_other_pages_change_nothing(app: TestApp) {
    let cookie = signed_in(&app).await;
    let foreign: &[&[(&str, &str)]] = &[
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://anteroom.test")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://anteroom.test")],
        &[("origin", "http://anteroom.test.evil.example")],
        &[("origin", "null")],
        &[("origin", "")],
    ];
    for headers in foreign {
        for path in ["/acme/portal/profile", "/acme/portal/sign-out"] {
            let answer = sent(&app, path, "name=Mallory", headers).cookie(&cookie).send().await;
            assert_says(&answer, 403, FOREIGN);
            assert_eq!(answer.header("set-cookie"), "", "{headers:?}");
        }
    }
    assert_says(&portal(&app, &cookie).await, 200, "Ada Lovelace");
}

async fn ck_02_our_own_forms_pass(app: TestApp) {
    let cookie = signed_in(&app).await;
    let ours: &[&[(&str, &str)]] = &[
        &[],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://anteroom.test")],
        &[("origin", "http://anteroom.test")],
        &[("origin", "http://Anteroom.Test:80")],
    ];
    for headers in ours {
        let answer = sent(&app, "/acme/portal/profile", "name=Ada", headers).cookie(&cookie).send().await;
        assert_eq!(answer.status, 303, "{headers:?}");
    }
}

async fn ck_03_entering_takes_forms_of_our_pages_only(app: TestApp) {
    let link = link(&app).await;
    let fields = format!("code={}", link.code);
    let foreign: &[&[(&str, &str)]] = &[
        &[("sec-fetch-site", "cross-site"), ("origin", "null")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
    ];
    for headers in foreign {
        assert_says(&sent(&app, "/acme/portal/enter", &fields, headers).send().await, 403, FOREIGN);
    }
    // What a browser sends from the entry page over plain http, because of its Referrer-Policy.
    let answer = sent(&app, "/acme/portal/enter", &fields, &[("origin", "null")]).send().await;
    assert_eq!(answer.status, 303);
}

async fn ap_02_bodies_are_bounded_and_forms(app: TestApp) {
    let link = link(&app).await;
    let huge = format!("code={}&x={}", link.code, "y".repeat(101 * 1024));
    assert_says(&form(&app, "/acme/portal/enter", &huge).send().await, 413, "more than we can take");
    let json =
        app.post("/acme/portal/enter").body("application/json", format!("{{\"code\":\"{}\"}}", link.code));
    assert_says(&json.send().await, 415, "could not read that");
    let text = app.post("/acme/portal/enter").body("text/plain", format!("code={}", link.code));
    assert_says(&text.send().await, 415, "could not read that");
    let upper = app.post("/acme/portal/enter").header("sec-fetch-site", "same-origin");
    let upper = upper.body("Application/X-WWW-Form-Urlencoded; charset=UTF-8", format!("code={}", link.code));
    assert_eq!(upper.send().await.status, 303, "none of them spent the code");
}
