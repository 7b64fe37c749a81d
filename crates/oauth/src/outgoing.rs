//! Calls to providers: bounded in time and in size, without redirects, and to nobody who is not allowed.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anteroom_domain::text::Issuer;
use reqwest::header::{ACCEPT, USER_AGENT};
use reqwest::{Client, RequestBuilder, StatusCode};
use rustls::{ClientConfig, RootCertStore};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::Fault;

/// For a whole call, the reading of its answer included.
const PATIENCE: Duration = Duration::from_secs(10);
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(5);
/// The largest answer that is read.
const LARGEST: usize = 256 * 1024;

/// Makes calls. What it takes to make them is read when the first is made: most commands of the program make none.
#[derive(Debug)]
pub(crate) struct Outgoing {
    allows_loopback: bool,
    client: OnceLock<Result<Client, String>>,
}

/// An answer that is no redirect and not too large.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    body: Vec<u8>,
}

impl Received {
    /// The JSON of the body, whatever the status.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).or(Err(Fault::Untrusted("it is not the JSON that was asked for")))
    }

    /// The JSON of a success.
    pub(crate) fn success<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        if self.status.is_success() {
            return self.json();
        }
        Err(Fault::Unreachable(format!("status {}", self.status.as_u16())))
    }

    /// The JSON of a token endpoint's success, or what it says against the code (RFC 6749, 5.2).
    pub(crate) fn token_response<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let said = self.json::<Value>().ok();
        // GitHub says so with status 200.
        if let Some(error) = said.as_ref().and_then(|said| said.get("error")).and_then(Value::as_str) {
            let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            return Err(Fault::Refused(error.chars().filter(is_plain).take(64).collect()));
        }
        if self.status.is_client_error() {
            return Err(Fault::Refused(format!("status {}", self.status.as_u16())));
        }
        self.success()
    }
}

impl Outgoing {
    pub(crate) fn new(allows_loopback: bool) -> Self {
        Self { allows_loopback, client: OnceLock::new() }
    }

    pub(crate) fn allows_loopback(&self) -> bool {
        self.allows_loopback
    }

    /// An address that a provider publishes, if calls may go there or browsers be sent there.
    pub(crate) fn allowed(&self, address: &str) -> Result<Url, Fault> {
        const REFUSED: Fault = Fault::Untrusted("it publishes an address that is not https");
        // What holds for an issuer holds for its addresses, which may have a query besides.
        let plain = address.split('?').next().unwrap_or_default();
        let issuer = Issuer::parse(plain).or(Err(REFUSED))?;
        if issuer.is_loopback() && !self.allows_loopback {
            return Err(REFUSED);
        }
        Url::parse(address).ok().filter(|url| url.fragment().is_none()).ok_or(REFUSED)
    }

    pub(crate) async fn get(&self, url: Url, bearer: Option<&str>) -> Result<Received, Fault> {
        let request = self.client()?.get(url);
        receive(match bearer {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    /// Posts a form, with the credentials of the Basic scheme where there are some.
    pub(crate) async fn post(
        &self,
        url: Url,
        form: &[(&str, &str)],
        basic: Option<(&str, &str)>,
    ) -> Result<Received, Fault> {
        let request = self.client()?.post(url).form(form);
        receive(match basic {
            Some((name, secret)) => request.basic_auth(form_encoded(name), Some(form_encoded(secret))),
            None => request,
        })
        .await
    }

    fn client(&self) -> Result<&Client, Fault> {
        let client = self.client.get_or_init(client);
        client.as_ref().map_err(|error| Fault::Unreachable(error.clone()))
    }
}

/// As RFC 6749, 2.3.1, wants names and secrets written before they are put together.
fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn receive(request: RequestBuilder) -> Result<Received, Fault> {
    let unreachable = |error: reqwest::Error| Fault::Unreachable(causes(&error.without_url()));
    let request = request.header(ACCEPT, "application/json").header(USER_AGENT, "anteroom");
    let mut response = request.send().await.map_err(unreachable)?;
    let (status, mut body) = (response.status(), Vec::new());
    if status.is_redirection() {
        return Err(Fault::Untrusted("it answers with a redirect"));
    }
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(Fault::Untrusted("it is larger than 256 KiB"));
        }
    }
    Ok(Received { status, body })
}

/// An error with each of its causes.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// A client with the roots of the machine. It uses no proxy that the environment names.
fn client() -> Result<Client, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .timeout(PATIENCE)
        .connect_timeout(PATIENCE_TO_CONNECT)
        .pool_max_idle_per_host(4)
        .build()
        .map_err(|error| causes(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_go_over_https_or_where_the_operator_allows_it_to_the_machine_itself() {
        let (strict, lenient) = (Outgoing::new(false), Outgoing::new(true));
        for address in ["https://a.example/x?y=1", "https://a.example:8443/"] {
            assert!(strict.allowed(address).is_ok() && lenient.allowed(address).is_ok(), "{address}");
        }
        for address in ["http://127.0.0.1:1/token", "http://[::1]:1/", "http://localhost:1/"] {
            assert!(strict.allowed(address).is_err() && lenient.allowed(address).is_ok(), "{address}");
        }
        for address in [
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "ftp://a.example",
            "file:///etc/passwd",
            "https://u@a.example/",
            "",
        ] {
            assert!(strict.allowed(address).is_err() && lenient.allowed(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_client_can_be_made() {
        assert!(client().is_ok());
    }
}
