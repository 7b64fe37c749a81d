//! `anteroom signing-key list` and `rotate`.

use std::path::Path;

use anteroom_app::{App, SigningKeyState};
use serde_json::{Value, json};

use crate::cli::{Output, SigningKey};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: &SigningKey) -> anyhow::Result<()> {
    match command {
        SigningKey::List(output) => super::with_app(file, async |app| list(&app, output).await),
        SigningKey::Rotate(output) => super::with_app(file, async |app| rotate(&app, output).await),
    }
}

async fn list(app: &App, output: &Output) -> anyhow::Result<()> {
    let values = app.signing_keys().await?.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let rows = values.iter().map(|value| {
        ["kid", "created_at", "signs_from", "signs_until", "verifies_until"].map(|name| cell(value, name))
    });
    let head = ["KID", "CREATED", "SIGNS FROM", "SIGNS UNTIL", "VERIFIES UNTIL"];
    let lines = table(head, rows);
    Ok(output.print(&Value::from(values), &lines)?)
}

async fn rotate(app: &App, output: &Output) -> anyhow::Result<()> {
    let key = app.rotate_signing_key().await?;
    let from = moment(key.signs_from)?;
    let lines = format!(
        "Signing key {} takes over at {from}. What the others have signed stays good until it expires.",
        key.kid
    );
    Ok(output.print(&shown(&key)?, &lines)?)
}

fn shown(key: &SigningKeyState) -> anyhow::Result<Value> {
    Ok(json!({
        "kid": key.kid,
        "created_at": moment(key.created_at)?,
        "signs_from": moment(key.signs_from)?,
        "signs_until": key.signs_until.map(moment).transpose()?,
        "verifies_until": key.verifies_until.map(moment).transpose()?,
    }))
}
