//! Failures in the words of the Workspace API: `{"error", "detail"}`, and OAuth's shape for bearer tokens (RFC 6750).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use anteroom_app::{
    CustomerRef, Error, Forbidden, MemberRef, Missing, NotRepeatable, Refusal, Unauthenticated,
};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::fields::{Fault, JsonType, Place, Problem};
use crate::idempotency::{self, OTHER_REQUEST, STILL_RUNNING};

const INVALID_TOKEN: &str =
    "The access token provided is expired, revoked, malformed, or invalid for other reasons.";
const INSUFFICIENT_SCOPE: &str = "The request requires higher privileges than provided by the access token.";

pub(crate) fn render(failure: &Failure, status: StatusCode) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    match failure {
        Failure::App(error) => match error {
            Error::Unauthenticated(Unauthenticated::Missing) => {
                answer.insert_header((WWW_AUTHENTICATE, r#"Bearer realm="anteroom""#));
                answer.json(problem("Unauthorized", "Unauthorized"))
            }
            Error::Unauthenticated(_) => {
                let challenge = format!(
                    r#"Bearer realm="anteroom", error="invalid_token", error_description="{INVALID_TOKEN}""#
                );
                answer.insert_header((WWW_AUTHENTICATE, challenge));
                answer.json(json!({"error": "invalid_token", "error_description": INVALID_TOKEN}))
            }
            Error::Forbidden(Forbidden::InsufficientScope(scope)) => {
                let challenge = format!(
                    r#"Bearer realm="anteroom", scope="{}", error="insufficient_scope", error_description="{INSUFFICIENT_SCOPE}""#,
                    scope.as_str()
                );
                answer.insert_header((WWW_AUTHENTICATE, challenge));
                answer.json(json!({"error": "insufficient_scope", "error_description": INSUFFICIENT_SCOPE}))
            }
            Error::Forbidden(why) => answer.json(problem("NotPermitted", not_permitted(*why))),
            Error::NotFound(what) => answer.json(problem("ResourceNotFound", not_found(*what))),
            Error::Refused(refusals) => answer.json(invalid(refusals.iter().map(refused))),
            Error::NotRepeatable(NotRepeatable::Running) => answer.json(problem("Conflict", STILL_RUNNING)),
            Error::NotRepeatable(NotRepeatable::OtherRequest) => answer.json(invalid([json!({
                "type": "value_error", "loc": [Place::Header.as_str(), idempotency::NAME],
                "msg": OTHER_REQUEST, "input": null
            })])),
            Error::Overloaded { .. } | Error::TimedOut { .. } | Error::Unavailable(_) => {
                answer.json(problem(
                    "ServiceUnavailable",
                    "The service is busy or its database is away. Try again shortly.",
                ))
            }
            Error::Store(_)
            | Error::Hash(_)
            | Error::Signing(_)
            | Error::Unrendered
            | Error::Example(_)
            | Error::Panicked { .. } => answer.json(internal()),
        },
        Failure::Faults(faults) => answer.json(invalid(faults.iter().map(fault))),
        Failure::NotJson { offset } => answer.json(invalid([json!({
            "type": "json_invalid", "loc": ["body", offset], "msg": "JSON decode error", "input": null
        })])),
        Failure::TooLarge => answer.json(problem("PayloadTooLarge", "The body is larger than 100 kB.")),
        Failure::UnsupportedMediaType => answer
            .json(problem("UnsupportedMediaType", "The body's content type should be application/json.")),
        Failure::MethodNotAllowed { .. } => answer.json(problem("MethodNotAllowed", "Method Not Allowed")),
        Failure::TimedOut => answer.json(problem("RequestTimeout", "The body took too long to arrive.")),
        Failure::NoSuchRoute
        | Failure::NoSuchShop
        | Failure::NoText(_)
        | Failure::NoSuchProvider(_)
        | Failure::PublishableKeyMissing
        | Failure::PublishableKeyInvalid => answer.json(problem("ResourceNotFound", "Not found")),
        Failure::ForeignOrigin => {
            answer.json(problem("NotPermitted", "Requests from this origin are not allowed."))
        }
        Failure::Page(_) => answer.json(internal()),
    }
}

fn problem(error: &str, detail: &str) -> Value {
    json!({"error": error, "detail": detail})
}

fn internal() -> Value {
    problem(
        "InternalServerError",
        "Something went wrong on our side. The log has the details under the request id.",
    )
}

fn invalid(detail: impl IntoIterator<Item = Value>) -> Value {
    json!({"error": "RequestValidationError", "detail": Value::from_iter(detail)})
}

fn not_permitted(why: Forbidden) -> &'static str {
    match why {
        Forbidden::InsufficientScope(_) => INSUFFICIENT_SCOPE,
        Forbidden::RoleTooSmall => "Only the customer's owner or a billing manager may change this.",
        Forbidden::MemberModelOff => "Member management is not enabled for this workspace",
        Forbidden::IndividualHasOneMember => "An individual customer can have only one member",
    }
}

