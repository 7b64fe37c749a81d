//! Sessions as a merchant's server oversees them: the portal's and the shop's.

use anteroom_domain::Id;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::member::MemberId;
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::session::{CustomerSession, CustomerSessionId, StoreSession, StoreSessionId};
use anteroom_domain::text::ExternalId;
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{Mode, SessionsOf, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::names::{Whose, named, named_for_update, whose};
use crate::{App, CustomerRef, Error, Missing, SessionKind};

/// Which customer sessions a list has; what is `None` does not narrow it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerSessionFilter {
    /// Of this customer and its members.
    pub customer: Option<CustomerId>,
    /// Of the customer with this external id and its members.
    pub customer_external_id: Option<ExternalId>,
    /// Those in which this member acts.
    pub member: Option<MemberId>,
}

/// A session of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnySession {
    /// The portal's.
    Portal(CustomerSession),
    /// A sign-in to the shop.
    Store(StoreSession),
}

impl App {
    /// A piece of the workspace's live customer sessions, newest first.
    pub async fn customer_sessions(
        &self,
        workspace: WorkspaceId,
        filter: CustomerSessionFilter,
        page: Page,
    ) -> Result<Listed<CustomerSession>, Error> {
        let now = self.now();
        self.doors()
            .db(Mode::Read, move |unit| {
                let nobodys = Ok(Listed { items: Vec::new(), total: 0 });
                let CustomerSessionFilter { customer, customer_external_id, member } = filter;
                let customer = match whose(unit, workspace, customer, customer_external_id)? {
                    Whose::Anybodys => None,
                    Whose::Ones(id) => Some(id),
                    Whose::Nobodys => return nobodys,
                };
                let of = match member {
                    None => customer.map(SessionsOf::Customer),
                    Some(member) => match unit.customer_of_member(workspace, member)? {
                        Some(theirs) if customer.is_none_or(|customer| customer == theirs) => {
                            Some(SessionsOf::Member(theirs, member))
                        }
                        _ => return nobodys,
                    },
                };
                Ok(unit.customer_sessions(workspace, of, now, page)?)
            })
            .await
    }

    /// The live customer session of that id.
    pub async fn customer_session(
        &self,
        workspace: WorkspaceId,
        id: CustomerSessionId,
    ) -> Result<CustomerSession, Error> {
        let now = self.now();
        let found =
            self.doors().db(Mode::Read, move |unit| Ok(unit.customer_session(workspace, id)?)).await?;
        found.filter(|session| session.state(now).is_live()).ok_or(Error::NotFound(Missing::CustomerSession))
    }

    /// Ends a live customer session: its token and every cookie of it stop working. How many ended.
    pub async fn revoke_customer_session(
        &self,
        workspace: WorkspaceId,
        id: CustomerSessionId,
    ) -> Result<u64, Error> {
        let now = self.now();
        self.settle([Topic::CustomerSession(id)], move |unit| {
            let ended = unit.revoke_customer_session(workspace, id, now)?;
            if ended { Ok(()) } else { Err(Error::NotFound(Missing::CustomerSession)) }
        })
        .await?;
        self.activity().ended(SessionKind::Portal, 1);
        Ok(1)
    }

    /// Ends a live session of any kind, by the id that lists give it. How many ended.
    pub async fn revoke_session(&self, workspace: WorkspaceId, id: CustomerSessionId) -> Result<u64, Error> {
        let now = self.now();
        let sign_in = Id::from_uuid(id.uuid());
        let topics = [Some(Topic::CustomerSession(id)), sign_in.map(Topic::StoreSession)];
        let kind = self
            .settle(topics.into_iter().flatten(), move |unit| {
                if unit.revoke_customer_session(workspace, id, now)? {
                    return Ok(SessionKind::Portal);
                }
                let found = sign_in.map(|id| unit.store_access(workspace, id)).transpose()?.flatten();
                match found {
                    Some(access) if unit.revoke_store_session(access.session.id, now)? => {
                        Ok(SessionKind::Store)
                    }
                    _ => Err(Error::NotFound(Missing::CustomerSession)),
                }
            })
            .await?;
        self.activity().ended(kind, 1);
        Ok(1)
    }

