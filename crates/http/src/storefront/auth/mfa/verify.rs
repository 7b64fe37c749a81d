//! `POST /auth/mfa/factors/{factor_id}/verify`: the first code of an app, from which on it protects the account.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Forbidden, Missing};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::FactorBody;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{Fields, any_text, no_query, path_id};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};
use crate::storefront::auth::{RENEWED, renewed_with};
use crate::wire::Uuid4;

request_schema!(
    /// The first code of an app.
    MfaFactorVerify {
        code: String,
    }
);

struct Request {
    code: String,
}

impl FromBody for Request {
    type Schema = MfaFactorVerify;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self { code: body.required_secret("code", any_text)? })
    }
}

/// An app that protects the account.
#[derive(Serialize, ToSchema)]
#[schema(as = MfaFactorVerified)]
struct Response<'a> {
    mfa_factor: FactorBody<'a>,
    /// With the first app: ten codes to be kept on paper, each good once. Nobody is told them again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recovery_codes: Option<Vec<String>>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SecondFactor, "verifyMfaFactor", "Enable an authenticator app")
        .describes(
            "From now on every sign-in of the customer asks for a second factor, whatever the first is. Every other session ends, and \
             the customer is told by mail.",
        )
        .path::<Uuid4>("factor_id", "The app\u{2019}s id.")
        .takes::<Request>(json!({"code": "287082"}))
        .answers::<Response<'_>>(
            "It protects the account.",
            json!({"mfa_factor": super::example(true), "recovery_codes": super::example_codes()}),
        )
        .with_header("Set-Cookie", RENEWED)
        .refuses("The code is not the app\u{2019}s, or was used before.", Error::Forbidden(Forbidden::WrongCode))
        .refuses("No app of that id waits for its first code.", Error::NotFound(Missing::AuthenticatorApp))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    path: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let id = path_id("factor_id", &path)?;
    no_query(&request)?;
    let Request { code } = body.parse().await?;
    let (app, language) = (http.app(), caller::language(&request));
    let enabled = app.confirm_authenticator_app(&workspace, &sign_in, shopper, (id, code), language).await?;
    let mut answer = renewed_with(&http, enabled.cookie.as_ref());
    let mfa_factor = FactorBody::from(&enabled.app);
    Ok(answer.json(Response { mfa_factor, recovery_codes: enabled.recovery_codes }))
}
