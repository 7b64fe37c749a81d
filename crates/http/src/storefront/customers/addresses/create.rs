//! `POST /store/customers/me/addresses`: adds an address to the shopper's book. Nothing of it is required.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Refusal, Shopper};
use serde_json::json;

use super::requests::Addition;
use crate::Http;
use crate::body::Body;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::idempotency;
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::customer::CustomerBody;
use crate::storefront::customers::{Response, answer};
use crate::storefront::query::selection;

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Shopper, "addAddress", "Add an address")
        .describes("Nothing of an address is required. A new default takes the flag from the one before.")
        .takes::<Addition>(json!({
            "address_name": "Home",
            "first_name": "Grace",
            "last_name": "Hopper",
            "address_1": "12 Navy Yard",
            "city": "Arlington",
            "country_code": "us",
            "province": "us-va",
            "postal_code": "22202",
            "is_default_shipping": true,
        }))
        .answers::<Response<'_>>(
            "The customer, with the address book.",
            json!({"customer": examples::shopper()}),
        )
        .selects()
        .refuses("The book holds 200 addresses.", Error::refused(Refusal::TooManyAddresses))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let selection = selection::<CustomerBody<'_>>(&request)?;
    let (Addition(new), repeat) = idempotency::read(&request, &sign_in, body).await?;
    let answer = move |shopper: &Shopper| answer(shopper, &selection);
    repeat.answer(answer, |once| http.app().add_address(shopper, new, once)).await
}
