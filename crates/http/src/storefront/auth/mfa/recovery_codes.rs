//! `POST /auth/mfa/recovery-codes`: new codes for when no authenticator app is at hand.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, Presence};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::wants_presence;
use crate::Http;
use crate::body::Body;
use crate::caller::{Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};

/// Codes to be kept on paper.
#[derive(Serialize, ToSchema)]
#[schema(as = MfaRecoveryCodes)]
struct Response {
    /// Ten, each good once. Nobody is told them again.
    recovery_codes: Vec<String>,
}

pub(crate) fn operation() -> Operation {
    wants_presence(Operation::new(Tag::SecondFactor, "generateMfaRecoveryCodes", "Make recovery codes"))
        .describes("Puts ten codes in place of those that there were, which are good no more.")
        .may_take::<Presence>(json!({"method": "totp", "code": "287082"}))
        .answers::<Response>("The codes.", json!({"recovery_codes": super::example_codes()}))
        .refuses("No authenticator app is enabled.", Error::from(FactorFault::NoSecondFactor))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let presence: Presence = body.parse().await?;
    let recovery_codes = http.app().replace_recovery_codes(&workspace, &sign_in, shopper, presence).await?;
    Ok(HttpResponse::Ok().json(Response { recovery_codes }))
}
