//! Failures in the words of the Workspace API: `{"error", "detail"}`, and OAuth's shape for bearer tokens (RFC 6750).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use anteroom_app::{
    CustomerRef, Error, Forbidden, MemberRef, Missing, NotRepeatable, Refusal, Unauthenticated,
};
use anteroom_domain::customer::CustomerKind;
use anteroom_domain::merge::MergeFault;
use anteroom_domain::text::ExternalId;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::fields::{Fault, JsonType, Place, Problem as What};
use crate::idempotency::{self, OTHER_REQUEST, STILL_RUNNING};

const INVALID_TOKEN: &str =
    "The access token provided is expired, revoked, malformed, or invalid for other reasons.";
const INSUFFICIENT_SCOPE: &str = "The request requires higher privileges than provided by the access token.";
const EXACTLY_ONE_OWNER: &str = "Customer must have exactly one owner.";
const BOOK_IS_FULL: &str = "A customer can have at most 200 addresses.";

/// The body of a failure.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Words {
    Problem(Problem),
    Token(TokenProblem),
    Invalid(ValidationProblem),
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What to tell a person.
    #[schema(examples("Customer not found"))]
    detail: &'static str,
    /// Its name, for programs.
    #[schema(examples("ResourceNotFound"))]
    error: &'static str,
}

/// What is wrong with the token (RFC 6750).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenProblem {
    /// `invalid_token` or `insufficient_scope`.
    #[schema(examples("invalid_token"))]
    error: &'static str,
    /// What to tell a person.
    #[schema(examples(
        "The access token provided is expired, revoked, malformed, or invalid for other reasons."
    ))]
    error_description: &'static str,
}

/// What is wrong with the request: every fault of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ValidationProblem {
    /// The faults, one entry each.
    detail: Vec<FaultBody>,
    /// `RequestValidationError`
    #[schema(examples("RequestValidationError"))]
    error: &'static str,
}

/// One fault of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
struct FaultBody {
    /// What was sent there; `null` when nothing was, or when it may be a secret.
    input: Value,
    /// Where it is: `body`, `query` or `path`, then the way to the field. A body that is no JSON has the offset of its
    /// first bad byte.
    #[schema(value_type = Vec<Segment>)]
    loc: Vec<Value>,
    /// What to tell a person.
    msg: String,
    /// What kind of fault it is, for programs: `missing`, `extra_forbidden`, `value_error`, `string_type`, …
    #[serde(rename = "type")]
    kind: &'static str,
}

/// A step on the way to a fault.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is described, and never made")]
enum Segment {
    Name(String),
    Offset(u64),
}

pub(crate) fn render(failure: &Failure, status: StatusCode) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if let Some(challenge) = challenge(failure) {
        answer.insert_header((WWW_AUTHENTICATE, challenge));
    }
    answer.json(words(failure))
}

