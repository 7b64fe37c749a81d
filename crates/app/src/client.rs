//! Who is at the other end of a request.

use std::net::IpAddr;

use anteroom_domain::credential::Scope;
use anteroom_domain::text::Line;
use anteroom_domain::workspace::WorkspaceId;

use crate::{App, Error, Unauthenticated};

/// What a request shows of the browser or program that somebody uses; kept with the sign-in that it opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Where it is; `None` where that is not known. An IPv4 address is never written as an IPv6 one.
    pub ip_address: Option<IpAddr>,
    /// What it calls itself.
    pub user_agent: Option<Line>,
}

/// A storefront's server that speaks for shoppers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forwarder {
    /// Its tenant, and the only one whose shoppers it speaks for.
    pub workspace: WorkspaceId,
}

impl App {
    /// Who may say where shoppers are: a server that shows an access token with the scope `store:forward`.
    pub async fn authenticate_forwarder(&self, token: &str) -> Result<Forwarder, Error> {
        let merchant = self.authenticate_access_token(token).await.map_err(|error| match error {
            Error::Unauthenticated(_) => Error::Unauthenticated(Unauthenticated::InvalidServerToken),
            other => other,
        })?;
        merchant.require(Scope::StoreForward)?;
        Ok(Forwarder { workspace: merchant.workspace.id })
    }
}
