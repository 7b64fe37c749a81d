//! `DELETE /store/customers/me/providers/{provider}`

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, Missing, Presence};
use anteroom_domain::identity_provider::ProviderName as Name;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{named, names_provider};
use crate::Http;
use crate::body::Body;
use crate::caller::{Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::{LinkedProviderObject, ProviderName, Yes};
use crate::openapi::{Operation, Tag};
use crate::storefront::auth::mfa::wants_presence;
use crate::storefront::auth::{RENEWED, renewed_with};

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkedProviderDeleted)]
struct Receipt<'a> {
    /// The provider\u{2019}s name.
    #[schema(value_type = ProviderName)]
    id: &'a str,
    #[schema(value_type = LinkedProviderObject)]
    object: &'static str,
    #[schema(value_type = Yes)]
    deleted: bool,
}

pub(crate) fn operation() -> Operation {
    wants_presence(names_provider(Operation::new(Tag::Account, "unlinkProvider", "Unlink a provider")))
        .describes(
            "No account there signs in as the customer any more, and every other session of the customer ends. It works for one that is \
             switched off, too.",
        )
        .may_take::<Presence>(json!({"current_password": "correct horse battery"}))
        .answers::<Receipt<'_>>(
            "It is unlinked.",
            json!({"id": "google", "object": "linked_provider", "deleted": true}),
        )
        .with_header("Set-Cookie", RENEWED)
        .refuses("The customer has linked no account there.", Error::NotFound(Missing::ProviderLink))
        .refuses("Without it the customer could not sign in.", Error::from(FactorFault::LastWayToSignIn))
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
    let name = Name::parse(named(&request)).or(Err(Error::NotFound(Missing::IdentityProvider)))?;
    let provider = http.app().identity_provider(workspace.id, name).await?;
    let cookie = http.app().unlink_provider((&workspace, &provider), (&sign_in, shopper), presence).await?;
    let receipt = Receipt { id: provider.name.as_str(), object: "linked_provider", deleted: true };
    Ok(renewed_with(&http, cookie.as_ref()).json(receipt))
}
