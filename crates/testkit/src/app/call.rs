//! Requests and answers, as a test writes and reads them.

use serde_json::Value;

use super::documented;

/// A request still to be sent.
#[derive(Debug)]
#[must_use]
pub struct Call(reqwest::RequestBuilder);

impl Call {
    pub(super) fn new(request: reqwest::RequestBuilder) -> Self {
        Self(request)
    }

    /// Adds a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// Adds a header whose value need not be text.
    pub fn header_bytes(self, name: &str, value: &[u8]) -> Self {
        Self(self.0.header(name, value))
    }

    /// Adds `Authorization: Bearer`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Adds a cookie, `name=value`.
    pub fn cookie(self, pair: &str) -> Self {
        self.header("cookie", pair)
    }

    /// Sends JSON.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends bytes under a content type.
    pub fn body(self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self(self.0.header("content-type", content_type).body(bytes.into()))
    }

    /// Sends bytes without a content type.
    pub fn untyped_body(self, bytes: impl Into<Vec<u8>>) -> Self {
        Self(self.0.body(bytes.into()))
    }

    /// Sends the request and reads the whole answer. Redirects are not followed.
    ///
    /// # Panics
    /// When there is no answer, or the OpenAPI documents do not say that there could be this one.
    pub async fn send(self) -> Answer {
        let (client, request) = self.0.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let response = client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, body: response.bytes().await.unwrap().to_vec() };
        documented::check(&method, &path, &answer);
        answer
    }
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        let parsed = serde_json::from_slice(&self.body);
        parsed.unwrap_or_else(|error| unreachable!("{} with no JSON ({error}): {}", self.status, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, or an empty text.
    ///
    /// # Panics
    /// When the header is no text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value that a `Set-Cookie` gives to the cookie of that name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.set_cookie(name)?.split(';').next()?.split_once('=').map(|(_, value)| value.to_owned())
    }

    /// The whole `Set-Cookie` of that name.
    ///
    /// # Panics
    /// When a cookie is no text.
    pub fn set_cookie(&self, name: &str) -> Option<String> {
        let all = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
        all.into_iter().find(|cookie| cookie.starts_with(&format!("{name}=")))
    }

    /// The status and the whole JSON body are these.
    ///
    /// # Panics
    /// When they are not.
    #[track_caller]
    pub fn assert(&self, status: u16, body: &Value) {
        assert_eq!((self.status, &self.json()), (status, body));
    }

    /// The JSON body of an answer of that status.
    ///
    /// # Panics
    /// When the status is another.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }
}
