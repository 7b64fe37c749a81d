//! Failures in the words of the Store API: `{"code"?, "type", "message"}`.

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse};
use anteroom_app::{Error, FactorFault, Forbidden, Limit, Missing, NotRepeatable, Refusal, Unauthenticated};
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::fields::{Fault, JsonType, Place, Problem};
use crate::idempotency::{OTHER_REQUEST, STILL_RUNNING};

/// What went wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Body {
    /// A finer name for programs, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("api_error"))]
    code: Option<&'static str>,
    /// Its name, for programs.
    #[serde(rename = "type")]
    #[schema(examples("invalid_data"))]
    kind: &'static str,
    /// What to tell a person.
    #[schema(examples("Invalid email"))]
    message: String,
}

pub(crate) fn render(failure: &Failure, status: StatusCode, request: &HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED && !wants_json(request) && is_gate(failure) {
        return answer.content_type("text/plain; charset=utf-8").body("Unauthorized");
    }
    answer.json(body(failure))
}

/// The body that says what went wrong.
pub(crate) fn body(failure: &Failure) -> Body {
    let (code, kind, message) = words(failure);
    Body { code, kind, message }
}

/// Whether the refusal is of the gate before a route, and not the answer of a sign-in route.
pub(crate) fn is_gate(failure: &Failure) -> bool {
    !matches!(
        failure,
        Failure::NoText(_)
            | Failure::NoSuchProvider(_)
            | Failure::NoCallback(_)
            | Failure::App(Error::Unauthenticated(
                Unauthenticated::WrongEmailOrPassword
                    | Unauthenticated::IdentityExists
                    | Unauthenticated::WrongCode
                    | Unauthenticated::NoChallenge
                    | Unauthenticated::WrongPasskey
                    | Unauthenticated::ProviderRefused
                    | Unauthenticated::ProviderUntrusted
                    | Unauthenticated::ProviderWithoutEmail
                    | Unauthenticated::AccountDisabled
            ))
    )
}

fn wants_json(request: &HttpRequest) -> bool {
    request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok()).any(|accept| {
        accept.split(',').any(|range| {
            range.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
        })
    })
}

type Words = (Option<&'static str>, &'static str, String);

fn words(failure: &Failure) -> Words {
    let plain = |kind, message: &str| (None, kind, message.to_owned());
    match failure {
        Failure::App(error) => app_words(error),
        Failure::Faults(faults) => (None, "invalid_data", faults_message(faults)),
        Failure::NotJson { .. } => plain("invalid_data", "Invalid request: The body is not valid JSON"),
        Failure::TooLarge => plain("invalid_data", "Request entity too large: the limit is 100 kB"),
        Failure::UnsupportedMediaType => {
            plain("invalid_data", "Unsupported content type: the body should be application/json")
        }
        Failure::ForeignOrigin => plain("forbidden", "Requests from this origin are not allowed"),
        Failure::PublishableKeyMissing => plain(
            "not_allowed",
            "Publishable API key required in the request header: x-publishable-api-key. You can manage your keys in \
             settings in the dashboard.",
        ),
        Failure::PublishableKeyInvalid => {
            plain("not_allowed", "A valid publishable key is required to proceed with the request")
        }
        Failure::NoSuchShop => plain("not_found", "No shop has this host name"),
        Failure::NoText(field) => (None, "unauthorized", format!("{field} should be a string")),
        Failure::NoSuchProvider(name) => {
            (None, "unauthorized", format!("Could not find a auth provider with id: {name}"))
        }
        Failure::NoCallback(name) => (
            None,
            "unauthorized",
            format!("The auth provider {name} has no callback: sign in with credentials"),
        ),
        Failure::NotSelectable(names) => {
            (None, "invalid_data", format!("Requested fields [{}] are not valid", names.join(", ")))
        }
        Failure::NotSortable(name) => (None, "invalid_data", format!("Order field {name} is not valid")),
        Failure::NoSuchAddress(id) => (None, "not_found", format!("Address with id: {id} was not found")),
        Failure::InvalidCode => plain("invalid_data", "The code is invalid, was used before or has expired"),
        Failure::NoSuchRoute => plain("not_found", "No such route"),
        Failure::MethodNotAllowed { .. } => plain("not_allowed", "Method not allowed"),
        Failure::TimedOut => plain("invalid_data", "The body took too long to arrive"),
        Failure::Page(_) => unknown_error(),
    }
}

