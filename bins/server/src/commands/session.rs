//! `anteroom session list` and `revoke`.

use anteroom_app::{AnySession, App, Error};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::page::Page;
use anteroom_domain::session::CustomerSessionId;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::Output;
use crate::output::moment;

pub(super) fn customer(text: &str) -> anyhow::Result<CustomerId> {
    text.parse().with_context(|| format!("--customer {text:?}"))
}

pub(super) fn id(text: &str) -> anyhow::Result<CustomerSessionId> {
    text.parse().with_context(|| format!("session {text:?}"))
}

pub(super) async fn list(
    app: &App,
    workspace: &str,
    customer: CustomerId,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let page = Page { offset: 0, limit: Page::MAX_LIMIT };
    let listed =
        app.sessions_of_customer(workspace.id, customer, page).await.map_err(|error| match error {
            Error::NotFound(_) => anyhow!("workspace {} has no customer {customer}", workspace.slug),
            other => other.into(),
        })?;
    let values = listed.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let rows = values.iter().map(|value| {
        let [id, kind, from, to] = ["id", "kind", "created_at", "expires_at"].map(|name| text(value, name));
        format!("{id}  {kind:8}  {from}  {to}")
    });
    let head = format!("{:36}  {:8}  {:24}  EXPIRES", "ID", "KIND", "CREATED");
    let lines: Vec<_> = std::iter::once(head).chain(rows).collect();
    let more = listed.total.saturating_sub(u64::try_from(values.len())?);
    let lines = match (values.is_empty(), more) {
        (true, _) => "The customer has no live session.".to_owned(),
        (false, 0) => lines.join("\n"),
        (false, more) => format!("{}\nand {more} more", lines.join("\n")),
    };
    Ok(output.print(&Value::Array(values), &lines)?)
}

pub(super) async fn revoke(
    app: &App,
    workspace: &str,
    id: CustomerSessionId,
    output: &Output,
) -> anyhow::Result<()> {
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

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
