//! Mails, as whoever opens the mailbox reads them.

use anteroom_testkit::app::TestApp;

/// A mail that was sent.
pub(crate) struct Mail {
    /// The whole of it, with quoted-printable undone.
    pub(crate) text: String,
    /// The name of its file.
    pub(crate) file: String,
}

impl Mail {
    /// The header of that name.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.text.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default()
    }

    /// The only address in its plain text.
    pub(crate) fn link(&self) -> &str {
        self.text.lines().find(|line| line.starts_with("http")).unwrap()
    }

    /// The token in its link.
    pub(crate) fn token(&self) -> &str {
        self.link().rsplit_once('=').unwrap().1
    }
}

/// Sends what is in the outbox; how many mails were tried.
pub(crate) async fn deliver(app: &TestApp) -> u64 {
    app.app.deliver_mails(20).await.unwrap()
}

/// Every mail that was written so far.
pub(crate) fn mails(app: &TestApp) -> Vec<Mail> {
    let Ok(folder) = std::fs::read_dir(app.outbox()) else { return Vec::new() };
    let paths = folder.map(|entry| entry.unwrap().path());
    let mails = paths.map(|path| Mail {
        text: unquoted(&std::fs::read_to_string(&path).unwrap()),
        file: path.file_name().unwrap().to_str().unwrap().to_owned(),
    });
    mails.collect()
}

/// The one mail that there is once the outbox is sent; its file is taken away.
pub(crate) async fn only_mail(app: &TestApp) -> Mail {
    deliver(app).await;
    let mut mails = mails(app);
    assert_eq!(mails.len(), 1);
    let mail = mails.remove(0);
    std::fs::remove_file(app.outbox().join(&mail.file)).unwrap();
    mail
}

/// Undoes quoted-printable (RFC 2045, 6.7).
fn unquoted(text: &str) -> String {
    let joined = text.replace("\r\n", "\n").replace("=\n", "");
    let mut parts = joined.split('=');
    let mut plain = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        if let Some(byte) = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            plain.push(byte);
            plain.extend(part[2..].bytes());
        } else {
            plain.push(b'=');
            plain.extend(part.bytes());
        }
    }
    String::from_utf8(plain).unwrap()
}
