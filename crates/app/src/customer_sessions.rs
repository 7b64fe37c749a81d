//! Customer sessions, as a merchant's server opens them: seed 1.

use std::fmt;

use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::customer::{Customer, CustomerKind};
use anteroom_domain::member::{Member, MemberId};
use anteroom_domain::session::{CustomerSession, PortalEntry};
use anteroom_domain::text::{ExternalId, ReturnUrl};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Constraint, Mode, PortalAccess, StoreError, Topic, Unit};
use time::Duration;

use crate::customers::{BilledCustomer, billed, owner_of};
use crate::doors::{Command, Outcome};
use crate::memories::OwnedCustomer;
use crate::{App, CustomerRef, Error, Known, MemberRef, Once, Refusal, SessionKind};

/// A customer session to be opened.
#[derive(Debug, Clone)]
pub struct NewCustomerSession {
    /// For whom.
    pub customer: CustomerRef,
    /// For which member.
    pub member: MemberChoice,
    /// Where the portal's way back leads.
    pub return_url: Option<ReturnUrl>,
    /// How long it lives, between the limits of [`CustomerSession`].
    pub life: Duration,
}

/// Which member a session is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberChoice {
    /// An individual's owner; a team's has to be named.
    Unnamed,
    /// The member of that id or external id.
    Named(MemberRef),
    /// The member whom both ids name.
    NamedTwice(MemberId, ExternalId),
}

/// A customer session just opened, with its secrets: they are given here and never again.
#[derive(Debug)]
pub struct OpenedCustomerSession {
    /// The session.
    pub session: CustomerSession,
    /// Its token, for `Authorization: Bearer`.
    pub token: PortalToken,
    /// The single-use code for its portal link.
    pub entry_code: PlainToken<token::PortalEntry>,
    /// Whom it acts for.
    pub customer: BilledCustomer,
}

/// The token of a customer session: its prefix tells whether a member acts.
pub enum PortalToken {
    /// The customer itself acts.
    Customer(PlainToken<token::CustomerSession>),
    /// A member acts for it.
    Member(PlainToken<token::MemberSession>),
}

impl PortalToken {
    /// The plain text.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Customer(token) => token.reveal(),
            Self::Member(token) => token.reveal(),
        }
    }
}

impl fmt::Debug for PortalToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PortalToken(..)")
    }
}

/// Who will act: a member there is, a first owner still to be made, or the customer itself.
enum Actor {
    Customer,
    Member(MemberId),
    FirstOwner,
}

impl App {
    /// Opens a customer session; in a workspace with members, for a member.
    ///
    /// Refuses an unknown customer or member, a member where the member model is off, and a team without one.
    pub async fn create_customer_session(
        &self,
        workspace: &Workspace,
        new: NewCustomerSession,
        once: Once<OpenedCustomerSession>,
    ) -> Result<OpenedCustomerSession, Error> {
        let (customer, actor) = self.decide(workspace, &new).await?;
        match self.open(workspace.id, &new, customer, actor, &once).await {
            // Another request made the first owner meanwhile: it is there now. Or the customer that was known from memory is
            // gone, and may have gone up in another.
            Err(
                Error::Store(StoreError::Conflict(Constraint::MemberOwner | Constraint::MemberEmail))
                | Error::Refused(_),
            ) => {
                self.memories().customers.forget(&(workspace.id, new.customer.clone()));
                let (customer, actor) = self.decide(workspace, &new).await?;
                self.open(workspace.id, &new, customer, actor, &once).await
            }
            opened => opened,
        }
    }

    async fn decide(
        &self,
        workspace: &Workspace,
        new: &NewCustomerSession,
    ) -> Result<(BilledCustomer, Actor), Error> {
        let known = self.owned_customer(workspace.id, &new.customer).await?;
        let customer = known.billed.clone();
        let actor = match new.member.clone() {
            choice if !workspace.settings.member_model_enabled => {
                refuse_member(choice)?;
                Actor::Customer
            }
            MemberChoice::Unnamed if customer.customer.kind == CustomerKind::Team => {
                return Err(Refusal::MemberRequired.into());
            }
            MemberChoice::Unnamed => known.owner.map_or(Actor::FirstOwner, Actor::Member),
            MemberChoice::Named(member) => Actor::Member(self.member_of(&customer.customer, member).await?),
            MemberChoice::NamedTwice(id, external_id) => {
                let member = MemberRef::External(external_id);
                if self.member_of(&customer.customer, member.clone()).await? != id {
                    return Err(Refusal::UnknownMember(member).into());
                }
                Actor::Member(id)
            }
        };
        Ok((customer, actor))
    }

