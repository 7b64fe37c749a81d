//! `POST /{slug}/portal/enter`: spends a portal link's code for a cookie.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::EntryCode;

use super::forms::{OpenedBy, field, refuse_foreign};
use super::page::see_other;
use super::visitor::Visitor;
use super::{cookie, entry};
use crate::Http;
use crate::body::Body;
use crate::failure::Failure;

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
