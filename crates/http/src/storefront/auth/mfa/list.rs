//! `GET /auth/mfa/factors`: what the customer proves beside the first factor.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::FactorBody;
use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag};

/// What the customer proves beside the first factor.
#[derive(Serialize, ToSchema)]
#[schema(as = MfaFactorList)]
struct Response<'a> {
    /// Oldest first.
    mfa_factors: Vec<FactorBody<'a>>,
    /// How many recovery codes are good yet.
    recovery_codes_left: u64,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::SecondFactor, "listMfaFactors", "List the factors")
        .describes("The customer\u{2019}s authenticator apps. As soon as one is enabled, every sign-in asks for a second factor.")
        .answers::<Response<'_>>(
            "The apps.",
            json!({"mfa_factors": [super::example(true)], "recovery_codes_left": 10}),
        )
}

pub(crate) async fn handle(
    ShopperCaller { shopper, .. }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let kept = http.app().second_factors(shopper).await?;
    let mfa_factors = kept.apps.iter().map(FactorBody::from).collect();
    Ok(HttpResponse::Ok().json(Response { mfa_factors, recovery_codes_left: kept.recovery_codes_left }))
}
