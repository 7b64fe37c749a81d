//! The texts of requests.

use std::fs;
use std::path::Path;

use crate::cli::Ask;

/// As many different ones as there are tokens.
pub(super) fn of(ask: Ask, tokens: &Path) -> anyhow::Result<Vec<String>> {
    let file = |name: &str| fs::read_to_string(tokens.join(name));
    let word = |name: &str| file(name).map(|text| text.trim().to_owned());
    let (key, access, password) = (word("publishable_key")?, word("access_token")?, word("password")?);
    let (lines, text): (_, Box<dyn Fn(&str) -> String>) = match ask {
        Ask::Check => (
            "cookies",
            Box::new(|cookie| {
                format!(
                    "GET /store/customers/me HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n\
                     cookie: connect.sid={cookie}\r\nx-publishable-api-key: {key}\r\n\r\n"
                )
            }),
        ),
        Ask::Create => (
            "customers",
            Box::new(|customer| {
                let body = format!(r#"{{"customer_id":"{customer}"}}"#);
                let line = format!("authorization: Bearer {access}");
                post("/api/customer-sessions/", &line, &body)
            }),
        ),
        Ask::SignIn => (
            "emails",
            Box::new(|email| {
                let body = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
                post("/auth/customer/emailpass", &format!("x-publishable-api-key: {key}"), &body)
            }),
        ),
    };
    Ok(file(lines)?.lines().map(text).collect())
}

fn post(path: &str, header: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n{header}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}
