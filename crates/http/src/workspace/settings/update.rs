//! `PATCH /api/workspace`: changes the workspace's name and its settings.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::SettingsChanges;
use anteroom_domain::text::{InvalidText, Origin, ReturnHost};
use anteroom_domain::workspace::{EmailVerificationRule, WorkspaceSettings};
use serde_json::{Value, json};

use super::links::{self, LinksUpdate};
use super::mail::{self, MailUpdate};
use super::portal::{self, PortalUpdate};
use super::providers::{self, ProvidersUpdate};
use super::{WorkspaceBody, lifetimes};
use crate::Http;
use crate::body::{Body, FromBody};
use crate::caller::MerchantCaller;
use crate::failure::Failure;
use crate::fields::{Fields, Problem, boolean, no_query, text};
use crate::openapi::scalars::{Line as LineText, VerificationRule, WebHost, WebOrigin};
use crate::openapi::schema::request_schema;
use crate::openapi::{Operation, Tag, examples};
use crate::workspace::names;

request_schema!(
    /// Settings to be changed.
    WorkspaceUpdate {
        /// Its name for people.
        #[schema(nullable = false)]
        name: Option<LineText>,
        /// Whether customers have members.
        #[schema(nullable = false)]
        member_model_enabled: Option<bool>,
        /// The origins of the web pages that may call the Store API with credentials. The list is replaced as a whole.
        #[schema(nullable = false, max_items = 50)]
        allowed_origins: Option<Vec<WebOrigin>>,
        /// How many seconds a customer session lives that is asked for no other life.
        #[schema(minimum = 60, maximum = 86400)]
        customer_session_lifetime: Option<i64>,
        /// After how many seconds without use a shop's cookie session ends. It counts for those there are too.
        #[schema(minimum = 600, maximum = 2_592_000)]
        session_idle_timeout: Option<i64>,
        /// How many seconds a sign-in to the shop lives, however much it is used. It counts for those to come.
        #[schema(minimum = 600, maximum = 31_536_000)]
        session_absolute_lifetime: Option<i64>,
        /// How many seconds a JWT lives. It counts for those to come.
        #[schema(minimum = 60, maximum = 2_592_000)]
        jwt_lifetime: Option<i64>,
        /// The hosts to which the way back from the portal may lead; none listed is any. The list is replaced as a whole.
        #[schema(nullable = false, max_items = 50)]
        return_url_hosts: Option<Vec<WebHost>>,
        providers: Option<ProvidersUpdate>,
        /// Whether registering an e-mail that is taken is answered like any other.
        #[schema(nullable = false)]
        silent_registration: Option<bool>,
        /// Whether shoppers prove their e-mail before they sign in: with `required`, the right password of who has not
        /// opens nothing but the way to prove it. It counts for sign-ins to come.
        #[schema(nullable = false)]
        email_verification: Option<VerificationRule>,
        portal: Option<PortalUpdate>,
        mail: Option<MailUpdate>,
        links: Option<LinksUpdate>,
    }
);

struct Request(SettingsChanges);

impl FromBody for Request {
    type Schema = WorkspaceUpdate;

    fn read(body: &mut Fields) -> Option<Self> {
        Some(Self(SettingsChanges {
            name: body.replacement("name", text(names::line)),
            member_model_enabled: body.replacement("member_model_enabled", boolean),
            allowed_origins: each_once(
                body,
                "allowed_origins",
                Origin::parse,
                WorkspaceSettings::MAX_ORIGINS,
                "should have at most 50 origins",
            ),
            lifetimes: lifetimes::read(body),
            return_url_hosts: each_once(
                body,
                "return_url_hosts",
                ReturnHost::parse,
                WorkspaceSettings::MAX_RETURN_URL_HOSTS,
                "should have at most 50 hosts",
            ),
            providers: body.change_object("providers", |providers| Some(providers::read(providers))),
            silent_registration: body.replacement("silent_registration", boolean),
            email_verification: body.replacement("email_verification", text(EmailVerificationRule::parse)),
            portal: body.change_object("portal", |portal| Some(portal::read(portal))),
            mail: body.change_object("mail", |mail| Some(mail::read(mail))),
            links: body.change_object("links", |links| Some(links::read(links))),
        }))
    }
}

/// A list without repetitions, in the order in which its entries came.
fn each_once<T: PartialEq>(
    body: &mut Fields,
    name: &str,
    parse: fn(&str) -> Result<T, InvalidText>,
    most: usize,
    too_many: &'static str,
) -> Option<Vec<T>> {
    let mut list = Vec::new();
    for entry in body.replacement_list(name, |entry| text(parse)(entry))? {
        if !list.contains(&entry) {
            list.push(entry);
        }
    }
    if list.len() > most {
        body.fault(name, Problem::Rule(too_many), Value::Null);
        return None;
    }
    Some(list)
}

pub(crate) fn operation() -> Operation {
    Operation::new(Tag::Workspace, "updateWorkspace", "Change the settings")
        .describes(
            "What is left out stays as it is, within objects too; `null` is back to the default. It counts from the next \
             request on; where several servers share a database, on the others within a second.",
        )
        .takes::<Request>(json!({
            "allowed_origins": ["https://shop.example"],
            "portal": {"color": "#1f6b58", "back_url": "https://shop.example/account"},
        }))
        .answers::<WorkspaceBody<'_>>("The workspace and its settings.", examples::workspace())
}

pub(crate) async fn handle(
    caller: MerchantCaller,
    request: HttpRequest,
    http: web::Data<Http>,
    body: Body,
) -> Result<HttpResponse, Failure> {
    no_query(&request)?;
    let Request(changes) = body.parse().await?;
    let workspace = http.app().update_settings(caller.0.workspace.id, changes).await?;
    Ok(HttpResponse::Ok().json(WorkspaceBody::from(&workspace)))
}
