//! `anteroom workspace create` and `list`.

use std::path::Path;

use anteroom_app::{App, Error, NewWorkspace, Refusal};
use anteroom_domain::text::Slug;
use anteroom_domain::workspace::Workspace;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::{self, Output};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: cli::Workspace) -> anyhow::Result<()> {
    match command {
        cli::Workspace::Create { slug, name, no_members, output } => {
            let new = parse(&slug, &name, !no_members)?;
            super::with_new_app(file, async |app| create(&app, new, &output).await)
        }
        cli::Workspace::List(output) => super::with_app(file, async |app| list(&app, &output).await),
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
        let members = ["slug", "name", "id", "created_at"];
        table(
            ["SLUG", "NAME", "ID", "CREATED"],
            values.iter().map(|value| members.map(|name| cell(value, name))),
        )
    };
    Ok(output.print(&Value::Array(values), &lines)?)
}

fn shown(workspace: &Workspace) -> anyhow::Result<Value> {
    Ok(json!({
        "id": workspace.id.to_string(),
        "slug": workspace.slug.as_str(),
        "name": workspace.name.as_str(),
        "member_model_enabled": workspace.settings.member_model_enabled,
        "created_at": moment(workspace.created_at)?,
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