fn not_found(what: Missing) -> &'static str {
    match what {
        Missing::AccessToken => "Access token not found",
        Missing::Customer => "Customer not found",
        Missing::CustomerSession => "Customer session not found",
        Missing::Member => "Member not found",
        Missing::PublishableKey => "Publishable key not found",
        Missing::Workspace => "Workspace not found",
    }
}

fn fault(fault: &Fault) -> Value {
    let (kind, message) = match &fault.problem {
        Problem::Missing => ("missing", "Field required".to_owned()),
        Problem::Unknown => ("extra_forbidden", "Extra inputs are not permitted".to_owned()),
        Problem::Type { expected } => expected_type(*expected),
        Problem::Rule(rule) => ("value_error", format!("Value {rule}")),
    };
    let mut loc = vec![json!(fault.place.as_str())];
    loc.extend(fault.path.iter().map(|segment| json!(segment)));
    // A body that is no object is not echoed: nobody can tell whether it is a secret.
    let input = if fault.path.is_empty() { &Value::Null } else { &fault.input };
    json!({"type": kind, "loc": loc, "msg": message, "input": input})
}

fn expected_type(expected: JsonType) -> (&'static str, String) {
    let kind = match expected {
        JsonType::Null => "none_required",
        JsonType::Boolean => "bool_type",
        JsonType::Integer => "int_type",
        JsonType::Number => "float_type",
        JsonType::String => "string_type",
        JsonType::Array => "list_type",
        JsonType::Object => "dict_type",
    };
    (kind, format!("Input should be a valid {}", expected.as_str()))
}

/// A refusal as the fault of the field it is about.
fn refused(refusal: &Refusal) -> Value {
    let (field, message, input) = match refusal {
        Refusal::UnknownCustomer(which) => {
            let (field, input) = customer_field(which);
            (field, "Customer does not exist.", input)
        }
        Refusal::UnknownMember(which) => {
            let (field, input) = member_field(which);
            (field, "Member does not exist.", input)
        }
        Refusal::MemberModelOff(which) => {
            let (field, input) = member_field(which);
            (field, "Members are not enabled for this workspace.", input)
        }
        Refusal::MemberRequired => ("member_id", "member_id is required for team customers.", Value::Null),
        Refusal::EmailTaken(email) => {
            ("email", "A customer with this email address already exists.", json!(email.as_str()))
        }
        Refusal::ExternalIdTaken(external_id) => {
            ("external_id", "A customer with this external ID already exists.", json!(external_id.as_str()))
        }
        Refusal::MemberExternalIdTaken(external_id) => {
            ("external_id", "A member with this external ID already exists.", json!(external_id.as_str()))
        }
        Refusal::OwnerExists => ("role", "Customer must have exactly one owner.", json!("owner")),
        Refusal::Metadata(_) => ("metadata", "Metadata cannot be kept.", Value::Null),
        Refusal::TooManyAddresses => {
            ("billing_address", "A customer can have at most 200 addresses.", Value::Null)
        }
        Refusal::SlugTaken(slug) => ("slug", "A workspace with this slug already exists.", json!(slug)),
        Refusal::TooManyOrigins => {
            ("allowed_origins", "A workspace can allow at most 50 origins.", Value::Null)
        }
        Refusal::Password(_) => ("password", "Password is not accepted.", Value::Null),
        Refusal::AlreadyACustomer
        | Refusal::EmailDiffers
        | Refusal::AccountExists
        | Refusal::WhichWorkspace
        | Refusal::WorkspacesDisagree => {
            return json!({"type": "value_error", "loc": ["body"], "msg": "Not possible.", "input": null});
        }
    };
    json!({"type": "value_error", "loc": ["body", field], "msg": message, "input": input})
}

fn customer_field(which: &CustomerRef) -> (&'static str, Value) {
    match which {
        CustomerRef::Id(id) => ("customer_id", json!(id.to_string())),
        CustomerRef::External(external_id) => ("external_customer_id", json!(external_id.as_str())),
    }
}

fn member_field(which: &MemberRef) -> (&'static str, Value) {
    match which {
        MemberRef::Id(id) => ("member_id", json!(id.to_string())),
        MemberRef::External(external_id) => ("external_member_id", json!(external_id.as_str())),
    }
}
