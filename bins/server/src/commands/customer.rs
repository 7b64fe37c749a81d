//! `anteroom customer list` and, in files of their own, `show`, `import` and `export`.

mod export;
mod import;
mod show;

use std::path::Path;
use std::process::ExitCode;

use anteroom_app::{App, CustomerFilter, CustomerRef, Error};
use anteroom_domain::customer::Customer;
use anteroom_domain::text::{Email, ExternalId};
use anteroom_domain::workspace::Workspace;
use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::cli::{self, CustomerName, In, Output, Paging};
use crate::output::{cell, moment, table};

pub(super) fn run(file: Option<&Path>, command: cli::Customer) -> anyhow::Result<ExitCode> {
    match command {
        cli::Customer::List { workspace, email, external_id, paging, output } => {
            let email = email.map(|text| Email::parse(&text).with_context(|| format!("--email {text:?}")));
            let external_id = external_id.map(|text| parse_external_id(&text));
            let (email, external_id) = (email.transpose()?, external_id.transpose()?);
            let filter = CustomerFilter { email, external_id, ..CustomerFilter::default() };
            super::with_app(file, async |app| list(&app, &workspace, filter, &paging, &output).await)?;
        }
        cli::Customer::Show { customer, workspace, output } => {
            let which = parse(&customer)?;
            super::with_app(file, async |app| show::show(&app, &workspace, which, &output).await)?;
        }
        cli::Customer::Import(ask) => {
            return super::with_app(file, async |app| import::import(&app, &ask).await);
        }
        cli::Customer::Export(ask) => {
            super::with_app(file, async |app| export::export(&app, &ask).await)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(name: &CustomerName) -> anyhow::Result<CustomerRef> {
    match (&name.id, &name.external_id) {
        (_, Some(text)) => parse_external_id(text).map(CustomerRef::External),
        (Some(text), None) => text.parse().map(CustomerRef::Id).with_context(|| format!("customer {text:?}")),
        // The command line has made sure of one.
        (None, None) => Err(anyhow!("name the customer by its id or by --external-id")),
    }
}

pub(super) fn parse_external_id(text: &str) -> anyhow::Result<ExternalId> {
    let parsed = ExternalId::parse(text).with_context(|| format!("--external-id {text:?}"))?;
    parsed.ok_or_else(|| anyhow!("--external-id should not be empty"))
}

async fn list(
    app: &App,
    workspace: &In,
    filter: CustomerFilter,
    paging: &Paging,
    output: &Output,
) -> anyhow::Result<()> {
    let workspace = super::find_workspace(app, workspace).await?;
    let nothing = if filter == CustomerFilter::default() {
        format!("Workspace {} has no customer.", workspace.slug)
    } else {
        format!("Workspace {} has no such customer.", workspace.slug)
    };
    let listed = app.customers(workspace.id, filter, paging.records()).await?;
    let values = listed.items.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let members = ["id", "email", "name", "type", "external_id", "created_at"];
    let rows = values.iter().map(|value| members.map(|name| cell(value, name)));
    let table = table(["ID", "EMAIL", "NAME", "TYPE", "EXTERNAL ID", "CREATED"], rows);
    let lines = paging.lines(&listed, table, &nothing);
    Ok(output.print(&paging.json(&listed, &values), &lines)?)
}

/// The customer that a command names.
pub(super) async fn find(app: &App, workspace: &Workspace, which: CustomerRef) -> anyhow::Result<Customer> {
    match app.customer(workspace.id, which.clone()).await {
        Ok(found) => Ok(found.customer),
        Err(Error::NotFound(_)) => Err(unknown(workspace, &which)),
        Err(other) => Err(other.into()),
    }
}

fn unknown(workspace: &Workspace, which: &CustomerRef) -> anyhow::Error {
    let customer = match which {
        CustomerRef::Id(id) => id.to_string(),
        CustomerRef::External(external_id) => format!("with external id {:?}", external_id.as_str()),
    };
    anyhow!(
        "workspace {slug} has no customer {customer}: `anteroom customer list --workspace {slug}` shows those there are",
        slug = workspace.slug
    )
}

fn shown(customer: &Customer) -> anyhow::Result<Value> {
    Ok(json!({
        "id": customer.id.to_string(),
        "type": customer.kind.as_str(),
        "external_id": customer.external_id.as_ref().map(ExternalId::as_str),
        "email": customer.email.as_str(),
        "email_verified": customer.email_verified,
        "name": customer.display_name(),
        "has_account": customer.has_account,
        "created_at": moment(customer.created_at)?,
        "modified_at": customer.modified_at.map(moment).transpose()?,
    }))
}
