//! What a start says: a first one shows how to use the demo, any other where the server is.

use anteroom_app::{App, Demo, Error, Refusal};
use anteroom_domain::workspace::Workspace;
use anyhow::Context;
use url::Url;

use crate::config::Config;
use crate::master_key;
use crate::output::say;

const FIRST: &str = include_str!("first_start.txt");

/// Makes the demo when there is no workspace at all, and says on stdout where the server is.
pub(crate) async fn welcome(app: &App, config: &Config, public_url: &Url) -> anyhow::Result<()> {
    let is_first = config.demo && app.workspaces().await?.is_empty();
    let demo = if is_first { demo(app).await? } else { None };
    let url = public_url.as_str().trim_end_matches('/');
    let text = match demo {
        Some(demo) => first(&demo, config, url),
        None => format!("anteroom is listening on {url} · {}", next(&app.workspaces().await?)),
    };
    if let Err(error) = say(&text) {
        tracing::warn!(%error, "cannot write to stdout");
    }
    Ok(())
}

/// `None` when another server has made it at the same moment, and shows its token.
async fn demo(app: &App) -> anyhow::Result<Option<Demo>> {
    match app.create_demo().await {
        Err(Error::Refused(refusals)) if matches!(refusals.as_slice(), [Refusal::SlugTaken(_)]) => Ok(None),
        made => made.map(Some).context("cannot make the demo"),
    }
}

fn first(demo: &Demo, config: &Config, url: &str) -> String {
    FIRST
        .replace("{url}", url)
        .replace("{data}", &whereabouts(config))
        .replace("{token}", demo.access_token.reveal())
        .replace("{key}", &demo.publishable_key.key)
        .replace("{email}", demo.customer.email.as_str())
        .replace("{customer}", &demo.customer.id.to_string())
}

/// Where everything is that a backup needs.
fn whereabouts(config: &Config) -> String {
    let folder = config.data_dir.display();
    match (config.database.in_data_dir, master_key::path(config).is_file()) {
        (true, true) => format!("{folder} (the database and its master key: back up the folder)"),
        (true, false) => format!("{folder} (the database: back up the folder and the master key)"),
        (false, true) => format!("the database that was named, and its master key in {folder}: back up both"),
        (false, false) => "the database that was named: back up it and the master key".to_owned(),
    }
}

/// How to go on without the keys that a first start shows.
fn next(workspaces: &[Workspace]) -> String {
    let demo = workspaces.iter().find(|workspace| workspace.slug.as_str() == "demo");
    match demo.or(workspaces.first()) {
        Some(Workspace { slug, .. }) => {
            format!("new keys: anteroom token create --workspace {slug} --scopes all --comment \"my server\"")
        }
        None => "no workspace yet: anteroom workspace create --slug shop --name Shop".to_owned(),
    }
}
