//! Who is at the other end of a request.

use std::net::{IpAddr, Ipv6Addr};

use anteroom_auth::keys::Keys;
use anteroom_domain::Id;
use anteroom_domain::credential::{AuthIdentityId, Scope};
use anteroom_domain::sign_in::SourceHash;
use anteroom_domain::text::Line;
use anteroom_domain::workspace::WorkspaceId;
use time::OffsetDateTime;

use crate::{App, Error, SignedIn, Unauthenticated};

/// What the sealed value of a device cookie is for.
const SEALED: &str = "device";

/// What a request shows of the browser or program that somebody uses; kept with the sign-in that it opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Where it is; `None` where that is not known. An IPv4 address is never written as an IPv6 one.
    pub ip_address: Option<IpAddr>,
    /// What it calls itself.
    pub user_agent: Option<Line>,
    /// Who signed in with it before; `None` where it shows no cookie of ours that says so.
    pub device: Option<Device>,
}

impl Client {
    /// Where it is, so far as one subscriber has it.
    pub fn network(&self) -> Option<IpAddr> {
        self.ip_address.map(network)
    }
}

/// What an address counts as: IPv6 by the network of 64 bits, all of which one subscriber has.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// A browser that somebody signed in with, as its cookie says. It opens nothing: whoever has it still needs the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    pub(crate) auth_identity_id: AuthIdentityId,
    /// Tells it from the other devices of that identity.
    id: [u8; 16],
    pub(crate) signed_in_at: OffsetDateTime,
}

impl Device {
    /// What its attempts are counted under.
    pub(crate) fn hash(&self, keys: &Keys) -> SourceHash {
        keys.source_hash("device", &[self.auth_identity_id.uuid().as_bytes(), &self.id])
    }

    fn bytes(&self) -> [u8; 40] {
        let mut bytes = [0; 40];
        let seconds = self.signed_in_at.unix_timestamp().to_be_bytes();
        let parts = self.auth_identity_id.uuid().into_bytes().into_iter().chain(self.id).chain(seconds);
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        bytes
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let (identity, rest) = bytes.split_first_chunk()?;
        let (id, seconds) = rest.split_first_chunk()?;
        let seconds = i64::from_be_bytes(seconds.try_into().ok()?);
        Some(Self {
            auth_identity_id: Id::from_random_bytes(*identity),
            id: *id,
            signed_in_at: OffsetDateTime::from_unix_timestamp(seconds).ok()?,
        })
    }
}

/// A storefront's server that speaks for shoppers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forwarder {
    /// Its tenant, and the only one whose shoppers it speaks for.
    pub workspace: WorkspaceId,
}

impl App {
    /// The device that a cookie tells of; `None` when the cookie is none of ours.
    pub fn device(&self, cookie: &str) -> Option<Device> {
        Device::of(&self.0.keys.unseal_text(SEALED, cookie).ok()?)
    }

    /// The value of a cookie by which the client is known to whoever has just signed in with it.
    pub fn device_cookie(&self, client: &Client, signed_in: &SignedIn) -> String {
        let auth_identity_id = signed_in.auth_identity_id;
        let known = client.device.filter(|device| device.auth_identity_id == auth_identity_id);
        let id = known.map_or_else(|| self.random().bytes(), |device| device.id);
        let device = Device { auth_identity_id, id, signed_in_at: self.now() };
        self.0.keys.seal_text(self.random(), SEALED, &device.bytes())
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lg_06_neighbours_in_a_network_of_ipv6_count_together() {
        let counts_as = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(counts_as("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counts_as("2001:db8:1:2::"), "2001:db8:1:2::");
        assert_eq!(counts_as("2001:db8:1:3::1"), "2001:db8:1:3::");
        assert_eq!(counts_as("192.0.2.7"), "192.0.2.7");
    }
}
