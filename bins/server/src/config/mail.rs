//! Who takes mails over, and what they look like.

use std::path::PathBuf;
use std::time::Duration;

use anteroom_mail::{Encryption, Login, SmtpOptions};
use url::Host;

use super::reader::Reader;
use super::{Server, parse};

/// Who takes mails over, and what they look like.
#[derive(Debug)]
pub(crate) struct Mail {
    /// The mail server; without one mails are files.
    pub(crate) smtp: Option<SmtpOptions>,
    /// Where files are that take the place of our own words.
    pub(crate) templates_dir: Option<PathBuf>,
}

/// Settings that say something about a mail server, and need one.
const OF_A_SERVER: [&str; 4] =
    ["mail.smtp_port", "mail.smtp_username", "mail.smtp_password", "mail.smtp_ca_file"];

pub(super) fn read(r: &mut Reader, server: Option<&Server>) -> Option<Mail> {
    let templates_dir = r.read("mail.templates_dir", |text| Ok(PathBuf::from(text)));
    let encryptions =
        [("starttls", Encryption::StartTls), ("tls", Encryption::Tls), ("none", Encryption::None)];
    let encryption = r.read("mail.smtp_encryption", parse::one_of(&encryptions));
    let seconds = r.read("mail.smtp_timeout_seconds", parse::whole(1..=30_u64));
    if !r.is_set("mail.smtp_host") {
        for key in OF_A_SERVER.into_iter().filter(|key| r.is_set(key)).collect::<Vec<_>>() {
            r.refuse(key, "needs a mail.smtp_host");
        }
        return Some(Mail { smtp: None, templates_dir });
    }
    let host = r.read("mail.smtp_host", host);
    let port = r.read("mail.smtp_port", parse::whole(1..=65535_u16));
    let login = login(r, host.as_deref(), encryption);
    let authorities = r.read("mail.smtp_ca_file", |text| {
        std::fs::read(text).map_err(|error| format!("cannot be read ({error})"))
    });
    let encryption = encryption?;
    let port = port.unwrap_or(match encryption {
        Encryption::StartTls => 587,
        Encryption::Tls => 465,
        Encryption::None => 25,
    });
    let smtp = SmtpOptions {
        host: host?,
        port,
        encryption,
        login,
        timeout: Duration::from_secs(seconds?),
        authorities,
        hello_name: hello_name(server?),
    };
    Some(Mail { smtp: Some(smtp), templates_dir })
}

/// A user name and a password: both, or neither, and not where others read along.
fn login(r: &mut Reader, host: Option<&str>, encryption: Option<Encryption>) -> Option<Login> {
    let username = r.read("mail.smtp_username", |text| Ok(text.to_owned()));
    let password = r.read("mail.smtp_password", |text| Ok(text.to_owned()));
    let is_here = host.is_none_or(|host| matches!(host, "localhost" | "127.0.0.1" | "::1"));
    match (username, password) {
        (Some(_), Some(_)) if encryption == Some(Encryption::None) && !is_here => {
            r.refuse("mail.smtp_encryption", "is none, and would tell the password to whoever reads along");
            None
        }
        (Some(username), Some(password)) => Some(Login { username, password }),
        (Some(_), None) => {
            r.refuse("mail.smtp_username", "needs a mail.smtp_password");
            None
        }
        (None, Some(_)) => {
            r.refuse("mail.smtp_password", "needs a mail.smtp_username");
            None
        }
        (None, None) => None,
    }
}

fn host(text: &str) -> Result<String, String> {
    const INVALID: &str = "should be a host name or an address such as smtp.example.com, without a port";
    match Host::parse(text).or(Err(INVALID))? {
        Host::Domain(name) => Ok(name),
        Host::Ipv4(address) => Ok(address.to_string()),
        Host::Ipv6(address) => Ok(address.to_string()),
    }
}

/// What the server calls itself to others: the host of its public address, where it is a name.
fn hello_name(server: &Server) -> String {
    let name = server.given_public_url().and_then(|url| url.domain());
    name.unwrap_or("localhost").to_owned()
}
