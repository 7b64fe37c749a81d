//! `PATCH /api/workspace-access-tokens/{token_id}`: changes what an access token is for and what it may do.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{AccessTokenChanges, Error, Grantor, Missing, Refusal};
use anteroom_domain::credential::Scope;
use serde_json::json;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, no_query, path_id, text};
use crate::openapi::scalars::{Line as LineText, ScopeName};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::wire::Uuid4;
use crate::workspace::access_token::AccessTokenBody;
use crate::workspace::names;

request_schema!(
    /// What changes in an access token.
    WorkspaceAccessTokenUpdate {
        /// What it is for.
        #[schema(nullable = false)]
        comment: Option<LineText>,
        /// What it may do: nothing that the token which asks may not. The list is replaced as a whole.
        #[schema(nullable = false, min_items = 1)]
        scopes: Option<Vec<ScopeName>>,
    }
);

struct Request(AccessTokenChanges);

impl FromBody for Request {
    type Schema = WorkspaceAccessTokenUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        let comment = body.replacement("comment", text(names::line));
        let scopes = body.replacement_list("scopes", |entry| text(names::scope)(entry));
        let scopes = scopes.and_then(|scopes| super::some(body, scopes.into_iter().collect()));
        Some(Self(AccessTokenChanges { comment, scopes }))
    }
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::AccessTokens, "updateWorkspaceAccessToken", "Change an access token")
        .describes(
            "What is left out stays as it is. The next request that shows the token may do what it says then; where \
             several servers share a database, on the others within a second.",
        )
        .path::<Uuid4>("token_id", "The access token's id.")
        .takes::<Request>(json!({"scopes": ["customers:read"]}))
        .answers::<AccessTokenBody<'_>>("The access token.", examples::access_token())
        .refuses("There is no such access token, or it has ended.", Error::NotFound(Missing::AccessToken))
        .refuses(
            "The token that asks lacks a scope; each is a fault of its own.",
            Error::refused(Refusal::ScopeBeyondOwn(Scope::CustomersRead)),
        )
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
    let Request(changes) = body.parse().await?;
    let grantor = Grantor::from(&merchant);
    let token = http.app().update_access_token(merchant.workspace.id, grantor, id, changes).await?;
    Ok(HttpResponse::Ok().json(AccessTokenBody::from(&token)))
}
