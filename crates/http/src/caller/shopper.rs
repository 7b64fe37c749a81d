//! Callers who have signed in to a shop.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use anteroom_app::{Error, ShopperId, SignIn, Unauthenticated};
use futures_util::future::LocalBoxFuture;

use super::bearer::Bearer;
use super::shop::{Shop, session_cookie};
use super::{http, require};
use crate::cors;
use crate::failure::Failure;
use crate::route::Who;

/// Defines a caller by who it is, which has to be who the table of routes says.
macro_rules! signed_in_caller {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),+ } is $who:expr) => {
        $(#[$doc])*
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)+
        }

        impl FromRequest for $name {
            type Error = Failure;
            type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    require(&request, $who)?;
                    let sign_in = signed_in(&request, $who).await?;
                    Ok(Self { $($field: <$type>::of(&sign_in)?),+ })
                })
            }
        }
    };
}

signed_in_caller!(
    /// Somebody signed in by JWT, whose registration may have no customer yet.
    RegistrationCaller { sign_in: SignIn } is Who::Registration
);
signed_in_caller!(
    /// Somebody signed in by JWT or cookie, whose registration may have no customer yet.
    SignedInCaller { sign_in: SignIn } is Who::SignedIn
);
signed_in_caller!(
    /// A customer signed in by JWT.
    ShopperByJwtCaller { sign_in: SignIn, shopper: ShopperId } is Who::ShopperByJwt
);
signed_in_caller!(
    /// A customer signed in by cookie.
    ShopperByCookieCaller { sign_in: SignIn } is Who::ShopperByCookie
);
signed_in_caller!(
    /// A customer signed in by JWT or cookie.
    ShopperCaller { sign_in: SignIn, shopper: ShopperId } is Who::Shopper
);

/// What a caller takes from the credential.
trait Taken: Sized {
    fn of(sign_in: &SignIn) -> Result<Self, Error>;
}

impl Taken for SignIn {
    fn of(sign_in: &SignIn) -> Result<Self, Error> {
        Ok(sign_in.clone())
    }
}

impl Taken for ShopperId {
    fn of(sign_in: &SignIn) -> Result<Self, Error> {
        sign_in.customer().ok_or(Error::Unauthenticated(Unauthenticated::NotACustomer))
    }
}

/// An explicit JWT wins over a cookie; a bad one is never made good by a cookie.
async fn signed_in(request: &HttpRequest, who: Who) -> Result<SignIn, Failure> {
    let http = http(request)?;
    let Shop(workspace) = Shop::of(request).await?;
    if who != Who::ShopperByCookie
        && let Bearer::Token(jwt) = Bearer::of(request)
    {
        return Ok(http.app().authenticate_jwt(workspace.id, jwt).await?);
    }
    if !matches!(who, Who::Registration | Who::ShopperByJwt)
        && let Some(cookie) = session_cookie(&http, request)
    {
        let sign_in = http.app().authenticate_cookie(&workspace, &cookie).await?;
        // A cookie comes along by itself, whoever made the browser send the request.
        if !request.method().is_safe() {
            cors::refuse_foreign(&http, request)?;
        }
        http.app().note_use(&sign_in);
        return Ok(sign_in);
    }
    Err(Error::Unauthenticated(Unauthenticated::Missing).into())
}

/// Whether the JWT goes with a sign-in that waits for its second factor: clients trade it before they look what it is good for.
pub(crate) async fn awaits_second_factor(request: &HttpRequest) -> Result<bool, Failure> {
    let Bearer::Token(jwt) = Bearer::of(request) else { return Ok(false) };
    let Shop(workspace) = Shop::of(request).await?;
    Ok(http(request)?.app().awaits_second_factor(workspace.id, jwt).await?)
}
