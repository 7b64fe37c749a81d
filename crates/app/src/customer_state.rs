//! How a customer stands: whether anybody may sign in as it, and all that a merchant's server wants to know at once.

use anteroom_domain::address::Address;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::member::Member;
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Mode, SessionCounts, Topic};
use time::OffsetDateTime;

use crate::customers::{BilledCustomer, with_billing_address};
use crate::names::{named, named_for_update};
use crate::sessions::{Ended, end_sessions};
use crate::{App, CustomerRef, Error, Missing};

/// A customer with all that belongs to it, at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerState {
    /// The customer and where its bills go.
    pub billed: BilledCustomer,
    /// Where its parcels go.
    pub shipping_address: Option<Address>,
    /// Its members, oldest first; none where the workspace has no members.
    pub members: Vec<Member>,
    /// Its live sessions and its members'.
    pub sessions: SessionCounts,
}

impl App {
    /// How the customer stands, as the database has it at this moment.
    pub async fn customer_state(
        &self,
        workspace: &Workspace,
        which: CustomerRef,
    ) -> Result<CustomerState, Error> {
        let (now, id, has_members) = (self.now(), workspace.id, workspace.settings.member_model_enabled);
        self.doors()
            .db(Mode::Read, move |unit| {
                let customer = named(unit, id, &which)?.ok_or(Error::NotFound(Missing::Customer))?;
                let book = unit.addresses(customer.id)?;
                let default =
                    |is_default: fn(&Address) -> bool| book.iter().find(|one| is_default(one)).cloned();
                let shipping_address = default(|address| address.is_default_shipping);
                let billing_address = default(|address| address.is_default_billing);
                let members = if has_members { unit.members_of(&[customer.id])? } else { Vec::new() };
                let sessions = unit.count_live_sessions(id, customer.id, now)?;
                let billed = BilledCustomer { customer, billing_address };
                Ok(CustomerState { billed, shipping_address, members, sessions })
            })
            .await
    }

    /// From now on nobody signs in as the customer, and every session of it and its members has ended.
    pub async fn disable_customer(
        &self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<BilledCustomer, Error> {
        let now = self.now();
        self.set_disabled(workspace, id, move |since| since.or(Some(now))).await
    }

    /// From now on those who could sign in as the customer can again. Sessions that have ended stay so.
    pub async fn enable_customer(
        &self,
        workspace: WorkspaceId,
        id: CustomerId,
    ) -> Result<BilledCustomer, Error> {
        self.set_disabled(workspace, id, |_| None).await
    }

    async fn set_disabled(
        &self,
        workspace: WorkspaceId,
        id: CustomerId,
        change: impl FnOnce(Option<OffsetDateTime>) -> Option<OffsetDateTime> + Send + 'static,
    ) -> Result<BilledCustomer, Error> {
        let now = self.now();
        let (customer, ended) = self
            .settle([Topic::Customer(id)], move |unit| {
                let held = named_for_update(unit, workspace, &CustomerRef::Id(id))?;
                let mut customer = held.ok_or(Error::NotFound(Missing::Customer))?;
                let (before, after) = (customer.disabled_at, change(customer.disabled_at));
                if before != after {
                    customer.disabled_at = after;
                    customer.modified_at = Some(now);
                    unit.update_customer(&customer)?;
                }
                // Who was signing in when it was disabled may have been given a session since; it does not come back.
                let ended = match before.or(after) {
                    Some(_) => end_sessions(unit, customer.id, now)?,
                    None => Ended::default(),
                };
                Ok((with_billing_address(unit, customer)?, ended))
            })
            .await?;
        self.count_ended(ended);
        Ok(customer)
    }
}
