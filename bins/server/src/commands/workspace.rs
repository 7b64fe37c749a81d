//! `anteroom workspace create`, `list`, `disable` and `enable`.

use std::path::Path;

use anteroom_app::{App, Error, NewWorkspace, Refusal, SwitchedWorkspace};
use anteroom_domain::text::Slug;
use anteroom_domain::workspace::Workspace;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::{self, In, Output};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: cli::Workspace) -> anyhow::Result<()> {
    match command {
        cli::Workspace::Create { slug, name, no_members, output } => {
            let new = parse(&slug, &name, !no_members)?;
            super::with_new_app(file, async |app| create(&app, new, &output).await)
        }
        cli::Workspace::List(output) => super::with_app(file, async |app| list(&app, &output).await),
        cli::Workspace::Disable { workspace, output } => {
            super::with_app(file, async |app| disable(&app, &workspace, &output).await)
        }
        cli::Workspace::Enable { workspace, output } => {
            super::with_app(file, async |app| enable(&app, &workspace, &output).await)
        }
    }
}

fn parse(slug: &str, name: &str, member_model_enabled: bool) -> anyhow::Result<NewWorkspace> {
    let parsed = Slug::parse(slug).with_context(|| format!("--slug {slug:?}"))?;
    Ok(NewWorkspace { slug: parsed, name: super::line("--name", name)?, member_model_enabled })
}

async fn create(app: &App, new: NewWorkspace, output: &Output) -> anyhow::Result<()> {
    let workspace = app.create_workspace(new).await.map_err(explain)?;
    let slug = &workspace.slug;
    let lines = format!(
        "Workspace {slug} is made. Next:\n  anteroom token create --workspace {slug} --scopes all --comment \"my server\"\n  \
         anteroom key create --workspace {slug} --title \"my shop\""
    );
    Ok(output.print(&shown(&workspace)?, &lines)?)
}

async fn list(app: &App, output: &Output) -> anyhow::Result<()> {
    let workspaces = app.workspaces().await?;
    let values = workspaces.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let lines = if values.is_empty() {
        "There is no workspace yet: anteroom workspace create --slug shop --name Shop".to_owned()
    } else {
        let rows = workspaces.iter().zip(&values).map(|(workspace, value)| {
            let [slug, name, id, made] = ["slug", "name", "id", "created_at"].map(|name| cell(value, name));
            let state = if workspace.is_enabled() { "enabled" } else { "disabled" };
            [slug, name, state.to_owned(), id, made]
        });
        table(["SLUG", "NAME", "STATE", "ID", "CREATED"], rows)
    };
    Ok(output.print(&Value::Array(values), &lines)?)
}

async fn disable(app: &App, workspace: &In, output: &Output) -> anyhow::Result<()> {
    let found = super::find_workspace(app, workspace).await?;
    let switched = app.disable_workspace(found.id).await?;
    let lines = format!(
        "Workspace {slug} is disabled, and running servers refuse it within a second.\n\n{}\n\nIts access tokens and publishable \
         keys work again after:\n  anteroom workspace enable --workspace {slug}",
        ended(&switched),
        slug = found.slug
    );
    Ok(output.print(&shown_switched(&switched)?, &lines)?)
}

async fn enable(app: &App, workspace: &In, output: &Output) -> anyhow::Result<()> {
    let found = super::find_workspace(app, workspace).await?;
    let switched = app.enable_workspace(found.id).await?;
    let lines = format!(
        "Workspace {} is enabled: its access tokens and publishable keys work, and its customers sign in again.",
        found.slug
    );
    Ok(output.print(&shown_switched(&switched)?, &lines)?)
}

/// How many sessions have ended, for people.
fn ended(switched: &SwitchedWorkspace) -> String {
    format!(
        "ended in the portal  {}\nended in the shop    {}",
        switched.ended_customer_sessions, switched.ended_store_sessions
    )
}

fn shown_switched(switched: &SwitchedWorkspace) -> anyhow::Result<Value> {
    let mut value = shown(&switched.workspace)?;
    let (portal, store) = (switched.ended_customer_sessions, switched.ended_store_sessions);
    if let Some(members) = value.as_object_mut() {
        members.insert("ended_sessions".to_owned(), json!({ "portal": portal, "store": store }));
    }
    Ok(value)
}

fn shown(workspace: &Workspace) -> anyhow::Result<Value> {
    Ok(json!({
        "id": workspace.id.to_string(),
        "slug": workspace.slug.as_str(),
        "name": workspace.name.as_str(),
        "member_model_enabled": workspace.settings.member_model_enabled,
        "created_at": moment(workspace.created_at)?,
        "disabled_at": workspace.disabled_at.map(moment).transpose()?,
    }))
}

fn explain(error: Error) -> anyhow::Error {
    match &error {
        Error::Refused(refusals) => match refusals.as_slice() {
            [Refusal::SlugTaken(slug)] => {
                anyhow!("there is a workspace {slug:?} already: choose another --slug")
            }
            _ => error.into(),
        },
        _ => error.into(),
    }
}
