//! Two records of one customer become one.

use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::merge::{MergeFault, MergedMembers};
use anteroom_domain::page::Page;
use anteroom_domain::text::ExternalId;
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{Constraint, Merge, Mode, SessionsOf, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::addresses::MAX_ADDRESSES;
use crate::customers::{BilledCustomer, with_billing_address};
use crate::names::named;
use crate::sessions::{Ended, end_sessions};
use crate::{App, CustomerRef, Error, Missing, Refusal, SessionKind};

/// A customer in whom another one has gone up, or would.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedCustomer {
    /// The survivor, as it is afterwards.
    pub survivor: BilledCustomer,
    /// The one that goes up in it, whose id is another name of the survivor afterwards.
    pub merged: CustomerId,
    /// Its external id, where that is another name of the survivor afterwards.
    pub external_id_alias: Option<ExternalId>,
    /// Addresses that are the survivor's afterwards.
    pub moved_addresses: u64,
    /// Members who are the survivor's afterwards.
    pub moved_members: u64,
    /// Those who sign in to the shop as the survivor afterwards.
    pub moved_sign_ins: u64,
    /// Members who end.
    pub ended_members: u64,
    /// Sessions of the portal that end.
    pub ended_portal_sessions: u64,
    /// Sign-ins to the shop that end.
    pub ended_store_sessions: u64,
}

impl App {
    /// What [`merge_customers`](Self::merge_customers) would do and refuse; it changes nothing.
    pub async fn preview_merge(
        &self,
        workspace: WorkspaceId,
        into: CustomerId,
        from: CustomerId,
    ) -> Result<MergedCustomer, Error> {
        let now = self.now();
        self.doors()
            .db(Mode::Read, move |unit| match find(unit, workspace, into, from)? {
                (survivor, None) => done_before(unit, survivor, from),
                (survivor, Some(merged)) => Ok(Plan::of(unit, (survivor, merged), from, now)?.result),
            })
            .await
    }

    /// Lets the customer `from` go up in the customer `into`, with everything it has, once and for all: its sessions end, and
    /// its names lead to the survivor. What has gone up there already is left as it is.
    ///
    /// Refuses with every [`MergeFault`].
    pub async fn merge_customers(
        &self,
        workspace: WorkspaceId,
        into: CustomerId,
        from: CustomerId,
    ) -> Result<MergedCustomer, Error> {
        let now = self.now();
        loop {
            let topics = [Topic::Customer(into), Topic::Customer(from)];
            let done = self.settle(topics, move |unit| {
                let (survivor, merged) = match find(unit, workspace, into, from)? {
                    (survivor, None) => return done_before(unit, survivor, from).map(Some),
                    (survivor, Some(merged)) => (survivor.id, merged.id),
                };
                // Somebody else may have changed who is who. Then they are found anew by a unit that holds nobody yet.
                let Some(both) = unit.both_for_update(workspace, (survivor, merged))? else {
                    return Ok(None);
                };
                Plan::of(unit, both, from, now)?.carry_out(unit, now).map(Some)
            });
            if let Some(done) = done.await? {
                self.activity().ended(SessionKind::Portal, done.ended_portal_sessions);
                self.activity().ended(SessionKind::Store, done.ended_store_sessions);
                return Ok(done);
            }
        }
    }
}

