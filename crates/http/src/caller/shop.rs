//! Which shop a request of the Store API is for.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{HOST, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use anteroom_app::{Error, Refusal, Unauthenticated};
use anteroom_domain::text::Slug;
use anteroom_domain::workspace::Workspace;
use futures_util::future::LocalBoxFuture;

use super::bearer::Bearer;
use super::{cookie, http, remember_origins};
use crate::failure::Failure;
use crate::route::{Route, Who, matched};
use crate::{Http, limits};

static PUBLISHABLE_KEY: HeaderName = HeaderName::from_static("x-publishable-api-key");

/// The workspace that a request of the Store API is for.
///
/// `/store` always needs a publishable key, and the key says which. For `/auth` it is the key, else the subdomain,
/// else the JWT, else the cookie's session where the cookie is what signs in, else the only workspace there is. None of
/// them leads to a disabled one.
pub(crate) struct Shop(pub(crate) Arc<Workspace>);

impl FromRequest for Shop {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

impl Shop {
    pub(super) async fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let http = http(request)?;
        let by_key = Self::by_key(&http, request).await?;
        let by_host = Self::by_host(&http, request).await?;
        let workspace = match (by_key, by_host) {
            (Some(key), Some(host)) if key.id != host.id => return Err(refused(Refusal::WorkspacesDisagree)),
            (Some(workspace), _) | (None, Some(workspace)) => workspace,
            (None, None) => Self::by_credential(&http, request).await?,
        };
        remember_origins(request, &workspace);
        limits::refuse_too_many_for(&http, request, workspace.id).await?;
        Ok(Self(workspace))
    }

    async fn by_key(http: &Http, request: &HttpRequest) -> Result<Option<Arc<Workspace>>, Failure> {
        let required = matched(request).is_some_and(Route::needs_publishable_key);
        match request.headers().get(&PUBLISHABLE_KEY) {
            None if required => Err(Failure::PublishableKeyMissing),
            None => Ok(None),
            Some(key) => {
                let key = key.to_str().unwrap_or_default();
                let found = http.app().workspace_by_publishable_key(key).await?;
                found.map(Some).ok_or(Failure::PublishableKeyInvalid)
            }
        }
    }

    /// Only a subdomain of `base_domain` says anything, and our own address, which may be one, says nothing. A
    /// subdomain that no workspace has is nobody's.
    async fn by_host(http: &Http, request: &HttpRequest) -> Result<Option<Arc<Workspace>>, Failure> {
        let Some(base_domain) = &http.options().base_domain else { return Ok(None) };
        let host =
            request.headers().get(HOST).and_then(|host| host.to_str().ok()).or_else(|| request.uri().host());
        let host = host.unwrap_or_default().to_ascii_lowercase();
        let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _port)| name);
        if http.options().public_url.host_str() == Some(name) {
            return Ok(None);
        }
        let Some(label) = name.strip_suffix(base_domain.as_str()).and_then(|rest| rest.strip_suffix('.'))
        else {
            return Ok(None);
        };
        let slug = Slug::parse(label).map_err(|_no_slug| Failure::NoSuchShop)?;
        let found = http.app().enabled_workspace_by_slug(slug).await?;
        found.map(|found| Some(Arc::new(found))).ok_or(Failure::NoSuchShop)
    }

    async fn by_credential(http: &Http, request: &HttpRequest) -> Result<Arc<Workspace>, Failure> {
        let by_jwt = match Bearer::of(request) {
            Bearer::Token(jwt) => http.app().workspace_of_jwt(jwt),
            Bearer::Absent => None,
        };
        let by_cookie = matched(request).map(|route| route.who).filter(|who| {
            // Elsewhere a stale cookie would decide in which shop somebody registers.
            matches!(who, Who::ShopperByCookie | Who::SignedIn)
        });
        let named = match (by_jwt, by_cookie.and_then(|_| session_cookie(http, request))) {
            (Some(id), _) => Some((id, Unauthenticated::InvalidToken)),
            (None, Some(cookie)) => {
                let named = http.app().workspace_of_cookie(&cookie).await?;
                named.map(|id| (id, Unauthenticated::InvalidCookie))
            }
            (None, None) => None,
        };
        let Some((id, ended)) = named else {
            let only = http.app().only_workspace().await?;
            return only.map(Arc::new).ok_or_else(|| refused(Refusal::WhichWorkspace));
        };
        http.app().enabled_workspace(id).await?.ok_or_else(|| match matched(request).map(|route| route.who) {
            // Nobody signs in by what came along.
            Some(Who::Shop) => refused(Refusal::WhichWorkspace),
            _ => Error::Unauthenticated(ended).into(),
        })
    }
}

/// The value of the shop's session cookie.
pub(crate) fn session_cookie(http: &Http, request: &HttpRequest) -> Option<String> {
    cookie(request, &http.options().session_cookie.name)
}

fn refused(refusal: Refusal) -> Failure {
    Failure::App(refusal.into())
}
