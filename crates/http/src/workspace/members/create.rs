//! `POST /api/members`: adds a member to a customer, or finds the one of that e-mail.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerRef, NewMember};
use anteroom_domain::customer::CustomerId;
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, id, no_query};
use crate::idempotency;
use crate::openapi::scalars::{Email, ExternalId, Line, MemberRole};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::member::{created, read_new_member};

request_schema!(
    /// A member to be added.
    MemberCreate {
        /// Whom the member acts for.
        customer_id: Uuid4,
        /// The member's e-mail address.
        email: Email,
        /// The member's full name.
        name: Option<Line>,
        /// Your own identifier of the member, which no other member of the customer has.
        external_id: Option<ExternalId>,
        /// What the member may do; `member` if nothing is said.
        role: Option<MemberRole>,
    }
);

struct Request {
    customer: CustomerId,
    new: NewMember,
}

impl FromBody for Request {
    type Schema = MemberCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let customer = body.required("customer_id", id);
        let new = read_new_member(body);
        Some(Self { customer: customer?, new: new? })
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Members, "createMember", "Add a member")
        .takes::<Request>(json!({
            "customer_id": examples::CUSTOMER,
            "email": "jane@example.com",
            "name": "Jane Doe",
            "role": "billing_manager",
        }))
        .creates_member()
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let (Request { customer, new }, repeat) = idempotency::read(&request, &merchant, body).await?;
    let customer = CustomerRef::Id(customer);
    repeat.answer(created, |once| http.app().create_member(&merchant.workspace, customer, new, once)).await
}
