//! `GET /store/customers/me/sessions`: where the customer is signed in.

use std::net::IpAddr;

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_domain::session::{StoreSession, StoreSessionId};
use anteroom_domain::text::Line;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::Http;
use crate::caller::ShopperCaller;
use crate::failure::Failure;
use crate::fields::query;
use crate::openapi::scalars::{Count, IpAddress, Offset, ProviderName};
use crate::openapi::{Operation, Tag, examples};
use crate::storefront::page;
use crate::wire::{Time, Uuid4};

/// A live sign-in.
#[derive(Serialize, ToSchema)]
#[schema(as = ShopperSession)]
struct SessionBody<'a> {
    id: Uuid4,
    #[schema(value_type = ProviderName)]
    provider: &'a str,
    /// Where somebody signed in from.
    #[schema(value_type = Option<IpAddress>)]
    ip_address: Option<IpAddr>,
    /// What the browser or program that signed in calls itself.
    user_agent: Option<&'a str>,
    created_at: Time,
    /// To the minute.
    last_used_at: Time,
    /// When it ends however much it is used.
    expires_at: Time,
    /// Whether it is the one that asks.
    current: bool,
}

impl<'a> SessionBody<'a> {
    fn of(session: &'a StoreSession, current: StoreSessionId) -> Self {
        Self {
            id: session.id.into(),
            provider: session.provider.as_str(),
            ip_address: session.ip_address,
            user_agent: session.user_agent.as_ref().map(Line::as_str),
            created_at: session.created_at.into(),
            last_used_at: session.last_used_at.into(),
            expires_at: session.expires_at.into(),
            current: session.id == current,
        }
    }
}

/// A piece of the list.
#[derive(Serialize, ToSchema)]
#[schema(as = ShopperSessionList)]
struct Response<'a> {
    sessions: Vec<SessionBody<'a>>,
    /// How many the whole list has.
    count: u64,
    offset: u32,
    limit: u32,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Account, "listSessions", "List the sessions")
        .describes("Where the customer is signed in, newest first. No answer tells a token or a cookie.")
        .queries(page::read)
        .query::<Offset>("offset", "How many sessions to pass over.")
        .query::<Count>("limit", "How many sessions to list: 50 if nothing is said, at most 100.")
        .answers::<Response<'_>>(
            "A piece of the list.",
            json!({"sessions": [examples::sign_in()], "count": 1, "offset": 0, "limit": 50}),
        )
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    request: HttpRequest,
    http: web::Data<Http>,
) -> Result<HttpResponse, Failure> {
    let page = query(&request, page::read)?;
    let listed = http.app().sessions_of_shopper(shopper, page).await?;
    let current = sign_in.session().id;
    let sessions = listed.items.iter().map(|session| SessionBody::of(session, current)).collect();
    let (count, offset, limit) = (listed.total, page.offset, page.limit);
    Ok(HttpResponse::Ok().json(Response { sessions, count, offset, limit }))
}
