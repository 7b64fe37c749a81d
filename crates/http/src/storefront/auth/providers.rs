//! `GET /auth/customer/providers`: what shoppers sign in with here.

use actix_web::HttpResponse;
use anteroom_auth::provider::SignInProvider;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::allowed;
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
    id: &'static str,
    /// The name in paths.
    #[schema(value_type = ProviderName)]
    identifier: &'static str,
    /// What a person calls it.
    display_name: &'static str,
    /// Whether one signs in by the shop's own form, or on a page of the provider's.
    #[schema(value_type = FlowName)]
    flow: &'static str,
}

impl From<&'static dyn SignInProvider> for ProviderBody {
    fn from(offered: &'static dyn SignInProvider) -> Self {
        let name = offered.provider().as_str();
        let (display_name, flow) = (offered.display_name(), offered.flow().as_str());
        Self { id: name, identifier: name, display_name, flow }
    }
}

pub(crate) fn operation() -> Operation {
    let emailpass = json!({
        "id": "emailpass",
        "identifier": "emailpass",
        "display_name": "Email and password",
        "flow": "credentials",
    });
    Operation::new(Tag::SignIn, "listProviders", "List the providers")
        .describes("What shoppers sign in with in this shop: those that the merchant has not switched off.")
        .answers::<Response>("The providers.", json!({"providers": [emailpass]}))
}

pub(crate) async fn handle(Shop(workspace): Shop) -> Result<HttpResponse, Failure> {
    let providers = allowed(&workspace).map(ProviderBody::from).collect();
    Ok(HttpResponse::Ok().json(Response { providers }))
}
