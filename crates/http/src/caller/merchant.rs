//! Callers of the Workspace API.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use anteroom_app::{Error, Known, Merchant, PortalAccess, Unauthenticated};
use anteroom_auth::token::{CustomerSession, MemberSession, PlainToken, WorkspaceAccess};
use futures_util::future::LocalBoxFuture;

use super::bearer::Bearer;
use super::{http, remember_origins, require};
use crate::failure::Failure;
use crate::route::{Who, matched};

const NOBODY: Error = Error::Unauthenticated(Unauthenticated::Missing);

/// A merchant's server whose access token has the scope that the route asks for.
pub(crate) struct MerchantCaller(pub(crate) Merchant);

impl FromRequest for MerchantCaller {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let merchant = match Bearer::of(&request) {
                // The token of another kind of caller: good perhaps, but nobody here.
                Bearer::Token(token) if is_portal_token(token) => return Err(NOBODY.into()),
                Bearer::Token(token) => http(&request)?.app().authenticate_access_token(token).await?,
                Bearer::Absent => return Err(NOBODY.into()),
            };
            remember_origins(&request, &merchant.workspace);
            match matched(&request).map(|route| route.who) {
                Some(Who::Merchant(scope)) => merchant.require(scope)?,
                // The table says that this route is not for merchants; believe the table.
                _ => return Err(NOBODY.into()),
            }
            Ok(Self(merchant))
        })
    }
}

/// The holder of a customer session, by its token.
pub(crate) struct CustomerSessionCaller(pub(crate) Known<PortalAccess>);

impl FromRequest for CustomerSessionCaller {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            require(&request, Who::CustomerSession)?;
            let access = match Bearer::of(&request) {
                Bearer::Token(token) if PlainToken::<WorkspaceAccess>::parse(token).is_some() => {
                    return Err(NOBODY.into());
                }
                Bearer::Token(token) => http(&request)?.app().authenticate_portal_token(token).await?,
                Bearer::Absent => return Err(NOBODY.into()),
            };
            remember_origins(&request, &access.workspace);
            Ok(Self(access))
        })
    }
}

fn is_portal_token(text: &str) -> bool {
    PlainToken::<CustomerSession>::parse(text).is_some() || PlainToken::<MemberSession>::parse(text).is_some()
}
