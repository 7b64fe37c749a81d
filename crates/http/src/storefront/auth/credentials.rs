//! An e-mail and a password, as they were typed.

use serde_json::{Map, Value, json};

use crate::body::Body;
use crate::failure::Failure;
use crate::fields::{Fields, Place};
use crate::openapi::scalars::Email;
use crate::openapi::schema::request_schema;

request_schema!(
    /// What somebody signs in with.
    CredentialsSchema as Credentials {
        /// The e-mail address.
        email: Email,
        /// The password: 8 to 1,024 characters.
        password: String,
    }
);

/// Credentials that are good.
pub(super) fn example() -> Value {
    json!({"email": "user@example.com", "password": "correct horse battery"})
}

/// What somebody typed into a sign-in form; the e-mail may be none.
pub(super) struct Typed {
    pub(super) email: String,
    pub(super) password: String,
}

impl Typed {
    /// Reads the two. One that is missing or no text is not a fault of the form but a sign-in that fails, as Medusa's
    /// clients know it; the password is looked at first.
    pub(super) async fn read(body: Body) -> Result<Self, Failure> {
        let mut map = body.object().await?.unwrap_or_default();
        let password = text(&mut map, "password").ok_or(Failure::NoText("Password"))?;
        let email = text(&mut map, "email").ok_or(Failure::NoText("Email"))?;
        Ok(Fields::new(Place::Body, map).finish(Some(Self { email, password }))?)
    }
}

fn text(map: &mut Map<String, Value>, name: &str) -> Option<String> {
    match map.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
