//! The body of a request, read when its credentials have been looked at and not before.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::fields::{Fault, Fields, JsonType, Place, Problem};
use crate::strict_json;

/// The largest body that is taken, in bytes.
const LIMIT: usize = 100 * 1024;
/// How much of a larger one is read and thrown away, so that its sender gets to read why.
const PATIENCE: usize = 4 * 1024 * 1024;
/// How long a body may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A body still to be read. Extracting it never fails, so a credential that stands before it is looked at first.
pub(crate) struct Body {
    payload: web::Payload,
    kind: Kind,
}

/// What a body says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Form,
    Other,
}

/// What a route takes as its JSON body.
pub(crate) trait FromBody: Sized {
    /// How the fields are described to those who send them.
    type Schema: ToSchema;
    /// Whether no body at all means the same as an empty object.
    const MAY_BE_ABSENT: bool = false;

    /// Takes the fields out; `None` when a required one was at fault.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// What a route takes that needs no body.
pub(crate) struct Nothing;

/// An empty object.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmptyBody {}

impl FromBody for Nothing {
    type Schema = EmptyBody;

    const MAY_BE_ABSENT: bool = true;

    fn read(_: &mut Fields) -> Option<Self> {
        Some(Self)
    }
}

impl Body {
    /// Reads the JSON object that the route needs, and reports every fault of it.
    pub(crate) async fn parse<T: FromBody>(self) -> Result<T, Failure> {
        Ok(read(self.fields::<T>().await?)?)
    }

    /// The members of the JSON object that the route needs, not yet read.
    pub(crate) async fn fields<T: FromBody>(self) -> Result<Map<String, Value>, Failure> {
        let (problem, input) = (Problem::Missing, Value::Null);
        match self.object().await? {
            Some(map) => Ok(map),
            None if T::MAY_BE_ABSENT => Ok(Map::new()),
            None => Err(Fault { place: Place::Body, path: Vec::new(), problem, input }.into()),
        }
    }

    /// Reads the body of a route that needs none: nothing, or an empty object.
    pub(crate) async fn parse_nothing(self) -> Result<(), Failure> {
        self.parse::<Nothing>().await.map(|Nothing| ())
    }

    /// What was sent as JSON, as it was sent.
    pub(crate) async fn json_bytes(self) -> Result<Vec<u8>, Failure> {
        self.bytes_of(Kind::Json).await
    }

    /// The JSON object that was sent; `None` when nothing was.
    pub(crate) async fn object(self) -> Result<Option<Map<String, Value>>, Failure> {
        let bytes = self.bytes_of(Kind::Json).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        match strict_json::parse(&bytes).map_err(|offset| Failure::NotJson { offset })? {
            Value::Object(map) => Ok(Some(map)),
            other => {
                let problem = Problem::Type { expected: JsonType::Object };
                Err(Fault { place: Place::Body, path: Vec::new(), problem, input: other }.into())
            }
        }
    }

    /// The fields of a form, still encoded.
    pub(crate) async fn form(self) -> Result<Vec<u8>, Failure> {
        self.bytes_of(Kind::Form).await
    }

    /// The whole body; one that is not empty must be of that kind.
    async fn bytes_of(self, kind: Kind) -> Result<Vec<u8>, Failure> {
        let is_of_kind = self.kind == kind;
        let bytes =
            tokio::time::timeout(TIMEOUT, self.bytes()).await.map_err(|_elapsed| Failure::TimedOut)??;
        if is_of_kind || bytes.is_empty() { Ok(bytes) } else { Err(Failure::UnsupportedMediaType) }
    }

    async fn bytes(mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let mut read = 0;
        while let Some(chunk) = self.payload.next().await {
            // A body that breaks off is answered like one that is no JSON; its sender is gone anyway.
            let chunk = chunk.map_err(|_broken_off| Failure::NotJson { offset: read })?;
            read += chunk.len();
            if read > PATIENCE {
                return Err(Failure::TooLarge);
            }
            if read <= LIMIT {
                bytes.extend_from_slice(&chunk);
            }
        }
        if read > LIMIT { Err(Failure::TooLarge) } else { Ok(bytes) }
    }
}

/// Reads the fields, and reports every fault of them.
pub(crate) fn read<T: FromBody>(map: Map<String, Value>) -> Result<T, Vec<Fault>> {
    let mut fields = Fields::new(Place::Body, map);
    let read = T::read(&mut fields);
    fields.finish(read)
}

impl FromRequest for Body {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.map(|value| value.split(';').next().unwrap_or_default().trim());
        let kind = match essence.map(str::to_ascii_lowercase).as_deref() {
            Some("application/json") => Kind::Json,
            Some("application/x-www-form-urlencoded") => Kind::Form,
            _ => Kind::Other,
        };
        let payload = web::Payload::from_request(request, payload).into_inner();
        ready(payload.map(|payload| Self { payload, kind }).map_err(|_never| Failure::TooLarge))
    }
}
