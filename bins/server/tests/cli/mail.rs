//! Mails of the real program, over SMTP.

use anteroom_testkit::smtp::{Security, SmtpSink};
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, Server};

/// As it is with that mail server.
fn sending(sandbox: Sandbox, sink: &SmtpSink) -> Sandbox {
    let certificate = sandbox.path("ca.pem");
    std::fs::write(&certificate, sink.certificate()).unwrap();
    sandbox
        .set("ANTEROOM__MAIL__SMTP_HOST", "localhost")
        .set("ANTEROOM__MAIL__SMTP_PORT", &sink.port().to_string())
        .set("ANTEROOM__MAIL__SMTP_USERNAME", "anteroom")
        .set("ANTEROOM__MAIL__SMTP_PASSWORD", "hush hush")
        .set("ANTEROOM__MAIL__SMTP_CA_FILE", certificate.to_str().unwrap())
}

fn sink() -> SmtpSink {
    SmtpSink::with(Security::StartTls, Some(("anteroom", "hush hush")))
}

struct Shop<'s> {
    server: &'s Server,
    key: String,
}

impl Shop<'_> {
    /// The status and the body of the answer.
    fn post(&self, path: &str, bearer: &str, body: &Value) -> (String, Value) {
        let headers = format!(
            "x-publishable-api-key: {}\r\nAuthorization: Bearer {bearer}\r\nContent-Type: application/json\r\n",
            self.key
        );
        let answer = self.server.request("POST", path, &headers, &body.to_string()).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().to_owned();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    fn register(&self, email: &str) {
        let login = json!({"email": email, "password": "correct horse battery"});
        let (status, answer) = self.post("/auth/customer/emailpass/register", "", &login);
        assert_eq!(status, "200", "{answer}");
        let jwt = answer.get("token").and_then(Value::as_str).unwrap();
        let (status, answer) = self.post("/store/customers", jwt, &json!({}));
        assert_eq!(status, "200", "{answer}");
    }

    fn ask_for_reset(&self, email: &str) {
        let (status, _) =
            self.post("/auth/customer/emailpass/reset-password", "", &json!({"identifier": email}));
        assert_eq!(status, "201");
    }
}

