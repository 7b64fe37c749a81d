//! Members, as a merchant's server manages them.

use anteroom_domain::customer::{Customer, CustomerId, CustomerKind};
use anteroom_domain::member::{Member, MemberId, Role};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Email, ExternalId, Line};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_domain::{Id, Random};
use anteroom_store::{Constraint, MemberFilter, Mode, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::change::Change;
use crate::customers::owner_of;
use crate::names::{Whose, named, named_for_update, whose};
use crate::{App, CustomerRef, Error, Forbidden, MemberRef, Missing, Once, Refusal, SessionKind};

/// A member to be made.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Unique among the customer's members; an existing member of that e-mail is given back unchanged.
    pub email: Email,
    /// What they are called.
    pub name: Option<Line>,
    /// The merchant's own identifier.
    pub external_id: Option<ExternalId>,
    /// What they may do.
    pub role: Role,
}

/// What a merchant's server changes about a member.
#[derive(Debug, Clone, Default)]
pub struct MemberChanges {
    /// What they are called.
    pub name: Change<Line>,
    /// Another address ends their sessions; another spelling of the same one is no change.
    pub email: Option<Email>,
    /// What they may do. Who becomes the owner takes that over from the one before; nobody else ends it.
    pub role: Option<Role>,
}

/// A member, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhichMember {
    /// By our id alone.
    ById(MemberId),
    /// Among those of a customer.
    Of(CustomerRef, MemberRef),
}

impl App {
    /// Makes a member of a customer, and its owner first where it had none.
    ///
    /// An existing member of that e-mail is given back as it is, so that the call can be repeated.
    pub async fn create_member(
        &self,
        workspace: &Workspace,
        customer: CustomerRef,
        new: NewMember,
        once: Once<Member>,
    ) -> Result<Member, Error> {
        refuse_without_members(workspace)?;
        let (workspace, app, now) = (workspace.id, self.clone(), self.now());
        self.doors()
            .db(Mode::Write, move |unit| {
                // Held, so that two who add at once see each other's members.
                let customer = named_for_update(unit, workspace, &customer)?
                    .ok_or(Error::NotFound(Missing::Customer))?;
                let member = add_member(unit, &customer, new, app.random(), now)?;
                once.keep(unit, customer.id, &member)?;
                Ok(member)
            })
            .await
    }

    /// The member of that name.
    pub async fn member(&self, workspace: WorkspaceId, which: WhichMember) -> Result<Member, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                let found = match which {
                    WhichMember::ById(id) => unit.member(workspace, id)?,
                    WhichMember::Of(customer, member) => {
                        let customer =
                            named(unit, workspace, &customer)?.ok_or(Error::NotFound(Missing::Customer))?;
                        named_member(unit, &customer, &member)?
                    }
                };
                found.ok_or(Error::NotFound(Missing::Member))
            })
            .await
    }

    /// A piece of the workspace's members, newest first.
    pub async fn members(
        &self,
        workspace: WorkspaceId,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Listed<Member>, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                let MemberFilter { customer, customer_external_id, .. } = filter.clone();
                let customer = match whose(unit, workspace, customer, customer_external_id)? {
                    Whose::Anybodys => None,
                    Whose::Ones(id) => Some(id),
                    Whose::Nobodys => return Ok(Listed { items: Vec::new(), total: 0 }),
                };
                let filter = MemberFilter { customer, customer_external_id: None, ..filter };
                Ok(unit.members(workspace, &filter, page)?)
            })
            .await
    }

    /// A piece of the members of one customer, newest first.
    pub async fn members_of_customer(
        &self,
        workspace: WorkspaceId,
        customer: CustomerRef,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Listed<Member>, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                let customer =
                    named(unit, workspace, &customer)?.ok_or(Error::NotFound(Missing::Customer))?;
                let filter = MemberFilter { customer: Some(customer.id), ..filter };
                Ok(unit.members(workspace, &filter, page)?)
            })
            .await
    }

    /// Changes a member. Nothing different leaves the time of the last change as it was.
    ///
    /// Refuses an e-mail that another member of the customer has, and to leave the customer without an owner.
    pub async fn update_member(
        &self,
        workspace: &Workspace,
        which: WhichMember,
        changes: MemberChanges,
    ) -> Result<Member, Error> {
        refuse_without_members(workspace)?;
        let (workspace, now) = (workspace.id, self.now());
        let customer = self.customer_of(workspace, &which).await?;
        let (member, ended) = self
            .settle([Topic::Customer(customer)], move |unit| {
                let member = held_member(unit, workspace, customer, &which)?;
                change_member(unit, member, changes, now)
            })
            .await?;
        self.activity().ended(SessionKind::Portal, ended);
        Ok(member)
    }

    /// Removes a member, whose sessions end. Its e-mail and external id are free again. Refuses to remove the owner.
    pub async fn delete_member(&self, workspace: &Workspace, which: WhichMember) -> Result<(), Error> {
        refuse_without_members(workspace)?;
        let (workspace, now) = (workspace.id, self.now());
        let customer = self.customer_of(workspace, &which).await?;
        let ended = self
            .settle([Topic::Customer(customer)], move |unit| {
                let member = held_member(unit, workspace, customer, &which)?;
                if member.role == Role::Owner {
                    return Err(Refusal::OwnerStays.into());
                }
                let ended = unit.revoke_member_sessions(member.customer_id, member.id, now)?;
                unit.delete_member(member.customer_id, member.id, now)?;
                Ok(ended)
            })
            .await?;
        self.activity().ended(SessionKind::Portal, ended);
        Ok(())
    }

    /// Ends every session in which a member acts, also where there are no members any more. How many ended.
    pub async fn revoke_sessions_of_member(
        &self,
        workspace: WorkspaceId,
        which: WhichMember,
    ) -> Result<u64, Error> {
        let now = self.now();
        let customer = self.customer_of(workspace, &which).await?;
        let ended = self
            .settle([Topic::Customer(customer)], move |unit| {
                let member = held_member(unit, workspace, customer, &which)?;
                Ok(unit.revoke_member_sessions(member.customer_id, member.id, now)?)
            })
            .await?;
        self.activity().ended(SessionKind::Portal, ended);
        Ok(ended)
    }

    /// Whose member is meant. Of one that was removed too: what is remembered of its sessions is to be forgotten, whoever
    /// removed it.
    async fn customer_of(&self, workspace: WorkspaceId, which: &WhichMember) -> Result<CustomerId, Error> {
        match which {
            WhichMember::Of(customer, _) => self.customer_id(workspace, customer).await,
            WhichMember::ById(id) => {
                let id = *id;
                let find = move |unit: &mut dyn Unit| Ok(unit.customer_of_member(workspace, id)?);
                self.doors().db(Mode::Read, find).await?.ok_or(Error::NotFound(Missing::Member))
            }
        }
    }
}

