//! What a start says: a first one shows how to use the demo, any other where the server is.

use anteroom_app::{App, Demo, Error, Refusal};
use anteroom_domain::workspace::Workspace;
use anyhow::Context;
use url::Url;

use crate::config::Config;
use crate::output::say;

const FIRST: &str = include_str!("first_start.txt");

/// Makes the demo when there is no workspace at all, and says on stdout where the server is.
pub(crate) async fn welcome(app: &App, config: &Config, public_url: &Url) -> anyhow::Result<()> {
    let workspaces = app.workspaces().await?;
    let demo = if workspaces.is_empty() && config.demo { demo(app).await? } else { None };
    let url = public_url.as_str().trim_end_matches('/');
    let text = match demo {
        Some(demo) => first(&demo, config, url),
        None => format!("anteroom is listening on {url} · {}", next(&workspaces)),
    };
    if let Err(error) = say(&text) {
        tracing::warn!(%error, "cannot write to stdout");
    }
    Ok(())
}

/// `None` when another server has made it at the same moment, and has shown its token.
async fn demo(app: &App) -> anyhow::Result<Option<Demo>> {
    match app.create_demo().await {
        Err(Error::Refused(refusals)) if matches!(refusals.as_slice(), [Refusal::SlugTaken(_)]) => Ok(None),
        made => made.map(Some).context("cannot make the demo"),
    }
}

fn first(demo: &Demo, config: &Config, url: &str) -> String {
    let host = if config.database.in_data_dir { "anteroom.db and " } else { "" };
    FIRST
        .replace("{url}", url)
        .replace("{data}", &format!("{} ({host}master.key: back up both)", config.data_dir.display()))
        .replace("{token}", demo.access_token.reveal())
        .replace("{key}", &demo.publishable_key.key)
        .replace("{email}", demo.customer.email.as_str())
        .replace("{customer}", &demo.customer.id.to_string())
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
