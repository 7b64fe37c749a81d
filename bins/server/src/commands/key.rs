//! `anteroom key create`.

use anteroom_app::{App, NewPublishableKey};
use anteroom_domain::text::Origin;
use anyhow::Context;
use serde_json::json;

use crate::cli::Output;
use crate::output::moment;

pub(super) fn parse(title: &str, origin: Option<&str>) -> anyhow::Result<NewPublishableKey> {
    let origin =
        origin.map(|text| Origin::parse(text).with_context(|| format!("--origin {text:?}"))).transpose()?;
    Ok(NewPublishableKey { title: super::line("--title", title)?, origin })
}

pub(super) async fn create(
    app: &App,
    workspace: &str,
    new: NewPublishableKey,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let key = app.create_publishable_key(workspace.id, new).await?;
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
