//! `POST /store/customers/me/providers/{provider}`: sends a customer to a provider's page, whose account there is to sign in too.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::Presence;
use serde_json::json;

use super::{enabled, names_provider};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::{self, Shop, ShopperCaller};
use crate::failure::Failure;
use crate::fields::{Fields, any_text, no_query};
use crate::openapi::scalars::WebAddress;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};
use crate::storefront::auth::mfa::wants_presence;
use crate::storefront::auth::send_away::{self, sent};

request_schema!(
    /// Where a provider is to send a customer back to, whose account there is to be linked.
    ProviderLinkRequest with presence {
        /// One of the URLs that the merchant has listed; the first unless one is named.
        callback_url: Option<WebAddress>,
    }
);

struct Request {
    callback_url: Option<String>,
    presence: Presence,
}

impl FromBody for Request {
    type Schema = ProviderLinkRequest;

    const MAY_BE_ABSENT: bool = true;

    fn read(body: &mut Fields) -> Option<Self> {
        let callback_url = body.optional("callback_url", any_text);
        Some(Self { callback_url, presence: Presence::read(body)? })
    }
}

pub(crate) fn operation() -> Operation {
    let operation = Operation::new(Tag::Account, "linkProvider", "Link a provider").describes(
        "Says where to send the customer, who comes back to the callback URL within ten minutes, once, and still signed in. The page there passes on \
         what it was given to `POST /store/customers/me/providers/{provider}/callback`.",
    );
    send_away::refuses(wants_presence(names_provider(operation)))
        .may_take::<Request>(json!({"callback_url": "https://shop.example/account/linked"}))
        .answers::<send_away::Response<'_>>("Where to go.", send_away::location())
        .with_header("Set-Cookie", send_away::COOKIE)
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let provider = enabled(http.app(), &workspace, &request).await?;
    let Request { callback_url, presence } = body.parse().await?;
    let (caller, browser) = ((&sign_in, shopper), caller::browser(&http, &request));
    let away = (&*workspace, &provider);
    let gone = http.app().send_to_link(away, caller, presence, callback_url.as_deref(), &browser).await?;
    Ok(sent(&http, &gone))
}
