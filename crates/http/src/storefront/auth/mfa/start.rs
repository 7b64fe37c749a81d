//! `POST /auth/mfa/factors`: adds an authenticator app, which is to show a code next.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, Presence};
use anteroom_domain::text::Line;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{FactorBody, wants_presence};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{Fields, Problem, no_query, text};
use crate::openapi::scalars::{FactorProvider, Line as LineText};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};

request_schema!(
    /// An authenticator app to be added.
    MfaFactorStart with presence {
        provider: FactorProvider,
        /// What the customer calls it.
        label: Option<LineText>,
    }
);

struct Request {
    label: Option<Line>,
    presence: Presence,
}

impl FromBody for Request {
    type Schema = MfaFactorStart;

    fn read(body: &mut Fields) -> Option<Self> {
        let totp =
            |text: &str| if text == super::TOTP { Ok(()) } else { Err(Problem::Rule("should be 'totp'")) };
        let provider = body.required("provider", text(totp));
        let label = body.optional("label", text(Line::parse)).flatten();
        let presence = Presence::read(body);
        provider?;
        Some(Self { label, presence: presence? })
    }
}

/// An app that is to show a code next. Nobody is told its secret again.
#[derive(Serialize, ToSchema)]
#[schema(as = MfaFactorStarted)]
struct Response<'a> {
    mfa_factor: FactorBody<'a>,
    /// To be typed into the app: base32.
    secret: &'a str,
    /// To be shown to the app as a QR code.
    otpauth_url: &'a str,
}

pub(crate) fn operation() -> Operation {
    wants_presence(Operation::new(Tag::SecondFactor, "startMfaFactor", "Add an authenticator app"))
        .describes(
            "Gives the secret to be taken into an app (RFC 6238: SHA-1, six digits, steps of 30 seconds). It protects nothing until \
             the app has shown its first code. Another that waits for that is removed.",
        )
        .takes::<Request>(json!({"provider": "totp", "label": "Phone"}))
        .answers::<Response<'_>>(
            "The app, and its secret.",
            json!({
                "mfa_factor": super::example(false),
                "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
                "otpauth_url": "otpauth://totp/Acme:user%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme",
            }),
        )
        .refuses("The customer has five already.", Error::from(FactorFault::TooManyAuthenticatorApps))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let Request { label, presence } = body.parse().await?;
    let added = http.app().add_authenticator_app(&workspace, &sign_in, shopper, label, presence).await?;
    let (mfa_factor, secret) = (FactorBody::from(&added.app), added.secret.as_str());
    Ok(HttpResponse::Ok().json(Response { mfa_factor, secret, otpauth_url: &added.url }))
}
