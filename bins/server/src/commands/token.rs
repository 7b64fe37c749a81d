//! `anteroom token create`, `list`, `update`, `rotate` and `revoke`.

use std::path::Path;

use anteroom_app::{
    AccessTokenChanges, App, Error, Grantor, IssuedAccessToken, Listing, NewAccessToken, Once, Refusal,
};
use anteroom_domain::credential::{AccessToken, AccessTokenId, Scope, Scopes};
use anteroom_domain::workspace::Workspace;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};
use time::Duration;

use crate::cli::{In, Output, Paging, Token};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: Token) -> anyhow::Result<()> {
    match command {
        Token::Create { workspace, scopes, comment, output } => {
            let (scopes, comment) = (parse(&scopes)?, super::line("--comment", &comment)?);
            let new = NewAccessToken { scopes, comment, expires_at: None };
            super::with_app(file, async |app| create(&app, &workspace, new, &output).await)
        }
        Token::List { workspace, paging, output } => {
            super::with_app(file, async |app| list(&app, &workspace, &paging, &output).await)
        }
        Token::Update { id, workspace, comment, scopes, output } => {
            let id = parse_id(&id)?;
            let comment = comment.map(|comment| super::line("--comment", &comment)).transpose()?;
            let scopes = scopes.map(|scopes| parse(&scopes)).transpose()?;
            let changes = AccessTokenChanges { comment, scopes };
            super::with_app(file, async |app| update(&app, &workspace, id, changes, &output).await)
        }
        Token::Rotate { id, workspace, overlap, output } => {
            let (id, overlap) = (parse_id(&id)?, Duration::seconds(overlap.into()));
            super::with_app(file, async |app| rotate(&app, &workspace, id, overlap, &output).await)
        }
        Token::Revoke { id, workspace, output } => {
            let id = parse_id(&id)?;
            super::with_app(file, async |app| revoke(&app, &workspace, id, &output).await)
        }
    }
}

fn parse_id(id: &str) -> anyhow::Result<AccessTokenId> {
    id.parse().with_context(|| format!("token {id:?}"))
}

fn parse(scopes: &str) -> anyhow::Result<Scopes> {
    let names = || Scope::ALL.map(Scope::as_str).join(", ");
    let scopes = if scopes.trim() == "all" {
        Scopes::all()
    } else {
        Scopes::parse(scopes).map_err(|unknown| {
            anyhow!("--scopes: there is no scope {unknown:?}; there are all, or {}", names())
        })?
    };
    if scopes.is_empty() {
        return Err(anyhow!("--scopes should name at least one of {}, or be all", names()));
    }
    Ok(scopes)
}

async fn create(app: &App, workspace: &In, new: NewAccessToken, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let issued = app.create_access_token(workspace.id, Grantor::Operator, new, Once::unrepeated()).await?;
    let (value, lines) = shown_once(&workspace, &issued)?;
    Ok(output.print(&value, &lines)?)
}

/// A token just made, the only time that its plain text is shown.
fn shown_once(workspace: &Workspace, issued: &IssuedAccessToken) -> anyhow::Result<(Value, String)> {
    let IssuedAccessToken { token, plain } = issued;
    let value = json!({
        "token": plain.reveal(),
        "id": token.id.to_string(),
        "workspace": workspace.slug.as_str(),
        "scopes": token.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "comment": token.comment.as_str(),
        "created_at": moment(token.created_at)?,
        "expires_at": token.expires_at.map(moment).transpose()?,
    });
    let lines = format!(
        "Access token of workspace {}, shown only now:\n\n{}\n\nscopes   {}\ncomment  {}",
        workspace.slug,
        plain.reveal(),
        token.scopes,
        token.comment
    );
    Ok((value, lines))
}

async fn list(app: &App, workspace: &In, paging: &Paging, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let listed = app.access_tokens(workspace.id, Listing::All, paging.records()).await?;
    let values = listed.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let now = app.now();
    let rows = listed.items.iter().zip(&values).map(|(token, value)| {
        let [id, comment] = ["id", "comment"].map(|name| cell(value, name));
        let [made, ends, used] = ["created_at", "expires_at", "last_used_at"].map(|name| cell(value, name));
        let state = if token.revoked_at.is_some() {
            "revoked"
        } else if token.is_live(now) {
            "live"
        } else {
            "expired"
        };
        let scopes = if token.scopes == Scopes::all() { "all".to_owned() } else { token.scopes.to_string() };
        [id, comment, state.to_owned(), made, ends, used, scopes]
    });
    let head = ["ID", "COMMENT", "STATE", "CREATED", "EXPIRES", "LAST USED", "SCOPES"];
    let nothing = format!("Workspace {} has no access token.", workspace.slug);
    let lines = paging.lines(&listed, table(head, rows), &nothing);
    Ok(output.print(&paging.json(&listed, &values), &lines)?)
}

async fn update(
    app: &App,
    workspace: &In,
    id: AccessTokenId,
    changes: AccessTokenChanges,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let token = app
        .update_access_token(workspace.id, Grantor::Operator, id, changes)
        .await
        .map_err(|error| explain(error, &workspace, id))?;
    let lines = format!("The access token is now\n\nscopes   {}\ncomment  {}", token.scopes, token.comment);
    Ok(output.print(&shown(&token)?, &lines)?)
}

async fn rotate(
    app: &App,
    workspace: &In,
    id: AccessTokenId,
    overlap: Duration,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let rotated =
        app.rotate_access_token(workspace.id, Grantor::Operator, id, overlap, Once::unrepeated()).await;
    let rotated = rotated.map_err(|error| explain(error, &workspace, id))?;
    let (mut value, lines) = shown_once(&workspace, &rotated.issued)?;
    let end = rotated.previous.expires_at.map(moment).transpose()?;
    let lines =
        format!("{lines}\n\nThe token that it replaces ends at {}.", end.as_deref().unwrap_or_default());
    if let Some(members) = value.as_object_mut() {
        members.insert("previous".to_owned(), shown(&rotated.previous)?);
    }
    Ok(output.print(&value, &lines)?)
}

async fn revoke(app: &App, workspace: &In, id: AccessTokenId, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    app.revoke_access_token(workspace.id, id).await.map_err(|error| explain(error, &workspace, id))?;
    Ok(output.print(&json!({ "revoked": 1 }), "The access token has ended.")?)
}

fn explain(error: Error, workspace: &Workspace, id: AccessTokenId) -> anyhow::Error {
    let slug = &workspace.slug;
    match error {
        Error::NotFound(_) => anyhow!(
            "workspace {slug} has no live access token {id}: `anteroom token list --workspace {slug}` shows those there are"
        ),
        Error::Refused(refusals) if matches!(refusals.as_slice(), [Refusal::RotatedBefore(_)]) => anyhow!(
            "access token {id} was rotated before: rotate the token that took its place, or make one with `anteroom token create`"
        ),
        other => other.into(),
    }
}

fn shown(token: &AccessToken) -> anyhow::Result<Value> {
    Ok(json!({
        "id": token.id.to_string(),
        "comment": token.comment.as_str(),
        "scopes": token.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "created_at": moment(token.created_at)?,
        "expires_at": token.expires_at.map(moment).transpose()?,
        "revoked_at": token.revoked_at.map(moment).transpose()?,
        "last_used_at": token.last_used_at.map(moment).transpose()?,
    }))
}
