//! `anteroom session list` and `revoke`.

use std::path::Path;

use anteroom_app::{AnySession, App, CustomerRef, Error};
use anteroom_domain::session::CustomerSessionId;
use anteroom_domain::text::Line;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::{In, Output, Paging, Session, SessionOwner};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: Session) -> anyhow::Result<()> {
    match command {
        Session::List { workspace, owner, paging, output } => {
            let owner = parse(&owner)?;
            super::with_app(file, async |app| list(&app, &workspace, owner, &paging, &output).await)
        }
        Session::Revoke { id, workspace, output } => {
            let id = id.parse().with_context(|| format!("session {id:?}"))?;
            super::with_app(file, async |app| revoke(&app, &workspace, id, &output).await)
        }
    }
}

fn parse(owner: &SessionOwner) -> anyhow::Result<CustomerRef> {
    match (&owner.customer, &owner.external_id) {
        (_, Some(text)) => super::customer::parse_external_id(text).map(CustomerRef::External),
        (Some(text), None) => {
            text.parse().map(CustomerRef::Id).with_context(|| format!("--customer {text:?}"))
        }
        // The command line has made sure of one.
        (None, None) => Err(anyhow!("name the customer by --customer or by --external-id")),
    }
}

async fn list(
    app: &App,
    workspace: &In,
    owner: CustomerRef,
    paging: &Paging,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let customer = super::customer::find(app, &workspace, owner).await?.id;
    let listed = app.sessions_of_customer(workspace.id, customer, paging.records()).await?;
    let values = listed.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let members = ["id", "kind", "created_at", "last_used_at", "expires_at", "ip_address", "user_agent"];
    let rows = values.iter().map(|value| members.map(|name| cell(value, name)));
    let table = table(["ID", "KIND", "CREATED", "LAST USED", "EXPIRES", "IP ADDRESS", "USER AGENT"], rows);
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
            "member_id": session.member_id.map(|id| id.to_string()),
            "created_at": moment(session.created_at)?,
            "last_used_at": null,
            "expires_at": moment(session.expires_at)?,
            "ip_address": null,
            "user_agent": null,
        }),
        AnySession::Store(session) => json!({
            "id": session.id.to_string(),
            "kind": "store",
            "member_id": null,
            "created_at": moment(session.created_at)?,
            "last_used_at": moment(session.last_used_at)?,
            "expires_at": moment(session.expires_at)?,
            "ip_address": session.ip_address,
            "user_agent": session.user_agent.as_ref().map(Line::as_str),
        }),
    })
}
