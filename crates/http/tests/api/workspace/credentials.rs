//! Credentials of the Workspace API.

use anteroom_app::{Error, Grantor, Listing, Missing, NewAccessToken, Once};
use anteroom_auth::keys::{Keys, MasterKey};
use anteroom_auth::token::{CustomerSession, MemberSession, PlainToken, WorkspaceAccess};
use anteroom_domain::Id;
use anteroom_domain::credential::{AccessToken, Scopes};
use anteroom_domain::page::Page;
use anteroom_domain::text::Line;
use anteroom_store::{Mode, StoreExt};
use anteroom_testkit::app::{Answer, TestApp};
use anteroom_testkit::both_databases;
use anteroom_testkit::clock::ManualClock;
use anteroom_testkit::random::SeededRandom;
use serde_json::{Value, json};
use time::Duration;

use super::support::{individual, members_enabled, session, session_token, text};

both_databases![
    without_a_credential_a_caller_is_nobody,
    a_bad_token_is_said_to_be_invalid,
    the_scheme_is_read_in_any_case,
    an_access_token_ends_at_its_moment,
    a_revoked_access_token_opens_nothing,
    what_is_revoked_is_refused_from_the_next_request_on,
    the_use_of_an_access_token_is_noted_to_the_minute,
    tokens_of_another_kind_open_nothing,
    a_bad_session_token_is_said_to_be_invalid,
    a_mistyped_token_costs_no_query,
    ck_07_cookies_neither_help_nor_hinder,
    credentials_are_looked_at_before_the_body,
];

const MERCHANTS: &str = "/api/workspace";
const HOLDERS: &str = "/api/customer-portal/customer-session/user";
const DESCRIPTION: &str =
    "The access token provided is expired, revoked, malformed, or invalid for other reasons.";

#[track_caller]
fn assert_nobody(answer: &Answer) {
    answer.assert(401, &json!({"error": "Unauthorized", "detail": "Unauthorized"}));
    assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="anteroom""#);
}

