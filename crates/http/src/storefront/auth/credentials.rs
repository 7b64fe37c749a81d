//! An e-mail and a password, as they were typed.

use serde_json::{Map, Value};

use crate::body::Body;
use crate::failure::Failure;
use crate::fields::{Fields, Place};

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