fn app_words(error: &Error) -> Words {
    let plain = |kind, message: &str| (None, kind, message.to_owned());
    match error {
        Error::Unauthenticated(why) => plain("unauthorized", unauthorized(*why)),
        Error::Forbidden(Forbidden::AccountToBeProved) => (
            Some("account_exists"),
            "forbidden",
            "An account with this email exists already: sign in to it the way you did before".to_owned(),
        ),
        Error::Forbidden(Forbidden::WrongPassword) => plain("forbidden", "The current password is wrong"),
        Error::Forbidden(Forbidden::WrongCode) => plain("forbidden", "The code is wrong or was used before"),
        Error::Forbidden(Forbidden::NotVouchedFor(why)) => plain("forbidden", unauthorized(*why)),
        Error::Forbidden(Forbidden::WrongPasskey) => {
            plain("forbidden", unauthorized(Unauthenticated::WrongPasskey))
        }
        Error::Forbidden(Forbidden::ReauthenticationRequired) => (
            Some("reauth_required"),
            "forbidden",
            "Confirm that it is you, with your second factor or else your password; or sign in again"
                .to_owned(),
        ),
        Error::Forbidden(Forbidden::InsufficientScope(scope)) => (
            None,
            "forbidden",
            format!("The access token in x-anteroom-server-token lacks the scope {}", scope.as_str()),
        ),
        Error::Forbidden(_) => plain("forbidden", "Forbidden"),
        Error::NotFound(Missing::AuthenticatorApp) => plain("not_found", "Factor was not found"),
        Error::NotFound(Missing::IdentityProvider) => plain("not_found", "Auth provider was not found"),
        Error::NotFound(Missing::ProviderLink) => plain("not_found", "Linked auth provider was not found"),
        Error::NotFound(Missing::Passkey) => plain("not_found", "Passkey was not found"),
        Error::NotFound(Missing::Customer) => plain("not_found", "Customer was not found"),
        Error::NotFound(Missing::StoreSession) => plain("not_found", "Session was not found"),
        Error::NotFound(_) => plain("not_found", "Not found"),
        Error::Refused(refusals) => match refusals.first() {
            Some(refusal) => refused(refusal),
            None => unknown_error(),
        },
        Error::TooManyAttempts { by, seconds, .. } => {
            let what = match by {
                Limit::Address => "Too many attempts from your address",
                Limit::Workspace => "Too many attempts at this shop",
                Limit::Account => "Too many failed attempts",
            };
            (None, "too_many_requests", format!("{what}: try again in {seconds} s"))
        }
        Error::NotRepeatable(NotRepeatable::Running) => {
            (Some("unknown_error"), "QueryRunnerAlreadyReleasedError", STILL_RUNNING.to_owned())
        }
        Error::NotRepeatable(NotRepeatable::OtherRequest) => plain("invalid_data", OTHER_REQUEST),
        Error::Overloaded { .. } | Error::TimedOut { .. } | Error::Unavailable(_) | Error::Interrupted(_) => {
            (
                Some("api_error"),
                "database_error",
                "The service is busy or its database is away. Try again shortly.".to_owned(),
            )
        }
        Error::ProviderAway => (
            Some("provider_away"),
            "unexpected_state",
            "The auth provider does not answer. Try again shortly.".to_owned(),
        ),
        Error::Store(_)
        | Error::Hash(_)
        | Error::Signing(_)
        | Error::Unaskable(_)
        | Error::Unrendered
        | Error::Example(_)
        | Error::Panicked { .. } => unknown_error(),
    }
}

fn unknown_error() -> Words {
    (Some("unknown_error"), "unknown_error", "An unknown error occurred.".to_owned())
}

fn unauthorized(why: Unauthenticated) -> &'static str {
    match why {
        Unauthenticated::Missing => "Unauthorized: sign in first, with a Bearer token or the session cookie",
        Unauthenticated::InvalidToken => "Unauthorized: the Bearer token is invalid, expired or revoked",
        Unauthenticated::InvalidCookie => "Unauthorized: the session cookie is invalid, expired or revoked",
        Unauthenticated::InvalidServerToken => {
            "Unauthorized: the access token in x-anteroom-server-token is invalid, expired or revoked"
        }
        Unauthenticated::NotACustomer => {
            "Unauthorized: the Bearer token belongs to a registration without a customer; create the customer, then \
             refresh the token"
        }
        Unauthenticated::WrongEmailOrPassword => "Invalid email or password",
        Unauthenticated::IdentityExists => "Identity with email already exists",
        Unauthenticated::WrongCode => "The code is wrong, was used before or has expired",
        Unauthenticated::NoChallenge => {
            "The challenge is unknown, was passed before or has expired: sign in again"
        }
        Unauthenticated::WrongPasskey => "The passkey is unknown, or its answer is not to be trusted",
        Unauthenticated::ProviderRefused => "The auth provider has signed nobody in",
        Unauthenticated::ProviderUntrusted => "The answer of the auth provider is not to be trusted",
        Unauthenticated::ProviderWithoutEmail => "The auth provider says no email",
        Unauthenticated::AccountDisabled => "The account is disabled",
    }
}

