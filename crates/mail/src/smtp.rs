//! Mails over SMTP.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Category, Detail, Severity};
use lettre::transport::smtp::{AsyncSmtpTransportBuilder, Error};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::runtime::Handle;

use crate::transport::{HandOver, Transport, Undelivered};
use crate::{Mail, Unwritable};

/// How to reach the mail server.
#[derive(Clone)]
pub struct SmtpOptions {
    /// Its host name, which its certificate is held to.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What keeps others from reading along.
    pub encryption: Encryption,
    /// Who we are to it; `None` where it takes mails of anybody who reaches it.
    pub login: Option<Login>,
    /// How long it may take for each of its answers.
    pub timeout: Duration,
    /// Certificates in PEM of those who may vouch for it, beside those that this machine trusts.
    pub authorities: Option<Vec<u8>>,
    /// What we call ourselves.
    pub hello_name: String,
}

/// A user name and a password.
#[derive(Clone)]
#[expect(missing_docs, reason = "each is its name")]
pub struct Login {
    pub username: String,
    pub password: String,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// It begins in clear, and goes on encrypted or not at all (RFC 3207).
    StartTls,
    /// From its first byte on (RFC 8314).
    Tls,
    /// Not at all.
    None,
}

/// Hands mails over to a mail server. Connections are kept and used again for a minute.
pub struct SmtpTransport {
    server: AsyncSmtpTransportBuilder,
    /// Made by the first mail, because what minds its connections needs the runtime of whoever sends.
    pool: OnceLock<AsyncSmtpTransport<Tokio1Executor>>,
}

/// There can be no connections like that.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The certificates are none.
    #[error("certificates of authorities cannot be read")]
    Authorities(#[source] Error),
    /// Encryption cannot be set up for this host.
    #[error("encryption cannot be set up")]
    Encryption(#[source] Error),
}

/// The mail server did not answer as one should.
#[derive(Debug, thiserror::Error)]
#[error("mail server cannot be used")]
pub struct Unreachable(#[source] Option<Error>);

impl SmtpTransport {
    /// For that server. Connects when there is a mail.
    pub fn new(options: &SmtpOptions) -> Result<Self, Unusable> {
        let tls = match options.encryption {
            Encryption::None => Tls::None,
            Encryption::StartTls => Tls::Required(parameters(options)?),
            Encryption::Tls => Tls::Wrapper(parameters(options)?),
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(options.host.as_str())
            .port(options.port)
            .tls(tls)
            .timeout(Some(options.timeout))
            .hello_name(ClientId::Domain(options.hello_name.clone()));
        if let Some(login) = &options.login {
            server = server.credentials(Credentials::new(login.username.clone(), login.password.clone()));
        }
        Ok(Self { server, pool: OnceLock::new() })
    }

    /// Whether the server answers, and takes us for who we are.
    pub async fn check(&self) -> Result<(), Unreachable> {
        match self.pool().test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Unreachable(None)),
            Err(error) => Err(Unreachable(Some(error))),
        }
    }

    fn pool(&self) -> &AsyncSmtpTransport<Tokio1Executor> {
        self.pool.get_or_init(|| self.server.clone().build())
    }

    async fn send(&self, mail: &Mail) -> Result<(), Undelivered> {
        let bytes = mail.write().map_err(Undelivered::for_now)?;
        let envelope = envelope(mail).map_err(Undelivered::for_now)?;
        match self.pool().send_raw(&envelope, &bytes).await {
            Ok(_) => {
                tracing::info!(mail.id = %mail.id, "mail {} was taken over by the mail server", mail.id);
                Ok(())
            }
            Err(error) if is_final(&error) => Err(Undelivered::for_good(error)),
            Err(error) => Err(Undelivered::for_now(error)),
        }
    }
}

fn parameters(options: &SmtpOptions) -> Result<TlsParameters, Unusable> {
    let mut builder = TlsParameters::builder(options.host.clone());
    if let Some(pem) = &options.authorities {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(Unusable::Authorities)?);
    }
    builder.build().map_err(Unusable::Encryption)
}

fn envelope(mail: &Mail) -> Result<Envelope, Unwritable> {
    let (from, to) = (mail.from.address.parse()?, mail.to.as_str().parse()?);
    Ok(Envelope::new(Some(from), vec![to])?)
}

/// Whether the server will not take this mail however often it comes. 55x is about a mail and its mailbox; other refusals are
/// about us, such as a wrong password, and 554 is also said to whoever is not welcome at all (RFC 5321, 4.2).
fn is_final(error: &Error) -> bool {
    error.status().is_some_and(|code| {
        code.severity == Severity::PermanentNegativeCompletion
            && code.category == Category::MailSystem
            && code.detail != Detail::Four
    })
}

impl Transport for SmtpTransport {
    fn hand_over<'a>(&'a self, mail: &'a Mail) -> HandOver<'a> {
        Box::pin(self.send(mail))
    }
}

impl Drop for SmtpTransport {
    /// Connections say goodbye, which takes a runtime; where there is none any more, the end of the process closes them.
    fn drop(&mut self) {
        if Handle::try_current().is_err() {
            std::mem::forget(self.pool.take());
        }
    }
}

// By hand, both: a password is in them.
impl fmt::Debug for SmtpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpTransport").finish_non_exhaustive()
    }
}

impl fmt::Debug for SmtpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, encryption, .. } = self;
        f.debug_struct("SmtpOptions")
            .field("host", host)
            .field("port", port)
            .field("encryption", encryption)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").finish_non_exhaustive()
    }
}
