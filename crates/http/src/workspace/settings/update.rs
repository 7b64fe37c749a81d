//! `PATCH /api/workspace`: changes the settings.

use actix_web::{HttpResponse, web};
use anteroom_app::SettingsChanges;
use anteroom_domain::text::Origin;
use anteroom_domain::workspace::WorkspaceSettings;
use serde_json::{Value, json};

use super::WorkspaceBody;
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, boolean, text};
use crate::openapi::scalars::WebOrigin;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};

request_schema!(
    /// Settings to be changed.
    WorkspaceUpdate {
        /// Whether customers have members.
        #[schema(nullable = false)]
        member_model_enabled: Option<bool>,
        /// The origins of the web pages that may call the Store API with credentials. The list is replaced as a whole.
        #[schema(nullable = false, max_items = 50)]
        allowed_origins: Option<Vec<WebOrigin>>,
    }
);

struct Request(SettingsChanges);

impl FromBody for Request {
    type Schema = WorkspaceUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        let member_model_enabled = body.replacement("member_model_enabled", boolean);
        let origins = body.replacement_list("allowed_origins", |entry| text(Origin::parse)(entry));
        let allowed_origins = origins.and_then(|origins| each_once(body, origins));
        Some(Self(SettingsChanges { member_model_enabled, allowed_origins }))
    }
}

/// The origins without repetitions, in the order in which they came.
fn each_once(body: &mut Fields, origins: Vec<Origin>) -> Option<Vec<Origin>> {
    let mut list = Vec::new();
    for origin in origins {
        if !list.contains(&origin) {
            list.push(origin);
        }
    }
    if list.len() > WorkspaceSettings::MAX_ORIGINS {
        body.fault("allowed_origins", Problem::Rule("should have at most 50 origins"), Value::Null);
        return None;
    }
    Some(list)
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Workspace, "updateWorkspace", "Change the settings")
        .describes("What is left out stays as it is.")
        .takes::<Request>(json!({"allowed_origins": ["https://shop.example"]}))
        .answers::<WorkspaceBody<'_>>("The workspace and its settings.", examples::workspace())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let Request(changes) = body.parse().await?;
    let workspace = http.app().update_settings(caller.0.workspace.id, changes).await?;
    Ok(HttpResponse::Ok().json(WorkspaceBody::from(&workspace)))
}
