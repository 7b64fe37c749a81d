//! An issuer of OpenID Connect, and a GitHub, on loopback: they sign in whom a test wants at once, and lie as it wants.

mod pages;
mod tokens;

use std::collections::HashMap;
use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use actix_web::{App, HttpServer};
use serde_json::{Value, json};
use url::Url;

use crate::clock::ManualClock;
use crate::http;

/// What the shop shows to the issuer.
pub const SECRET: &str = "5up3r s3cr3t: %&+";
/// What the issuer knows the shop by.
pub const CLIENT: &str = "shop";

/// An issuer that signs people in as a test wants it to; it ends when it is dropped.
pub struct FakeIssuer {
    at: SocketAddr,
    handle: ServerHandle,
    shared: Arc<Shared>,
}

/// In what the issuer lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is what is wrong")]
pub enum Lie {
    #[default]
    None,
    OtherAudience,
    SecondAudience,
    OtherParty,
    OtherIssuer,
    OtherNonce,
    NoNonce,
    Expired,
    FromTheFuture,
    NoSubject,
    BadSignature,
    UnknownKey,
    NoAlgorithm,
    PublicKeyAsSecret,
    NoKeyId,
    /// The browser comes back with another issuer's name.
    MixedUp,
    /// The browser comes back without the name that the issuer promises.
    Unnamed,
    /// The document says that it is of another issuer.
    DocumentOfAnother,
    /// The token endpoint sends callers elsewhere.
    Redirect,
    /// The token endpoint answers without end.
    Endless,
    /// The token endpoint fails.
    Broken,
}

/// Whom it signs in.
#[derive(Debug, Clone)]
struct Person {
    subject: String,
    email: Option<String>,
    verified: Value,
}

/// A code that was given out, and what it is bound to.
#[derive(Debug, Clone)]
struct Grant {
    person: Person,
    nonce: Option<String>,
    callback_url: String,
    challenge: String,
}

struct Shared {
    address: String,
    clock: ManualClock,
    state: Mutex<State>,
}

struct State {
    person: Person,
    lie: Lie,
    says_email_when_asked: bool,
    grants: HashMap<String, Grant>,
    issued: usize,
    keys_asked: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FakeIssuer {
    /// Starts one whose tokens are issued by that clock. It signs in Ada.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(clock: &ManualClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let person = Person {
            subject: "ada-1".to_owned(),
            email: Some("ada@example.com".to_owned()),
            verified: json!(true),
        };
        let state = State {
            person,
            lie: Lie::None,
            says_email_when_asked: false,
            grants: HashMap::new(),
            issued: 0,
            keys_asked: 0,
        };
        let address = format!("http://{at}");
        let shared = Arc::new(Shared { address, clock: clock.clone(), state: Mutex::new(state) });
        let (tell, told) = mpsc::channel();
        let pages = Arc::clone(&shared);
        thread::spawn(move || {
            System::new().block_on(async move {
                let app = move || {
                    let shared = Arc::clone(&pages);
                    App::new().configure(move |config| pages::mount(config, &shared))
                };
                let server = HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(1);
                let server = server.listen(listener).unwrap().run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { at, handle: told.recv().unwrap(), shared }
    }

    /// Its name, which is its address.
    pub fn address(&self) -> String {
        format!("http://{}", self.at)
    }

    /// Signs in somebody else from now on: by the subject, with an e-mail of which it says whether it is verified.
    pub fn signs_in(&self, subject: &str, email: Option<&str>, verified: impl Into<Value>) {
        let (subject, email) = (subject.to_owned(), email.map(str::to_owned));
        self.shared.state().person = Person { subject, email, verified: verified.into() };
    }

    /// Says the e-mail only to whoever asks with the access token.
    pub fn says_email_when_asked(&self) {
        self.shared.state().says_email_when_asked = true;
    }

    /// Lies from now on.
    pub fn lies(&self, lie: Lie) {
        self.shared.state().lie = lie;
    }

    /// How many codes have been traded.
    pub fn issued(&self) -> usize {
        self.shared.state().issued
    }

    /// How often its keys were asked for.
    pub fn keys_asked(&self) -> usize {
        self.shared.state().keys_asked
    }

    /// What a provider of the kind `oidc` is set up with.
    pub fn provider(&self, callback_url: &str) -> Value {
        json!({
            "type": "oidc", "issuer": self.address(), "client_id": CLIENT, "client_secret": SECRET,
            "callback_urls": [callback_url], "trusts_email": true,
        })
    }

    /// What a browser does: goes to the page, and is sent back at once. The query that it comes back with.
    ///
    /// # Panics
    /// When the page does not send it back.
    pub async fn visit(&self, location: &str) -> String {
        let answer = http::client().get(location).send().await.unwrap();
        let back = answer.headers().get("location").expect("a way back").to_str().unwrap().to_owned();
        Url::parse(&back).unwrap().query().unwrap_or_default().to_owned()
    }
}

impl fmt::Debug for FakeIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeIssuer").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Drop for FakeIssuer {
    fn drop(&mut self) {
        // The order is sent by this call already; the future would only wait for the end.
        drop(self.handle.stop(false));
    }
}
