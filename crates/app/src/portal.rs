//! The customer portal: what the holder of a customer session sees and does.

use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::TokenHash;
use anteroom_domain::address::{Address, PostalAddress};
use anteroom_domain::session::{CustomerSession, PortalCookie};
use anteroom_domain::text::Line;
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Constraint, Mode, PortalAccess, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::addresses::refuse_overfull_book;
use crate::change::Change;
use crate::customers::{BilledCustomer, with_billing_address};
use crate::{App, Credential, Error, Forbidden, Known, Refusal, SessionKind, Unauthenticated};

/// What a portal link's code is good for.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryCode {
    /// It leads to this session.
    LeadsTo(CustomerSession),
    /// It is spent, too old, or its session is over; where the way back leads, if it was ever a code of ours.
    LeadsNowhere(Option<CustomerSession>),
}

/// A browser that has just entered the portal.
#[derive(Debug)]
pub struct EnteredPortal {
    /// The value of the cookie to be set.
    pub cookie: PlainToken<token::PortalCookie>,
    /// When it ends: with its session.
    pub expires_at: OffsetDateTime,
}

/// What the holder of a session changes about the customer.
#[derive(Debug, Clone, Default)]
pub struct CustomerChanges {
    /// The customer's name.
    pub name: Change<Line>,
    /// The name on bills.
    pub billing_name: Change<Line>,
    /// Where bills go: a new address takes the flag over, clearing only takes it off.
    pub billing_address: Change<PostalAddress>,
}

impl App {
    /// What the token of a customer session opens. A mistyped one costs no query.
    pub async fn authenticate_portal_token(&self, text: &str) -> Result<Known<PortalAccess>, Error> {
        self.live_portal_access(text).await?.ok_or(Error::Unauthenticated(Unauthenticated::InvalidToken))
    }

    /// As [`authenticate_portal_token`](Self::authenticate_portal_token); `None` when it opens nothing.
    pub(crate) async fn live_portal_access(&self, text: &str) -> Result<Option<Known<PortalAccess>>, Error> {
        self.found(Credential::PortalToken, self.access_by_portal_token(text).await)
    }

    async fn access_by_portal_token(&self, text: &str) -> Result<Option<Known<PortalAccess>>, Error> {
        let keys = &self.0.keys;
        let customers = PlainToken::<token::CustomerSession>::parse(text).map(|token| token.hash(keys));
        let members = || PlainToken::<token::MemberSession>::parse(text).map(|token| token.hash(keys));
        let Some(hash) = customers.or_else(members) else { return Ok(None) };
        let find = move |unit: &mut dyn Unit| Ok(unit.portal_access(&hash)?);
        let read = async || self.read_portal_access(find).await;
        let found = self.memories().portal_tokens.get(&hash, read).await?;
        Ok(found.filter(|access| self.is_open(access)))
    }

    /// Whether what a session opens is open now.
    fn is_open(&self, access: &PortalAccess) -> bool {
        access.workspace.is_enabled() && access.session.state(self.now()).is_live()
    }

    async fn read_portal_access(
        &self,
        find: impl FnOnce(&mut dyn Unit) -> Result<Option<PortalAccess>, Error> + Send + 'static,
    ) -> Result<Option<PortalAccess>, Error> {
        let seen = self.look();
        let found = self.doors().db(Mode::Read, find).await?;
        Ok(found.map(|access| PortalAccess { workspace: self.shared(seen, access.workspace), ..access }))
    }

