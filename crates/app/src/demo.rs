//! The workspace that a first start makes, so that both APIs can be tried at once.

use anteroom_auth::token::{PlainToken, WorkspaceAccess};
use anteroom_domain::address::PostalAddress;
use anteroom_domain::credential::{PublishableKey, Scopes};
use anteroom_domain::customer::{Customer, CustomerKind};
use anteroom_domain::metadata::Metadata;
use anteroom_domain::text::{CountryCode, Email, ExternalId, InvalidText, Line, Slug};
use anteroom_domain::workspace::Workspace;
use anteroom_store::Mode;

use crate::workspaces::insert_workspace;
use crate::{App, Error, IssuedAccessToken, NewAccessToken, NewCustomer, NewOwner, NewWorkspace};

/// What a first start made; the token is shown once.
#[derive(Debug)]
pub struct Demo {
    /// Workspace `demo`.
    pub workspace: Workspace,
    /// Its one customer.
    pub customer: Customer,
    /// Opens the Workspace API, with every scope.
    pub access_token: PlainToken<WorkspaceAccess>,
    /// Opens the Store API.
    pub publishable_key: PublishableKey,
}

impl App {
    /// Makes the workspace `demo` with a customer who has an address, a token and a key: all of it, or nothing.
    pub async fn create_demo(&self) -> Result<Demo, Error> {
        let (workspace, customer) = example().map_err(Error::Example)?;
        let workspace = self.new_workspace(workspace);
        let customer = self.new_customer(&workspace, customer);
        let comment = Line::from_stored("made at the first start".to_owned());
        let token = NewAccessToken { scopes: Scopes::all(), comment: comment.clone(), expires_at: None };
        let IssuedAccessToken { token, plain: access_token } = self.new_access_token(workspace.id, token);
        let publishable_key = self.new_publishable_key(workspace.id, comment);
        let made = customer.billed.customer.clone();
        let (kept_workspace, kept_key) = (workspace.clone(), publishable_key.clone());
        self.doors()
            .db(Mode::Write, move |unit| {
                insert_workspace(unit, &kept_workspace)?;
                customer.insert(unit)?;
                unit.insert_access_token(&token)?;
                Ok(unit.insert_publishable_key(&kept_key)?)
            })
            .await?;
        Ok(Demo { workspace, customer: made, access_token, publishable_key })
    }
}

fn example() -> Result<(NewWorkspace, NewCustomer), InvalidText> {
    let workspace = NewWorkspace {
        slug: Slug::parse("demo")?,
        name: Line::from_stored("Demo".to_owned()),
        member_model_enabled: true,
    };
    let billing_address = PostalAddress {
        first_name: Line::parse("Ada")?,
        last_name: Line::parse("Lovelace")?,
        address_1: Line::parse("12 St James's Square")?,
        city: Line::parse("London")?,
        postal_code: Line::parse("SW1Y 4JH")?,
        country_code: Some(CountryCode::parse("GB")?),
        ..PostalAddress::default()
    };
    let customer = NewCustomer {
        email: Email::parse("ada@example.com")?,
        kind: CustomerKind::Individual,
        external_id: ExternalId::parse("usr_1337")?,
        name: Line::parse("Ada Lovelace")?,
        billing_address: Some(billing_address),
        avatar_url: None,
        metadata: Metadata::default(),
        owner: NewOwner::default(),
    };
    Ok((workspace, customer))
}
