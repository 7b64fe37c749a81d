//! `POST /api/customers`: makes a customer.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{BilledCustomer, NewCustomer, NewOwner};
use anteroom_domain::customer::CustomerKind;
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{Email, ExternalId, Line, ReturnUrl};

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, text};
use crate::idempotency;
use crate::workspace::customer::{CustomerBody, read_billing_address};
use crate::workspace::names;

struct Request(NewCustomer);

impl FromBody for Request {
    fn read(body: &mut Fields) -> Option<Self> {
        let email = body.required("email", text(Email::parse));
        let kind = body.optional("type", text(names::kind)).unwrap_or(CustomerKind::Individual);
        let external_id = body.optional("external_id", text(ExternalId::parse)).flatten();
        let name = body.optional("name", text(Line::parse)).flatten();
        let billing_address = body.optional_object("billing_address", read_billing_address);
        let avatar_url = body.optional("avatar_url", text(ReturnUrl::parse));
        let metadata = body.optional_map("metadata", Metadata::parse).unwrap_or_default();
        let owner = body.optional_object("owner", |owner| Some(read_owner(owner))).unwrap_or_default();
        Some(Self(NewCustomer {
            email: email?,
            kind,
            external_id,
            name,
            billing_address,
            avatar_url,
            metadata,
            owner,
        }))
    }
}

fn read_owner(owner: &mut Fields) -> NewOwner {
    let email = owner.optional("email", text(Email::parse));
    let name = owner.optional("name", text(Line::parse)).flatten();
    let external_id = owner.optional("external_id", text(ExternalId::parse)).flatten();
    NewOwner { email, name, external_id }
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (Request(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    repeat.answer(created, |once| http.app().create_customer(&merchant.workspace, new, once)).await
}

fn created(customer: &BilledCustomer) -> HttpResponse {
    HttpResponse::Created().json(CustomerBody::from(customer))
}
