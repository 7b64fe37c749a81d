//! `anteroom session list` and `revoke`.

use std::path::Path;

use anteroom_app::{AnySession, App, Error};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::session::CustomerSessionId;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::{In, Output, Paging, Session};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: Session) -> anyhow::Result<()> {
    match command {
        Session::List { workspace, customer, paging, output } => {
            let customer = customer.parse().with_context(|| format!("--customer {customer:?}"))?;
            super::with_app(file, async |app| list(&app, &workspace, customer, &paging, &output).await)
        }
        Session::Revoke { id, workspace, output } => {
            let id = id.parse().with_context(|| format!("session {id:?}"))?;
            super::with_app(file, async |app| revoke(&app, &workspace, id, &output).await)
        }
    }
}

async fn list(
    app: &App,
    workspace: &In,
    customer: CustomerId,
    paging: &Paging,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let listed = app.sessions_of_customer(workspace.id, customer, paging.records()).await.map_err(
        |error| match error {
            Error::NotFound(_) => super::customer::unknown(&workspace, &customer.to_string()),
            other => other.into(),
        },
    )?;
    let values = listed.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let members = ["id", "kind", "created_at", "expires_at"];
    let rows = values.iter().map(|value| members.map(|name| cell(value, name)));
    let table = table(["ID", "KIND", "CREATED", "EXPIRES"], rows);
    let lines = paging.lines(&listed, table, "The customer has no live session.");
    Ok(output.print(&paging.json(&listed, &values), &lines)?)
}

async fn revoke(app: &App, workspace: &In, id: CustomerSessionId, output: &Output) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let revoked = app.revoke_session(workspace.id, id).await.map_err(|error| match error {
        Error::NotFound(_) => anyhow!(
            "workspace {} has no live session {id}: `anteroom session list` shows a customer's",
            workspace.slug
        ),
        other => other.into(),
    })?;
    Ok(output.print(&json!({ "revoked": revoked }), "The session has ended.")?)
}

fn shown(session: &AnySession) -> anyhow::Result<Value> {
    Ok(match session {
        AnySession::Portal(session) => json!({
            "id": session.id().to_string(),
            "kind": if session.member_id.is_some() { "member" } else { "customer" },
            "created_at": moment(session.created_at)?,
            "expires_at": moment(session.expires_at)?,
        }),
        AnySession::Store(session) => json!({
            "id": session.id.to_string(),
            "kind": "store",
            "created_at": moment(session.created_at)?,
            "expires_at": moment(session.expires_at)?,
        }),
    })
}