    /// What a portal cookie opens in that workspace.
    pub async fn authenticate_portal_cookie(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<Known<PortalAccess>, Error> {
        self.checked(Credential::PortalCookie, self.access_by_portal_cookie(workspace, text).await)
    }

    async fn access_by_portal_cookie(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<Known<PortalAccess>, Error> {
        const INVALID: Error = Error::Unauthenticated(Unauthenticated::InvalidCookie);
        let hash = PlainToken::<token::PortalCookie>::parse(text).ok_or(INVALID)?.hash(&self.0.keys);
        let find = move |unit: &mut dyn Unit| Ok(unit.portal_access_by_cookie(&hash)?);
        let read = async || self.read_portal_access(find).await;
        let found = self.memories().portal_cookies.get(&hash, read).await?;
        found.filter(|access| access.workspace.id == workspace && self.is_open(access)).ok_or(INVALID)
    }

    /// Looks at a portal link's code without spending it.
    pub async fn portal_entry(&self, workspace: &Workspace, code: &str) -> Result<EntryCode, Error> {
        let looked = self.look_at_entry_code(workspace, code).await;
        if matches!(looked, Ok(EntryCode::LeadsNowhere(_))) {
            self.activity().checks(Credential::EntryCode).refused.count();
        }
        looked
    }

    async fn look_at_entry_code(&self, workspace: &Workspace, code: &str) -> Result<EntryCode, Error> {
        let Some(tokens) = self.tokens_of_entry(code) else { return Ok(EntryCode::LeadsNowhere(None)) };
        let (workspace, now) = (workspace.id, self.now());
        let find = move |unit: &mut dyn Unit| Ok(unit.customer_session_by_token(workspace, &tokens)?);
        Ok(match self.doors().db(Mode::Read, find).await? {
            Some(session) if session.can_be_entered(now) => EntryCode::LeadsTo(session),
            found => EntryCode::LeadsNowhere(found),
        })
    }

    /// Spends a portal link's code for a cookie; `None` when it leads nowhere. Of many who try at once, one enters.
    pub async fn enter_portal(
        &self,
        workspace: &Workspace,
        code: &str,
    ) -> Result<Option<EnteredPortal>, Error> {
        self.found(Credential::EntryCode, self.trade_entry_code(workspace, code).await)
    }

    async fn trade_entry_code(
        &self,
        workspace: &Workspace,
        code: &str,
    ) -> Result<Option<EnteredPortal>, Error> {
        let Some(tokens) = self.tokens_of_entry(code) else { return Ok(None) };
        let (workspace, now) = (workspace.id, self.now());
        let cookie = PlainToken::generate(self.random());
        let cookie_hash = cookie.hash(&self.0.keys);
        let session = self
            .doors()
            .db(Mode::Write, move |unit| {
                let Some(session) = unit.customer_session_by_token(workspace, &tokens)? else {
                    return Ok(None);
                };
                if !unit.enter_customer_session(&session.token_hash, now)? {
                    return Ok(None);
                }
                let cookie = PortalCookie { cookie_hash, session: session.token_hash, created_at: now };
                match unit.insert_portal_cookie(&cookie) {
                    // The session went with its customer at this very moment.
                    Err(StoreError::Conflict(Constraint::Reference)) => Ok(None),
                    inserted => Ok(inserted.map(|()| Some(session))?),
                }
            })
            .await?;
        Ok(session.map(|session| EnteredPortal { cookie, expires_at: session.expires_at }))
    }

    /// The customer that a session acts for, as it is now.
    pub async fn portal_customer(&self, access: &PortalAccess) -> Result<BilledCustomer, Error> {
        let customer = access.customer.clone();
        self.doors().db(Mode::Read, move |unit| Ok(with_billing_address(unit, customer)?)).await
    }

    /// The customer's address book, oldest first.
    pub async fn portal_addresses(&self, access: &PortalAccess) -> Result<Vec<Address>, Error> {
        let customer = access.customer.id;
        self.doors().db(Mode::Read, move |unit| Ok(unit.addresses(customer)?)).await
    }

    /// Changes the customer that a session acts for. A member without the role for it is refused, and so is an
    /// address more than the book holds. Nothing different leaves the time of the last change as it was.
    pub async fn update_portal_customer(
        &self,
        access: &PortalAccess,
        changes: CustomerChanges,
    ) -> Result<BilledCustomer, Error> {
        if access.member.as_ref().is_some_and(|member| !member.role.may_edit_customer()) {
            return Err(Error::Forbidden(Forbidden::RoleTooSmall));
        }
        let (workspace, id, now, app) = (access.workspace.id, access.customer.id, self.now(), self.clone());
        self.settle([Topic::Customer(id)], move |unit| {
            let mut customer = unit
                .customer_for_update(workspace, id)?
                .ok_or(Error::Unauthenticated(Unauthenticated::InvalidToken))?;
            let renamed = changes.name.apply(&mut customer.name);
            let rebilled = changes.billing_name.apply(&mut customer.billing_name);
            let moved = match changes.billing_address {
                Change::Keep => false,
                Change::Clear => unit.clear_default_billing(id, now)?,
                Change::Set(postal) => {
                    write_billing_address(unit, &app.billing_address_of(&customer, postal))?
                }
            };
            if renamed || rebilled || moved {
                customer.modified_at = Some(now);
                unit.update_customer(&customer)?;
            }
            Ok(with_billing_address(unit, customer)?)
        })
        .await
    }

    /// Ends the session: its token and every cookie of it stop working. Whether it had been live.
    pub async fn end_customer_session(&self, access: &PortalAccess) -> Result<bool, Error> {
        let (workspace, id, now) = (access.workspace.id, access.session.id(), self.now());
        let topics = [Topic::CustomerSession(id)];
        let end = move |unit: &mut dyn Unit| Ok(unit.revoke_customer_session(workspace, id, now)?);
        let ended = self.settle(topics, end).await?;
        self.activity().ended(SessionKind::Portal, ended.into());
        Ok(ended)
    }

    /// The hashes of the tokens that the session of a link can have: a customer's or a member's. `None` for what is no code
    /// at all, which then costs no query.
    fn tokens_of_entry(&self, code: &str) -> Option<[TokenHash; 2]> {
        let (code, keys) = (PlainToken::<token::PortalEntry>::parse(code)?, &self.0.keys);
        let customers = code.session_token::<token::CustomerSession>(keys).hash(keys);
        let members = code.session_token::<token::MemberSession>(keys).hash(keys);
        Some([customers, members])
    }
}

/// Writes where bills go: into the address that has the flag, unless parcels go there too; then, and where there is
/// none, the new address takes the flag. Whether anything became different.
///
/// Seed 1 knows only some of an address. A name or a telephone number that a shop wrote on the envelope stays there.
pub(crate) fn write_billing_address(unit: &mut dyn Unit, new: &Address) -> Result<bool, Error> {
    let kept = unit.billing_address(new.customer_id)?;
    let Some(kept) = kept else {
        unit.insert_address(new)?;
        refuse_overfull_book(unit.count_addresses(new.customer_id)?, Refusal::NoRoomForBillingAddress)?;
        return Ok(true);
    };
    let PostalAddress { country_code, address_1, address_2, postal_code, city, province, .. } =
        new.postal.clone();
    let postal = PostalAddress {
        country_code,
        address_1,
        address_2,
        postal_code,
        city,
        province,
        ..kept.postal.clone()
    };
    if postal == kept.postal {
        return Ok(false);
    }
    if kept.is_default_shipping {
        unit.clear_default_billing(new.customer_id, new.created_at)?;
        unit.insert_address(new)?;
        refuse_overfull_book(unit.count_addresses(new.customer_id)?, Refusal::NoRoomForBillingAddress)?;
    } else {
        unit.update_address(&Address { postal, updated_at: new.created_at, ..kept })?;
    }
    Ok(true)
}
