//! Customer sessions, as a merchant's server opens them: seed 1.

use std::fmt;

use anteroom_auth::keys::Keys;
use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::TokenHash;
use anteroom_domain::customer::{Customer, CustomerKind};
use anteroom_domain::member::{Member, MemberId};
use anteroom_domain::session::CustomerSession;
use anteroom_domain::text::{ExternalId, ReturnUrl};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Constraint, Mode, OwnedCustomer, PortalAccess, StoreError, Topic, Unit};
use time::Duration;

use crate::customers::{BilledCustomer, owner_of};
use crate::doors::{Command, Outcome};
use crate::members::named_member;
use crate::names::named;
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
    /// How long it lives, between the limits of [`CustomerSession`]; `None` is as long as the workspace says.
    pub life: Option<Duration>,
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

    fn hash(&self, keys: &Keys) -> TokenHash {
        match self {
            Self::Customer(token) => token.hash(keys),
            Self::Member(token) => token.hash(keys),
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
    /// Refuses an unknown or disabled customer, an unknown member, a member where the member model is off, a team without one,
    /// and a way back to a host that the workspace does not list.
    pub async fn create_customer_session(
        &self,
        workspace: &Workspace,
        new: NewCustomerSession,
        once: Once<OpenedCustomerSession>,
    ) -> Result<OpenedCustomerSession, Error> {
        let (customer, actor) = self.decide(workspace, &new).await?;
        match self.open(workspace, &new, customer, actor, &once).await {
            // Another request made the first owner meanwhile: it is there now. Or the customer that was known from memory is
            // gone, and may have gone up in another.
            Err(
                Error::Store(StoreError::Conflict(Constraint::MemberOwner | Constraint::MemberEmail))
                | Error::Refused(_),
            ) => {
                self.memories().customers.forget(&(workspace.id, new.customer.clone()));
                let (customer, actor) = self.decide(workspace, &new).await?;
                self.open(workspace, &new, customer, actor, &once).await
            }
            opened => opened,
        }
    }

    async fn decide(
        &self,
        workspace: &Workspace,
        new: &NewCustomerSession,
    ) -> Result<(BilledCustomer, Actor), Error> {
        if let Some(url) = new.return_url.as_ref().filter(|url| !workspace.settings.allows_return_to(url)) {
            return Err(Refusal::ReturnHostNotListed(url.clone()).into());
        }
        let known = self.owned_customer(workspace.id, &new.customer).await?;
        let customer = BilledCustomer::from(&*known);
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

    /// The customer and its owner, as a merchant's server names the customer, unless nobody may sign in as it.
    async fn owned_customer(
        &self,
        workspace: WorkspaceId,
        which: &CustomerRef,
    ) -> Result<Known<OwnedCustomer>, Error> {
        let named = which.clone();
        let find = move |unit: &mut dyn Unit| Ok(owned(unit, workspace, &named)?);
        let read = async || self.doors().db(Mode::Read, find).await;
        // Such a customer may be made at any moment: that there is none is not remembered.
        let found = self.memories().customers.get_what_is(&(workspace, which.clone()), read).await?;
        let known = found.ok_or_else(|| Refusal::UnknownCustomer(which.clone()))?;
        if known.customer.disabled_at.is_some() {
            return Err(Refusal::DisabledCustomer(which.clone()).into());
        }
        Ok(known)
    }

    /// The customer's member of that id or external id.
    async fn member_of(&self, customer: &Customer, which: MemberRef) -> Result<MemberId, Error> {
        let customer = customer.clone();
        self.doors()
            .db(Mode::Read, move |unit| {
                let found = named_member(unit, &customer, &which)?;
                Ok(found.ok_or(Refusal::UnknownMember(which))?.id)
            })
            .await
    }

    async fn open(
        &self,
        workspace: &Workspace,
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
        let entry_code = PlainToken::<token::PortalEntry>::generate(random);
        let token = match member_id {
            Some(_) => PortalToken::Member(entry_code.session_token(keys)),
            None => PortalToken::Customer(entry_code.session_token(keys)),
        };
        let session = CustomerSession {
            token_hash: token.hash(keys),
            workspace_id: workspace.id,
            customer_id: customer.customer.id,
            member_id,
            return_url: new.return_url.clone(),
            created_at: now,
            expires_at: now + new.life.unwrap_or_else(|| workspace.settings.lifetimes.of_customer_session()),
            revoked_at: None,
            entered_at: None,
        };
        let opened = OpenedCustomerSession { session, token, entry_code, customer };
        let (session, owner) = (opened.session.clone(), owner.map(Box::new));
        let customer_id = session.customer_id;
        let answer = once.answer(customer_id, &opened)?;
        match self.doors().submit(Command::OpenCustomerSession { session, owner, answer }).await? {
            Outcome::Applied | Outcome::Replaced => {
                self.activity().opened(SessionKind::Portal);
                Ok(opened)
            }
            Outcome::Gone => {
                self.forget([Topic::Customer(customer_id)]);
                // It was deleted or disabled meanwhile.
                self.owned_customer(workspace.id, &new.customer).await?;
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

/// The living customer of that name, with what the opening of a session asks of it. Only where its own name leads nowhere,
/// more statements ask whose it has become.
fn owned(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    which: &CustomerRef,
) -> Result<Option<OwnedCustomer>, StoreError> {
    let own = match which {
        CustomerRef::Id(id) => unit.owned_customer(workspace, *id)?,
        CustomerRef::External(external_id) => unit.owned_customer_by_external_id(workspace, external_id)?,
    };
    match own {
        Some(own) => Ok(Some(own)),
        None => match named(unit, workspace, which)? {
            Some(survivor) => unit.owned_customer(workspace, survivor.id),
            None => Ok(None),
        },
    }
}

fn refuse_member(choice: MemberChoice) -> Result<(), Refusal> {
    match choice {
        MemberChoice::Unnamed => Ok(()),
        MemberChoice::Named(member) => Err(Refusal::MemberModelOff(member)),
        MemberChoice::NamedTwice(id, _) => Err(Refusal::MemberModelOff(MemberRef::Id(id))),
    }
}