/// What a bearer of a token is asked for (RFC 6750, 3).
pub(crate) fn challenge(failure: &Failure) -> Option<String> {
    let Failure::App(error) = failure else { return None };
    match error {
        Error::Unauthenticated(Unauthenticated::Missing) => Some(r#"Bearer realm="anteroom""#.to_owned()),
        Error::Unauthenticated(_) => Some(format!(
            r#"Bearer realm="anteroom", error="invalid_token", error_description="{INVALID_TOKEN}""#
        )),
        Error::Forbidden(Forbidden::InsufficientScope(scope)) => Some(format!(
            r#"Bearer realm="anteroom", scope="{}", error="insufficient_scope", error_description="{INSUFFICIENT_SCOPE}""#,
            scope.as_str()
        )),
        _ => None,
    }
}

/// The body that says what went wrong.
pub(crate) fn words(failure: &Failure) -> Words {
    match failure {
        Failure::App(error) => match error {
            Error::Unauthenticated(Unauthenticated::Missing) => problem("Unauthorized", "Unauthorized"),
            Error::Unauthenticated(_) => token_problem("invalid_token", INVALID_TOKEN),
            Error::Forbidden(Forbidden::InsufficientScope(_)) => {
                token_problem("insufficient_scope", INSUFFICIENT_SCOPE)
            }
            Error::Forbidden(why) => problem("NotPermitted", not_permitted(*why)),
            Error::NotFound(what) => problem("ResourceNotFound", not_found(*what)),
            Error::Refused(refusals) => invalid(refusals.iter().map(refused)),
            Error::TooManyAttempts { .. } => {
                problem("TooManyRequests", "Too many requests. Try again later.")
            }
            Error::NotRepeatable(NotRepeatable::Running) => problem("Conflict", STILL_RUNNING),
            Error::NotRepeatable(NotRepeatable::OtherRequest) => {
                let loc = vec![json!(Place::Header.as_str()), json!(idempotency::NAME)];
                invalid([value_error(loc, OTHER_REQUEST, Value::Null)])
            }
            Error::Overloaded { .. }
            | Error::TimedOut { .. }
            | Error::Unavailable(_)
            | Error::Interrupted(_) => problem(
                "ServiceUnavailable",
                "The service is busy or its database is away. Try again shortly.",
            ),
            Error::Store(_)
            | Error::ProviderAway
            | Error::Hash(_)
            | Error::Signing(_)
            | Error::Unaskable(_)
            | Error::Unrendered
            | Error::Example(_)
            | Error::Panicked { .. } => internal(),
        },
        Failure::Faults(faults) => invalid(faults.iter().map(fault)),
        Failure::NotJson { offset } => invalid([FaultBody {
            kind: "json_invalid",
            loc: vec![json!("body"), json!(offset)],
            msg: "JSON decode error".to_owned(),
            input: Value::Null,
        }]),
        Failure::TooLarge => problem("PayloadTooLarge", "The body is larger than 100 kB."),
        Failure::UnsupportedMediaType => {
            problem("UnsupportedMediaType", "The body's content type should be application/json.")
        }
        Failure::MethodNotAllowed { .. } => problem("MethodNotAllowed", "Method Not Allowed"),
        Failure::TimedOut => problem("RequestTimeout", "The body took too long to arrive."),
        Failure::NoSuchRoute
        | Failure::NoSuchShop
        | Failure::NoSuchAddress(_)
        | Failure::NotSelectable(_)
        | Failure::NotSortable(_)
        | Failure::NoText(_)
        | Failure::NoSuchProvider(_)
        | Failure::NoCallback(_)
        | Failure::InvalidCode
        | Failure::PublishableKeyMissing
        | Failure::PublishableKeyInvalid => problem("ResourceNotFound", "Not found"),
        Failure::ForeignOrigin => problem("NotPermitted", "Requests from this origin are not allowed."),
        Failure::Page(_) => internal(),
    }
}

fn problem(error: &'static str, detail: &'static str) -> Words {
    Words::Problem(Problem { detail, error })
}

fn token_problem(error: &'static str, error_description: &'static str) -> Words {
    Words::Token(TokenProblem { error, error_description })
}

fn internal() -> Words {
    problem(
        "InternalServerError",
        "Something went wrong on our side. The log has the details under the request id.",
    )
}

fn invalid(detail: impl IntoIterator<Item = FaultBody>) -> Words {
    let detail = detail.into_iter().collect();
    Words::Invalid(ValidationProblem { detail, error: "RequestValidationError" })
}

fn not_permitted(why: Forbidden) -> &'static str {
    match why {
        Forbidden::InsufficientScope(_) => INSUFFICIENT_SCOPE,
        Forbidden::RoleTooSmall => "Only the customer's owner or a billing manager may change this.",
        Forbidden::MemberModelOff => "Member management is not enabled for this workspace",
        Forbidden::IndividualHasOneMember => "An individual customer can have only one member",
        Forbidden::ScopesBeyondOwn => "The access token has scopes that your own access token lacks.",
        Forbidden::AccountToBeProved => "The e-mail has an account that was not proved.",
        Forbidden::WrongPassword => "The current password is wrong.",
        Forbidden::WrongCode => "The code is wrong or was used before.",
        Forbidden::WrongPasskey => "The passkey is unknown, or its answer is not to be trusted.",
        Forbidden::NotVouchedFor(_) => "The provider does not vouch for whoever is signed in.",
        Forbidden::ReauthenticationRequired => "Whoever is signed in has to confirm it.",
    }
}

