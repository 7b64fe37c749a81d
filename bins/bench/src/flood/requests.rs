//! The texts of requests.

use std::fs;
use std::path::Path;

use crate::cli::Ask;

/// As many different ones as there are tokens.
pub(super) fn of(ask: Ask, tokens: &Path) -> anyhow::Result<Vec<String>> {
    let file = |name: &str| fs::read_to_string(tokens.join(name));
    let word = |name: &str| file(name).map(|text| text.trim().to_owned());
    let key = format!("x-publishable-api-key: {}", word("publishable_key")?);
    let authorization = format!("authorization: Bearer {}", word("access_token")?);
    let password = word("password")?;
    Ok(match ask {
        Ask::Check => file("cookies")?.lines().map(|cookie| check(cookie, &key)).collect(),
        Ask::Create => {
            let body = |customer| format!(r#"{{"customer_id":"{customer}"}}"#);
            let create = |customer| post("/api/customer-sessions/", &authorization, &body(customer));
            file("customers")?.lines().map(create).collect()
        }
        Ask::SignIn => {
            let body = |email| format!(r#"{{"email":"{email}","password":"{password}"}}"#);
            file("emails")?
                .lines()
                .map(|email| post("/auth/customer/emailpass", &key, &body(email)))
                .collect()
        }
    })
}

fn check(cookie: &str, key: &str) -> String {
    format!(
        "GET /store/customers/me HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n\
         cookie: connect.sid={cookie}\r\n{key}\r\n\r\n"
    )
}

fn post(path: &str, header: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n{header}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}