    /// The customer and its owner, as a merchant's server names the customer.
    async fn owned_customer(
        &self,
        workspace: WorkspaceId,
        which: &CustomerRef,
    ) -> Result<Known<OwnedCustomer>, Error> {
        let named = which.clone();
        let find = move |unit: &mut dyn Unit| {
            let Some(billed) = billed(unit, workspace, &named)? else { return Ok(None) };
            let owner = unit.owner(billed.customer.id)?.map(|owner| owner.id);
            Ok(Some(OwnedCustomer { billed, owner }))
        };
        let read = async || self.doors().db(Mode::Read, find).await;
        // Such a customer may be made at any moment: that there is none is not remembered.
        let found = self.memories().customers.get_what_is(&(workspace, which.clone()), read).await?;
        found.ok_or_else(|| Refusal::UnknownCustomer(which.clone()).into())
    }

    /// The customer's member of that id or external id.
    async fn member_of(&self, customer: &Customer, which: MemberRef) -> Result<MemberId, Error> {
        let (workspace, customer) = (customer.workspace_id, customer.id);
        self.doors()
            .db(Mode::Read, move |unit| {
                let found = match &which {
                    MemberRef::Id(id) => {
                        unit.member(workspace, *id)?.filter(|member| member.customer_id == customer)
                    }
                    MemberRef::External(external_id) => unit.member_by_external_id(customer, external_id)?,
                };
                Ok(found.ok_or(Refusal::UnknownMember(which))?.id)
            })
            .await
    }

    async fn open(
        &self,
        workspace: WorkspaceId,
        new: &NewCustomerSession,
        customer: BilledCustomer,
        actor: Actor,
        once: &Once<OpenedCustomerSession>,
    ) -> Result<OpenedCustomerSession, Error> {
        let (now, random, keys) = (self.now(), self.random(), &self.0.keys);
        let owner = matches!(actor, Actor::FirstOwner).then(|| owner_of(&customer.customer, random, now));
        let member_id = match actor {
            Actor::Member(id) => Some(id),
            Actor::FirstOwner | Actor::Customer => owner.as_ref().map(|owner: &Member| owner.id),
        };
        let (token, token_hash) = if member_id.is_some() {
            let token = PlainToken::generate(random);
            let hash = token.hash(keys);
            (PortalToken::Member(token), hash)
        } else {
            let token = PlainToken::generate(random);
            let hash = token.hash(keys);
            (PortalToken::Customer(token), hash)
        };
        let entry_code = PlainToken::generate(random);
        let session = CustomerSession {
            token_hash,
            workspace_id: workspace,
            customer_id: customer.customer.id,
            member_id,
            return_url: new.return_url.clone(),
            created_at: now,
            expires_at: now + new.life,
            revoked_at: None,
        };
        let entry = PortalEntry {
            code_hash: entry_code.hash(keys),
            session: token_hash,
            expires_at: session.expires_at.min(now + PortalEntry::LIFE),
        };
        let opened = OpenedCustomerSession { session, token, entry_code, customer };
        let (session, owner) = (opened.session.clone(), owner.map(Box::new));
        let customer_id = session.customer_id;
        let answer = once.answer(customer_id, &opened)?;
        match self.doors().submit(Command::OpenCustomerSession { session, entry, owner, answer }).await? {
            Outcome::Applied | Outcome::Replaced => {
                self.activity().opened(SessionKind::Portal);
                Ok(opened)
            }
            Outcome::Gone => {
                self.forget([Topic::Customer(customer_id)]);
                Err(Refusal::UnknownCustomer(new.customer.clone()).into())
            }
        }
    }

    /// What a customer session's token opens, for the merchant's own server; `None` when it opens nothing, or
    /// something of another workspace.
    pub async fn introspect_customer_session(
        &self,
        workspace: WorkspaceId,
        text: &str,
    ) -> Result<Option<Known<PortalAccess>>, Error> {
        let access = self.live_portal_access(text).await?;
        Ok(access.filter(|access| access.session.workspace_id == workspace))
    }
}

fn refuse_member(choice: MemberChoice) -> Result<(), Refusal> {
    match choice {
        MemberChoice::Unnamed => Ok(()),
        MemberChoice::Named(member) => Err(Refusal::MemberModelOff(member)),
        MemberChoice::NamedTwice(id, _) => Err(Refusal::MemberModelOff(MemberRef::Id(id))),
    }
}
