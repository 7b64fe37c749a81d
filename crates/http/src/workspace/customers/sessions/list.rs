//! `GET /api/customers/{customer_id}/sessions`: the live sessions of a customer and its members, of every kind.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::AnySession;
use anteroom_domain::text::Line;
use serde::Serialize;

use crate::Http;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{path_id, query};
use crate::wire::Time;
use crate::workspace::list::{ListBody, Wanted};
use crate::workspace::session;

#[derive(Serialize)]
struct SessionBody<'a> {
    id: String,
    kind: &'static str,
    member_id: Option<String>,
    created_at: Time,
    /// Not known of the portal's sessions.
    last_used_at: Option<Time>,
    expires_at: Time,
    user_agent: Option<&'a str>,
}

impl<'a> From<&'a AnySession> for SessionBody<'a> {
    fn from(session: &'a AnySession) -> Self {
        match session {
            AnySession::Portal(session) => Self {
                id: session.id().to_string(),
                kind: session::kind(session),
                member_id: session.member_id.map(|id| id.to_string()),
                created_at: session.created_at.into(),
                last_used_at: None,
                expires_at: session.expires_at.into(),
                user_agent: None,
            },
            AnySession::Store(session) => Self {
                id: session.id.to_string(),
                kind: "store",
                member_id: None,
                created_at: session.created_at.into(),
                last_used_at: Some(session.last_used_at.into()),
                expires_at: session.expires_at.into(),
                user_agent: session.user_agent.as_ref().map(Line::as_str),
            },
        }
    }
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = path_id("customer_id", &path)?;
    let wanted = query(&request, Wanted::read)?;
    let listed = http.app().sessions_of_customer(caller.0.workspace.id, id, wanted.records()).await?;
    Ok(HttpResponse::Ok().json(ListBody::<SessionBody<'_>>::new(&listed, wanted)))
}
