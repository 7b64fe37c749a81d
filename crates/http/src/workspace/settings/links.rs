//! Where links in mails lead, in the settings.

use anteroom_app::LinkTemplateChanges;
use anteroom_domain::text::LinkTemplate;
use anteroom_domain::workspace::LinkTemplates;
use serde::Serialize;
use utoipa::ToSchema;

use super::some;
use crate::fields::{Fields, text};
use crate::openapi::scalars::TemplateAddress;
use crate::openapi::schema::request_schema;

request_schema!(
    /// Where links in mails are to lead: https addresses with `{token}` in them; `null` is a page of ours.
    LinksUpdate as WorkspaceLinksUpdate {
        /// To choose another password.
        password_reset: Option<TemplateAddress>,
        /// To prove an e-mail address.
        verify_email: Option<TemplateAddress>,
        /// To change to another e-mail address.
        change_email: Option<TemplateAddress>,
    }
);

pub(super) fn read(fields: &mut Fields) -> LinkTemplateChanges {
    let mut template = |name| fields.change(name, text(some(LinkTemplate::parse)));
    LinkTemplateChanges {
        password_reset: template("password_reset"),
        verify_email: template("verify_email"),
        change_email: template("change_email"),
    }
}

/// Where links in mails lead: https addresses with `{token}` in them; `null` is a page of ours.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceLinks)]
pub(super) struct LinksBody<'a> {
    password_reset: Option<&'a str>,
    verify_email: Option<&'a str>,
    change_email: Option<&'a str>,
}

impl<'a> From<&'a LinkTemplates> for LinksBody<'a> {
    fn from(links: &'a LinkTemplates) -> Self {
        let text = |link: &'a Option<LinkTemplate>| link.as_ref().map(LinkTemplate::as_str);
        Self {
            password_reset: text(&links.password_reset),
            verify_email: text(&links.verify_email),
            change_email: text(&links.change_email),
        }
    }
}
