//! A mail server that keeps what it gets, and answers as a test wants it to.

mod session;

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// How long a slow machine may take for anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// A mail server on loopback, on a thread of its own; it ends when it is dropped.
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
    certificate: String,
    _end: oneshot::Sender<()>,
}

/// What the server asks of its callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// Nothing.
    #[default]
    None,
    /// `STARTTLS` before anything else.
    StartTls,
    /// TLS from the first byte on.
    Tls,
}

/// A mail that the server has taken over, or at least was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// Who sent it, as the envelope says.
    pub from: String,
    /// Who gets it, as the envelope says.
    pub to: Vec<String>,
    /// The mail, with the dots that were doubled for its journey single again.
    pub text: String,
    /// Whether nobody could read along.
    pub is_encrypted: bool,
    /// Who proved who they are, if anybody did.
    pub username: Option<String>,
}

#[derive(Default)]
struct Shared {
    security: Security,
    login: Option<(String, String)>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    received: Vec<ReceivedMail>,
    connections: usize,
    /// What is answered to commands of that verb, in place of the usual; an empty text hangs up.
    script: VecDeque<(&'static str, &'static str)>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the script has for that verb, once.
    fn scripted(&self, verb: &str) -> Option<&'static str> {
        let script = &mut self.state().script;
        let at = script.iter().position(|(scripted, _)| *scripted == verb)?;
        script.remove(at).map(|(_, answer)| answer)
    }
}

impl SmtpSink {
    /// A server that takes everything.
    pub fn start() -> Self {
        Self::with(Security::None, None)
    }

    /// A server that asks for encryption, and for a user name and a password.
    ///
    /// # Panics
    /// When it does not start.
    pub fn with(security: Security, login: Option<(&str, &str)>) -> Self {
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let login = login.map(|(name, password)| (name.to_owned(), password.to_owned()));
        let shared = Arc::new(Shared { security, login, state: Mutex::default() });
        let (end, ended) = oneshot::channel();
        let address = serve(&shared, TlsAcceptor::from(Arc::new(config)), ended);
        Self { address, shared, certificate: cert.pem(), _end: end }
    }

    /// Its port, on `localhost`.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate that vouches for it, in PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Gives the next command of that verb this answer, such as `450 4.2.0 Later`; an empty one hangs up. What comes after the
    /// text of a mail is the verb `.`, and the greeting is the verb `CONNECT`.
    pub fn answer_next(&self, verb: &'static str, answer: &'static str) {
        self.shared.state().script.push_back((verb, answer));
    }

    /// Every mail that it was given so far.
    pub fn received(&self) -> Vec<ReceivedMail> {
        self.shared.state().received.clone()
    }

    /// How many have connected so far.
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// Every mail, once there are so many.
    ///
    /// # Panics
    /// When they do not come.
    pub fn wait_for(&self, count: usize) -> Vec<ReceivedMail> {
        let begun = Instant::now();
        while self.received().len() < count {
            assert!(begun.elapsed() < PATIENCE, "there are only {:?}", self.received());
            thread::sleep(Duration::from_millis(5));
        }
        self.received()
    }
}

impl ReceivedMail {
    /// The header of that name, as it is written.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.text.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default()
    }

    /// The first address in its plain text that stands alone, with quoted-printable undone as far as an address needs.
    pub fn link(&self) -> String {
        let text = self.text.replace("=\r\n", "").replace("=3D", "=");
        text.lines().find(|line| line.starts_with("http")).unwrap_or_default().to_owned()
    }
}

fn serve(shared: &Arc<Shared>, tls: TlsAcceptor, ended: oneshot::Receiver<()>) -> SocketAddr {
    let (tell, told) = mpsc::channel();
    let shared = Arc::clone(shared);
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            let accepting = async {
                while let Ok((stream, _)) = listener.accept().await {
                    shared.state().connections += 1;
                    // Whoever hangs up in the middle is no concern of a test.
                    tokio::spawn(session::talk(stream, tls.clone(), Arc::clone(&shared)));
                }
            };
            futures_util::future::select(std::pin::pin!(accepting), ended).await;
        });
    });
    told.recv().unwrap()
}

impl fmt::Debug for SmtpSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSink").field("address", &self.address).finish_non_exhaustive()
    }
}
