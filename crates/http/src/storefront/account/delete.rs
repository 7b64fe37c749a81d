//! `POST /store/customers/me/delete`: a shopper leaves. A `POST`, because what stands between drops the body of a `DELETE`.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::Presence;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::scalars::{CustomerObject, Yes};
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::auth::mfa::wants_ownership;
use crate::storefront::cookie;
use crate::wire::Uuid4;

/// The receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerDeleted)]
struct Receipt {
    id: Uuid4,
    #[schema(value_type = CustomerObject)]
    object: &'static str,
    #[schema(value_type = Yes)]
    deleted: bool,
}

pub(crate) fn operation() -> Operation {
    wants_ownership(Operation::new(Tag::Account, "deleteCustomer", "Delete the account"))
        .describes(
            "Deletes the customer. Every session ends, nobody signs in as the customer any more, and the e-mail is free again.",
        )
        .may_take::<Presence>(json!({"current_password": "correct horse battery"}))
        .answers::<Receipt>(
            "It is deleted.",
            json!({"id": examples::CUSTOMER, "object": "customer", "deleted": true}),
        )
        .with_header("Set-Cookie", "Drops the session cookie.")
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
    let language = caller::language(&request);
    http.app().delete_account(&workspace, &sign_in, shopper, presence, language).await?;
    let receipt = Receipt { id: shopper.customer.into(), object: "customer", deleted: true };
    Ok(HttpResponse::Ok().cookie(cookie::cleared(&http)).json(receipt))
}
