//! How the portal looks, in the settings.

use anteroom_app::PortalLookChanges;
use anteroom_domain::text::{Color, Line, ReturnUrl, SecureUrl};
use anteroom_domain::workspace::PortalLook;
use serde::Serialize;
use utoipa::ToSchema;

use super::some;
use crate::fields::{Fields, text};
use crate::openapi::scalars::{ColorText, Line as LineText, SecureAddress, WebAddress};
use crate::openapi::schema::request_schema;

request_schema!(
    /// How the portal is to look; `null` is back to the default.
    PortalUpdate as WorkspacePortalUpdate {
        /// The name at the top; by default the workspace's.
        brand_name: Option<LineText>,
        /// The colour of buttons and links. What stands on it is black or white, whichever can be read.
        color: Option<ColorText>,
        /// A picture in place of the first letter of the name.
        logo_url: Option<SecureAddress>,
        /// Where the way back leads of a session without a `return_url`.
        back_url: Option<WebAddress>,
    }
);

pub(super) fn read(fields: &mut Fields) -> PortalLookChanges {
    PortalLookChanges {
        brand_name: fields.change("brand_name", text(Line::parse)),
        color: fields.change("color", text(some(Color::parse))),
        logo_url: fields.change("logo_url", text(some(SecureUrl::parse))),
        back_url: fields.change("back_url", text(some(ReturnUrl::parse))),
    }
}

/// How the portal looks.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspacePortal)]
pub(super) struct PortalBody<'a> {
    /// The name at the top; `null` is the workspace's.
    brand_name: Option<&'a str>,
    /// The colour of buttons and links.
    color: Option<String>,
    /// A picture in place of the first letter of the name.
    logo_url: Option<&'a str>,
    /// Where the way back leads of a session without a `return_url`.
    back_url: Option<&'a str>,
}

impl<'a> From<&'a PortalLook> for PortalBody<'a> {
    fn from(look: &'a PortalLook) -> Self {
        Self {
            brand_name: look.brand_name.as_ref().map(Line::as_str),
            color: look.color.map(|color| color.to_string()),
            logo_url: look.logo_url.as_ref().map(SecureUrl::as_str),
            back_url: look.back_url.as_ref().map(ReturnUrl::as_str),
        }
    }
}
