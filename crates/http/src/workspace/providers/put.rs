//! `PUT /api/workspace/providers/{provider}`: sets up what shoppers sign in with on somebody else's page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::change::Change;
use anteroom_app::{Error, NewIdentityProvider, ProviderSecret, Refusal};
use anteroom_domain::identity_provider::{ProviderKind, ProviderSettings};
use anteroom_domain::text::{InvalidText, Issuer, Line, ReturnUrl};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, boolean, no_query, text};
use crate::openapi::scalars::{Line as LineText, ProviderName, ProviderType, Text, WebAddress};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::names;
use crate::workspace::provider::{ProviderBody, provider_in_path};

request_schema!(
    /// How the provider is to be.
    IdentityProviderPut {
        /// What it speaks: OpenID Connect, as Google does, or GitHub's own.
        #[serde(rename = "type")]
        kind: ProviderType,
        /// What a person calls it.
        display_name: Option<LineText>,
        /// Who vouches for shoppers, as the issuer writes itself; of GitHub the address of an Enterprise Server.
        issuer: Option<WebAddress>,
        /// What the provider knows the shop by.
        client_id: LineText,
        /// What the shop shows to the provider. Left out, it stays as it is for the same issuer; `null` is none.
        client_secret: Option<Text>,
        /// Where the provider may send shoppers back to, compared whole; the first unless a shop names another.
        callback_urls: Vec<WebAddress>,
        /// Whether an e-mail that the provider says is verified is proved by that. Google and GitHub are trusted unless you say no; others
        /// are if you say so.
        trusts_email: Option<bool>,
        /// Whether shoppers sign in with it; they do if nothing is said.
        enabled: Option<bool>,
    }
);

struct Request {
    settings: ProviderSettings,
    secret: Change<ProviderSecret>,
}

impl FromBody for Request {
    type Schema = IdentityProviderPut;

    fn read(body: &mut Fields) -> Option<Self> {
        let kind = body.required("type", text(ProviderKind::parse));
        let display_name = body.optional("display_name", text(names::line));
        let issuer = body.optional("issuer", text(Issuer::parse));
        let client_id = body.required("client_id", text(names::line));
        let secret = body.change_secret("client_secret", text(secret));
        let callback_urls = body.required_list("callback_urls", |url| text(ReturnUrl::parse)(url));
        let trusts_email = body.optional("trusts_email", boolean);
        let enabled = body.optional("enabled", boolean);
        let issuer = issuer_of(body, kind?, issuer);
        let callback_urls = some_urls(body, callback_urls?);
        let kind = kind?;
        let named = || Line::parse(kind.display_name()).ok().flatten();
        let settings = ProviderSettings {
            kind,
            display_name: display_name.or_else(named)?,
            issuer: issuer?,
            client_id: client_id?,
            callback_urls: callback_urls?,
            trusts_email: trusts_email.unwrap_or(kind != ProviderKind::Oidc),
            is_enabled: enabled.unwrap_or(true),
        };
        Some(Self { settings, secret })
    }
}

fn secret(text: &str) -> Result<Option<ProviderSecret>, InvalidText> {
    if text.is_empty() || text.len() > 4096 {
        return Err(InvalidText("should have 1 to 4096 characters"));
    }
    Ok(Some(ProviderSecret(Zeroizing::new(text.to_owned()))))
}

/// Who vouches: it has to be said for some kinds, and is known for others.
fn issuer_of(body: &mut Fields, kind: ProviderKind, given: Option<Issuer>) -> Option<Issuer> {
    match (kind, kind.issuer(), given) {
        (ProviderKind::Google, Some(known), Some(given)) if given.as_str() != known => {
            let rule = "should be left out: Google is an issuer of its own";
            body.fault("issuer", Problem::Rule(rule), json!(given.as_str()));
            None
        }
        (_, _, Some(given)) => Some(given),
        (_, Some(known), None) => Some(Issuer::from_stored(known.to_owned())),
        (_, None, None) => {
            body.fault("issuer", Problem::Missing, Value::Null);
            None
        }
    }
}

fn some_urls(body: &mut Fields, urls: Vec<ReturnUrl>) -> Option<Vec<ReturnUrl>> {
    if (1..=ProviderSettings::MAX_CALLBACK_URLS).contains(&urls.len()) {
        return Some(urls);
    }
    body.fault("callback_urls", Problem::Rule("should have 1 to 20 URLs"), Value::Null);
    None
}

pub(crate) fn operation() -> Operation {
    let loopback = Refusal::LoopbackIssuer(Issuer::from_stored("http://localhost:8081".to_owned()));
    Operation::new(Tag::Workspace, "putProvider", "Set up a provider")
        .describes(
            "Sets up what shoppers sign in with on somebody else\u{2019}s page, in the place of a provider of the same name: what is left out is \
             as it is by default, but for the secret. It counts from the next request on, for those too who are on their way.",
        )
        .path::<ProviderName>("provider", "A name of your choice, which stands in the paths of the Store API.")
        .takes::<Request>(json!({
            "type": "oidc",
            "issuer": "https://login.example/realms/shop",
            "client_id": "shop",
            "client_secret": "5up3r-53cr3t",
            "callback_urls": ["https://shop.example/account/callback"],
            "trusts_email": true,
        }))
        .answers::<ProviderBody<'_>>("There was one; it is as was said.", examples::identity_provider())
        .creates::<ProviderBody<'_>>("There was none; it was made.", examples::identity_provider())
        .refuses("The issuer is on the server\u{2019}s own machine.", Error::from(loopback))
        .refuses(
            "A secret is missing: for another issuer than before, or for a provider that wants one.",
            Error::from(Refusal::ProviderSecretMissing),
        )
        .refuses("There are a hundred already.", Error::from(Refusal::TooManyProviders))
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    path: web::Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let name = provider_in_path(&path)?;
    no_query(&request)?;
    let Request { settings, secret } = body.parse().await?;
    let new = NewIdentityProvider { name, settings, secret };
    let (provider, is_new) = http.app().put_identity_provider(caller.0.workspace.id, new).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(ProviderBody::from(&provider)))
}