#[track_caller]
fn assert_invalid(answer: &Answer) {
    answer.assert(401, &json!({"error": "invalid_token", "error_description": DESCRIPTION}));
    let challenge =
        format!(r#"Bearer realm="anteroom", error="invalid_token", error_description="{DESCRIPTION}""#);
    assert_eq!(answer.header("www-authenticate"), challenge);
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// The keys that every test's app has.
fn keys() -> Keys {
    Keys::derive(&MasterKey::generate(&SeededRandom::new(0)))
}

fn comment() -> Line {
    Line::parse("for the test").unwrap().unwrap()
}

async fn without_a_credential_a_caller_is_nobody(app: TestApp) {
    for path in [MERCHANTS, HOLDERS] {
        assert_nobody(&app.get(path).send().await);
        for value in ["Basic dXNlcjpwYXNz", "Bearerx", "Token abc", &app.token, "", "Bearer: x"] {
            assert_nobody(&app.get(path).header("authorization", value).send().await);
        }
        assert_nobody(&app.get(path).header("x-publishable-api-key", &app.key).send().await);
        assert_nobody(&app.get(&format!("{path}?access_token={}", app.token)).send().await);
    }
}

async fn a_bad_token_is_said_to_be_invalid(app: TestApp) {
    let unknown = PlainToken::<WorkspaceAccess>::generate(&SeededRandom::new(99));
    let (start, _) = app.token.split_at(app.token.len() - 1);
    let mistyped = if app.token.ends_with('x') { format!("{start}y") } else { format!("{start}x") };
    let padded = format!("{}=", app.token);
    for value in ["Bearer", "Bearer ", "Bearer abc", "Bearer a b", "bearer \u{e9}"] {
        assert_invalid(&app.get(MERCHANTS).header("authorization", value).send().await);
    }
    for token in [unknown.reveal(), &mistyped, start, &padded, &app.token.to_uppercase(), &app.key] {
        assert_invalid(&app.get(MERCHANTS).bearer(token).send().await);
    }
    let twice = app.get(MERCHANTS).bearer(&app.token).bearer(&app.token);
    assert_invalid(&twice.send().await);
}

async fn the_scheme_is_read_in_any_case(app: TestApp) {
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
        let value = format!("{scheme} {}", app.token);
        app.get(MERCHANTS).header("authorization", &value).send().await.expect(200);
    }
}

async fn an_access_token_ends_at_its_moment(app: TestApp) {
    let end = ManualClock::START + Duration::HOUR;
    let new = NewAccessToken { scopes: Scopes::all(), comment: comment(), expires_at: Some(end) };
    let made = app.app.create_access_token(app.workspace.id, Grantor::Operator, new, Once::unrepeated());
    let token = made.await.unwrap().plain;
    app.clock.set(end - Duration::microseconds(1));
    app.get(MERCHANTS).bearer(token.reveal()).send().await.expect(200);
    app.clock.set(end);
    assert_invalid(&app.get(MERCHANTS).bearer(token.reveal()).send().await);
}

async fn a_revoked_access_token_opens_nothing(app: TestApp) {
    for revoked_at in [None, Some(ManualClock::START)] {
        let random = SeededRandom::new(if revoked_at.is_some() { 98 } else { 99 });
        let token = PlainToken::<WorkspaceAccess>::generate(&random);
        let kept = AccessToken {
            id: Id::random(&random),
            workspace_id: app.workspace.id,
            token_hash: token.hash(&keys()),
            scopes: Scopes::all(),
            comment: comment(),
            created_at: ManualClock::START,
            modified_at: None,
            expires_at: None,
            rotated_at: None,
            revoked_at,
            last_used_at: None,
        };
        app.store().write(|unit| unit.insert_access_token(&kept)).unwrap();
        let answer = app.get(MERCHANTS).bearer(token.reveal()).send().await;
        if revoked_at.is_some() {
            assert_invalid(&answer);
        } else {
            answer.expect(200);
        }
    }
}

async fn what_is_revoked_is_refused_from_the_next_request_on(app: TestApp) {
    let page = Page { offset: 0, limit: 100 };
    let token = app.app.access_tokens(app.workspace.id, Listing::All, page).await.unwrap().items.remove(0);
    let other = app.other_workspace("other").await;
    let foreign = app.app.revoke_access_token(other.id, token.id).await;
    assert!(matches!(foreign, Err(Error::NotFound(Missing::AccessToken))), "{foreign:?}");
    app.get(MERCHANTS).bearer(&app.token).send().await.expect(200);
    app.app.revoke_access_token(app.workspace.id, token.id).await.unwrap();
    assert_invalid(&app.get(MERCHANTS).bearer(&app.token).send().await);
    assert_invalid(&app.another_server().get(MERCHANTS).bearer(&app.token).send().await);
    let again = app.app.revoke_access_token(app.workspace.id, token.id).await;
    assert!(matches!(again, Err(Error::NotFound(Missing::AccessToken))), "{again:?}");

    let ask = || {
        let me = app.get("/store/customers/me").header("accept", "application/json");
        me.header("x-publishable-api-key", &app.key).send()
    };
    ask().await.expect(401);
    let key = app.app.publishable_keys(app.workspace.id, Listing::All, page).await.unwrap().items.remove(0);
    app.app.revoke_publishable_key(app.workspace.id, key.id).await.unwrap();
    ask().await.expect(400);
    let again = app.app.revoke_publishable_key(app.workspace.id, key.id).await;
    assert!(matches!(again, Err(Error::NotFound(Missing::PublishableKey))), "{again:?}");
}

async fn the_use_of_an_access_token_is_noted_to_the_minute(app: TestApp) {
    let last = async || {
        let page = Page { offset: 0, limit: 1 };
        app.app
            .access_tokens(app.workspace.id, Listing::All, page)
            .await
            .unwrap()
            .items
            .remove(0)
            .last_used_at
    };
    assert_eq!(last().await, None);
    for (seconds, noted) in [(0, 0), (59, 0), (61, 61), (62, 61)] {
        app.clock.set(ManualClock::START + Duration::seconds(seconds));
        app.get(MERCHANTS).bearer(&app.token).send().await.expect(200);
        app.app.write_down_uses().await.unwrap();
        assert_eq!(last().await, Some(ManualClock::START + Duration::seconds(noted)));
    }
}

async fn tokens_of_another_kind_open_nothing(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let members = session_token(&app, &ada).await;
    members_enabled(&app, false).await;
    let opened = session(&app, &json!({"customer_id": ada["id"]})).await;
    let customers = text(&opened["token"]);
    let code = text(&opened["customer_portal_url"]).split_once("code=").unwrap().1;
    for token in [&members, customers] {
        assert_nobody(&app.get(MERCHANTS).bearer(token).send().await);
    }
    assert_nobody(&app.get(HOLDERS).bearer(&app.token).send().await);
    for path in [MERCHANTS, HOLDERS] {
        assert_invalid(&app.get(path).bearer(code).send().await);
        assert_invalid(&app.get(path).bearer(&app.key).send().await);
    }
}

async fn a_bad_session_token_is_said_to_be_invalid(app: TestApp) {
    let ada = individual(&app, "ada@example.com").await;
    let token = session_token(&app, &ada).await;
    let random = SeededRandom::new(99);
    let (customers, members) =
        (PlainToken::<CustomerSession>::generate(&random), PlainToken::<MemberSession>::generate(&random));
    let other_kind = token.replace("_mst_", "_cst_");
    for bad in ["", "abc", customers.reveal(), members.reveal(), &other_kind, &token[..token.len() - 1]] {
        assert_invalid(&app.get(HOLDERS).bearer(bad).send().await);
    }
    let access = app.app.authenticate_portal_token(&token).await.unwrap();
    app.get(HOLDERS).bearer(&token).send().await.expect(200);
    app.app.end_customer_session(&access).await.unwrap();
    assert_invalid(&app.get(HOLDERS).bearer(&token).send().await);
}

async fn a_mistyped_token_costs_no_query(app: TestApp) {
    let unknown = PlainToken::<WorkspaceAccess>::generate(&SeededRandom::new(99));
    // With every connection held, whoever needs one is told to come again.
    let held: Vec<_> = std::iter::from_fn(|| app.store().begin(Mode::Read).ok()).collect::<Vec<_>>();
    for path in [MERCHANTS, HOLDERS] {
        assert_invalid(&app.get(path).bearer("anteroom_mistyped").send().await);
        assert_invalid(&app.get(path).bearer(&format!("{}x", unknown.reveal())).send().await);
        assert_nobody(&app.get(path).send().await);
    }
    let answer = app.get(MERCHANTS).bearer(unknown.reveal()).send().await;
    let busy = "The service is busy or its database is away. Try again shortly.";
    answer.assert(503, &json!({"error": "ServiceUnavailable", "detail": busy}));
    assert_eq!(answer.header("retry-after"), "1");
    drop(held);
    assert_invalid(&app.get(MERCHANTS).bearer(unknown.reveal()).send().await);
}

async fn ck_07_cookies_neither_help_nor_hinder(app: TestApp) {
    let cookies =
        format!("connect.sid=anteroom_sck_x; anteroom_portal_acme=anteroom_pck_x; token={}", app.token);
    assert_nobody(&app.get(MERCHANTS).cookie(&cookies).send().await);
    app.merchant("GET", MERCHANTS).cookie(&cookies).send().await.expect(200);
}

async fn credentials_are_looked_at_before_the_body(app: TestApp) {
    let path = "/api/customers";
    let scopeless = app.token_with(&app.workspace, "customers:read").await;
    let forbidden = json!({
        "error": "insufficient_scope",
        "error_description": "The request requires higher privileges than provided by the access token.",
    });
    let large: Vec<u8> = vec![b' '; 100 * 1024 + 1];
    let wrong: Value = json!({"email": 5});
    for (content_type, body) in [
        ("application/json", b"{".to_vec()),
        ("text/plain", b"x".to_vec()),
        ("application/json", large),
        ("application/json", wrong.to_string().into_bytes()),
    ] {
        assert_nobody(&app.post(path).body(content_type, body.clone()).send().await);
        assert_invalid(&app.post(path).bearer("abc").body(content_type, body.clone()).send().await);
        app.post(path).bearer(&scopeless).body(content_type, body).send().await.assert(403, &forbidden);
    }
    let malformed = "/api/customers/abc?typo=1";
    assert_nobody(&app.get(malformed).send().await);
    let reader = app.token_with(&app.workspace, "members:read").await;
    app.get(malformed).bearer(&reader).send().await.assert(403, &forbidden);
}
