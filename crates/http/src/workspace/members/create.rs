//! `POST /api/members`: adds a member to a customer, or finds the one of that e-mail.

use actix_web::{HttpResponse, web};
use anteroom_app::NewMember;
use anteroom_domain::member::Role;
use anteroom_domain::text::{Email, ExternalId, Line};

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, id, text};
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
    caller: MerchantCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let Request(new) = body.parse().await?;
    let member = http.app().create_member(&caller.0.workspace, new).await?;
    Ok(HttpResponse::Created().json(MemberBody::from(&member)))
}
