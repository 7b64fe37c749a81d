//! Mails over SMTP, to a mail server of flesh and blood.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::time::Duration;

use anteroom_domain::Id;
use anteroom_domain::text::Email;
use anteroom_mail::{
    Encryption, Login, Mail, Sender, SmtpOptions, SmtpTransport, Transport, Undelivered, Words,
};
use anteroom_testkit::smtp::{Security, SmtpSink};
use time::macros::datetime;

fn mail(number: u8) -> Mail {
    Mail {
        id: Id::from_random_bytes([number; 16]),
        host: "anteroom.test".to_owned(),
        date: datetime!(2026-01-02 03:04:05 UTC),
        from: Sender { name: None, address: "shop@example.com".to_owned() },
        to: Email::parse("ada@example.com").unwrap(),
        words: Words {
            subject: "Dots".to_owned(),
            text: ".begins with a dot\n..with two\n.\nthe end".to_owned(),
            html: "<p>.</p>".to_owned(),
        },
    }
}

fn options(sink: &SmtpSink, encryption: Encryption) -> SmtpOptions {
    SmtpOptions {
        host: "localhost".to_owned(),
        port: sink.port(),
        encryption,
        login: None,
        timeout: Duration::from_secs(10),
        authorities: Some(sink.certificate().as_bytes().to_vec()),
        hello_name: "anteroom.test".to_owned(),
    }
}

fn login(password: &str) -> Login {
    Login { username: "anteroom".to_owned(), password: password.to_owned() }
}

async fn send(options: &SmtpOptions) -> Result<(), Undelivered> {
    SmtpTransport::new(options).unwrap().hand_over(&mail(1)).await
}

#[tokio::test]
async fn mails_arrive_once_and_whole_over_one_connection() {
    let sink = SmtpSink::start();
    let transport = SmtpTransport::new(&options(&sink, Encryption::None)).unwrap();
    for number in 1..=3 {
        transport.hand_over(&mail(number)).await.unwrap();
        // The connection goes back by a task of its own.
        tokio::task::yield_now().await;
    }
    let received = sink.received();
    assert_eq!((received.len(), sink.connections()), (3, 1));
    for (number, received) in (1..).zip(&received) {
        // The dot that ends a mail begins a line of its own.
        let sent = [mail(number).write().unwrap(), b"\r\n".to_vec()].concat();
        assert_eq!(received.text.as_bytes(), sent, "not one byte is another");
        assert_eq!(
            (received.from.as_str(), received.to.as_slice()),
            ("shop@example.com", &["ada@example.com".to_owned()][..])
        );
        assert!(!received.is_encrypted && received.username.is_none());
    }
    assert_eq!(received[0].header("Message-ID"), "<01010101-0101-4101-8101-010101010101@anteroom.test>");
}

#[tokio::test]
async fn mails_are_encrypted_with_a_server_that_somebody_vouches_for() {
    for (security, encryption) in
        [(Security::StartTls, Encryption::StartTls), (Security::Tls, Encryption::Tls)]
    {
        let sink = SmtpSink::with(security, None);
        let trusting = options(&sink, encryption);
        send(&trusting).await.unwrap();
        assert!(sink.received()[0].is_encrypted);
        // Nobody knows the certificate, or it is another host's.
        let strangers = SmtpOptions { authorities: None, ..trusting.clone() };
        let impostors = SmtpOptions {
            authorities: Some(SmtpSink::start().certificate().as_bytes().to_vec()),
            ..trusting.clone()
        };
        for refused in [strangers, impostors] {
            assert!(!send(&refused).await.unwrap_err().is_final());
        }
        assert_eq!(sink.received().len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_cannot_encrypt_gets_neither_mail_nor_password() {
    let sink = SmtpSink::with(Security::None, Some(("anteroom", "secret")));
    let options = SmtpOptions { login: Some(login("secret")), ..options(&sink, Encryption::StartTls) };
    assert!(!send(&options).await.unwrap_err().is_final());
    assert_eq!(sink.received(), []);
}

#[tokio::test]
async fn a_server_that_asks_is_told_who_we_are() {
    let sink = SmtpSink::with(Security::StartTls, Some(("anteroom", "secret")));
    let options = options(&sink, Encryption::StartTls);
    let with = |password| SmtpOptions { login: Some(login(password)), ..options.clone() };
    send(&with("secret")).await.unwrap();
    assert_eq!(sink.received()[0].username.as_deref(), Some("anteroom"));
    for wrong in [with("wrong"), options.clone()] {
        assert!(!send(&wrong).await.unwrap_err().is_final(), "it is our fault, and no mail's");
    }
    assert!(SmtpTransport::new(&with("secret")).unwrap().check().await.is_ok());
    assert!(SmtpTransport::new(&with("wrong")).unwrap().check().await.is_err());
    assert!(!format!("{:?} {:?}", with("secret"), login("secret")).contains("secret"));
}

#[test]
fn a_transport_may_outlive_the_runtime_that_it_was_used_in() {
    let sink = SmtpSink::start();
    let transport = SmtpTransport::new(&options(&sink, Encryption::None)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(transport.hand_over(&mail(1))).unwrap();
    drop(runtime);
    drop(transport);
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn refusals_are_for_now_or_for_good() {
    let sink = SmtpSink::start();
    let options = options(&sink, Encryption::None);
    for (verb, answer, is_final) in [
        ("CONNECT", "554 5.7.1 You are not welcome", false),
        ("CONNECT", "421 4.3.2 Shutting down", false),
        ("MAIL", "451 4.3.0 Later", false),
        ("MAIL", "550 5.7.1 No such sender", true),
        ("RCPT", "450 4.2.0 Greylisted", false),
        ("RCPT", "550 5.1.1 No such mailbox", true),
        ("DATA", "452 4.3.1 Disk full", false),
        (".", "552 5.3.4 Too big", true),
        (".", "", false),
        ("RCPT", "", false),
    ] {
        sink.answer_next(verb, answer);
        let undelivered = send(&options).await.unwrap_err();
        assert_eq!(undelivered.is_final(), is_final, "{verb} {answer}");
    }
    send(&options).await.unwrap();
    let gone = SmtpOptions { port: 1, ..options };
    assert!(!send(&gone).await.unwrap_err().is_final());
}
