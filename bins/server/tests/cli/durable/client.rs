//! A client that writes to a server until it is gone, and remembers what it was answered.

use std::sync::Mutex;

use serde_json::Value;

use crate::sandbox::Address;

const PASSWORD: &str = "correct horse battery";

/// Something that the server said it has.
#[derive(Debug)]
pub(crate) enum Kept {
    /// A customer of that external id, with its address.
    Customer(String),
    /// A customer session of that token.
    Session(String),
    /// An e-mail that signs in with the password.
    Identity(String),
    /// An e-mail that signs in with the password, and has a customer.
    Shopper(String),
}

impl Kept {
    pub(crate) fn is_customer(&self) -> bool {
        matches!(self, Self::Customer(_) | Self::Shopper(_))
    }

    pub(crate) fn is_session(&self) -> bool {
        matches!(self, Self::Session(_))
    }
}

/// A client with a token and a key of workspace `demo`.
pub(crate) struct Client {
    address: Address,
    merchant: String,
    shop: String,
}

impl Client {
    pub(crate) fn new(address: Address, token: &str, key: &str) -> Self {
        let merchant = format!("Authorization: Bearer {token}\r\n");
        Self { address, merchant, shop: format!("x-publishable-api-key: {key}\r\n") }
    }

    /// The status and the JSON of the answer; `None` when the server did not live to give it.
    fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<(String, Value)> {
        let headers = format!("{headers}Content-Type: application/json\r\n");
        let answer = self.address.request(method, path, &headers, body)?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        // An answer that was cut off is none.
        let body = serde_json::from_str(body).ok()?;
        Some((head.split(' ').nth(1)?.to_owned(), body))
    }

    /// Creates customers until the server no longer answers.
    pub(crate) fn create_customers(&self, name: &str, kept: &Mutex<Vec<Kept>>) {
        for number in 0.. {
            let external_id = format!("{name}-{number}");
            let body = format!(
                r#"{{"email": "{external_id}@example.com", "external_id": "{external_id}",
                    "billing_address": {{"country": "GB", "city": "London"}}}}"#
            );
            let Some((status, body)) = self.call("POST", "/api/customers", &self.merchant, &body) else {
                return;
            };
            assert_eq!(status, "201", "{body}");
            kept.lock().unwrap().push(Kept::Customer(external_id));
        }
    }

    /// Opens sessions of the demo's customer until the server no longer answers. They outlive every number of rounds. Where
    /// so many ask at once, a slow machine may have too much to do.
    pub(crate) fn open_sessions(&self, kept: &Mutex<Vec<Kept>>) {
        let body = r#"{"external_customer_id": "usr_1337", "expires_in": 86400}"#;
        while let Some((status, body)) = self.call("POST", "/api/customer-sessions", &self.merchant, body) {
            match status.as_str() {
                "201" => kept.lock().unwrap().push(Kept::Session(text(&body, "token"))),
                _ => assert_eq!(status, "503", "{body}"),
            }
        }
    }

    /// Registers shoppers, each with its customer, until the server no longer answers.
    pub(crate) fn register(&self, name: &str, kept: &Mutex<Vec<Kept>>) {
        for number in 0.. {
            let email = format!("{name}-{number}@example.com");
            let register = "/auth/customer/emailpass/register";
            let Some((status, body)) = self.call("POST", register, &self.shop, &login(&email)) else {
                return;
            };
            assert_eq!(status, "200", "{body}");
            let created = self.call("POST", "/store/customers", &self.signed_in(&body), "{}");
            let is_over = created.is_none();
            kept.lock().unwrap().push(created.map_or(Kept::Identity(email.clone()), |(status, body)| {
                assert_eq!(status, "200", "{body}");
                Kept::Shopper(email)
            }));
            if is_over {
                return;
            }
        }
    }

    /// The headers of whoever was given that token.
    fn signed_in(&self, answer: &Value) -> String {
        format!("{}Authorization: Bearer {}\r\n", self.shop, text(answer, "token"))
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.address.request("GET", "/health/ready", "", "").is_some_and(|answer| answer.contains(" 200 OK"))
    }

    /// The server still has each of them, with all that belongs to it.
    pub(crate) fn has_all(&self, kept: &[Kept]) {
        for kept in kept {
            assert!(self.has(kept), "it was answered and is gone: {kept:?}");
        }
    }

    fn has(&self, kept: &Kept) -> bool {
        let sign_in =
            |email| self.call("POST", "/auth/customer/emailpass", &self.shop, &login(email)).unwrap();
        match kept {
            Kept::Customer(external_id) => {
                let path = format!("/api/customers/external/{external_id}");
                let (status, customer) = self.call("GET", &path, &self.merchant, "").unwrap();
                status == "200" && customer.pointer("/billing_address/country") == Some(&"GB".into())
            }
            Kept::Session(token) => {
                let body = format!(r#"{{"token": "{token}"}}"#);
                let answer = self.call("POST", "/api/customer-sessions/introspect", &self.merchant, &body);
                answer.unwrap().1.get("active") == Some(&true.into())
            }
            Kept::Identity(email) => sign_in(email).0 == "200",
            Kept::Shopper(email) => {
                let (status, answer) = sign_in(email);
                let me = || self.call("GET", "/store/customers/me", &self.signed_in(&answer), "").unwrap().1;
                status == "200" && me().pointer("/customer/email") == Some(&email.as_str().into())
            }
        }
    }
}

/// The body of a registration and of a sign-in.
fn login(email: &str) -> String {
    format!(r#"{{"email": "{email}", "password": "{PASSWORD}"}}"#)
}

fn text(body: &Value, name: &str) -> String {
    body.get(name).and_then(Value::as_str).unwrap().to_owned()
}