fn refuse_without_members(workspace: &Workspace) -> Result<(), Error> {
    let enabled = workspace.settings.member_model_enabled;
    if enabled { Ok(()) } else { Err(Error::Forbidden(Forbidden::MemberModelOff)) }
}

/// The customer's member of that id or external id.
pub(crate) fn named_member(
    unit: &mut dyn Unit,
    customer: &Customer,
    which: &MemberRef,
) -> Result<Option<Member>, StoreError> {
    match which {
        MemberRef::Id(id) => {
            let found = unit.member(customer.workspace_id, *id)?;
            Ok(found.filter(|member| member.customer_id == customer.id))
        }
        MemberRef::External(external_id) => unit.member_by_external_id(customer.id, external_id),
    }
}

/// The member, whose customer is held: of several who change its members, each sees what the one before has done.
fn held_member(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    customer: CustomerId,
    which: &WhichMember,
) -> Result<Member, Error> {
    let (gone, member) = match which {
        WhichMember::ById(id) => (Missing::Member, &MemberRef::Id(*id)),
        WhichMember::Of(_, member) => (Missing::Customer, member),
    };
    let customer =
        named_for_update(unit, workspace, &CustomerRef::Id(customer))?.ok_or(Error::NotFound(gone))?;
    named_member(unit, &customer, member)?.ok_or(Error::NotFound(Missing::Member))
}

/// Adds a member, and the owner first where there is none; an existing member of that e-mail is given back as it is.
fn add_member(
    unit: &mut dyn Unit,
    customer: &Customer,
    new: NewMember,
    random: &dyn Random,
    now: OffsetDateTime,
) -> Result<Member, Error> {
    let owned = unit.owner(customer.id)?.is_some();
    if !owned && new.role != Role::Owner {
        unit.insert_member(&owner_of(customer, random, now))?;
    }
    if let Some(existing) = unit.member_by_email(customer.id, &new.email)? {
        return Ok(existing);
    }
    if owned && new.role == Role::Owner {
        return Err(Refusal::OwnerExists.into());
    }
    if customer.kind == CustomerKind::Individual && unit.count_members(customer.id)? > 0 {
        return Err(Error::Forbidden(Forbidden::IndividualHasOneMember));
    }
    let member = Member {
        id: Id::random(random),
        workspace_id: customer.workspace_id,
        customer_id: customer.id,
        external_id: new.external_id,
        email: new.email,
        name: new.name,
        role: new.role,
        created_at: now,
        modified_at: None,
    };
    match (unit.insert_member(&member), &member.external_id) {
        (Err(StoreError::Conflict(Constraint::MemberExternalId)), Some(external_id)) => {
            Err(Refusal::MemberExternalIdTaken(external_id.clone()).into())
        }
        (other, _) => other.map(|()| member).map_err(Error::from),
    }
}

/// Changes a member whose customer is held; how many sessions ended by it.
fn change_member(
    unit: &mut dyn Unit,
    mut member: Member,
    changes: MemberChanges,
    now: OffsetDateTime,
) -> Result<(Member, u64), Error> {
    let renamed = changes.name.apply(&mut member.name);
    let role = changes.role.filter(|role| *role != member.role);
    let email = changes.email.filter(|email| *email != member.email);
    if !renamed && role.is_none() && email.is_none() {
        return Ok((member, 0));
    }
    if let Some(role) = role {
        hand_over(unit, &member, role, now)?;
        member.role = role;
    }
    let mut ended = 0;
    if let Some(email) = email {
        ended = unit.revoke_member_sessions(member.customer_id, member.id, now)?;
        member.email = email;
    }
    member.modified_at = Some(now);
    match unit.update_member(&member) {
        Err(StoreError::Conflict(Constraint::MemberEmail)) => {
            Err(Refusal::MemberEmailTaken(member.email).into())
        }
        other => Ok(other.map(|_living| (member, ended))?),
    }
}

/// Makes room for another role of the member: a new owner takes over from the one before, who goes on as billing manager.
fn hand_over(unit: &mut dyn Unit, member: &Member, role: Role, now: OffsetDateTime) -> Result<(), Error> {
    if member.role == Role::Owner {
        return Err(Refusal::OwnerNeeded(role).into());
    }
    if role == Role::Owner
        && let Some(before) = unit.owner(member.customer_id)?
    {
        unit.update_member(&Member { role: Role::BillingManager, modified_at: Some(now), ..before })?;
    }
    Ok(())
}
