//! `POST /api/token-leaks`: tokens of ours that somebody has found in public places, as GitHub's secret scanning reports them.

use actix_web::{HttpRequest, HttpResponse, web};
use anteroom_app::{Error, LeakReport, Unauthenticated};
use anteroom_auth::leak_reports::leaked_token_hash;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Http;
use crate::body::Body;
use crate::caller::header;
use crate::failure::Failure;
use crate::fields::{Fault, JsonType, Place, Problem, no_query};
use crate::openapi::scalars::Text;
use crate::openapi::{Operation, Tag};

const KEY: &str = "Github-Public-Key-Identifier";
const SIGNATURE: &str = "Github-Public-Key-Signature";

/// Tokens that were found.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenLeakReport)]
struct Report(Vec<Asked>);

/// A token that was found.
#[derive(Serialize, ToSchema)]
#[schema(as = LeakedToken)]
struct Asked {
    /// The token.
    token: String,
    /// What the reporter calls its kind.
    r#type: Option<String>,
    /// Where it was found.
    url: Option<String>,
    /// In what it was found.
    source: Option<String>,
}

/// What each token is, in the order of the report.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenLeakVerdicts)]
struct Verdicts<'a>(Vec<Verdict<'a>>);

/// What a token is.
#[derive(Serialize, ToSchema)]
#[schema(as = LeakVerdict)]
struct Verdict<'a> {
    /// SHA-256 of the token, in base64.
    token_hash: String,
    /// What the reporter calls its kind.
    token_type: &'a str,
    /// `true_positive`, and it opens nothing any more; or `false_positive`.
    label: &'static str,
}

pub(crate) fn operation() -> Operation {
    let found = json!([{"token": "anteroom_wat_…", "type": "anteroom_access_token", "url": "https://github.com/acme/shop/blob/main/.env", "source": "content"}]);
    let verdict = json!([{
        "token_hash": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "token_type": "anteroom_access_token",
        "label": "true_positive",
    }]);
    Operation::new(Tag::AccessTokens, "reportTokenLeaks", "Report tokens that were found")
        .describes(
            "For services that look for leaked secrets. The body is signed with ECDSA over P-256 and SHA-256 by a key that the operator has \
             named. Tokens of ours end at once, whosever they are, and the workspace\u{2019}s `mail.security_contact` is told; reporting one again changes \
             nothing.",
        )
        .header::<Text>(KEY, "The name of the key.")
        .header::<Text>(SIGNATURE, "The signature of the body as it was sent, in DER and base64.")
        .takes_as::<Report>(found)
        .answers::<Verdicts<'_>>("What each is, in the order of the report.", verdict)
}

pub(crate) async fn handle(
    http: web::Data<Http>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Failure> {
    let bytes = body.json_bytes().await?;
    let (key, signature) = (header(&request, KEY), header(&request, SIGNATURE));
    let (key, signature) = (key.unwrap_or_default(), signature.unwrap_or_default());
    if !http.options().leak_reporters.have_signed(key, signature, &bytes) {
        return Err(Error::Unauthenticated(Unauthenticated::Missing).into());
    }
    no_query(&request)?;
    let found = found(&bytes)?;
    let (reports, kinds): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let are_ours = http.app().end_leaked_tokens(&reports).await?;
    let verdicts = reports.iter().zip(&kinds).zip(are_ours).map(|((report, token_type), is_ours)| Verdict {
        token_hash: leaked_token_hash(&report.token),
        token_type,
        label: if is_ours { "true_positive" } else { "false_positive" },
    });
    Ok(HttpResponse::Ok().json(Verdicts(verdicts.collect())))
}

/// The reports, each with the kind that it names. Members that nobody here knows are the reporter's own, and may be more some day.
fn found(bytes: &[u8]) -> Result<Vec<(LeakReport, String)>, Failure> {
    let parsed = crate::strict_json::parse(bytes).map_err(|offset| Failure::NotJson { offset })?;
    let Value::Array(list) = parsed else { return Err(fault(Vec::new(), JsonType::Array)) };
    list.into_iter()
        .zip(0..)
        .map(|(entry, n): (Value, usize)| {
            let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
            let token = text("token")
                .ok_or_else(|| fault(vec![n.to_string(), "token".to_owned()], JsonType::String))?;
            Ok((LeakReport { token, place: text("url") }, text("type").unwrap_or_default()))
        })
        .collect()
}

/// What is at fault is not repeated: it may be a token.
fn fault(path: Vec<String>, expected: JsonType) -> Failure {
    Fault { place: Place::Body, path, problem: Problem::Type { expected }, input: Value::Null }.into()
}
