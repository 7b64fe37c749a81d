//! `POST /{slug}/portal/enter`: spends a portal link's code for a cookie.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::EntryCode;
use serde_json::json;

use super::forms::{OpenedBy, field, refuse_foreign};
use super::page::see_other;
use super::visitor::Visitor;
use super::{cookie, entry};
use crate::Http;
use crate::body::Body;
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};

request_schema!(
    /// The form of the entry page.
    form EntryForm {
        /// The code of the portal link.
        #[schema(nullable = false)]
        code: Option<String>,
    }
);

pub(super) fn operation() -> Operation {
    Operation::new(Tag::Pages, "enterPortal", "Enter the portal")
        .describes("Spends the code of a portal link for a cookie.")
        .path::<Text>("slug", "The workspace.")
        .takes_form::<EntryForm>(
            json!({"code": "anteroom_pec_NqVwYS81VP7Hb1DX8pPd5khxE3pyIgKpaUnArl63XykWZeiNN"}),
        )
        .answers_text(StatusCode::OK, "A page that says that the link was used or is too old.", "text/html")
        .answers_nothing(StatusCode::SEE_OTHER, "On to the portal.")
        .with_header("Location", "The portal.")
        .with_header("Set-Cookie", "The portal's cookie.")
        .refuses("A page of somebody else's sent the form.", Failure::ForeignOrigin)
        .refuses("No workspace has this slug.", Failure::NoSuchRoute)
}

pub(super) async fn handle(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
    body: Body,
) -> Result<HttpResponse, Failure> {
    refuse_foreign(&http, &request, OpenedBy::Code)?;
    let code = field(&body.form().await?, "code").unwrap_or_default();
    let session = match http.app().portal_entry(&visitor.workspace, &code).await? {
        EntryCode::LeadsTo(session) => session,
        EntryCode::LeadsNowhere(session) => return entry::leads_nowhere(&visitor, session.as_ref()),
    };
    let Some(entered) = http.app().enter_portal(&visitor.workspace, &code).await? else {
        return entry::leads_nowhere(&visitor, Some(&session));
    };
    let mut answer = see_other(&visitor.portal());
    let cookie = cookie::of(&http, &visitor.workspace.slug, &entered, &session);
    answer.add_cookie(&cookie).map_err(askama::Error::custom)?;
    Ok(answer)
}
