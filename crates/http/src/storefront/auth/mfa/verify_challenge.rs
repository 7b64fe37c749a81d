//! `POST /auth/mfa/challenges/{challenge_id}/verify`: goes on with a sign-in that waits for its second factor.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, SecondFactor, Unauthenticated};
use serde_json::json;

use super::{method, shown};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, text};
use crate::openapi::scalars::{SecondFactorMethod, Text};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::{SignedInBody, makes_device_known, signed_in, speaks_for_shoppers};

request_schema!(
    /// The second factor.
    MfaChallengeVerify {
        method: Option<SecondFactorMethod>,
        /// What an authenticator app shows, or a recovery code.
        code: String,
    }
);

struct Request {
    shown: SecondFactor,
}

impl FromBody for Request {
    type Schema = MfaChallengeVerify;

    fn read(body: &mut Fields) -> Option<Self> {
        let method = body.optional("method", text(method));
        let code = body.required_secret("code", text(|text| Ok::<_, Problem>(text.to_owned())));
        Some(Self { shown: shown(method, code?) })
    }
}

pub(crate) fn operation() -> Operation {
    makes_device_known(speaks_for_shoppers(
        Operation::new(Tag::SecondFactor, "verifyMfaChallenge", "Show the second factor")
            .describes(
                "Signs in whoever shows the second factor. The id of the challenge is the only credential. It is good for five \
                 minutes and five codes, and each code once.",
            )
            .path::<Text>("challenge_id", "The `id` of the `mfa_challenge` that a sign-in was answered with.")
            .takes::<Request>(json!({"method": "totp", "code": "287082"}))
            .answers::<SignedInBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}))
            .refuses(
                "The code is wrong, or was used before.",
                Error::Unauthenticated(Unauthenticated::WrongCode),
            )
            .refuses(
                "The challenge is unknown, was passed before or is over.",
                Error::Unauthenticated(Unauthenticated::NoChallenge),
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
    let Request { shown } = body.parse().await?;
    let passed = http.app().pass_second_factor(&workspace, &challenge, shown, client.clone()).await?;
    Ok(signed_in(&http, &client, &passed))
}
