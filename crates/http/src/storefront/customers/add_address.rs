//! `POST /store/customers/me/addresses`: adds an address to the shopper's book. Nothing of it is required.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::NewAddress;
use anteroom_domain::address::PostalAddress;
use anteroom_domain::text::{CountryCode, Line, Phone, Province};

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::{Fields, boolean, map, text};
use crate::idempotency;

struct Request(NewAddress);

impl FromBody for Request {
    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(NewAddress {
            postal: read_postal(body),
            is_default_shipping: body.optional("is_default_shipping", boolean).unwrap_or_default(),
            is_default_billing: body.optional("is_default_billing", boolean).unwrap_or_default(),
            metadata: body.optional("metadata", map).unwrap_or_default(),
        }))
    }
}

fn read_postal(body: &mut Fields) -> PostalAddress {
    let country_code = body.optional("country_code", text(CountryCode::parse));
    let province = text(|province| Province::parse(province, country_code));
    let province = body.optional("province", province).flatten();
    let phone = body.optional("phone", text(Phone::parse)).flatten();
    let mut line = |name| body.optional(name, text(Line::parse)).flatten();
    PostalAddress {
        address_name: line("address_name"),
        company: line("company"),
        first_name: line("first_name"),
        last_name: line("last_name"),
        address_1: line("address_1"),
        address_2: line("address_2"),
        city: line("city"),
        country_code,
        province,
        postal_code: line("postal_code"),
        phone,
    }
}

pub(crate) async fn handle(
    ShopperCaller { subject, customer }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (Request(new), repeat) = idempotency::read(&request, subject, body).await?;
    repeat.answer(super::answer, |once| http.app().add_address(&customer, new, once)).await
}
