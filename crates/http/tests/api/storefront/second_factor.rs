//! The second factor: authenticator apps, recovery codes, and sign-ins that wait for one of them.

mod apps;
mod challenges;
mod recovery_codes;

use anteroom_testkit::app::{Answer, Call, TestApp};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use super::{customer, typed, unauthorized};

const FACTORS: &str = "/auth/mfa/factors";
const EMAIL: &str = "ada@example.com";

/// An authenticator app that has taken a secret in, as a phone does.
pub(super) struct Phone {
    id: String,
    shows: Totp,
}

impl Phone {
    fn of(started: &Value) -> Self {
        let secret = Secret::try_from_base32(started["secret"].as_str().unwrap()).unwrap();
        let id = started["mfa_factor"]["id"].as_str().unwrap().to_owned();
        Self { id, shows: Builder::new().with_secret(secret).with_account_name("ada").build().unwrap() }
    }

    /// What it shows at this moment.
    fn code(&self, app: &TestApp) -> String {
        self.code_in(app, 0)
    }

    /// What it shows so many seconds later.
    fn code_in(&self, app: &TestApp, later: i64) -> String {
        self.shows.generate(seconds(app).saturating_add_signed(later)).to_string()
    }

    /// A code that it does not show for a while.
    pub(super) fn wrong_code(&self, app: &TestApp) -> String {
        let is_right = |code: &str| self.shows.check(code, seconds(app)).is_some();
        (0..10).map(|n| format!("{n:06}")).find(|code| !is_right(code)).unwrap()
    }
}

fn seconds(app: &TestApp) -> u64 {
    u64::try_from(app.app.now().unix_timestamp()).unwrap()
}

async fn start(app: &TestApp, jwt: &str) -> Phone {
    Phone::of(
        &app.shop("POST", FACTORS).bearer(jwt).json(&json!({"provider": "totp"})).send().await.expect(200),
    )
}

fn verify(app: &TestApp, jwt: &str, phone: &Phone, code: &str) -> Call {
    app.shop("POST", &format!("{FACTORS}/{}/verify", phone.id)).bearer(jwt).json(&json!({"code": code}))
}

/// Protects the account of that JWT; the app, and the recovery codes. The app shows its next code by now.
pub(super) async fn protect(app: &TestApp, jwt: &str) -> (Phone, Vec<String>) {
    let phone = start(app, jwt).await;
    let verified = verify(app, jwt, &phone, &phone.code(app)).send().await.expect(200);
    let codes = verified["recovery_codes"].as_array().unwrap();
    next_step(app);
    (phone, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

/// A customer whose sign-ins ask for a second factor.
async fn protected(app: &TestApp) -> (String, Phone, Vec<String>) {
    let jwt = customer(app, EMAIL).await;
    let (phone, codes) = protect(app, &jwt).await;
    (jwt, phone, codes)
}

fn next_step(app: &TestApp) {
    app.clock.advance(time::Duration::seconds(30));
}

/// The answer to the right password.
pub(super) async fn by_password(app: &TestApp) -> Value {
    app.shop("POST", "/auth/customer/emailpass").json(&typed(EMAIL)).send().await.expect(200)
}

/// The challenge of a sign-in that waits: nothing else has come with it, but a JWT.
#[track_caller]
fn challenge(answer: &Value) -> String {
    let expected = json!({
        "token": answer["token"],
        "mfa_required": true,
        "mfa_challenge": {
            "id": answer["mfa_challenge"]["id"],
            "methods": ["totp", "recovery_code"],
            "expires_at": answer["mfa_challenge"]["expires_at"],
        },
    });
    assert_eq!(answer, &expected);
    let id = answer["mfa_challenge"]["id"].as_str().unwrap();
    assert!(id.starts_with("anteroom_sfc_"), "{id}");
    id.to_owned()
}

fn pass(app: &TestApp, challenge: &str, code: &str) -> Call {
    app.shop("POST", &format!("/auth/mfa/challenges/{challenge}/verify")).json(&json!({"code": code}))
}

pub(super) fn wrong() -> Value {
    unauthorized("The code is wrong, was used before or has expired")
}

pub(super) fn over() -> Value {
    unauthorized("The challenge is unknown, was passed before or has expired: sign in again")
}

fn wrong_when_signed_in() -> Value {
    json!({"type": "forbidden", "message": "The code is wrong or was used before"})
}

pub(super) fn reauth_required() -> Value {
    json!({
        "code": "reauth_required",
        "type": "forbidden",
        "message": "Confirm that it is you, with your second factor or else your password; or sign in again",
    })
}

fn waits(seconds: u64) -> Value {
    let message = format!("Too many failed attempts: try again in {seconds} s");
    json!({"type": "too_many_requests", "message": message})
}

#[track_caller]
fn assert_not_cached(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), "no-store");
}
