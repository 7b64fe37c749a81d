//! Signing in with a passkey: the question, and the answer.

use actix_web::{HttpRequest, HttpResponse};
use anteroom_app::PasskeyAnswer;
use anteroom_domain::workspace::Workspace;
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use super::send_away;
use crate::Http;
use crate::body::{self, Body, FromBody};
use crate::failure::Failure;
use crate::fields::{Fields, Problem, any_text, map, text};
use crate::openapi::scalars::Text;
use crate::openapi::schema::request_schema;

request_schema!(
    /// An authenticator's answer.
    SignInByPasskey {
        /// The `flow` of the location that the question came with.
        flow: Text,
        /// What `PublicKeyCredential.toJSON` gives.
        credential: std::collections::HashMap<String, Value>,
    }
);

impl FromBody for PasskeyAnswer {
    type Schema = SignInByPasskey;

    fn read(fields: &mut Fields) -> Option<Self> {
        read_with(fields, map)
    }
}

/// The answer, of which the credential is read by `object`.
fn read_with(
    fields: &mut Fields,
    object: impl FnOnce(&Value) -> Result<Map<String, Value>, Problem>,
) -> Option<PasskeyAnswer> {
    let token = fields.required_secret("flow", any_text);
    let credential = fields.required_secret("credential", object);
    Some(PasskeyAnswer { token: token?, credential: Value::Object(credential?) })
}

/// Asks for any passkey of the shop. Clients that know nothing but a location find the question in it.
pub(super) async fn ask(http: &Http, workspace: &Workspace) -> Result<HttpResponse, Failure> {
    let asked = http.app().ask_for_passkey(workspace).await?;
    let base = http.options().public_url.as_str().trim_end_matches('/');
    let query = Serializer::new(String::new())
        .append_pair("flow", asked.token.reveal())
        .append_pair("options", &asked.options.to_string())
        .finish();
    let location = format!("{base}/auth/customer/passkey/callback?{query}");
    Ok(HttpResponse::Ok().json(send_away::Response::with_question(&location, &asked.options)))
}

/// The answer: from the body, or where there is none from the query, where the credential is a text of JSON.
pub(super) async fn read(request: &HttpRequest, body: Body) -> Result<PasskeyAnswer, Failure> {
    if let Some(map) = body.object().await? {
        return Ok(body::read(map)?);
    }
    let mut fields = Fields::of_query(request.query_string());
    let object = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(credential)) => Ok(credential),
        _ => Err(Problem::Rule("should be a JSON object")),
    };
    let answer = read_with(&mut fields, text(object));
    Ok(fields.finish(answer)?)
}