fn refused(refusal: &Refusal) -> Words {
    let invalid = |message: String| (None, "invalid_data", message);
    match refusal {
        Refusal::Password(fault) => invalid(fault.to_string()),
        Refusal::AlreadyACustomer => invalid("Request already authenticated as a customer.".to_owned()),
        Refusal::EmailDiffers => invalid("Email should be the one that was registered".to_owned()),
        Refusal::EmailVerified => (None, "not_allowed", "The email is verified already".to_owned()),
        Refusal::EmailUnchanged => invalid("Email should be another one than now".to_owned()),
        Refusal::AccountExists => (
            Some("invalid_request_error"),
            "duplicate_error",
            "Customer with this email already has an account".to_owned(),
        ),
        Refusal::TooManyAddresses | Refusal::NoRoomForBillingAddress => {
            (None, "not_allowed", "A customer can have at most 200 addresses".to_owned())
        }
        Refusal::Metadata(rule) => invalid(format!("Invalid request: Value for field 'metadata' {rule}")),
        Refusal::UnknownProvince { rule, .. } => {
            invalid(format!("Invalid request: Value for field 'province' {rule}"))
        }
        Refusal::CallbackNotListed => invalid("The callback URL is none that the shop has listed".to_owned()),
        Refusal::NoSignInState => invalid("No state provided, or session expired".to_owned()),
        Refusal::NoSignInCode => invalid("No code provided".to_owned()),
        Refusal::Factor(fault) => of_factors(*fault),
        Refusal::WhichWorkspace => (
            None,
            "not_allowed",
            "The request does not say which shop it is for: send x-publishable-api-key".to_owned(),
        ),
        Refusal::WorkspacesDisagree => {
            (None, "not_allowed", "The publishable key belongs to another shop than the host name".to_owned())
        }
        Refusal::UnknownCustomer(_)
        | Refusal::DisabledCustomer(_)
        | Refusal::NoPasswordToReset(_)
        | Refusal::NoResetWhileDisabled(_)
        | Refusal::UnknownMember(_)
        | Refusal::MemberModelOff(_)
        | Refusal::MemberRequired
        | Refusal::EmailTaken(_)
        | Refusal::ExternalIdTaken(_)
        | Refusal::ExternalIdFixed(_)
        | Refusal::TeamStaysTeam
        | Refusal::MemberEmailTaken(_)
        | Refusal::MemberExternalIdTaken(_)
        | Refusal::ReturnHostNotListed(_)
        | Refusal::NotMergeable(..)
        | Refusal::OwnerExists
        | Refusal::OwnerNeeded(_)
        | Refusal::OwnerStays
        | Refusal::ForeignCursor(_)
        | Refusal::SlugTaken(_)
        | Refusal::ScopeBeyondOwn(_)
        | Refusal::RotatedBefore(_)
        | Refusal::LoopbackIssuer(_)
        | Refusal::ProviderSecretMissing
        | Refusal::TooManyProviders
        | Refusal::TooManyOrigins(_) => invalid("Invalid request".to_owned()),
    }
}

/// What is against a change in what a customer signs in with.
fn of_factors(fault: FactorFault) -> Words {
    let invalid = |message: &str| (None, "invalid_data", message.to_owned());
    let refused = |message: &str| (None, "not_allowed", message.to_owned());
    match fault {
        FactorFault::TooManyAuthenticatorApps => refused("A customer can have at most 5 authenticator apps"),
        FactorFault::NoSecondFactor => refused("No authenticator app is enabled"),
        FactorFault::NoPasskeys => refused("The shop takes no passkeys"),
        FactorFault::TooManyPasskeys => refused("A customer can have at most 10 passkeys"),
        FactorFault::NoPasskeyCeremony => invalid("No flow provided, or it has expired"),
        FactorFault::PasskeyUntrusted => {
            invalid("The answer of the authenticator is not to be trusted, or its passkey is known")
        }
        FactorFault::LinkedElsewhere => refused("The account there signs in as another customer"),
        FactorFault::TooManyProviderLinks => refused("A customer can link at most 20 accounts"),
        FactorFault::LastWayToSignIn => refused("Without it nobody could sign in: add another way first"),
    }
}

/// At most three faults, in Medusa's forms.
fn faults_message(faults: &[Fault]) -> String {
    let unknown: Vec<_> = faults.iter().filter(|fault| fault.problem == Problem::Unknown).map(path).collect();
    let known = faults.iter().filter(|fault| fault.problem != Problem::Unknown).map(fault_message);
    let unknown = (!unknown.is_empty()).then(|| format!("Unrecognized fields: '{}'", unknown.join(", ")));
    let messages: Vec<_> = known.chain(unknown).take(3).collect();
    format!("Invalid request: {}", messages.join("; "))
}

fn fault_message(fault: &Fault) -> String {
    let field = path(fault);
    match fault.problem {
        Problem::Missing if fault.path.is_empty() => "A JSON body is required".to_owned(),
        Problem::Missing => format!("Field '{field}' is required"),
        Problem::Type { expected } => {
            let place = if field.is_empty() { "the body".to_owned() } else { format!("field '{field}'") };
            let (expected, got) = (expected.as_str(), JsonType::of(&fault.input).as_str());
            format!("Expected type: '{expected}' for {place}, got: '{got}'")
        }
        Problem::Unknown => format!("Unrecognized fields: '{field}'"),
        Problem::Rule(_) if fault.place == Place::Body && field == "email" => "Invalid email".to_owned(),
        Problem::Rule(rule) if fault.place == Place::Header => format!("Header '{field}' {rule}"),
        Problem::Rule(rule) => format!("Value for field '{field}' {rule}"),
    }
}

fn path(fault: &Fault) -> String {
    fault.path.join(", ")
}
