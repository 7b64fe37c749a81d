//! Who stands at the door of the portal.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use anteroom_app::{Error, Known, PortalAccess};
use anteroom_domain::text::Slug;
use anteroom_domain::workspace::Workspace;
use futures_util::future::LocalBoxFuture;

use super::cookie;
use crate::Http;
use crate::caller;
use crate::failure::Failure;

/// Somebody at the portal of a workspace that is there and enabled; elsewhere there is nothing, as under any unknown path.
pub(super) struct Visitor {
    /// Whose portal it is.
    pub(super) workspace: Workspace,
    /// What the browser's cookie opens, as long as its session lives.
    pub(super) access: Option<Known<PortalAccess>>,
}

impl FromRequest for Visitor {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let http = caller::http(&request)?;
            let slug = request.match_info().get("slug").unwrap_or_default();
            let slug = Slug::parse(slug).map_err(|_no_slug| Failure::NoSuchRoute)?;
            let found = http.app().enabled_workspace_by_slug(slug).await?;
            let workspace = found.ok_or(Failure::NoSuchRoute)?;
            let access = access(&http, &request, &workspace).await?;
            Ok(Self { workspace, access })
        })
    }
}

async fn access(
    http: &Http,
    request: &HttpRequest,
    workspace: &Workspace,
) -> Result<Option<Known<PortalAccess>>, Failure> {
    let Some(value) = cookie::read(http, request, &workspace.slug) else { return Ok(None) };
    match http.app().authenticate_portal_cookie(workspace.id, &value).await {
        Ok(access) => Ok(Some(access)),
        Err(Error::Unauthenticated(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Visitor {
    /// The path of the portal, for links and forms.
    pub(super) fn portal(&self) -> String {
        format!("/{}/portal", self.workspace.slug)
    }
}
