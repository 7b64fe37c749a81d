//! `GET /api/workspace`: the workspace and its settings.

use actix_web::{HttpRequest, HttpResponse};

use super::WorkspaceBody;
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::no_query;
use crate::openapi::{Operation, Tag, examples};

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Workspace, "getWorkspace", "Get the workspace")
        .answers::<WorkspaceBody<'_>>("The workspace and its settings.", examples::workspace())
}

pub(crate) async fn handle(caller: MerchantCaller, request: HttpRequest) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    Ok(HttpResponse::Ok().json(WorkspaceBody::from(&*caller.0.workspace)))
}
