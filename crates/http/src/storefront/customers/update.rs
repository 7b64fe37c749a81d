//! `POST /store/customers/me`: what a shopper changes about themself. The e-mail is not among it.

use actix_web::{HttpResponse, web};
use anteroom_app::CustomerUpdate;
use anteroom_domain::text::{Line, Phone};

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::{Fields, map, text};

struct Request(CustomerUpdate);

impl FromBody for Request {
    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(CustomerUpdate {
            first_name: body.change("first_name", text(Line::parse)),
            last_name: body.change("last_name", text(Line::parse)),
            company_name: body.change("company_name", text(Line::parse)),
            phone: body.change("phone", text(Phone::parse)),
            metadata: body.change("metadata", |value| map(value).map(Some)),
        }))
    }
}

pub(crate) async fn handle(
    caller: ShopperCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let Request(update) = body.parse().await?;
    Ok(super::answer(&http.app().update_shopper(&caller.customer, update).await?))
}
