//! `POST /api/workspace-access-tokens/{token_id}/rotate`: makes a token that takes the place of another.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, Forbidden, Grantor, Missing, Refusal, RotatedAccessToken};
use anteroom_domain::Id;
use anteroom_domain::credential::AccessToken;
use serde::Serialize;
use serde_json::{Value, json};
use time::Duration;
use utoipa::ToSchema;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, integer, no_query, path_id};
use crate::idempotency;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::access_token::AccessTokenBody;

request_schema!(
    /// How an access token is rotated.
    WorkspaceAccessTokenRotate {
        /// How long the token still opens doors that is replaced, in seconds; a day if nothing is said.
        #[schema(minimum = 0, maximum = 604_800, default = 86400)]
        overlap: Option<i64>,
    }
);

struct Request {
    overlap: Duration,
}

impl FromBody for Request {
    type Schema = WorkspaceAccessTokenRotate;

    const MAY_BE_ABSENT: bool = true;

    fn read(body: &mut Fields) -> Option<Self> {
        let overlap = body.optional("overlap", overlap).unwrap_or(AccessToken::DEFAULT_OVERLAP);
        Some(Self { overlap })
    }
}

fn overlap(value: &Value) -> Result<Duration, Problem> {
    let overlap = Duration::seconds(integer(value)?);
    if (Duration::ZERO..=AccessToken::MAX_OVERLAP).contains(&overlap) {
        return Ok(overlap);
    }
    Err(Problem::Rule("should be between 0 and 604800 seconds"))
}

/// An access token with its plain text, and the one that it replaces.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceAccessTokenRotated)]
struct Response<'a> {
    workspace_access_token: AccessTokenBody<'a>,
    /// Opens the Workspace API, as `Authorization: Bearer`. It is shown this once.
    token: &'a str,
    /// The token that is replaced; it opens doors until its `expires_at`.
    previous: AccessTokenBody<'a>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::AccessTokens, "rotateWorkspaceAccessToken", "Rotate an access token")
        .describes(
            "Makes a token with the same scopes and comment, and as long a life, which begins now. The answer has it in \
             plain text, shown this once. The token that is replaced opens doors for the overlap yet, unless it ends \
             before; it can be rotated once.",
        )
        .path::<Uuid4>("token_id", "The access token's id.")
        .takes::<Request>(json!({"overlap": 3600}))
        .creates::<Response<'_>>("Both access tokens, the new one in plain text too.", examples::rotated_access_token())
        .refuses("There is no such access token, or it has ended.", Error::NotFound(Missing::AccessToken))
        .refuses("It has a scope that the token which asks lacks.", Error::Forbidden(Forbidden::ScopesBeyondOwn))
        .refuses("It was rotated before.", Error::refused(Refusal::RotatedBefore(Id::from_random_bytes([0; 16]))))
}

pub(crate) async fn handle(
    MerchantCaller(merchant): MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let id = path_id("token_id", &path)?;
    no_query(&request)?;
    let (Request { overlap }, repeat) = idempotency::read(&request, &merchant, body).await?;
    let (workspace, grantor) = (merchant.workspace.id, Grantor::from(&merchant));
    let run = |once| http.app().rotate_access_token(workspace, grantor, id, overlap, once);
    repeat.answer(created, run).await
}

fn created(rotated: &RotatedAccessToken) -> HttpResponse {
    let (issued, previous) = (&rotated.issued, AccessTokenBody::from(&rotated.previous));
    let workspace_access_token = AccessTokenBody::from(&issued.token);
    HttpResponse::Created().json(Response { workspace_access_token, token: issued.plain.reveal(), previous })
}