fn key(sandbox: &Sandbox) -> String {
    let create = ["key", "create", "--workspace", "shop", "--title", "t", "--json"];
    sandbox.json(&create).get("key").and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn wh_04_a_mail_whose_server_is_killed_before_it_is_sent_is_sent_by_the_next() {
    for sandbox in Sandbox::on_both() {
        let sink = sink();
        let sandbox = sending(sandbox, &sink).set("ANTEROOM__JOBS__ENABLED", "false").with_shop();
        let (key, token) = (key(&sandbox), sandbox.token());
        let mut server = sandbox.serve();
        let shop = Shop { server: &server, key };
        shop.register("ada@example.com");
        let headers = format!("Authorization: Bearer {token}\r\n");
        let found = sandbox.json(&["customer", "list", "--workspace", "shop", "--json"]);
        let id = found.pointer("/data/0/id").and_then(Value::as_str).unwrap().to_owned();
        // It is answered once it is written down, and not before.
        let path = format!("/api/customers/{id}/send-password-reset");
        let answer = server.request("POST", &path, &headers, "").unwrap();
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        server.stop_by("KILL");
        assert_eq!(sink.received(), []);

        let sandbox = sandbox.set("ANTEROOM__JOBS__ENABLED", "true");
        let mut server = sandbox.serve();
        let received = sink.wait_for(1);
        assert_eq!(received[0].to, ["ada@example.com"]);
        assert!(received[0].is_encrypted && received[0].username.as_deref() == Some("anteroom"));
        server.stop_by("TERM");
        assert_eq!(sink.received().len(), 1, "once");
        assert!(!server.err().contains("hush") && !server.out().contains("hush"));
    }
}

#[test]
fn a_password_is_reset_by_a_mailed_link() {
    let sink = sink();
    let sandbox = sending(Sandbox::new(), &sink).set("ANTEROOM__JOBS__ENABLED", "false").with_shop();
    let server = sandbox.serve();
    let shop = Shop { server: &server, key: key(&sandbox) };
    shop.register("ada@example.com");
    shop.ask_for_reset("ada@example.com");
    // The mail is written down behind the answer.
    while sink.received().is_empty() {
        assert_eq!(sandbox.run(&["jobs", "run", "deliver-mail"]).code, Some(0));
    }
    let link = sink.received()[0].link();
    let (_, token) = link.rsplit_once('=').unwrap();
    let (status, _) =
        shop.post("/auth/customer/emailpass/update", token, &json!({"password": "another battery staple"}));
    assert_eq!(status, "200", "{link}");
    for (password, expected) in [("correct horse battery", "401"), ("another battery staple", "200")] {
        let login = json!({"email": "ada@example.com", "password": password});
        assert_eq!(shop.post("/auth/customer/emailpass", "", &login).0, expected);
    }
}

#[test]
fn the_doctor_talks_to_the_mail_server() {
    let sink = sink();
    let sandbox = sending(Sandbox::new(), &sink).with_shop();
    let said = sandbox.run(&["doctor"]);
    let answers = format!("ok    mail server localhost:{} answers", sink.port());
    assert!(said.out.contains(&answers), "{said:?}");
    assert_eq!(sink.received(), []);
    let wrong = sandbox.set("ANTEROOM__MAIL__SMTP_PASSWORD", "wrong");
    let said = wrong.run(&["doctor"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains(&format!("fail  mail server localhost:{} cannot be used", sink.port())),
        "{said:?}"
    );
    assert!(!said.out.contains("wrong —") && !wrong.run(&["config", "show"]).out.contains("wrong"));
}

#[test]
fn faults_of_mail_settings_are_named() {
    let lone = Sandbox::new().set("ANTEROOM__MAIL__SMTP_PORT", "25").run(&["config", "check"]);
    assert!(lone.err.contains("ANTEROOM__MAIL__SMTP_PORT needs a mail.smtp_host"), "{lone:?}");
    let sandbox = Sandbox::new()
        .set("ANTEROOM__MAIL__SMTP_HOST", "smtp.example.com")
        .set("ANTEROOM__MAIL__SMTP_ENCRYPTION", "none")
        .set("ANTEROOM__MAIL__SMTP_USERNAME", "anteroom");
    let half = sandbox.run(&["config", "check"]);
    assert!(half.err.contains("ANTEROOM__MAIL__SMTP_USERNAME needs a mail.smtp_password"), "{half:?}");
    let clear = sandbox.set("ANTEROOM__MAIL__SMTP_PASSWORD", "hush").run(&["config", "check"]);
    assert!(clear.err.contains("ANTEROOM__MAIL__SMTP_ENCRYPTION is none"), "{clear:?}");
    assert!(!clear.err.contains("hush"));
}

#[test]
fn a_folder_of_words_is_looked_at_before_it_is_used() {
    let sandbox = Sandbox::new().with_shop();
    let folder = sandbox.path("words");
    std::fs::create_dir_all(folder.join("en")).unwrap();
    let sandbox = sandbox.set("ANTEROOM__MAIL__TEMPLATES_DIR", folder.to_str().unwrap());
    assert_eq!(sandbox.run(&["config", "check"]).code, Some(0));
    std::fs::write(folder.join("en/new_device.txt"), "{% block subject %}\n{{ nobody }}{% endblock %}")
        .unwrap();
    let said = sandbox.run(&["config", "check"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("en/new_device.txt is no template of mails") && said.err.contains("(line 2)"),
        "{said:?}"
    );
    let doctor = sandbox.run(&["doctor"]).out;
    assert!(
        doctor.contains("warn  ") && doctor.contains("until it is right, mails have the built-in words"),
        "{doctor}"
    );
    let mut server = sandbox.serve();
    server.wait_for(|server| server.out().contains('\n'));
    assert!(server.err().contains("mail.templates_dir"), "{}", server.err());
}
