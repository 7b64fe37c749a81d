//! `anteroom token create`, `list` and `revoke`.

use std::path::Path;

use anteroom_app::{App, Error, NewAccessToken};
use anteroom_domain::credential::{AccessToken, AccessTokenId, Scope, Scopes};
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::{In, Output, Paging, Token};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: Token) -> anyhow::Result<()> {
    match command {
        Token::Create { workspace, scopes, comment, output } => {
            let new = parse(&scopes, &comment)?;
            super::with_app(file, async |app| create(&app, &workspace, new, &output).await)
        }
        Token::List { workspace, paging, output } => {
            super::with_app(file, async |app| list(&app, &workspace, &paging, &output).await)
        }
        Token::Revoke { id, workspace, output } => {
            let id = id.parse().with_context(|| format!("token {id:?}"))?;
            super::with_app(file, async |app| revoke(&app, &workspace, id, &output).await)
        }
    }
}

fn parse(scopes: &str, comment: &str) -> anyhow::Result<NewAccessToken> {
    let names = || Scope::ALL.map(Scope::as_str).join(", ");
    let scopes = if scopes.trim() == "all" {
        Scopes::all()
    } else {
        Scopes::parse(scopes).map_err(|unknown| {
            anyhow!("--scopes: there is no scope {unknown:?}; there are all, or {}", names())
        })?
    };
    if scopes.iter().next().is_none() {
        return Err(anyhow!("--scopes should name at least one of {}, or be all", names()));
    }
    Ok(NewAccessToken { scopes, comment: super::line("--comment", comment)?, expires_at: None })
}

async fn create(app: &App, workspace: &In, new: NewAccessToken, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let (token, plain) = app.create_access_token(workspace.id, new).await?;
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
    Ok(output.print(&value, &lines)?)
}

async fn list(app: &App, workspace: &In, paging: &Paging, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let listed = app.access_tokens(workspace.id, paging.records()).await?;
    let values = listed.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let now = app.now();
    let rows = listed.items.iter().zip(&values).map(|(token, value)| {
        let [id, comment] = ["id", "comment"].map(|name| cell(value, name));
        let [made, ends, used] = ["created_at", "expires_at", "last_used_at"].map(|name| cell(value, name));
        let state = if token.revoked_at.is_some() {
            "revoked"
        } else if token.expires_at.is_some_and(|end| now >= end) {
            "expired"
        } else {
            "live"
        };
        let scopes = if token.scopes == Scopes::all() { "all".to_owned() } else { token.scopes.to_string() };
        [id, comment, state.to_owned(), made, ends, used, scopes]
    });
    let head = ["ID", "COMMENT", "STATE", "CREATED", "EXPIRES", "LAST USED", "SCOPES"];
    let nothing = format!("Workspace {} has no access token.", workspace.slug);
    let lines = paging.lines(&listed, table(head, rows), &nothing);
    Ok(output.print(&paging.json(&listed, &values), &lines)?)
}

async fn revoke(app: &App, workspace: &In, id: AccessTokenId, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    app.revoke_access_token(workspace.id, id).await.map_err(|error| match error {
        Error::NotFound(_) => anyhow!(
            "workspace {slug} has no live access token {id}: `anteroom token list --workspace {slug}` shows those there are",
            slug = workspace.slug
        ),
        other => other.into(),
    })?;
    Ok(output.print(&json!({ "revoked": 1 }), "The access token has ended.")?)
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
