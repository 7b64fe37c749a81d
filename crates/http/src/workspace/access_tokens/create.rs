//! `POST /api/workspace-access-tokens`: makes an access token.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Grantor, IssuedAccessToken, NewAccessToken, Refusal};
use anteroom_domain::credential::{AccessToken, Scope, Scopes};
use anteroom_domain::text::Line;
use serde::Serialize;
use serde_json::{Value, json};
use time::Duration;
use utoipa::ToSchema;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, integer, no_query, text};
use crate::idempotency;
use crate::openapi::scalars::{Line as LineText, ScopeName};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::access_token::AccessTokenBody;
use crate::workspace::names;

request_schema!(
    /// An access token to be made.
    WorkspaceAccessTokenCreate {
        /// What it is for.
        comment: LineText,
        /// What it may do: nothing that the token which asks may not.
        #[schema(min_items = 1)]
        scopes: Vec<ScopeName>,
        /// How long it lives, in seconds; without an end if nothing is said.
        #[schema(minimum = 60, maximum = 315_360_000)]
        expires_in: Option<i64>,
    }
);

struct Request {
    comment: Line,
    scopes: Scopes,
    life: Option<Duration>,
}

impl FromBody for Request {
    type Schema = WorkspaceAccessTokenCreate;

    fn read(body: &mut Fields) -> Option<Self> {
        let comment = body.required("comment", text(names::line));
        let scopes = body.required_list("scopes", |entry| text(names::scope)(entry));
        let scopes = scopes.and_then(|scopes| super::some(body, scopes.into_iter().collect()));
        let life = body.optional("expires_in", life);
        Some(Self { comment: comment?, scopes: scopes?, life })
    }
}

fn life(value: &Value) -> Result<Duration, Problem> {
    let life = Duration::seconds(integer(value)?);
    if (AccessToken::MIN_LIFE..=AccessToken::MAX_LIFE).contains(&life) {
        return Ok(life);
    }
    Err(Problem::Rule("should be between 60 and 315360000 seconds"))
}

/// An access token with its plain text.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceAccessTokenIssued)]
struct Response<'a> {
    workspace_access_token: AccessTokenBody<'a>,
    /// Opens the Workspace API, as `Authorization: Bearer`. It is shown this once.
    token: &'a str,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::AccessTokens, "createWorkspaceAccessToken", "Make an access token")
        .describes("The answer has the token in plain text, shown this once.")
        .takes::<Request>(json!({
            "comment": "billing",
            "scopes": ["customers:read", "customer_sessions:write"],
            "expires_in": 7_776_000,
        }))
        .creates::<Response<'_>>("The access token, in plain text too.", examples::issued_access_token())
        .refuses(
            "The token that asks lacks a scope; each is a fault of its own.",
            Error::refused(Refusal::ScopeBeyondOwn(Scope::CustomersRead)),
        )
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let (Request { comment, scopes, life }, repeat) = idempotency::read(&request, &merchant, body).await?;
    let app = http.app();
    let new = NewAccessToken { comment, scopes, expires_at: life.map(|life| app.now() + life) };
    let (workspace, grantor) = (merchant.workspace.id, Grantor::from(&merchant));
    repeat.answer(created, |once| app.create_access_token(workspace, grantor, new, once)).await
}

fn created(issued: &IssuedAccessToken) -> HttpResponse {
    let workspace_access_token = AccessTokenBody::from(&issued.token);
    HttpResponse::Created().json(Response { workspace_access_token, token: issued.plain.reveal() })
}
