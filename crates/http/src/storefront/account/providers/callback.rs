//! `POST /store/customers/me/providers/{provider}/callback`: links the account of a customer who has come back.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, FactorFault, Forbidden, Unauthenticated};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{LinkBody, enabled, names_provider};
use crate::Http;
use crate::body::Body;
use crate::caller::{self, Shop, ShopperCaller};
use crate::failure::Failure;
use crate::openapi::{Operation, Tag};
use crate::storefront::auth::callback::{comes_back, read};
use crate::storefront::auth::{RENEWED, renewed_with};

/// The account that is linked.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkedProviderAnswer)]
struct Response<'a> {
    provider: LinkBody<'a>,
}

pub(crate) fn operation() -> Operation {
    let operation = Operation::new(Tag::Account, "linkProviderCallback", "Come back with a linked provider").describes(
        "What the provider has added to the callback URL, passed on as it is, by the customer who was sent away. The account there signs in as the \
         customer from now on, who is told by mail; whatever its e-mail is, the customer\u{2019}s stays.",
    );
    comes_back(names_provider(operation))
        .answers::<Response<'_>>("It is linked.", json!({"provider": super::example()}))
        .with_header("Set-Cookie", RENEWED)
        .refuses(
            "The provider has signed nobody in, or does not take the code.",
            not_vouched_for(Unauthenticated::ProviderRefused),
        )
        .refuses(
            "What the provider says is not to be trusted: the log says why.",
            not_vouched_for(Unauthenticated::ProviderUntrusted),
        )
        .refuses("The provider says no e-mail.", not_vouched_for(Unauthenticated::ProviderWithoutEmail))
        .refuses("The account there signs in as another customer.", Error::from(FactorFault::LinkedElsewhere))
        .refuses("The customer has linked twenty already.", Error::from(FactorFault::TooManyProviderLinks))
}

fn not_vouched_for(why: Unauthenticated) -> Error {
    Error::Forbidden(Forbidden::NotVouchedFor(why))
}

pub(crate) async fn handle(
    ShopperCaller { sign_in, shopper }: ShopperCaller,
    Shop(workspace): Shop,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    body.parse_nothing().await?;
    let provider = enabled(http.app(), &workspace, &request).await?;
    let (caller, browser) = ((&sign_in, shopper), caller::browser(&http, &request));
    let (from, language) = ((&*workspace, &provider), caller::language(&request));
    let linked = http.app().link_provider(from, caller, read(&request), &browser, language).await?;
    let (link, cookie) = linked;
    Ok(renewed_with(&http, cookie.as_ref()).json(Response { provider: LinkBody::from(&link) }))
}
