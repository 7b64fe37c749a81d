//! `DELETE /store/customers/me/passkeys/{passkey_id}`

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, Missing, Presence};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::{Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{no_query, path_id};
use crate::openapi::scalars::{PasskeyObject, Yes};
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::mfa::wants_presence;
use crate::storefront::auth::{RENEWED, renewed_with};
use crate::wire::Uuid4;

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyDeleted)]
struct Receipt {
    id: Uuid4,
    #[schema(value_type = PasskeyObject)]
    object: &'static str,
    #[schema(value_type = Yes)]
    deleted: bool,
}

pub(crate) fn operation() -> Operation {
    wants_presence(Operation::new(Tag::Account, "deletePasskey", "Remove a passkey"))
        .describes("Nobody signs in with it any more, and every other session of the customer ends.")
        .path::<Uuid4>("passkey_id", "The passkey\u{2019}s id.")
        .may_take::<Presence>(json!({"current_password": "correct horse battery"}))
        .answers::<Receipt>(
            "It is removed.",
            json!({"id": examples::PASSKEY, "object": "passkey", "deleted": true}),
        )
        .with_header("Set-Cookie", RENEWED)
        .refuses("The customer has no such passkey.", Error::NotFound(Missing::Passkey))
        .refuses("Without it the customer could not sign in.", Error::from(FactorFault::LastWayToSignIn))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    path: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let id = path_id("passkey_id", &path)?;
    no_query(&request)?;
    let presence: Presence = body.parse().await?;
    let cookie = http.app().remove_passkey(&workspace, &sign_in, shopper, (id, presence)).await?;
    let mut answer = renewed_with(&http, cookie.as_ref());
    Ok(answer.json(Receipt { id: id.into(), object: "passkey", deleted: true }))
}
