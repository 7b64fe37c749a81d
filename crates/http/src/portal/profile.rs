//! `POST /{slug}/portal/profile`: changes the customer's names.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::change::Change;
use anteroom_app::{CustomerChanges, Error, Forbidden, PortalAccess};
use anteroom_domain::customer::CustomerKind;
use anteroom_domain::text::Line;
use serde_json::json;

use super::forms::{OpenedBy, field, refuse_foreign};
use super::home;
use super::page::see_other;
use super::visitor::Visitor;
use crate::Http;
use crate::body::Body;
use crate::failure::Failure;
use crate::openapi::scalars::Text;
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag};

request_schema!(
    /// The form of the profile.
    form ProfileForm {
        #[schema(nullable = false)]
        name: Option<String>,
        #[schema(nullable = false)]
        billing_name: Option<String>,
    }
);

pub(super) fn operation() -> Operation {
    Operation::new(Tag::Pages, "saveProfile", "Save the profile")
        .describes("What is left out stays as it is, and an empty field clears.")
        .path::<Text>("slug", "The workspace.")
        .takes_form::<ProfileForm>(json!({"name": "John Doe", "billing_name": "Doe Ltd"}))
        .answers_text(StatusCode::BAD_REQUEST, "The page again, with what is wrong.", "text/html")
        .answers_nothing(StatusCode::SEE_OTHER, "It is saved: on to the portal.")
        .with_header("Location", "The portal.")
        .refuses("A page of somebody else's sent the form.", Failure::ForeignOrigin)
        .refuses("The member may not change it.", Error::Forbidden(Forbidden::RoleTooSmall))
}

pub(super) async fn handle(
    http: web::Data<Http>,
    request: HttpRequest,
    visitor: Visitor,
    body: Body,
) -> Result<HttpResponse, Failure> {
    refuse_foreign(&http, &request, OpenedBy::Cookie)?;
    let Some(access) = &visitor.access else { return Ok(see_other(&visitor.portal())) };
    let profile = Profile::of(access).typed(&body.form().await?);
    // Who may not change anything is told so by the use case, whatever was typed.
    if profile.may_edit && profile.is_refused() {
        return home::show(&http, &visitor, access, profile, false).await;
    }
    http.app().update_portal_customer(access, profile.changes()).await?;
    Ok(see_other(&format!("{}?saved=1", visitor.portal())))
}

/// The customer's own record, as it is shown and typed.
#[derive(Debug)]
pub(super) struct Profile<'a> {
    pub(super) email: &'a str,
    pub(super) name: Input,
    pub(super) billing_name: Input,
    pub(super) may_edit: bool,
    pub(super) is_team: bool,
}

/// One field of the form.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// What it shows.
    pub(super) value: String,
    /// What is wrong with it.
    pub(super) fault: Option<&'static str>,
    change: Change<Line>,
}

impl<'a> Profile<'a> {
    pub(super) fn of(access: &'a PortalAccess) -> Self {
        let PortalAccess { customer, member, .. } = access;
        let billing_name = customer.billing_name.as_ref().map(ToString::to_string);
        Self {
            email: customer.email.as_str(),
            name: Input::showing(customer.display_name()),
            billing_name: Input::showing(billing_name),
            is_team: customer.kind == CustomerKind::Team,
            may_edit: member.as_ref().is_none_or(|member| member.role.may_edit_customer()),
        }
    }

    fn typed(self, form: &[u8]) -> Self {
        Self {
            name: self.name.typed(field(form, "name")),
            billing_name: self.billing_name.typed(field(form, "billing_name")),
            ..self
        }
    }

    /// What the browser may fill in for the name.
    pub(super) fn name_kind(&self) -> &'static str {
        if self.is_team { "organization" } else { "name" }
    }

    pub(super) fn name_hint(&self) -> &'static str {
        if self.is_team { "What the shop calls your team." } else { "How the shop addresses you." }
    }

    pub(super) fn is_refused(&self) -> bool {
        self.name.fault.is_some() || self.billing_name.fault.is_some()
    }

    fn changes(self) -> CustomerChanges {
        CustomerChanges {
            name: self.name.change,
            billing_name: self.billing_name.change,
            ..CustomerChanges::default()
        }
    }
}

impl Input {
    fn showing(value: Option<String>) -> Self {
        Self { value: value.unwrap_or_default(), ..Self::default() }
    }

    /// What was typed over what was shown. The same text again changes nothing, so that a name which is first and
    /// last name put together stays that.
    fn typed(self, typed: Option<String>) -> Self {
        let Some(value) = typed.filter(|typed| typed.trim() != self.value) else { return self };
        match Line::parse(&value) {
            Ok(Some(line)) => Self { value, fault: None, change: Change::Set(line) },
            Ok(None) => Self { value, fault: None, change: Change::Clear },
            Err(invalid) => Self { value, fault: Some(invalid.0), change: Change::Keep },
        }
    }
}
