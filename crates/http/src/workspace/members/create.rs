//! `POST /api/members`: adds a member to a customer, or finds the one of that e-mail.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Forbidden, Missing, NewMember, Refusal};
use anteroom_domain::member::{Member, Role};
use anteroom_domain::text::{Email, ExternalId, Line};
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, id, text};
use crate::idempotency;
use crate::openapi::scalars::{
    Email as EmailText, ExternalId as ExternalIdText, Line as LineText, MemberRole,
};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::member::MemberBody;
use crate::workspace::names;

request_schema!(
    /// A member to be added.
    MemberCreate {
        /// Whom the member acts for.
        customer_id: Uuid4,
        /// The member's e-mail address.
        email: EmailText,
        /// The member's full name.
        name: Option<LineText>,
        /// Your own identifier of the member, which no other member of the customer has.
        external_id: Option<ExternalIdText>,
        /// What the member may do; `member` if nothing is said.
        role: Option<MemberRole>,
    }
);

struct Request(NewMember);

impl FromBody for Request {
    type Schema = MemberCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let customer = body.required("customer_id", id);
        let email = body.required("email", text(Email::parse));
        let name = body.optional("name", text(Line::parse)).flatten();
        let external_id = body.optional("external_id", text(ExternalId::parse)).flatten();
        let role = body.optional("role", text(names::role)).unwrap_or(Role::Member);
        Some(Self(NewMember { customer: customer?, email: email?, name, external_id, role }))
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "createMember", "Add a member")
        .describes("A member of that e-mail whom the customer has already is answered as it is, so a call may be repeated.")
        .takes::<Request>(json!({
            "customer_id": examples::CUSTOMER,
            "email": "jane@example.com",
            "name": "Jane Doe",
            "role": "billing_manager",
        }))
        .creates::<MemberBody<'_>>("The member.", examples::member())
        .refuses("The workspace has no members.", Error::Forbidden(Forbidden::MemberModelOff))
        .refuses("The customer is an individual.", Error::Forbidden(Forbidden::IndividualHasOneMember))
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
        .refuses("The customer has an owner already.", Error::refused(Refusal::OwnerExists))
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
