//! `anteroom token create`.

use anteroom_app::{App, NewAccessToken};
use anteroom_domain::credential::{Scope, Scopes};
use anyhow::anyhow;
use serde_json::json;

use crate::cli::Output;
use crate::output::moment;

pub(super) fn parse(scopes: &str, comment: &str) -> anyhow::Result<NewAccessToken> {
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

pub(super) async fn create(
    app: &App,
    workspace: &str,
    new: NewAccessToken,
    output: &Output,
) -> anyhow::Result<()> {
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
