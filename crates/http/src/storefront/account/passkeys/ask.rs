//! `POST /store/customers/me/passkeys/options`: what the customer's authenticator is to be asked for a new passkey.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, Presence};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::{Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::Text;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::mfa::wants_presence;

/// What the authenticator is to be asked.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyQuestion)]
struct Response<'a> {
    /// To be sent with the answer, within five minutes.
    #[schema(value_type = Text)]
    flow: &'a str,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON`.
    #[schema(value_type = Object)]
    public_key: &'a Value,
}

pub(crate) fn operation() -> Operation {
    wants_presence(Operation::new(Tag::Account, "askForPasskey", "Ask for a new passkey"))
        .describes(
            "What the browser\u{2019}s `navigator.credentials.create` takes. The authenticator verifies the customer, and keeps the passkey so \
             that it is found without a name.",
        )
        .may_take::<Presence>(json!({"current_password": "correct horse battery"}))
        .answers::<Response<'_>>(
            "What to ask.",
            json!({"flow": examples::PASSKEY_CEREMONY, "public_key": {"challenge": "FsxB…", "rp": {"id": "shop.example", "name": "Acme"}}}),
        )
        .refuses("The shop takes no passkeys.", Error::from(FactorFault::NoPasskeys))
        .refuses("The customer has ten already.", Error::from(FactorFault::TooManyPasskeys))
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
    let asked = http.app().ask_for_new_passkey(&workspace, &sign_in, shopper, presence).await?;
    Ok(HttpResponse::Ok().json(Response { flow: asked.token.reveal(), public_key: &asked.options }))
}