fn not_found(what: Missing) -> &'static str {
    match what {
        Missing::AccessToken => "Access token not found",
        Missing::Address => "Address not found",
        Missing::AuthenticatorApp => "Authenticator app not found",
        Missing::Customer => "Customer not found",
        Missing::CustomerSession => "Customer session not found",
        Missing::IdentityProvider => "Provider not found",
        Missing::Member => "Member not found",
        Missing::Passkey => "Passkey not found",
        Missing::ProviderLink => "Linked provider not found",
        Missing::PublishableKey => "Publishable key not found",
        Missing::StoreSession => "Session not found",
        Missing::Workspace => "Workspace not found",
    }
}

fn fault(fault: &Fault) -> FaultBody {
    let (kind, message) = match &fault.problem {
        What::Missing => ("missing", "Field required".to_owned()),
        What::Unknown => ("extra_forbidden", "Extra inputs are not permitted".to_owned()),
        What::Type { expected } => expected_type(*expected),
        What::Rule(rule) => ("value_error", format!("Value {rule}")),
    };
    let mut loc = vec![json!(fault.place.as_str())];
    loc.extend(fault.path.iter().map(|segment| json!(segment)));
    // A body that is no object is not echoed: nobody can tell whether it is a secret.
    let input = if fault.path.is_empty() { &Value::Null } else { &fault.input };
    FaultBody { input: input.clone(), loc, msg: message, kind }
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
fn refused(refusal: &Refusal) -> FaultBody {
    let (field, message, input) = match refusal {
        Refusal::UnknownCustomer(which) => {
            let (field, input) = customer_field(which);
            (field, "Customer does not exist.", input)
        }
        Refusal::DisabledCustomer(which) => {
            let (field, input) = customer_field(which);
            (field, "Customer is disabled.", input)
        }
        Refusal::NoPasswordToReset(which) => {
            let message = "Nobody signs in as this customer with a password.";
            return about_path(which, message);
        }
        Refusal::NoResetWhileDisabled(which) => return about_path(which, "Customer is disabled."),
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
        Refusal::ExternalIdFixed(external_id) => (
            "external_id",
            "Customer external ID cannot be updated.",
            json!(external_id.as_ref().map(ExternalId::as_str)),
        ),
        Refusal::TeamStaysTeam => (
            "type",
            "Customer type cannot be downgraded from 'team' to 'individual'.",
            json!(CustomerKind::Individual.as_str()),
        ),
        Refusal::MemberEmailTaken(email) => {
            ("email", "A member with this email address already exists.", json!(email.as_str()))
        }
        Refusal::MemberExternalIdTaken(external_id) => {
            ("external_id", "A member with this external ID already exists.", json!(external_id.as_str()))
        }
        Refusal::NotMergeable(from, why) => ("from", not_mergeable(*why), json!(from.to_string())),
        Refusal::ForeignCursor(cursor) => {
            let loc = vec![json!(Place::Query.as_str()), json!("cursor")];
            return value_error(loc, "Value should be the next_cursor of the same list", json!(cursor));
        }
        Refusal::ReturnHostNotListed(url) => {
            ("return_url", "The host is none that the workspace lists.", json!(url.as_str()))
        }
        Refusal::OwnerExists => ("role", EXACTLY_ONE_OWNER, json!("owner")),
        Refusal::OwnerNeeded(role) => ("role", EXACTLY_ONE_OWNER, json!(role.as_str())),
        Refusal::OwnerStays => {
            let message =
                "The only owner of a customer cannot be removed. Make another member the owner first.";
            return value_error(vec![json!("body")], message, Value::Null);
        }
        Refusal::Metadata(rule) => return broken_rule("metadata", rule, Value::Null),
        Refusal::UnknownProvince { rule, province } => return broken_rule("state", rule, json!(province)),
        Refusal::TooManyAddresses => return value_error(vec![json!("body")], BOOK_IS_FULL, Value::Null),
        Refusal::NoRoomForBillingAddress => ("billing_address", BOOK_IS_FULL, Value::Null),
        Refusal::SlugTaken(slug) => ("slug", "A workspace with this slug already exists.", json!(slug)),
        Refusal::TooManyOrigins(origin) => {
            ("origin", "A workspace can allow at most 50 origins.", json!(origin.as_str()))
        }
        Refusal::ScopeBeyondOwn(scope) => {
            ("scopes", "The requested scope exceeds your own access token's scopes.", json!(scope.as_str()))
        }
        Refusal::RotatedBefore(id) => {
            let loc = vec![json!(Place::Path.as_str()), json!("token_id")];
            return value_error(loc, "The access token was rotated before.", json!(id.to_string()));
        }
        Refusal::LoopbackIssuer(issuer) => {
            ("issuer", "An issuer on the server's own machine is not allowed here.", json!(issuer.as_str()))
        }
        Refusal::ProviderSecretMissing => ("client_secret", "The provider needs a secret.", Value::Null),
        Refusal::TooManyProviders => {
            let loc = vec![json!(Place::Path.as_str()), json!("provider")];
            return value_error(loc, "A workspace can have at most 100 providers.", Value::Null);
        }
        Refusal::Password(_) => ("password", "Password is not accepted.", Value::Null),
        Refusal::CallbackNotListed
        | Refusal::NoSignInState
        | Refusal::NoSignInCode
        | Refusal::Factor(_)
        | Refusal::AlreadyACustomer
        | Refusal::EmailDiffers
        | Refusal::EmailVerified
        | Refusal::EmailUnchanged
        | Refusal::AccountExists
        | Refusal::WhichWorkspace
        | Refusal::WorkspacesDisagree => {
            return value_error(vec![json!("body")], "Not possible.", Value::Null);
        }
    };
    value_error(vec![json!("body"), json!(field)], message, input)
}

/// A refusal in the words of a fault that the parser finds.
fn broken_rule(field: &str, rule: &str, input: Value) -> FaultBody {
    value_error(vec![json!("body"), json!(field)], &format!("Value {rule}"), input)
}

fn not_mergeable(why: MergeFault) -> &'static str {
    match why {
        MergeFault::Unknown => "Customer does not exist.",
        MergeFault::Itself => "A customer cannot be merged into itself.",
        MergeFault::KindsDiffer => "A team and an individual cannot be merged.",
        MergeFault::EmailTaken => "Another account has the e-mail address of the remaining customer.",
        MergeFault::TooManyAddresses => "A customer can have at most 200 addresses.",
        MergeFault::TooMuchMetadata => "A customer can have at most 50 keys of metadata.",
        MergeFault::TooMuchStoreMetadata => "A customer can have at most 16 KiB of store metadata.",
    }
}

fn value_error(loc: Vec<Value>, message: &str, input: Value) -> FaultBody {
    FaultBody { input, loc, msg: message.to_owned(), kind: "value_error" }
}

fn about_path(which: &CustomerRef, message: &str) -> FaultBody {
    let (segment, input) = match which {
        CustomerRef::Id(id) => ("customer_id", json!(id.to_string())),
        CustomerRef::External(external_id) => ("external_id", json!(external_id.as_str())),
    };
    value_error(vec![json!(Place::Path.as_str()), json!(segment)], message, input)
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
