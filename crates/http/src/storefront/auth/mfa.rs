//! The second factor: keeping authenticator apps, and showing a code after a sign-in.

pub(in crate::storefront) mod disable;
pub(in crate::storefront) mod list;
pub(in crate::storefront) mod recovery_codes;
pub(in crate::storefront) mod start;
pub(in crate::storefront) mod verify;
pub(in crate::storefront) mod verify_challenge;

use anteroom_app::{
    Challenged, Error, FactorCode, FactorFault, Forbidden, PasskeyAnswer, Presence, SecondFactor,
};
use anteroom_domain::second_factor::AuthenticatorApp;
use anteroom_domain::text::Line;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::body::FromBody;
use crate::fields::{Fields, Problem, any_text, map, text};
use crate::openapi::scalars::{ChallengeMethod, FactorProvider, FactorStatus, Text};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, examples};
use crate::wire::{Time, Uuid4};

/// The only kind of factor that is kept.
const TOTP: &str = "totp";
/// What codes are of.
const METHODS: [&str; 2] = [TOTP, "recovery_code"];
/// What else a challenge may be passed by.
const PASSKEY: &str = "passkey";

/// An authenticator app. Its secret is told once, when it is added.
#[derive(Serialize, ToSchema)]
#[schema(as = MfaFactor)]
pub(super) struct FactorBody<'a> {
    id: Uuid4,
    #[schema(value_type = FactorProvider)]
    provider: &'static str,
    /// What the customer calls it.
    label: Option<&'a str>,
    /// `pending` until its first code was shown: it protects nothing, and after an hour it is no good any more.
    #[schema(value_type = FactorStatus)]
    status: &'static str,
    created_at: Time,
    /// When its first code was shown.
    verified_at: Option<Time>,
}

impl<'a> From<&'a AuthenticatorApp> for FactorBody<'a> {
    fn from(app: &'a AuthenticatorApp) -> Self {
        Self {
            id: app.id.into(),
            provider: TOTP,
            label: app.label.as_ref().map(Line::as_str),
            status: if app.is_confirmed() { "enabled" } else { "pending" },
            created_at: app.created_at.into(),
            verified_at: app.confirmed_at.map(Time),
        }
    }
}

/// A sign-in that waits for its second factor.
#[derive(Serialize, ToSchema)]
#[schema(as = MfaChallenge)]
pub(super) struct ChallengeBody<'a> {
    /// A secret: whoever has it goes on with the sign-in.
    #[schema(value_type = Text)]
    id: &'a str,
    /// What it is passed by; `passkey` where the customer has one.
    #[schema(value_type = Vec<ChallengeMethod>)]
    methods: Vec<&'static str>,
    /// When it is over: five minutes after the sign-in.
    expires_at: Time,
}

impl<'a> From<&'a Challenged> for ChallengeBody<'a> {
    fn from(challenged: &'a Challenged) -> Self {
        let expires_at = challenged.expires_at.into();
        let passkey = challenged.takes_passkey.then_some(PASSKEY);
        let methods = METHODS.into_iter().chain(passkey).collect();
        Self { id: challenged.token.reveal(), methods, expires_at }
    }
}

request_schema!(
    /// That it is still the customer who sits there; needed ten minutes after the sign-in.
    PresenceProof with presence {}
);

impl FromBody for Presence {
    type Schema = PresenceProof;

    const MAY_BE_ABSENT: bool = true;

    fn read(body: &mut Fields) -> Option<Self> {
        let password = body.optional_secret("current_password", any_text);
        let method = body.optional("method", text(method));
        let code = body.optional_secret("code", any_text).map(|code| SecondFactor::Code(shown(method, code)));
        let token = body.optional_secret("flow", any_text);
        let credential = body.optional_secret("credential", map).map(Value::Object);
        let passkey = token.zip(credential).map(|(token, credential)| PasskeyAnswer { token, credential });
        Some(Self { password, factor: passkey.map(SecondFactor::Passkey).or(code) })
    }
}

fn method(text: &str) -> Result<&'static str, Problem> {
    let known = METHODS.into_iter().find(|method| *method == text);
    known.ok_or(Problem::Rule("should be 'totp' or 'recovery_code'"))
}

/// A second factor as it was typed. Where nothing says which it is, what has nothing but digits is an app's.
fn shown(method: Option<&str>, code: String) -> FactorCode {
    let is_of_app = match method {
        Some(method) => method == TOTP,
        None => code.chars().all(|c| c.is_ascii_digit() || c.is_whitespace()),
    };
    if is_of_app { FactorCode::App(code) } else { FactorCode::Recovery(code) }
}

/// Adds what a route refuses that wants to know who sits there.
pub(in crate::storefront) fn wants_presence(operation: Operation) -> Operation {
    looks_at_proofs(operation).refuses(
        "The sign-in is more than ten minutes old, and nothing proves that it is still the customer.",
        Error::Forbidden(Forbidden::ReauthenticationRequired),
    )
}

/// The same for one that always wants a proof from whoever has one.
pub(in crate::storefront) fn wants_ownership(operation: Operation) -> Operation {
    looks_at_proofs(operation).refuses(
        "Nothing proves that it is still the customer: neither the password, nor the second factor where there is one, nor a passkey. \
         Who has none of these has signed in more than ten minutes ago.",
        Error::Forbidden(Forbidden::ReauthenticationRequired),
    )
}

fn looks_at_proofs(operation: Operation) -> Operation {
    operation
        .refuses("The current password is wrong.", Error::Forbidden(Forbidden::WrongPassword))
        .refuses("The code is wrong or was used before.", Error::Forbidden(Forbidden::WrongCode))
        .refuses(
            "The passkey is unknown or another customer\u{2019}s, or the authenticator\u{2019}s answer is not to be trusted.",
            Error::Forbidden(Forbidden::WrongPasskey),
        )
        .refuses(
            "The flow of the passkey is unknown, was answered before or is over.",
            Error::from(FactorFault::NoPasskeyCeremony),
        )
}

fn example(is_enabled: bool) -> Value {
    let verified_at = is_enabled.then_some(examples::MADE);
    json!({
        "id": examples::AUTHENTICATOR_APP,
        "provider": TOTP,
        "label": "Phone",
        "status": if is_enabled { "enabled" } else { "pending" },
        "created_at": examples::MADE,
        "verified_at": verified_at,
    })
}

fn example_codes() -> Value {
    json!(["7xk2-9mqa-r4tz-0bcd", "q8w3-5nyj-c1fh-6vps"])
}
