//! `POST /api/customer-sessions/introspect`: what a token opens, for the merchant's own servers (RFC 7662).

use actix_web::{HttpResponse, web};
use anteroom_app::PortalAccess;
use anteroom_domain::text::ReturnUrl;
use serde::Serialize;
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, text};
use crate::wire::Time;
use crate::workspace::session;

struct Request {
    token: String,
}

impl FromBody for Request {
    fn read(body: &mut Fields) -> Option<Self> {
        let token = body.required_secret("token", text(|text| Ok::<_, Problem>(text.to_owned())));
        Some(Self { token: token? })
    }
}

/// A session that opens doors.
#[derive(Serialize)]
struct Response<'a> {
    active: bool,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    customer_id: String,
    member_id: Option<String>,
    expires_at: Time,
    return_url: Option<&'a str>,
}

impl<'a> From<&'a PortalAccess> for Response<'a> {
    fn from(PortalAccess { session, .. }: &'a PortalAccess) -> Self {
        Self {
            active: true,
            id: session.id().to_string(),
            kind: session::kind(session),
            customer_id: session.customer_id.to_string(),
            member_id: session.member_id.map(|id| id.to_string()),
            expires_at: session.expires_at.into(),
            return_url: session.return_url.as_ref().map(ReturnUrl::as_str),
        }
    }
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let Request { token } = body.parse().await?;
    let found = http.app().introspect_customer_session(caller.0.workspace.id, &token).await?;
    Ok(match &found {
        Some(access) => HttpResponse::Ok().json(Response::from(access)),
        None => HttpResponse::Ok().json(json!({"active": false})),
    })
}
