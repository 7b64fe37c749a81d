//! Members, as a merchant's server manages them.

use anteroom_domain::customer::{CustomerId, CustomerKind};
use anteroom_domain::member::{Member, MemberId, Role};
use anteroom_domain::page::{Listed, Page};
use anteroom_domain::text::{Email, ExternalId, Line};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_domain::{Id, Random};
use anteroom_store::{Constraint, MemberFilter, Mode, StoreError, Unit};

use crate::customers::owner_of;
use crate::names::{Whose, named_for_update, whose};
use crate::{App, CustomerRef, Error, Forbidden, Missing, Once, Refusal};

/// A member to be made.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// For whom they act.
    pub customer: CustomerId,
    /// Unique among the customer's members; an existing member of that e-mail is given back unchanged.
    pub email: Email,
    /// What they are called.
    pub name: Option<Line>,
    /// The merchant's own identifier.
    pub external_id: Option<ExternalId>,
    /// What they may do.
    pub role: Role,
}

impl App {
    /// Makes a member of a customer, and its owner first where it had none.
    ///
    /// An existing member of that e-mail is given back as it is, so that the call can be repeated.
    pub async fn create_member(
        &self,
        workspace: &Workspace,
        new: NewMember,
        once: Once<Member>,
    ) -> Result<Member, Error> {
        if !workspace.settings.member_model_enabled {
            return Err(Error::Forbidden(Forbidden::MemberModelOff));
        }
        let (workspace, now) = (workspace.id, self.now());
        let member = Member {
            id: Id::random(self.random()),
            workspace_id: workspace,
            customer_id: new.customer,
            external_id: new.external_id,
            email: new.email,
            name: new.name,
            role: new.role,
            created_at: now,
            modified_at: None,
        };
        let app = self.clone();
        self.doors()
            .db(Mode::Write, move |unit| {
                let member = add_member(unit, member, app.random())?;
                once.keep(unit, member.customer_id, &member)?;
                Ok(member)
            })
            .await
    }

    /// The member of that id.
    pub async fn member(&self, workspace: WorkspaceId, id: MemberId) -> Result<Member, Error> {
        self.doors()
            .db(Mode::Read, move |unit| unit.member(workspace, id)?.ok_or(Error::NotFound(Missing::Member)))
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
}

/// Adds a member, and the owner first where there is none; an existing member of that e-mail is given back as it is.
fn add_member(unit: &mut dyn Unit, member: Member, random: &dyn Random) -> Result<Member, Error> {
    // Held, so that two who add at once see each other's members.
    let which = CustomerRef::Id(member.customer_id);
    let customer =
        named_for_update(unit, member.workspace_id, &which)?.ok_or(Error::NotFound(Missing::Customer))?;
    let member = Member { customer_id: customer.id, ..member };
    let owned = unit.owner(customer.id)?.is_some();
    if !owned && member.role != Role::Owner {
        unit.insert_member(&owner_of(&customer, random, member.created_at))?;
    }
    if let Some(existing) = unit.member_by_email(customer.id, &member.email)? {
        return Ok(existing);
    }
    if owned && member.role == Role::Owner {
        return Err(Refusal::OwnerExists.into());
    }
    if customer.kind == CustomerKind::Individual && unit.count_members(customer.id)? > 0 {
        return Err(Error::Forbidden(Forbidden::IndividualHasOneMember));
    }
    match (unit.insert_member(&member), &member.external_id) {
        (Err(StoreError::Conflict(Constraint::MemberExternalId)), Some(external_id)) => {
            Err(Refusal::MemberExternalIdTaken(external_id.clone()).into())
        }
        (other, _) => other.map(|()| member).map_err(Error::from),
    }
}
