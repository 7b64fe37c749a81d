//! `GET /api/customers/{customer_id}/state`: a customer with all that belongs to it, at one moment.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{CustomerState, Error, Missing, SessionCounts};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::{Time, Uuid4};
use crate::workspace::customer::{BillingAddressBody, CustomerBody, CustomerWith};
use crate::workspace::member::MemberBody;
use crate::workspace::names::customer_in_path;

pub(super) type StateBody<'a> = CustomerWith<'a, StateBesides<'a>>;

/// A customer with all that belongs to it.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerState)]
pub(super) struct StateBesides<'a> {
    /// The default shipping address.
    shipping_address: Option<BillingAddressBody<'a>>,
    /// Whether somebody signs in to the shop as this customer.
    has_account: bool,
    /// Since when nobody can sign in as it; `null` while it is enabled.
    disabled_at: Option<Time>,
    /// Its members, oldest first; none where the workspace has no members.
    members: Vec<MemberBody<'a>>,
    sessions: SessionCountsBody,
}

/// How many sessions are live, by their kind.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionCounts)]
struct SessionCountsBody {
    /// Sessions of the portal in which the customer itself acts.
    customer: u64,
    /// Sessions of the portal in which a member acts.
    member: u64,
    /// Sign-ins to the shop.
    store: u64,
}

impl<'a> From<&'a CustomerState> for StateBody<'a> {
    fn from(state: &'a CustomerState) -> Self {
        let (customer, SessionCounts { customer: acts_itself, member, store }) =
            (&state.billed.customer, state.sessions);
        Self {
            customer: CustomerBody::from(&state.billed),
            more: StateBesides {
                shipping_address: BillingAddressBody::of(state.shipping_address.as_ref()),
                has_account: customer.has_account,
                disabled_at: customer.disabled_at.map(Time),
                members: state.members.iter().map(MemberBody::from).collect(),
                sessions: SessionCountsBody { customer: acts_itself, member, store },
            },
        }
    }
}

/// What both routes that show a customer's state say of themselves.
pub(super) fn described(operation: Operation) -> Operation {
    operation
        .describes(
            "All that a server of yours wants to know of a customer, in one call: its fields, its members, its default \
             addresses, how many sessions are live, and whether anybody can sign in as it. It is read anew each time.",
        )
        .answers::<StateBody<'_>>("How the customer stands at this moment.", examples::customer_state())
        .refuses("There is no such customer.", Error::NotFound(Missing::Customer))
}

pub(crate) fn operation() -> Operation {
    described(Operation::new(Tag::Customers, "getCustomerState", "Get a customer's state"))
        .path::<Uuid4>("customer_id", "The customer's id.")
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let which = customer_in_path(&path)?;
    no_query(&request)?;
    let state = http.app().customer_state(&caller.0.workspace, which).await?;
    Ok(HttpResponse::Ok().json(StateBody::from(&state)))
}
