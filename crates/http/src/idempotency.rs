//! `Idempotency-Key`: a request that is sent again is answered again, with the same bytes, and has its effect once.
//!
//! A handler that honours it reads its body by [`read`] and answers by [`Repeat::answer`], with one function that renders
//! its result: for the answer of now and for the one that is kept.

mod kept;

use std::future::Future;
use std::sync::Arc;

use actix_web::http::header::HeaderName;
use actix_web::{HttpRequest, HttpResponse};
use anteroom_app::{Attempt, Begun, Error, Once, Repeatable, Subject};
use anteroom_domain::idempotency::IdempotencyKey;
use anteroom_domain::session::StoreSessionId;
use serde_json::{Map, Value, json};

use crate::body::{self, Body, FromBody};
use crate::caller::http;
use crate::failure::Failure;
use crate::fields::{Fault, Place};
use crate::route::{Route, matched};
use crate::{Http, edge};

/// The header by which a client names a request.
pub(crate) const NAME: &str = "idempotency-key";
/// The header of an answer that is given again.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What both APIs say while the first of two is being answered (seed 2).
pub(crate) const STILL_RUNNING: &str = "The request conflicted with another request. You may retry the request with the \
                                        provided Idempotency-Key.";
/// What both APIs say to a second request under the key of another.
pub(crate) const OTHER_REQUEST: &str = "The Idempotency-Key was used for another request.";

/// A request whose body has been read, and which may be a repetition if its sender gave it a key.
pub(crate) struct Repeat {
    http: Http,
    request: HttpRequest,
    repeatable: Option<Repeatable>,
}

/// Reads the body of a request that may be a repetition. Its faults are answered as ever, and nothing of them is kept.
pub(crate) async fn read<T: FromBody>(
    request: &HttpRequest,
    subject: impl Into<Subject>,
    body: Body,
) -> Result<(T, Repeat), Failure> {
    let key = key(request)?;
    let fields = body.fields::<T>().await?;
    let repeatable = key.map(|key| Repeatable {
        subject: subject.into(),
        key,
        request: in_one_spelling(request, &fields),
    });
    let read = body::read(fields)?;
    Ok((read, Repeat { http: http(request)?, request: request.clone(), repeatable }))
}

/// The key that a request carries; none where the route honours none.
fn key(request: &HttpRequest) -> Result<Option<IdempotencyKey>, Fault> {
    let mut values = request.headers().get_all(NAME);
    let (Some(value), second) = (values.next(), values.next()) else { return Ok(None) };
    if !matched(request).is_some_and(Route::is_repeatable) {
        return Ok(None);
    }
    // Sent twice it is none, whatever the two say.
    let bytes = if second.is_none() { value.as_bytes() } else { &[] };
    IdempotencyKey::parse(bytes).map(Some).map_err(|invalid| Fault {
        place: Place::Header,
        path: vec![NAME.to_owned()],
        problem: invalid.into(),
        input: Value::Null,
    })
}

/// What was asked: the order of members and white space make no difference.
fn in_one_spelling(request: &HttpRequest, fields: &Map<String, Value>) -> Vec<u8> {
    let route = matched(request).map(|route| route.path);
    let parameters: Vec<_> = request.match_info().iter().map(|(_, value)| value.to_owned()).collect();
    let mut asked = json!([request.method().as_str(), route, parameters, fields]);
    if let Value::Array(asked) = &mut asked
        && !request.query_string().is_empty()
    {
        asked.push(request.query_string().into());
    }
    asked.sort_all_objects();
    asked.to_string().into_bytes()
}

impl Repeat {
    /// Counts the session to what is asked, where the answer belongs to it: the same from another sign-in is another
    /// request.
    pub(crate) fn within(mut self, session: StoreSessionId) -> Self {
        if let Some(repeatable) = &mut self.repeatable {
            repeatable.request.extend(session.to_string().into_bytes());
        }
        self
    }

    /// Answers with what `run` gives, or with what was answered before.
    pub(crate) async fn answer<T, F>(
        self,
        render: impl Fn(&T) -> HttpResponse + Send + Sync + 'static,
        run: impl FnOnce(Once<T>) -> F,
    ) -> Result<HttpResponse, Failure>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let Some(repeatable) = self.repeatable else {
            return Ok(render(&run(Once::unrepeated()).await?));
        };
        let attempt = match self.http.app().begin(repeatable).await? {
            Begun::Answered(bytes) => return again(&bytes),
            Begun::New(attempt) => attempt,
        };
        let render = Arc::new(render);
        let rendered = Arc::clone(&render);
        match run(attempt.once(move |result| kept::keep(rendered(result)))).await {
            Ok(result) => Ok(render(&result)),
            Err(error) => refused(&self.request, &attempt, error).await,
        }
    }
}

/// Answers a request that had no effect: with the answer of whoever was faster, else with the refusal, which is kept if it
/// is the outcome.
async fn refused(request: &HttpRequest, attempt: &Attempt, error: Error) -> Result<HttpResponse, Failure> {
    if let Some(bytes) = attempt.answer_of_the_faster(&error).await? {
        return again(&bytes);
    }
    let is_outcome = error.is_outcome();
    let failure = Failure::App(error);
    if !is_outcome {
        return Err(failure);
    }
    let kept = kept::keep(edge::render(&failure, request)).ok_or(Error::Unrendered)?;
    match attempt.keep(&kept).await? {
        Some(bytes) => again(&bytes),
        None => Err(failure),
    }
}

fn again(bytes: &[u8]) -> Result<HttpResponse, Failure> {
    Ok(kept::again(bytes).ok_or(Error::Unrendered)?)
}
