//! `POST /api/members`: adds a member to a customer, or finds the one of that e-mail.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::NewMember;
use anteroom_domain::member::{Member, Role};
use anteroom_domain::text::{Email, ExternalId, Line};

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, id, text};
use crate::idempotency;
use crate::workspace::member::MemberBody;
use crate::workspace::names;

struct Request(NewMember);

impl FromBody for Request {
    fn read(body: &mut Fields) -> Option<Self> {
        let customer = body.required("customer_id", id);
        let email = body.required("email", text(Email::parse));
        let name = body.optional("name", text(Line::parse)).flatten();
        let external_id = body.optional("external_id", text(ExternalId::parse)).flatten();
        let role = body.optional("role", text(names::role)).unwrap_or(Role::Member);
        Some(Self(NewMember { customer: customer?, email: email?, name, external_id, role }))
    }
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let (Request(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    repeat.answer(created, |once| http.app().create_member(&merchant.workspace, new, once)).await
}

fn created(member: &Member) -> HttpResponse {
    HttpResponse::Created().json(MemberBody::from(member))
}
