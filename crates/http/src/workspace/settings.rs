//! `/api/workspace`: the workspace that the access token opens.

mod lifetimes;
mod links;
mod mail;
mod portal;
mod providers;
pub(super) mod show;
pub(super) mod update;

use anteroom_domain::text::{InvalidText, Origin, ReturnHost};
use anteroom_domain::workspace::Workspace;
use serde::Serialize;
use time::Duration;
use utoipa::ToSchema;

use crate::openapi::scalars::VerificationRule;
use crate::wire::{Time, Uuid4};
use links::LinksBody;
use mail::MailBody;
use portal::PortalBody;
use providers::ProvidersBody;

/// Reads text of which none is blank, for a field that `null` clears.
fn some<T>(
    parse: impl FnOnce(&str) -> Result<T, InvalidText>,
) -> impl FnOnce(&str) -> Result<Option<T>, InvalidText> {
    |text| parse(text).map(Some)
}

/// A workspace and what its merchant has chosen.
#[derive(Serialize, ToSchema)]
#[schema(as = Workspace)]
struct WorkspaceBody<'a> {
    id: Uuid4,
    created_at: Time,
    modified_at: Option<Time>,
    /// Its name in addresses.
    slug: &'a str,
    /// Its name for people.
    name: &'a str,
    /// Whether customers have members.
    member_model_enabled: bool,
    /// The origins of the web pages that may call the Store API with credentials.
    allowed_origins: Vec<&'a str>,
    /// How many seconds a customer session lives that is asked for no other life; `null` is an hour.
    customer_session_lifetime: Option<i64>,
    /// After how many seconds without use a shop's cookie session ends; `null` is as in the installation.
    session_idle_timeout: Option<i64>,
    /// How many seconds a sign-in to the shop lives, however much it is used; `null` is as in the installation.
    session_absolute_lifetime: Option<i64>,
    /// How many seconds a JWT lives; `null` is as in the installation.
    jwt_lifetime: Option<i64>,
    /// The hosts to which the way back from the portal may lead; none listed is any.
    return_url_hosts: Vec<&'a str>,
    providers: ProvidersBody<'a>,
    /// Whether registering an e-mail that is taken is answered like any other.
    silent_registration: bool,
    /// Whether shoppers prove their e-mail before they sign in.
    #[schema(value_type = VerificationRule)]
    email_verification: &'static str,
    portal: PortalBody<'a>,
    mail: MailBody<'a>,
    links: LinksBody<'a>,
}

impl<'a> From<&'a Workspace> for WorkspaceBody<'a> {
    fn from(workspace: &'a Workspace) -> Self {
        let settings = &workspace.settings;
        let seconds = |life: Option<Duration>| life.map(Duration::whole_seconds);
        Self {
            id: workspace.id.into(),
            created_at: workspace.created_at.into(),
            modified_at: workspace.modified_at.map(Time),
            slug: workspace.slug.as_str(),
            name: workspace.name.as_str(),
            member_model_enabled: settings.member_model_enabled,
            allowed_origins: settings.allowed_origins.iter().map(Origin::as_str).collect(),
            customer_session_lifetime: seconds(settings.lifetimes.customer_session),
            session_idle_timeout: seconds(settings.lifetimes.idle),
            session_absolute_lifetime: seconds(settings.lifetimes.absolute),
            jwt_lifetime: seconds(settings.lifetimes.jwt),
            return_url_hosts: settings.return_url_hosts.iter().map(ReturnHost::as_str).collect(),
            providers: ProvidersBody::from(&settings.providers),
            silent_registration: settings.silent_registration,
            email_verification: settings.email_verification.as_str(),
            portal: (&settings.portal).into(),
            mail: (&settings.mail).into(),
            links: (&settings.links).into(),
        }
    }
}
