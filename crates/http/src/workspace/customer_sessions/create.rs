//! `POST /api/customer-sessions`: opens a customer session (seed 1).

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{
    CustomerRef, Error, MemberChoice, MemberRef, NewCustomerSession, OpenedCustomerSession, Refusal,
};
use anteroom_domain::session::CustomerSession;
use anteroom_domain::text::ReturnUrl;
use serde::Serialize;
use serde_json::{Value, json};
use time::Duration;
use utoipa::ToSchema;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, id, integer, no_query, text};
use crate::idempotency;
use crate::openapi::scalars::{ExternalId, WebAddress};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::{Time, Uuid4};
use crate::workspace::customer::CustomerBody;
use crate::workspace::names::external_id;

request_schema!(
    /// A customer session to be opened: for exactly one customer, by one of its names.
    CustomerSessionCreate {
        /// The customer's id.
        customer_id: Option<Uuid4>,
        /// The customer by your own identifier.
        external_customer_id: Option<ExternalId>,
        /// Another spelling of `external_customer_id`.
        customer_external_id: Option<ExternalId>,
        /// The member who acts. Not while the workspace has no members.
        member_id: Option<Uuid4>,
        /// The member who acts, by your own identifier.
        external_member_id: Option<ExternalId>,
        /// Where the portal's way back leads.
        return_url: Option<WebAddress>,
        /// How long the session lives, in seconds; if nothing is said, as long as the workspace's settings say, or an hour.
        #[schema(minimum = 60, maximum = 86400)]
        expires_in: Option<i64>,
    }
);

struct Request(NewCustomerSession);

impl FromBody for Request {
    type Schema = CustomerSessionCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let customer = read_customer(body);
        let member = read_member(body);
        let return_url = body.optional("return_url", text(ReturnUrl::parse));
        let life = body.optional("expires_in", life);
        Some(Self(NewCustomerSession { customer: customer?, member, return_url, life }))
    }
}

/// Exactly one name of the customer; the last is another spelling of the one before.
fn read_customer(body: &mut Fields) -> Option<CustomerRef> {
    let names = ["customer_id", "external_customer_id", "customer_external_id"];
    let given: Vec<_> = names.into_iter().filter(|name| body.has(name)).collect();
    let by_id = body.optional("customer_id", id).map(CustomerRef::Id);
    let by_external_id = body.optional("external_customer_id", text(external_id));
    let by_other_spelling = body.optional("customer_external_id", text(external_id));
    match given.as_slice() {
        [] => body.fault("customer_id", Problem::Missing, Value::Null),
        [_] => return by_id.or(by_external_id.or(by_other_spelling).map(CustomerRef::External)),
        [_, other, ..] => {
            body.fault(other, Problem::Rule("should be the only name of the customer"), Value::Null);
        }
    }
    None
}

fn read_member(body: &mut Fields) -> MemberChoice {
    let by_id = body.optional("member_id", id);
    let by_external_id = body.optional("external_member_id", text(external_id));
    match (by_id, by_external_id) {
        (None, None) => MemberChoice::Unnamed,
        (Some(id), None) => MemberChoice::Named(MemberRef::Id(id)),
        (None, Some(external_id)) => MemberChoice::Named(MemberRef::External(external_id)),
        (Some(id), Some(external_id)) => MemberChoice::NamedTwice(id, external_id),
    }
}

fn life(value: &Value) -> Result<Duration, Problem> {
    let life = Duration::seconds(integer(value)?);
    if (CustomerSession::MIN_LIFE..=CustomerSession::MAX_LIFE).contains(&life) {
        return Ok(life);
    }
    Err(Problem::Rule("should be between 60 and 86400 seconds"))
}

/// An authenticated customer session with portal access.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerSessionWithToken)]
struct Response<'a> {
    created_at: Time,
    modified_at: Option<Time>,
    id: Uuid4,
    /// Opens the session, as `Authorization: Bearer`. It is shown this once.
    token: &'a str,
    expires_at: Time,
    /// Where the portal's way back leads.
    return_url: Option<&'a str>,
    /// Opens the portal in a browser: once, within five minutes.
    customer_portal_url: String,
    customer_id: Uuid4,
    customer: CustomerBody<'a>,
}

impl<'a> Response<'a> {
    fn new(opened: &'a OpenedCustomerSession, customer_portal_url: String) -> Self {
        let session = &opened.session;
        Self {
            created_at: session.created_at.into(),
            modified_at: None,
            id: session.id().into(),
            token: opened.token.reveal(),
            expires_at: session.expires_at.into(),
            return_url: session.return_url.as_ref().map(ReturnUrl::as_str),
            customer_portal_url,
            customer_id: session.customer_id.into(),
            customer: CustomerBody::from(&opened.customer),
        }
    }
}

pub(crate) fn operation() -> Operation {
    let id = "createCustomerSession";
    Operation::new(Tag::CustomerSessions, id, "Create a customer session")
        .describes(
            "Opens a session for a customer, named by your id or by ours. The answer has a token for \
             `Authorization: Bearer`, shown this once, and a link that opens the customer portal in a browser, once \
             and within five minutes.\n\n\
             A team customer needs a member to act for it. A customer with one member needs none named.",
        )
        .takes::<Request>(json!({
            "customer_id": examples::CUSTOMER,
            "return_url": "https://example.com/account",
        }))
        .creates::<Response<'_>>("The session, with its token.", examples::opened_session())
        .refuses(
            "The workspace lists hosts for the way back, and this one's is not among them.",
            Error::refused(Refusal::ReturnHostNotListed(ReturnUrl::from_stored("https://other.example".to_owned()))),
        )
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let (Request(new), repeat) = idempotency::read(&request, &merchant, body).await?;
    let (links, slug) = (http.clone(), merchant.workspace.slug.clone());
    let created = move |opened: &OpenedCustomerSession| {
        let link = links.portal_entry_url(&slug, opened.entry_code.reveal());
        HttpResponse::Created().json(Response::new(opened, link))
    };
    repeat.answer(created, |once| http.app().create_customer_session(&merchant.workspace, new, once)).await
}
