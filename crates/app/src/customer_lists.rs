//! The list of customers, as a merchant's server asks for it.

use std::collections::HashMap;

use anteroom_domain::customer::{Customer, CustomerId, CustomerKind};
use anteroom_domain::member::Member;
use anteroom_domain::page::{COUNTED, Direction, Listed, Page, Sort, Start};
use anteroom_domain::text::{Email, ExternalId, Line, folded};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{CustomerField, CustomerFilter, CustomerOrder, CustomerPlace, Mode, StoreError, Unit};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::customers::BilledCustomer;
use crate::names::by_own_name;
use crate::{App, Error, Refusal};

/// Which customers are listed, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerQuery {
    /// Which.
    pub filter: CustomerFilter,
    /// In which order, ties by id.
    pub sorts: Vec<Sort<CustomerField>>,
    /// Where the piece begins.
    pub start: Start,
    /// How many customers it has at most: 1 to 100.
    pub limit: u32,
    /// Whether their members come along.
    pub with_members: bool,
}

/// A piece of the list of customers.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPage {
    /// The customers, and how many the whole list has.
    pub listed: Listed<ListedCustomer>,
    /// What the next piece begins after; `None` at the end of the list.
    pub next_cursor: Option<String>,
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCustomer {
    /// The customer and where its bills go.
    pub billed: BilledCustomer,
    /// Its members, oldest first, if they were asked for; none where the workspace has no members.
    pub members: Option<Vec<Member>>,
}

/// What cursors are sealed for. They hold an e-mail and a name, and travel in addresses.
const CURSOR: &str = "cursor of a list of customers";

impl App {
    /// A piece of the workspace's customers. Refuses a cursor that another list has given.
    pub async fn list_customers(
        &self,
        workspace: &Workspace,
        query: CustomerQuery,
    ) -> Result<CustomerPage, Error> {
        let CustomerQuery { filter, sorts, start, limit, with_members } = query;
        let id = workspace.id;
        let who = description(id, &filter);
        // However it is sorted, it is as long.
        let unsorted = who.to_string();
        let list = json!([who, description_of_order(&sorts)]);
        let is_long = self.0.long_lists.know(&unsorted, self.now());
        let (after, offset) = match start {
            Start::Offset(offset) => (None, offset),
            Start::After(cursor) => (Some(self.place_of(&list, cursor)?), 0),
        };
        let order = CustomerOrder { sorts, after };
        // One more than is wanted shows whether there are more.
        let page = Page { offset, limit: limit.saturating_add(1) };
        let wanted = match (with_members, workspace.settings.member_model_enabled) {
            (false, _) => Members::Unwanted,
            (true, false) => Members::None,
            (true, true) => Members::All,
        };
        let (listed, next) = self
            .doors()
            .db(Mode::Read, move |unit| {
                let filter = by_own_name(unit, id, filter)?;
                let Listed { items: mut customers, total } = if is_long {
                    Listed { items: unit.customers_of_long_list(id, &filter, &order, page)?, total: COUNTED }
                } else {
                    unit.customers(id, &filter, &order, page)?
                };
                let goes_on = customers.len() > usize::try_from(limit).unwrap_or(usize::MAX);
                if goes_on {
                    customers.pop();
                }
                let next = customers.last().filter(|_| goes_on).map(CustomerPlace::from);
                Ok((Listed { items: filled(unit, customers, wanted)?, total }, next))
            })
            .await?;
        if !is_long && listed.total >= COUNTED {
            self.0.long_lists.remember(unsorted, self.now());
        }
        Ok(CustomerPage { listed, next_cursor: next.map(|place| self.cursor(&list, &place)) })
    }

    fn cursor(&self, list: &Value, place: &CustomerPlace) -> String {
        let CustomerPlace { email_key, name_key, created_at, id } = place;
        let created_at = created_at.unix_timestamp_nanos().to_string();
        let place = json!([list, email_key, name_key, created_at, id.to_string()]);
        self.0.keys.seal_text(self.random(), CURSOR, place.to_string().as_bytes())
    }

    /// The place that a cursor of this list names.
    fn place_of(&self, list: &Value, cursor: String) -> Result<CustomerPlace, Refusal> {
        let read = || {
            let plain = self.0.keys.unseal_text(CURSOR, &cursor).ok()?;
            let (of, email_key, name_key, created_at, id): (Value, _, _, String, String) =
                serde_json::from_slice(&plain).ok()?;
            let created_at = OffsetDateTime::from_unix_timestamp_nanos(created_at.parse().ok()?).ok()?;
            let place = CustomerPlace { email_key, name_key, created_at, id: id.parse().ok()? };
            (of == *list).then_some(place)
        };
        read().ok_or(Refusal::ForeignCursor(cursor))
    }
}

/// Which members come along.
#[derive(Clone, Copy)]
enum Members {
    Unwanted,
    None,
    All,
}

/// Adds to the customers what a list shows of them.
fn filled(
    unit: &mut dyn Unit,
    customers: Vec<Customer>,
    wanted: Members,
) -> Result<Vec<ListedCustomer>, StoreError> {
    let ids: Vec<_> = customers.iter().map(|customer| customer.id).collect();
    let addresses = unit.billing_addresses(&ids)?;
    let mut addresses: HashMap<_, _> =
        addresses.into_iter().map(|address| (address.customer_id, address)).collect();
    let mut members: HashMap<CustomerId, Vec<Member>> = HashMap::new();
    if let Members::All = wanted {
        for member in unit.members_of(&ids)? {
            members.entry(member.customer_id).or_default().push(member);
        }
    }
    let filled = |customer: Customer| {
        let members = match wanted {
            Members::Unwanted => None,
            Members::None | Members::All => Some(members.remove(&customer.id).unwrap_or_default()),
        };
        let billing_address = addresses.remove(&customer.id);
        ListedCustomer { billed: BilledCustomer { customer, billing_address }, members }
    };
    Ok(customers.into_iter().map(filled).collect())
}

/// Whom a list has. With their order it tells one list from another: a cursor belongs to one.
fn description(workspace: WorkspaceId, filter: &CustomerFilter) -> Value {
    let CustomerFilter { email, external_id, query, metadata, kind, has_account, .. } = filter;
    let at = |at: Option<OffsetDateTime>| at.map(|at| at.unix_timestamp_nanos().to_string());
    json!([
        workspace.to_string(),
        email.as_ref().map(Email::key),
        external_id.as_ref().map(ExternalId::as_str),
        query.as_ref().map(Line::as_str).map(folded),
        metadata,
        kind.map(CustomerKind::as_str),
        has_account,
        [at(filter.created_from), at(filter.created_before)],
    ])
}

fn description_of_order(sorts: &[Sort<CustomerField>]) -> Value {
    let sorts = sorts.iter().map(|sort| {
        let field = match sort.field {
            CustomerField::Email => "email",
            CustomerField::Name => "name",
            CustomerField::CreatedAt => "created_at",
        };
        json!([field, sort.direction == Direction::Descending])
    });
    sorts.collect()
}
