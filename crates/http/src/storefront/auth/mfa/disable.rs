//! `DELETE /auth/mfa/factors/{factor_id}`: removes an authenticator app.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Missing, Presence};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{FactorBody, wants_presence};
use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::{Operation, Tag};
use crate::storefront::auth::{RENEWED, renewed_with};
use crate::wire::Uuid4;

/// The app that was removed.
#[derive(Serialize, ToSchema)]
#[schema(as = MfaFactorDisabled)]
struct Response<'a> {
    mfa_factor: FactorBody<'a>,
}

pub(crate) fn operation() -> Operation {
    wants_presence(Operation::new(Tag::SecondFactor, "disableMfaFactor", "Remove an authenticator app"))
        .describes(
            "Without an enabled app no sign-in asks for a second factor: the recovery codes are good no more, and the customer is told \
             by mail. Every other session ends.",
        )
        .path::<Uuid4>("factor_id", "The app\u{2019}s id.")
        .may_take::<Presence>(json!({"method": "totp", "code": "287082"}))
        .answers::<Response<'_>>("It is removed.", json!({"mfa_factor": super::example(true)}))
        .with_header("Set-Cookie", RENEWED)
        .refuses("The customer has no such app.", Error::NotFound(Missing::AuthenticatorApp))
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
    let presence: Presence = body.parse().await?;
    let (app, language) = (http.app(), caller::language(&request));
    let removed =
        app.remove_authenticator_app(&workspace, &sign_in, shopper, (id, presence), language).await?;
    let mut answer = renewed_with(&http, removed.cookie.as_ref());
    Ok(answer.json(Response { mfa_factor: FactorBody::from(&removed.app) }))
}
