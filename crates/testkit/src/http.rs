//! A client as tests use it.

use reqwest::Client;
use reqwest::redirect::Policy;
use tokio_rustls::rustls::crypto::ring;

/// A client that follows no redirects and asks no proxy. It encrypts nothing, and wants to know all the same what it would
/// encrypt with.
pub(crate) fn client() -> Client {
    // Whoever is second finds it done.
    drop(ring::default_provider().install_default());
    Client::builder().redirect(Policy::none()).no_proxy().build().unwrap()
}