    /// A piece of the live sessions of a customer and its members: sign-ins to the shop first, then the portal's, each
    /// newest first.
    pub async fn sessions_of_customer(
        &self,
        workspace: WorkspaceId,
        id: CustomerId,
        page: Page,
    ) -> Result<Listed<AnySession>, Error> {
        let now = self.now();
        self.doors()
            .db(Mode::Read, move |unit| {
                let customer = named(unit, workspace, &CustomerRef::Id(id))?;
                let id = customer.ok_or(Error::NotFound(Missing::Customer))?.id;
                let shop = unit.store_sessions(workspace, id, now, page)?;
                let passed = u32::try_from(shop.total).unwrap_or(u32::MAX);
                let taken = u32::try_from(shop.items.len()).unwrap_or(page.limit);
                let rest = Page {
                    offset: page.offset.saturating_sub(passed),
                    limit: page.limit.saturating_sub(taken),
                };
                let portal = unit.customer_sessions(workspace, Some(SessionsOf::Customer(id)), now, rest)?;
                let items = shop.items.into_iter().map(AnySession::Store);
                let items = items.chain(portal.items.into_iter().map(AnySession::Portal)).collect();
                Ok(Listed { items, total: shop.total + portal.total })
            })
            .await
    }

    /// Ends every session of a customer and its members: tokens, cookies and JWTs stop working. How many ended.
    pub async fn revoke_sessions_of_customer(
        &self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<u64, Error> {
        let now = self.now();
        let ended = self
            .settle([Topic::Customer(id)], move |unit| {
                let customer = named_for_update(unit, workspace, &CustomerRef::Id(id))?;
                let id = customer.ok_or(Error::NotFound(Missing::Customer))?.id;
                Ok(end_sessions(unit, id, now)?)
            })
            .await?;
        self.count_ended(ended);
        Ok(ended.portal + ended.store)
    }

    /// Counts sessions that have ended, once it is durable.
    pub(crate) fn count_ended(&self, Ended { portal, store }: Ended) {
        self.activity().ended(SessionKind::Portal, portal);
        self.activity().ended(SessionKind::Store, store);
    }
}

/// How many sessions have ended, by their kind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ended {
    pub(crate) portal: u64,
    pub(crate) store: u64,
}

impl Ended {
    /// Both taken together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { portal: self.portal + other.portal, store: self.store + other.store }
    }
}

/// Ends every session of a customer and its members, JWTs included.
pub(crate) fn end_sessions(
    unit: &mut dyn Unit,
    customer: CustomerId,
    now: OffsetDateTime,
) -> Result<Ended, StoreError> {
    end_sessions_but(unit, customer, None, now)
}

/// Ends every session of a customer and its members but one sign-in to the shop.
pub(crate) fn end_other_sessions(
    unit: &mut dyn Unit,
    customer: CustomerId,
    kept: StoreSessionId,
    now: OffsetDateTime,
) -> Result<Ended, StoreError> {
    end_sessions_but(unit, customer, Some(kept), now)
}

/// Sign-ins that wait for a second factor end too.
fn end_sessions_but(
    unit: &mut dyn Unit,
    customer: CustomerId,
    kept: Option<StoreSessionId>,
    now: OffsetDateTime,
) -> Result<Ended, StoreError> {
    unit.end_second_factor_challenges(customer)?;
    let portal = unit.revoke_customer_sessions(customer, now)?;
    Ok(Ended { portal, store: unit.revoke_store_sessions(customer, kept, now)? })
}

/// Ends every session in a workspace, JWTs included.
pub(crate) fn end_sessions_in(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    now: OffsetDateTime,
) -> Result<Ended, StoreError> {
    let portal = unit.revoke_customer_sessions_in(workspace, now)?;
    Ok(Ended { portal, store: unit.revoke_store_sessions_in(workspace, now)? })
}
