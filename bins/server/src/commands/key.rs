//! `anteroom key create`, `list` and `revoke`.

use std::path::Path;

use anteroom_app::{App, Error, Listing, NewPublishableKey, Once};
use anteroom_domain::credential::{PublishableKey, PublishableKeyId};
use anteroom_domain::text::Origin;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::{In, Key, Output, Paging};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: Key) -> anyhow::Result<()> {
    match command {
        Key::Create { workspace, title, origin, output } => {
            let new = parse(&title, origin.as_deref())?;
            super::with_app(file, async |app| create(&app, &workspace, new, &output).await)
        }
        Key::List { workspace, paging, output } => {
            super::with_app(file, async |app| list(&app, &workspace, &paging, &output).await)
        }
        Key::Revoke { id, workspace, output } => {
            let id = id.parse().with_context(|| format!("key {id:?}"))?;
            super::with_app(file, async |app| revoke(&app, &workspace, id, &output).await)
        }
    }
}

fn parse(title: &str, origin: Option<&str>) -> anyhow::Result<NewPublishableKey> {
    let origin =
        origin.map(|text| Origin::parse(text).with_context(|| format!("--origin {text:?}"))).transpose()?;
    Ok(NewPublishableKey { title: super::line("--title", title)?, origin })
}

async fn create(app: &App, workspace: &In, new: NewPublishableKey, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let key = app.create_publishable_key(workspace.id, new, Once::unrepeated()).await?;
    let value = json!({
        "key": key.key,
        "id": key.id.to_string(),
        "workspace": workspace.slug.as_str(),
        "title": key.title.as_str(),
        "created_at": moment(key.created_at)?,
    });
    let lines = format!(
        "Publishable key of workspace {}, for the header x-publishable-api-key; no secret:\n\n{}\n\ntitle  {}",
        workspace.slug, key.key, key.title
    );
    Ok(output.print(&value, &lines)?)
}

async fn list(app: &App, workspace: &In, paging: &Paging, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let listed = app.publishable_keys(workspace.id, Listing::All, paging.records()).await?;
    let values = listed.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let rows = listed.items.iter().zip(&values).map(|(key, value)| {
        let [id, title, made, text] = ["id", "title", "created_at", "key"].map(|name| cell(value, name));
        let state = if key.revoked_at.is_some() { "revoked" } else { "live" };
        [id, title, state.to_owned(), made, text]
    });
    let head = ["ID", "TITLE", "STATE", "CREATED", "KEY"];
    let nothing = format!("Workspace {} has no publishable key.", workspace.slug);
    let lines = paging.lines(&listed, table(head, rows), &nothing);
    Ok(output.print(&paging.json(&listed, &values), &lines)?)
}

async fn revoke(app: &App, workspace: &In, id: PublishableKeyId, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    app.revoke_publishable_key(workspace.id, id).await.map_err(|error| match error {
        Error::NotFound(_) => anyhow!(
            "workspace {slug} has no live publishable key {id}: `anteroom key list --workspace {slug}` shows those there are",
            slug = workspace.slug
        ),
        other => other.into(),
    })?;
    Ok(output.print(&json!({ "revoked": 1 }), "The publishable key has ended.")?)
}

fn shown(key: &PublishableKey) -> anyhow::Result<Value> {
    Ok(json!({
        "id": key.id.to_string(),
        "key": key.key,
        "title": key.title.as_str(),
        "created_at": moment(key.created_at)?,
        "revoked_at": key.revoked_at.map(moment).transpose()?,
    }))
}
