//! Pieces of the list of customers, each in the way that costs least.
//!
//! Few customers are asked one by one. Many are walked through in the order of the list, where a piece is soon full if they are spread
//! among all; if it is not, the rows of a search tell the first of them.

use anteroom_domain::customer::Customer;
use anteroom_domain::page::{COUNTED, Listed, Page};
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;

use super::count::counted;
use super::customer_finds::{FEW, Find, Search, Sorted, Worth};
use super::customer_lists::{Living, filtered, ordered};
use super::rows::CustomerRow;
use super::schema::customers;
use super::types::DbUuid;
use super::unit::SqlUnit;
use super::{customer_finds, customer_lists};
use crate::{CustomerFilter, CustomerOrder, StoreError};

/// So many customers are walked along for those of many that fill a piece: first where one in some twenty fits, then where one in some
/// two hundred does.
const REACHES: [u32; 2] = [200, 2_000];

/// A list: whose customers it has, which of them, and in which order.
#[derive(Clone, Copy)]
pub(super) struct List<'l> {
    pub(super) workspace: WorkspaceId,
    pub(super) filter: &'l CustomerFilter,
    pub(super) order: &'l CustomerOrder,
}

impl<'l> List<'l> {
    /// All of them.
    fn all(self) -> Living<'l> {
        filtered(self.workspace, self.filter, None)
    }

    /// Those among these few.
    fn among(self, few: &'l [DbUuid]) -> Living<'l> {
        filtered(self.workspace, self.filter, Some(few))
    }
}

impl SqlUnit {
    /// See [`Customers::customers`](crate::Customers::customers).
    pub(super) fn counted_page(
        &mut self,
        list: List<'_>,
        page: Page,
    ) -> Result<Listed<Customer>, StoreError> {
        let List { workspace, filter, order } = list;
        match self.read(|c| customer_finds::worth(c, workspace, filter, order))? {
            Worth::All => {
                let items = self.walk(list.all(), order, page)?;
                let total = self.read(|c| customer_lists::count(c, workspace, filter))?;
                Ok(Listed { items, total: counted(total)? })
            }
            Worth::These(few) => self.page_among(&few, list, page),
            Worth::Found(finds, sorted) => self.page_of_found(&finds, sorted, list, page),
            Worth::Many(search) => {
                Ok(Listed { items: self.page_of_many(&search, list, page)?, total: COUNTED })
            }
        }
    }

    /// See [`Customers::customers_of_long_list`](crate::Customers::customers_of_long_list).
    pub(super) fn uncounted_page(&mut self, list: List<'_>, page: Page) -> Result<Vec<Customer>, StoreError> {
        match self.read(|c| customer_finds::search(c, list.workspace, list.filter))? {
            Some(search) => self.page_of_many(&search, list, page),
            None => self.walk(list.all(), list.order, page),
        }
    }

    /// A piece of the list that some of these few make. One look at each tells who is in it and how many they are; a list that is gone on
    /// with takes two.
    fn page_among(
        &mut self,
        few: &[DbUuid],
        list: List<'_>,
        page: Page,
    ) -> Result<Listed<Customer>, StoreError> {
        if few.is_empty() {
            return Ok(Listed { items: Vec::new(), total: 0 });
        }
        if list.order.after.is_some() {
            let items = self.walk(list.among(few), list.order, page)?;
            let total: i64 = self.read(|c| list.among(few).count().get_result(c))?;
            return Ok(Listed { items, total: counted(total)? });
        }
        let all: Vec<DbUuid> =
            self.read(|c| ordered(list.among(few), list.order).select(customers::id).load(c))?;
        let piece: Vec<_> = page.piece_of(all.iter().copied()).collect();
        Ok(Listed { items: self.these(&piece, list)?, total: counted(all.len())? })
    }

    /// A piece of the list that has all who were found.
    fn page_of_found(
        &mut self,
        finds: &[Find],
        sorted: Sorted,
        list: List<'_>,
        page: Page,
    ) -> Result<Listed<Customer>, StoreError> {
        let place = list.order.after.as_ref().map(|place| sorted.find(place));
        let rest = finds
            .iter()
            .filter(|find| place.as_ref().is_none_or(|place| sorted.compare(place, find).is_lt()));
        let piece: Vec<_> = page.piece_of(rest.map(|find| find.id)).collect();
        let items = self.these(&piece, list)?;
        if items.len() == piece.len() {
            return Ok(Listed { items, total: counted(finds.len())? });
        }
        // A row was left behind by a server of an earlier version.
        let ids: Vec<_> = finds.iter().map(|find| find.id).collect();
        self.page_among(&ids, list, page)
    }

    /// A piece of a list of many: of those who stand near, if they fill it, or else by the rows of the search.
    fn page_of_many(
        &mut self,
        search: &Search<'_>,
        list: List<'_>,
        page: Page,
    ) -> Result<Vec<Customer>, StoreError> {
        let List { workspace, filter, order } = list;
        let Some(sorted) = search.sorted(order) else { return self.walk(list.all(), order, page) };
        for reach in REACHES {
            let Some(near) = self.read(|c| customer_lists::near(c, workspace, filter, order, reach))? else {
                return self.walk(list.all(), order, page);
            };
            let items = self.walk(near, order, page)?;
            if items.len() == size(page.limit) {
                return Ok(items);
            }
        }
        let wanted = size(page.offset).saturating_add(size(page.limit));
        let (mut found, mut after) = (Vec::new(), order.after.as_ref().map(|place| sorted.find(place)));
        let mut limit = wanted.saturating_mul(2).clamp(100, FEW);
        loop {
            let finds = self.read(|c| search.first(c, workspace, sorted, after.as_ref(), limit))?;
            let Some(furthest) = finds.last().cloned() else { break };
            let mut ids: Vec<_> = finds.iter().map(|find| find.id).collect();
            ids.dedup();
            let through = || ordered(list.among(&ids), order).select(customers::id);
            found.extend(self.read(|c| through().load::<DbUuid>(c))?);
            if finds.len() < limit || found.len() >= wanted {
                break;
            }
            (after, limit) = (Some(furthest), FEW);
        }
        let piece: Vec<_> = page.piece_of(found).collect();
        self.these(&piece, list)
    }

    /// Along the list until the piece is full.
    fn walk(
        &mut self,
        living: Living<'_>,
        order: &CustomerOrder,
        page: Page,
    ) -> Result<Vec<Customer>, StoreError> {
        let rows: Vec<CustomerRow> = self.read(|c| {
            ordered(living, order)
                .limit(page.limit.into())
                .offset(page.offset.into())
                .select(CustomerRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Customer::try_from).collect()
    }

    /// Those whom the list has, in the order of the ids.
    fn these(&mut self, ids: &[DbUuid], list: List<'_>) -> Result<Vec<Customer>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<CustomerRow> =
            self.read(|c| list.among(ids).select(CustomerRow::as_select()).load(c))?;
        let mut items = rows.into_iter().map(Customer::try_from).collect::<Result<Vec<_>, _>>()?;
        items.sort_by_key(|customer| ids.iter().position(|id| *id == DbUuid::from(customer.id)));
        Ok(items)
    }
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
