//! Signing in to a shop and out of it.

pub(super) mod callback;
mod credentials;
pub(super) mod end_session;
pub(super) mod mfa;
pub(super) mod open_session;
mod passkey;
pub(super) mod providers;
pub(super) mod refresh;
pub(super) mod register;
pub(super) mod reset_password;
pub(super) mod send_away;
pub(super) mod sign_in;
pub(super) mod update;
pub(super) mod verification;

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use anteroom_app::{Client, Entry, Error, Forbidden, OpenedCookie, RenewedSignIn, SignedIn, Unauthenticated};
use anteroom_auth::provider::{self, Flow, SignInProvider};
use anteroom_domain::credential::Scope;
use anteroom_domain::workspace::Workspace;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Http;
use crate::caller::device;
use crate::failure::Failure;
use crate::openapi::Operation;
use crate::openapi::scalars::{Text, Yes};
use crate::storefront::cookie;
use mfa::ChallengeBody;
use verification::VerificationBody;

/// What a sign-in gives to carry on with.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(super) struct TokenBody<'a> {
    /// A JWT, for `Authorization: Bearer`; it lives for a day, unless the operator or the merchant chose otherwise.
    token: &'a str,
}

/// What a sign-in gives to carry on with, or where it goes on.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
pub(super) struct SignedInBody<'a> {
    /// A JWT, for `Authorization: Bearer`; it lives for a day, unless the operator or the merchant chose otherwise.
    token: &'a str,
    /// There where the e-mail has to be proved first: the token speaks for no customer, and opens the way to ask for a mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Yes>)]
    verification_required: Option<bool>,
    /// What has to be proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    verification: Option<VerificationBody<'a>>,
    /// There where a second factor has to be shown first: the token opens nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Yes>)]
    mfa_required: Option<bool>,
    /// Where to show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mfa_challenge: Option<ChallengeBody<'a>>,
}

impl<'a> From<&'a Entry> for SignedInBody<'a> {
    fn from(entry: &'a Entry) -> Self {
        let (jwt, unproved, challenged) = match entry {
            Entry::SignedIn(signed_in) => (&signed_in.jwt, signed_in.unproved_email.as_ref(), None),
            Entry::Challenged(challenged) => (&challenged.jwt, None, Some(challenged)),
        };
        Self {
            token: jwt,
            verification_required: unproved.map(|_| true),
            verification: unproved.map(|email| VerificationBody::of(email, None)),
            mfa_required: challenged.map(|_| true),
            mfa_challenge: challenged.map(ChallengeBody::from),
        }
    }
}

/// An answer to a sign-in, which is to have a body yet: with the cookie by which the account knows the browser from now on.
fn signed_in_with(http: &Http, client: &Client, signed_in: &SignedIn) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.cookie(device::cookie_of(http, client, signed_in));
    answer
}

/// The answer to a sign-in, which may wait for its second factor: then nothing is known of the browser yet.
fn signed_in(http: &Http, client: &Client, entry: &Entry) -> HttpResponse {
    let mut answer = match entry {
        Entry::SignedIn(signed_in) => signed_in_with(http, client, signed_in),
        Entry::Challenged(_) => HttpResponse::Ok(),
    };
    answer.json(SignedInBody::from(entry))
}

/// A sign-in that goes on under another id, with a cookie if the one before had one.
pub(super) fn renewed(http: &Http, renewed: &RenewedSignIn) -> HttpResponse {
    renewed_with(http, renewed.cookie.as_ref()).json(TokenBody { token: &renewed.signed_in.jwt })
}

/// What a route says of the cookie of [`renewed_with`].
pub(super) const RENEWED: &str = "A new value for the session cookie, where there is one.";

/// An answer, which is to have a body yet: with another cookie in place of the one that has asked, where that was one.
pub(super) fn renewed_with(http: &Http, cookie: Option<&OpenedCookie>) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    if let Some(opened) = cookie {
        answer.cookie(cookie::of(http, opened));
    }
    answer
}

/// Adds what a route says of the cookie of [`signed_in_with`].
fn makes_device_known(operation: Operation) -> Operation {
    operation.with_header(
        "Set-Cookie",
        "The device cookie, by which the account knows the browser when it signs in again. It opens nothing.",
    )
}

/// The provider that the path names; one that the workspace has switched off is as good as none.
fn provider(request: &HttpRequest, workspace: &Workspace) -> Result<&'static dyn SignInProvider, Failure> {
    let name = request.match_info().get("provider").unwrap_or_default();
    let found = allowed(workspace).find(|offered| offered.provider().as_str() == name);
    found.ok_or_else(|| Failure::NoSuchProvider(name.to_owned()))
}

/// The same, where what is typed into a form signs in.
fn form_provider(
    request: &HttpRequest,
    workspace: &Workspace,
) -> Result<&'static dyn SignInProvider, Failure> {
    let found = provider(request, workspace)?;
    match found.flow() {
        Flow::Credentials => Ok(found),
        Flow::Code | Flow::Passkey | Flow::Redirect => {
            Err(Failure::NoSuchProvider(found.provider().as_str().to_owned()))
        }
    }
}

/// Adds what a route says that a server of the shop may call for a shopper.
pub(super) fn speaks_for_shoppers(operation: Operation) -> Operation {
    operation
        .header::<Text>(
            "X-Anteroom-Server-Token",
            "An access token with the scope `store:forward`: the shop\u{2019}s own server calls, and the shopper is at the address in \
             `X-Forwarded-For`.",
        )
        .refuses(
            "The access token in `X-Anteroom-Server-Token` is mistyped, unknown, expired, revoked or another shop\u{2019}s.",
            Error::Unauthenticated(Unauthenticated::InvalidServerToken),
        )
        .refuses(
            "The access token in `X-Anteroom-Server-Token` lacks the scope.",
            Error::Forbidden(Forbidden::InsufficientScope(Scope::StoreForward)),
        )
}

/// The providers that the workspace has not switched off.
fn allowed(workspace: &Workspace) -> impl Iterator<Item = &'static dyn SignInProvider> + use<'_> {
    provider::providers().filter(|offered| workspace.settings.providers.allow(offered.provider()))
}
