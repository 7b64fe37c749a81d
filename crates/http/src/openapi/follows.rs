//! What follows from a route's row in the table: who may call it, and what every route of its kind refuses.
//!
//! This is the only place that says so. A property of routes that another column of the table will hold is declared
//! here, once, in [`complete`].

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use anteroom_app::{Error, Forbidden, Limit, NotRepeatable, Refusal as Refused, Unauthenticated};
use serde_json::Value;
use utoipa::openapi::Required;
use utoipa::openapi::path::{
    Operation as Described, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::operation::{Operation, Refusal};
use super::refusal::{Schemas, answered, text_header};
use super::security;
use crate::failure::Failure;
use crate::fields::{Fault, Place, Problem};
use crate::route::{Route, Who};
use crate::status::Audience;

/// The whole description of a route, with the schemas that it refers to.
pub(super) fn complete(route: &Route, own: Operation) -> (Described, Schemas) {
    let mut schemas = own.schemas;
    let mut refusals = of_callers(route);
    if route.takes_credentials() {
        for (says, by) in [
            ("The address has asked too often within a minute.", Limit::Address),
            ("The shop was asked too often within a minute.", Limit::Workspace),
            (
                "Too many attempts have failed; a device or an address that is known to the account is counted by itself.",
                Limit::Account,
            ),
        ] {
            refusals.push(refusal(says, Error::too_many(by, NonZeroU32::MIN, Duration::from_secs(1))));
        }
    }
    if let Some(body) = &own.body {
        refusals.extend(of_bodies(body.content_type));
    }
    refusals.extend(own.refusals);
    if route.is_repeatable() {
        refusals.extend(of_repetitions());
    }
    refusals.extend(of_the_server());
    let audience = Audience::of_path(route.path);
    let mut responses: BTreeMap<StatusCode, Response> = own.answers.into_iter().collect();
    for (status, refused) in answered(&refusals, audience, &mut schemas) {
        // A page may answer with the same status whether it grants or refuses.
        responses.entry(status).or_insert(refused);
    }
    let mut operation = OperationBuilder::new()
        .tag(own.tag.name())
        .operation_id(Some(own.id))
        .summary(Some(own.summary))
        .description(Some(description(route, own.description)))
        .securities(Some(security::of_route(route)));
    for parameter in own.parameters {
        operation = operation.parameter(parameter);
    }
    if route.is_repeatable() {
        operation = operation.parameter(idempotency_key());
    }
    if let Some(body) = own.body {
        let required = if body.required { Required::True } else { Required::False };
        let body =
            RequestBodyBuilder::new().content(body.content_type, body.content).required(Some(required));
        operation = operation.request_body(Some(body.build()));
    }
    for (status, mut response) in responses {
        response.headers.insert("X-Request-Id".to_owned(), request_id().into());
        if route.is_repeatable() && !status.is_server_error() {
            response.headers.insert("Idempotency-Replayed".to_owned(), replayed().into());
        }
        operation = operation.response(status.as_str(), response);
    }
    (operation.build(), schemas)
}

fn description(route: &Route, own: &str) -> String {
    match route.who {
        Who::Merchant(scope) => format!("{own}\n\nScope: `{}`", scope.as_str()).trim_start().to_owned(),
        _ => own.to_owned(),
    }
}

fn refusal(when: &'static str, failure: impl Into<Failure>) -> Refusal {
    Refusal { when, failure: failure.into() }
}

/// What is refused before anything but the credentials and the parameters was looked at.
fn of_callers(route: &Route) -> Vec<Refusal> {
    let nobody = Error::Unauthenticated(Unauthenticated::Missing);
    let invalid = Error::Unauthenticated(Unauthenticated::InvalidToken);
    let parameter = fault(Place::Query, Problem::Unknown);
    let parameters = || refusal("A parameter is unknown, is given twice or breaks a rule.", parameter);
    match route.who {
        Who::Anyone => vec![],
        Who::LeakReporter => vec![
            refusal("Nobody is named who may report, or the report was not signed by one of them.", nobody),
            parameters(),
        ],
        Who::Portal => vec![refusal("No workspace has this slug.", Failure::NoSuchRoute)],
        Who::Merchant(scope) => vec![
            refusal("No access token came along.", nobody),
            refusal("The access token is mistyped, unknown, expired or revoked.", invalid),
            refusal(
                "The access token lacks the scope.",
                Error::Forbidden(Forbidden::InsufficientScope(scope)),
            ),
            parameters(),
        ],
        Who::CustomerSession => vec![
            refusal("No token of a customer session came along.", nobody),
            refusal("The token is mistyped or unknown, or its session has ended.", invalid),
            parameters(),
        ],
        Who::Shop => of_shops(route),
        Who::Registration | Who::ShopperByJwt | Who::ShopperByCookie | Who::Shopper | Who::SignedIn => {
            let mut refusals = of_shops(route);
            refusals.push(refusal("No credential came along.", nobody));
            if route.who != Who::ShopperByCookie {
                refusals.push(refusal("The JWT is invalid, expired or revoked.", invalid));
            }
            if matches!(route.who, Who::Shopper | Who::ShopperByJwt) {
                let no_customer = Error::Unauthenticated(Unauthenticated::NotACustomer);
                refusals.push(refusal("The JWT is of a registration without a customer.", no_customer));
            }
            if !matches!(route.who, Who::Registration | Who::ShopperByJwt) {
                let cookie = Error::Unauthenticated(Unauthenticated::InvalidCookie);
                refusals.push(refusal("The cookie is invalid, expired or revoked.", cookie));
                if route.method != Method::GET {
                    let when =
                        "A cookie came along from a web page whose origin the workspace does not list.";
                    refusals.push(refusal(when, Failure::ForeignOrigin));
                }
            }
            refusals
        }
    }
}

fn of_shops(route: &Route) -> Vec<Refusal> {
    let which = if route.needs_publishable_key() {
        refusal("No publishable key came along.", Failure::PublishableKeyMissing)
    } else {
        let which = Error::refused(Refused::WhichWorkspace);
        refusal("Nothing says which shop the request is for, and the server has several.", which)
    };
    let mut refusals = vec![
        which,
        refusal("The publishable key is unknown or revoked.", Failure::PublishableKeyInvalid),
        refusal(
            "The publishable key belongs to another shop than the host name.",
            Error::refused(Refused::WorkspacesDisagree),
        ),
        refusal("No shop has this host name.", Failure::NoSuchShop),
    ];
    if route.needs_publishable_key() {
        refusals
            .push(refusal("A parameter is unknown or breaks a rule.", fault(Place::Query, Problem::Unknown)));
    }
    refusals
}

/// What is refused of a body, whatever it should hold.
fn of_bodies(content_type: &str) -> Vec<Refusal> {
    let mut refusals = vec![
        refusal("The body took longer than 30 seconds to arrive.", Failure::TimedOut),
        refusal("The body is larger than 100 kB.", Failure::TooLarge),
        refusal("The body has another content type.", Failure::UnsupportedMediaType),
    ];
    if content_type == "application/json" {
        refusals.push(refusal("The body is no JSON.", Failure::NotJson { offset: 1 }));
        let when = "A field is missing, is unknown or breaks a rule. Every fault is reported at once.";
        refusals.push(refusal(when, fault(Place::Body, Problem::Unknown)));
    }
    refusals
}

/// What can happen to any request.
fn of_the_server() -> [Refusal; 2] {
    [
        refusal("A bug. The log has the details under the request id.", Error::Panicked { door: "database" }),
        refusal("The server is busy, or its database is away.", Error::Overloaded { door: "database" }),
    ]
}

fn fault(place: Place, problem: Problem) -> Fault {
    Fault { place, path: vec!["colour".to_owned()], problem, input: Value::Null }
}

/// What is refused of a request under a key that was used before.
fn of_repetitions() -> [Refusal; 2] {
    let other = Error::NotRepeatable(NotRepeatable::OtherRequest);
    let running = Error::NotRepeatable(NotRepeatable::Running);
    [
        refusal("The Idempotency-Key was used for another request.", other),
        refusal("The request of the same Idempotency-Key is still being answered.", running),
    ]
}

fn idempotency_key() -> Parameter {
    let about = "Makes the request safe to repeat: for 24 hours, the same key and body are answered as the first time, \
                 and have their effect once.";
    let key = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[!-~]{1,255}$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(key))
        .build()
}

fn replayed() -> utoipa::openapi::Header {
    text_header("`true` where the answer is one that was given before.")
}

fn request_id() -> utoipa::openapi::Header {
    text_header("The request's id: the one that was sent, if it is sane, else a new one. Log lines carry it.")
}
