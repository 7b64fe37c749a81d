//! Callers who have signed in to a shop.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use anteroom_app::{Error, StoreAccess, Unauthenticated};
use anteroom_domain::customer::Customer;
use anteroom_domain::workspace::Workspace;
use futures_util::future::LocalBoxFuture;

use super::bearer::Bearer;
use super::http;
use super::shop::{Shop, session_cookie};
use crate::cors;
use crate::failure::Failure;

/// Which credentials count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Jwt,
    Cookie,
    /// An explicit JWT wins over a cookie; a bad one is never made good by a cookie.
    Either,
}

/// Defines a caller by the credentials that count and whether it must be a customer already.
macro_rules! signed_in_caller {
    ($(#[$doc:meta])* $name:ident, $by:expr) => {
        $(#[$doc])*
        pub(crate) struct $name {
            pub(crate) access: StoreAccess,
        }

        impl FromRequest for $name {
            type Error = Failure;
            type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let Shop(workspace) = Shop::of(&request).await?;
                    Ok(Self { access: signed_in(&request, &workspace, $by).await? })
                })
            }
        }
    };
}

signed_in_caller!(
    /// Somebody signed in by JWT, whose registration may have no customer yet.
    RegistrationCaller,
    By::Jwt
);
signed_in_caller!(
    /// Somebody signed in by JWT or cookie, whose registration may have no customer yet.
    SignedInCaller,
    By::Either
);
signed_in_caller!(
    /// A customer signed in by JWT.
    ShopperByJwtCaller,
    By::Jwt
);
signed_in_caller!(
    /// A customer signed in by cookie.
    ShopperByCookieCaller,
    By::Cookie
);

/// A customer signed in by JWT or cookie.
pub(crate) struct ShopperCaller {
    pub(crate) customer: Customer,
}

impl FromRequest for ShopperCaller {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed_in = SignedInCaller::from_request(request, payload);
        Box::pin(async move {
            let customer = signed_in.await?.access.customer;
            Ok(Self { customer: customer.ok_or(Error::Unauthenticated(Unauthenticated::NotACustomer))? })
        })
    }
}

async fn signed_in(request: &HttpRequest, workspace: &Workspace, by: By) -> Result<StoreAccess, Failure> {
    let http = http(request)?;
    if by != By::Cookie
        && let Bearer::Token(jwt) = Bearer::of(request)
    {
        return Ok(http.app().authenticate_jwt(workspace.id, jwt).await?);
    }
    if by != By::Jwt
        && let Some(cookie) = session_cookie(&http, request)
    {
        let access = http.app().authenticate_cookie(workspace.id, &cookie).await?;
        // A cookie comes along by itself, whoever made the browser send the request.
        if !request.method().is_safe() {
            cors::refuse_foreign(&http, request)?;
        }
        return Ok(access);
    }
    Err(Error::Unauthenticated(Unauthenticated::Missing).into())
}
