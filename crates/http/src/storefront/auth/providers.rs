//! `GET /auth/customer/providers`: what shoppers sign in with here.

use actix_web::{HttpResponse, web};
use anteroom_auth::provider::SignInProvider;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::allowed;
use crate::Http;
use crate::caller::Shop;
use crate::failure::Failure;
use crate::openapi::scalars::{FlowName, ProviderName};
use crate::openapi::{Operation, Tag};

/// What shoppers sign in with.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderList)]
struct Response {
    providers: Vec<ProviderBody>,
}

/// Something that shoppers sign in with.
#[derive(Serialize, ToSchema)]
#[schema(as = Provider)]
struct ProviderBody {
    /// The same as `identifier`.
    #[schema(value_type = ProviderName)]
    id: String,
    /// The name in paths.
    #[schema(value_type = ProviderName)]
    identifier: String,
    /// What a person calls it.
    display_name: String,
    /// Whether one signs in by the shop's own form, or on a page of the provider's.
    #[schema(value_type = FlowName)]
    flow: &'static str,
}

impl From<&dyn SignInProvider> for ProviderBody {
    fn from(offered: &dyn SignInProvider) -> Self {
        let name = offered.provider().as_str().to_owned();
        let (display_name, flow) = (offered.display_name().to_owned(), offered.flow().as_str());
        Self { id: name.clone(), identifier: name, display_name, flow }
    }
}

pub(crate) fn operation() -> Operation {
    let emailpass = json!({
        "id": "emailpass",
        "identifier": "emailpass",
        "display_name": "Email and password",
        "flow": "credentials",
    });
    let google =
        json!({"id": "google", "identifier": "google", "display_name": "Google", "flow": "redirect"});
    Operation::new(Tag::SignIn, "listProviders", "List the providers")
        .describes(
            "What shoppers sign in with in this shop: what is ours, and then, by name, what the merchant has set up. What is \
             switched off is left out.",
        )
        .answers::<Response>("The providers.", json!({"providers": [emailpass, google]}))
}

pub(crate) async fn handle(Shop(workspace): Shop, http: web::Data<Http>) -> Result<HttpResponse, Failure> {
    let external = http.app().external_providers(&workspace).await?;
    let external = external.iter().map(|external| -> &dyn SignInProvider { external });
    let providers = allowed(&workspace).map(|ours| -> &dyn SignInProvider { ours }).chain(external);
    let providers = providers.map(ProviderBody::from).collect();
    Ok(HttpResponse::Ok().json(Response { providers }))
}