/// Lets a guest go up in the account that has proved the e-mail which both have, and whom the unit holds like the guest; the
/// sessions that have ended by it. `None` where it cannot go up, as in [`MergeFault`]: then it stays a guest, and unseen.
pub(crate) fn merge_guest(
    unit: &mut dyn Unit,
    (account, guest): (Customer, Customer),
    now: OffsetDateTime,
) -> Result<Option<Ended>, Error> {
    let from = guest.id;
    match Plan::of(unit, (account, guest), from, now) {
        Ok(plan) => {
            let done = plan.carry_out(unit, now)?;
            Ok(Some(Ended { portal: done.ended_portal_sessions, store: done.ended_store_sessions }))
        }
        Err(Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The survivor, and who is to go up in it; nobody where that has happened.
fn find(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    into: CustomerId,
    from: CustomerId,
) -> Result<(Customer, Option<Customer>), Error> {
    let survivor = named(unit, workspace, &CustomerRef::Id(into))?;
    let survivor = survivor.ok_or(Error::NotFound(Missing::Customer))?;
    if from == into || from == survivor.id {
        return Err(Refusal::NotMergeable(from, MergeFault::Itself).into());
    }
    let merged = named(unit, workspace, &CustomerRef::Id(from))?;
    let merged = merged.ok_or(Refusal::NotMergeable(from, MergeFault::Unknown))?;
    let to_go_up = (merged.id != survivor.id).then_some(merged);
    Ok((survivor, to_go_up))
}

fn done_before(unit: &mut dyn Unit, survivor: Customer, merged: CustomerId) -> Result<MergedCustomer, Error> {
    Ok(MergedCustomer {
        survivor: with_billing_address(unit, survivor)?,
        merged,
        external_id_alias: None,
        moved_addresses: 0,
        moved_members: 0,
        moved_sign_ins: 0,
        ended_members: 0,
        ended_portal_sessions: 0,
        ended_store_sessions: 0,
    })
}

/// What is going to happen.
struct Plan {
    /// The name that was given for the one that goes up.
    from: CustomerId,
    result: MergedCustomer,
    members: MergedMembers,
    /// Whether the survivor keeps a default address of its own: for parcels, for bills.
    keeps_default: (bool, bool),
}

impl Plan {
    /// Of two customers, whom nobody changes meanwhile if they are held.
    fn of(
        unit: &mut dyn Unit,
        (survivor, merged): (Customer, Customer),
        from: CustomerId,
        now: OffsetDateTime,
    ) -> Result<Self, Error> {
        let (mut after, mut faults) = match survivor.after_merging(&merged) {
            Ok(after) => (after, Vec::new()),
            Err(faults) => (survivor.clone(), faults),
        };
        after.modified_at = Some(now);
        if merged.has_account && !survivor.has_account && is_taken(unit, &survivor, &merged)? {
            faults.push(MergeFault::EmailTaken);
        }
        let kept = unit.addresses(survivor.id)?;
        let moved = unit.addresses(merged.id)?;
        if count(&kept) + count(&moved) > MAX_ADDRESSES {
            faults.push(MergeFault::TooManyAddresses);
        }
        if !faults.is_empty() {
            let refusals = faults.into_iter().map(|fault| Refusal::NotMergeable(from, fault));
            return Err(Error::Refused(refusals.collect()));
        }
        let members =
            MergedMembers::of(survivor.kind, &unit.all_members(survivor.id)?, &unit.all_members(merged.id)?);
        let newest = Page { offset: 0, limit: 1 };
        let (workspace, id) = (merged.workspace_id, merged.id);
        let external_id_alias = merged.external_id.filter(|_| survivor.external_id.is_some());
        let billing_address = kept.iter().chain(&moved).find(|address| address.is_default_billing);
        let result = MergedCustomer {
            survivor: BilledCustomer { customer: after, billing_address: billing_address.cloned() },
            merged: id,
            external_id_alias,
            moved_addresses: count(&moved),
            moved_members: count(&members.moved),
            moved_sign_ins: count(&unit.identities(id)?),
            ended_members: count(&members.ended),
            ended_portal_sessions: unit
                .customer_sessions(workspace, Some(SessionsOf::Customer(id)), now, newest)?
                .total,
            ended_store_sessions: unit.store_sessions(workspace, id, now, newest)?.total,
        };
        let keeps_default = (
            kept.iter().any(|address| address.is_default_shipping),
            kept.iter().any(|address| address.is_default_billing),
        );
        Ok(Self { from, result, members, keeps_default })
    }

    fn carry_out(self, unit: &mut dyn Unit, now: OffsetDateTime) -> Result<MergedCustomer, Error> {
        let Self { from, mut result, members, keeps_default: (for_parcels, for_bills) } = self;
        let (merged, survivor) = (result.merged, &result.survivor.customer);
        let ended = end_sessions(unit, merged, now)?;
        (result.ended_portal_sessions, result.ended_store_sessions) = (ended.portal, ended.store);
        if for_parcels {
            unit.clear_default_shipping(merged, now)?;
        }
        if for_bills {
            unit.clear_default_billing(merged, now)?;
        }
        let merge = Merge {
            workspace: survivor.workspace_id,
            merged,
            survivor: survivor.id,
            keeps_external_id: result.external_id_alias.is_some(),
            ended_members: members.ended,
            owner_steps_down: members.owner_steps_down,
            at: now,
        };
        unit.merge_customer(&merge)?;
        match unit.update_customer(survivor) {
            // An account with it was made just now.
            Err(StoreError::Conflict(Constraint::CustomerEmail)) => {
                Err(Refusal::NotMergeable(from, MergeFault::EmailTaken).into())
            }
            updated => updated.map(|_| result).map_err(Error::from),
        }
    }
}

/// Whether a third customer has an account with the survivor's e-mail.
fn is_taken(unit: &mut dyn Unit, survivor: &Customer, merged: &Customer) -> Result<bool, StoreError> {
    let same = unit.customers_by_email(survivor.workspace_id, &survivor.email)?;
    Ok(same.iter().any(|other| other.has_account && other.id != merged.id))
}

fn count<T>(some: &[T]) -> u64 {
    u64::try_from(some.len()).unwrap_or(u64::MAX)
}
