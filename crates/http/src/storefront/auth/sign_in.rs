//! `POST /auth/customer/{provider}`: signs in with e-mail and password, or sends a shopper to a provider's page.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, rt, web};
use anteroom_app::{Credentials, Error, Unauthenticated};
use anteroom_auth::provider::Flow;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::Workspace;
use serde_json::json;
use utoipa::ToSchema;

use super::credentials::{self, CredentialsSchema, Typed};
use super::send_away::{self, to_provider};
use super::{
    SignedInBody, form_provider, makes_device_known, passkey, provider, signed_in, speaks_for_shoppers,
};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop};
use crate::cors;
use crate::failure::Failure;
use crate::fields::{Fields, any_text, text};
use crate::openapi::scalars::{Email as EmailText, ProviderName, WebAddress};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};

/// What a sign-in gives to carry on with, or where it goes on.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is described, and never made")]
enum Response<'a> {
    SignedIn(SignedInBody<'a>),
    SentAway(send_away::Response<'a>),
}

request_schema!(
    /// What somebody signs in with: credentials, or nothing but where the provider is to send them back to.
    enum SignIn {
        Credentials(CredentialsSchema),
        ForCode(CodeRequest),
        SendAway(SendAwayRequest),
    }
);

request_schema!(
    /// Where a provider is to send somebody back to.
    SendAwayRequest {
        /// One of the URLs that the merchant has listed; the first unless one is named.
        callback_url: Option<WebAddress>,
    }
);

request_schema!(
    /// Where a code is to be mailed.
    CodeRequest {
        /// The e-mail address, whether there is an account or not.
        email: EmailText,
    }
);

struct ForCode {
    email: Email,
}

impl FromBody for ForCode {
    type Schema = CodeRequest;

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { email: fields.required("email", text(Email::parse))? })
    }
}

/// Where a provider is to send somebody back to.
struct SendAway {
    callback_url: Option<String>,
}

impl FromBody for SendAway {
    type Schema = SendAwayRequest;

    const MAY_BE_ABSENT: bool = true;

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { callback_url: fields.optional("callback_url", any_text) })
    }
}

pub(crate) fn operation() -> Operation {
    send_away::refuses(makes_device_known(speaks_for_shoppers(
    Operation::new(Tag::SignIn, "signIn", "Sign in")
        .describes(
            "An unknown e-mail and a wrong password are answered alike, and take as long. Where the workspace asks for a proof of \
             the e-mail, the right password without one is answered with `verification_required`. A provider of the flow `redirect` takes no \
             credentials: the answer says where to go. One of the flow `code` takes an e-mail, mails a code there and answers for any \
             e-mail alike: with the address of the callback, where the code is to be added. One of the flow `passkey` \
             takes nothing, and answers what the authenticator is to be asked.",
        )
        .path::<ProviderName>("provider", "What to sign in with.")
        .may_take_as::<SignIn>(credentials::example())
        .answers::<Response<'_>>("A JWT, for `Authorization: Bearer`; or where to go.", json!({"token": examples::JWT}))
        .refuses(
            "The e-mail is unknown, or the password wrong.",
            Error::Unauthenticated(Unauthenticated::WrongEmailOrPassword),
        )
        .refuses("The e-mail or the password is missing, or is no text.", Failure::NoText("Password"))
        .refuses(
            "There is no such provider, or the workspace has switched it off.",
            Failure::NoSuchProvider("google".to_owned()),
        )
        .refuses("A page of somebody else's sent it.", Failure::ForeignOrigin),
    )))
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
    if let Some(external) = http.app().enabled_provider(&workspace, name).await? {
        let SendAway { callback_url } = body.parse().await?;
        return to_provider(&http, &request, &workspace, &external, callback_url.as_deref()).await;
    }
    match provider(&request, &workspace)?.flow() {
        Flow::Code => {
            let ForCode { email } = body.parse().await?;
            return Ok(mail_code(&http, &request, workspace, email));
        }
        Flow::Passkey => {
            body.parse_nothing().await?;
            return passkey::ask(&http, &workspace).await;
        }
        Flow::Credentials | Flow::Redirect => {}
    }
    form_provider(&request, &workspace)?;
    let Typed { email, password } = Typed::read(body).await?;
    let opened = match Email::parse(&email) {
        Ok(email) => {
            let credentials = Credentials { email, password };
            http.app().sign_in(&workspace, credentials, client.clone()).await?
        }
        Err(_) => http.app().sign_in_as_nobody(&password).await?,
    };
    Ok(signed_in(&http, &client, &opened))
}

/// Mails a code, and says where it is to be shown.
fn mail_code(http: &Http, request: &HttpRequest, workspace: Arc<Workspace>, email: Email) -> HttpResponse {
    let (app, language) = (http.app().clone(), caller::language(request));
    let flow = app.sign_in_flow();
    let base = http.options().public_url.as_str().trim_end_matches('/');
    let location = format!("{base}/auth/customer/otp/callback?flow={}", flow.reveal());
    // What it takes to write a mail down would tell whether there is an account.
    rt::spawn(async move { app.request_sign_in_code(&workspace, email, &flow, language).await });
    HttpResponse::Ok().json(send_away::Response::new(&location))
}
