//! `POST /auth/mfa/challenges/{challenge_id}/verify`: goes on with a sign-in that waits for its second factor.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorCode, FactorFault, PasskeyAnswer, SecondFactor, Unauthenticated};
use serde_json::{Value, json};

use super::{PASSKEY, method, shown};
use crate::Http;
use crate::body::{self, Body, FromBody};
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, any_text, text};
use crate::openapi::scalars::{ChallengeMethod, SecondFactorMethod, Text};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::{SignedInBody, makes_device_known, signed_in, speaks_for_shoppers};

request_schema!(
    /// The second factor: a code, or a passkey.
    enum MfaChallengeAnswer {
        Code(MfaChallengeVerify),
        Passkey(MfaChallengeByPasskey),
    }
);

request_schema!(
    /// A passkey of the customer's, as the second factor.
    MfaChallengeByPasskey {
        method: Option<ChallengeMethod>,
        /// The `flow` of the question, which the provider `passkey` asks.
        flow: String,
        /// What `PublicKeyCredential.toJSON` gives.
        credential: HashMap<String, Value>,
    }
);

request_schema!(
    /// A code, as the second factor.
    MfaChallengeVerify {
        method: Option<SecondFactorMethod>,
        /// What an authenticator app shows, or a recovery code.
        code: String,
    }
);

struct ByCode(FactorCode);

impl FromBody for ByCode {
    type Schema = MfaChallengeVerify;

    fn read(body: &mut Fields) -> Option<Self> {
        let method = body.optional("method", text(method));
        let code = body.required_secret("code", any_text);
        Some(Self(shown(method, code?)))
    }
}

struct ByPasskey(PasskeyAnswer);

impl FromBody for ByPasskey {
    type Schema = MfaChallengeByPasskey;

    fn read(body: &mut Fields) -> Option<Self> {
        let passkey =
            |text: &str| if text == PASSKEY { Ok(()) } else { Err(Problem::Rule("should be 'passkey'")) };
        body.optional("method", text(passkey));
        PasskeyAnswer::read(body).map(Self)
    }
}

/// A credential is an authenticator's.
async fn read(body: Body) -> Result<SecondFactor, Failure> {
    let map = body.object().await?.unwrap_or_default();
    if map.contains_key("credential") {
        let ByPasskey(answer) = body::read(map)?;
        return Ok(SecondFactor::Passkey(answer));
    }
    let ByCode(code) = body::read(map)?;
    Ok(SecondFactor::Code(code))
}

pub(crate) fn operation() -> Operation {
    makes_device_known(speaks_for_shoppers(
        Operation::new(Tag::SecondFactor, "verifyMfaChallenge", "Show the second factor")
            .describes(
                "Signs in whoever shows the second factor. The id of the challenge is the only credential. It is good for five \
                 minutes and five codes, and each code once.",
            )
            .path::<Text>("challenge_id", "The `id` of the `mfa_challenge` that a sign-in was answered with.")
            .takes_as::<MfaChallengeAnswer>(json!({"method": "totp", "code": "287082"}))
            .answers::<SignedInBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
            .refuses(
                "The code is wrong, or was used before.",
                Error::Unauthenticated(Unauthenticated::WrongCode),
            )
            .refuses(
                "The challenge is unknown, was passed before or is over.",
                Error::Unauthenticated(Unauthenticated::NoChallenge),
            )
            .refuses(
                "The passkey is unknown, or the authenticator\u{2019}s answer is not to be trusted.",
                Error::Unauthenticated(Unauthenticated::WrongPasskey),
            )
            .refuses(
                "The flow of the passkey is unknown, was answered before or is over.",
                Error::from(FactorFault::NoPasskeyCeremony),
            )
            .refuses("The customer is disabled.", Error::Unauthenticated(Unauthenticated::AccountDisabled))
            .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin),
    ))
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    challenge: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let client = caller::client(&http, &request, workspace.id).await?;
    let shown = read(body).await?;
    let passed = http.app().pass_second_factor(&workspace, &challenge, shown, client.clone()).await?;
    Ok(signed_in(&http, &client, &passed))
}
