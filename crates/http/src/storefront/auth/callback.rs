//! `GET` and `POST /auth/customer/{provider}/callback`: where a shop's page goes on that a provider has sent a browser back to.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, Forbidden, Refusal, Return, Unauthenticated};
use anteroom_auth::provider::Flow;
use serde_json::json;

use super::{SignedInBody, passkey, provider, signed_in};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, any_text};
use crate::openapi::scalars::{ProviderName, Text};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};

pub(crate) fn operation() -> Operation {
    described("callback", "Come back from a provider")
}

pub(crate) fn operation_by_post() -> Operation {
    described("callbackByPost", "Come back from a provider, by POST").may_take::<ByCode>(json!({
        "flow": "anteroom_sif_9bXq2LwRk7Tz4Mv8Yc1Nd6Hs3Fj5Gp0Aa2Uo7Ei4Ks9Tq1BvWnZx4",
        "code": "1234 5678",
    }))
}

fn described(id: &'static str, summary: &'static str) -> Operation {
    let unauthenticated = Error::Unauthenticated;
    let operation = Operation::new(Tag::SignIn, id, summary)
        .describes(
            "What the provider has added to the shop\u{2019}s callback URL, passed on as it is. Where the provider vouches for the e-mail the \
             token speaks for a customer, who is made if need be; else it opens the way to become one, as after a registration.",
        )
        .path::<ProviderName>("provider", "What somebody signed in with.")
        .query::<Text>("flow", "Of the providers `otp` and `passkey`: what the location has that was asked for.")
        .query::<Text>("credential", "Of the provider `passkey`: the authenticator\u{2019}s answer, as JSON.")
        .answers::<SignedInBody<'_>>("A JWT, for `Authorization: Bearer`.", json!({"token": examples::JWT}));
    super::makes_device_known(comes_back(operation))
        .refuses("The provider has no page from which somebody could come back.", Failure::NoCallback("emailpass".to_owned()))
        .refuses(
            "There is no such provider, or the workspace has switched it off.",
            Failure::NoSuchProvider("google".to_owned()),
        )
        .refuses(
            "The mailed code is wrong, was used before or has expired, or it was guessed at five times.",
            unauthenticated(Unauthenticated::WrongCode),
        )
        .refuses(
            "The flow of `passkey` is unknown, was answered before or is over.",
            Error::from(FactorFault::NoPasskeyCeremony),
        )
        .refuses(
            "The passkey is unknown, or the authenticator\u{2019}s answer is to another question, of another page or without verification.",
            unauthenticated(Unauthenticated::WrongPasskey),
        )
        .refuses(
            "The provider has signed nobody in, or does not take the code.",
            unauthenticated(Unauthenticated::ProviderRefused),
        )
        .refuses(
            "What the provider says is not to be trusted: the log says why.",
            unauthenticated(Unauthenticated::ProviderUntrusted),
        )
        .refuses("The provider says no e-mail.", unauthenticated(Unauthenticated::ProviderWithoutEmail))
        .refuses("The customer is disabled.", unauthenticated(Unauthenticated::AccountDisabled))
        .refuses(
            "The e-mail has an account, and the provider does not prove that it is the shopper\u{2019}s.",
            Error::Forbidden(Forbidden::AccountToBeProved),
        )
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin)
}

/// Adds what a route says of somebody who comes back from a provider's page.
pub(in crate::storefront) fn comes_back(operation: Operation) -> Operation {
    operation
        .query::<Text>("state", "What the shopper was sent away with. It is good once, within ten minutes.")
        .query::<Text>("code", "What the provider says the shopper is known by; of `otp` what was mailed.")
        .query::<Text>("iss", "Who the answer is from, where the provider says so (RFC 9207).")
        .query::<Text>("error", "Why the provider has signed nobody in.")
        .refuses(
            "The state is missing or unknown, was used before or has expired, or it is another browser\u{2019}s, provider\u{2019}s or shop\u{2019}s, or \
             for another purpose.",
            Error::from(Refusal::NoSignInState),
        )
        .refuses("There is no code.", Error::from(Refusal::NoSignInCode))
        .refuses("The provider does not answer.", Error::ProviderAway)
}

request_schema!(
    /// A code that was mailed.
    SignInByCode {
        /// The `flow` of the location that the request for the code was answered with.
        flow: Text,
        /// The code, with or without the gap.
        code: Text,
    }
);

/// A code that was mailed, and where it was asked for.
struct ByCode {
    flow: String,
    code: String,
}

impl FromBody for ByCode {
    type Schema = SignInByCode;

    fn read(fields: &mut Fields) -> Option<Self> {
        let flow = fields.required_secret("flow", any_text);
        let code = fields.required_secret("code", any_text);
        Some(Self { flow: flow?, code: code? })
    }
}

impl ByCode {
    /// From the body, or where there is none from the query.
    async fn read(request: &HttpRequest, body: Body) -> Result<Self, Failure> {
        if let Some(map) = body.object().await? {
            return Ok(crate::body::read(map)?);
        }
        let mut fields = Fields::of_query(request.query_string());
        let read = <Self as FromBody>::read(&mut fields);
        Ok(fields.finish(read)?)
    }
}

/// What the provider says. What it says besides is its own.
pub(in crate::storefront) fn read(request: &HttpRequest) -> Return {
    let mut fields = Fields::of_query(request.query_string());
    let mut text = |name| fields.optional(name, |value| Ok(value.as_str().map(str::to_owned))).flatten();
    Return { state: text("state"), code: text("code"), issuer: text("iss"), error: text("error") }
}

pub(crate) async fn handle(
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    cors::refuse_foreign(&http, &request)?;
    let client = caller::client(&http, &request, workspace.id).await?;
    let name = request.match_info().get("provider").unwrap_or_default();
    let app = http.app();
    let opened = if let Some(external) = app.enabled_provider(&workspace, name).await? {
        let browser = caller::browser(&http, &request);
        app.return_from_provider(&workspace, &external, read(&request), &browser, client.clone()).await?
    } else {
        let ours = provider(&request, &workspace)?;
        match ours.flow() {
            Flow::Code => {
                let ByCode { flow, code } = ByCode::read(&request, body).await?;
                app.sign_in_by_code(&workspace, (&flow, &code), client.clone()).await?
            }
            Flow::Passkey => {
                let answer = passkey::read(&request, body).await?;
                app.sign_in_by_passkey(&workspace, answer, client.clone()).await?
            }
            Flow::Credentials | Flow::Redirect => {
                return Err(Failure::NoCallback(ours.provider().as_str().to_owned()));
            }
        }
    };
    Ok(signed_in(&http, &client, &opened))
}
