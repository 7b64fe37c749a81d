//! Which customers a list has, and in which order.

use anteroom_domain::page::Direction;
use anteroom_domain::text::folded;
use anteroom_domain::workspace::WorkspaceId;
use diesel::expression::BoxableExpression;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::connection::{DbConnection, MultiBackend};
use super::notes::noted;
use super::schema::customers;
use super::types::{DbTime, DbUuid};
use crate::{CustomerField, CustomerFilter, CustomerOrder, CustomerPlace};

const COUNTED: i64 = anteroom_domain::page::COUNTED.cast_signed();

/// Living customers, of which a list has some.
pub(super) type Living<'a> = IntoBoxed<'a, customers::table, MultiBackend>;
type Condition = Box<dyn BoxableExpression<customers::table, MultiBackend, SqlType = Bool>>;

/// The living customers of the workspace that the filter lets through; among `few`, where no others can be.
pub(super) fn filtered<'a>(
    workspace: WorkspaceId,
    filter: &'a CustomerFilter,
    few: Option<&'a [DbUuid]>,
) -> Living<'a> {
    let mut living = customers::table.into_boxed().filter(customers::deleted_at.is_null());
    living = match few {
        // They are the workspace's: that is how they were found. Said once more, SQLite would walk the whole workspace.
        Some(few) => living.filter(customers::id.eq_any(few)),
        None => living.filter(customers::workspace_id.eq(DbUuid::from(workspace))),
    };
    if let Some(email) = &filter.email {
        living = living.filter(customers::email_key.eq(email.key()));
    }
    if let Some(external_id) = &filter.external_id {
        living = living.filter(customers::external_id.eq(external_id.as_str()));
    }
    if let Some(query) = &filter.query {
        let beginning = beginning(query.as_str());
        let later_word = format!("% {beginning}");
        living = living.filter(
            customers::name_key
                .like(beginning.clone())
                .escape('\\')
                .or(customers::name_key.like(later_word).escape('\\'))
                .or(customers::email_key.like(beginning.clone()).escape('\\'))
                .or(customers::external_id_key.like(beginning).escape('\\')),
        );
    }
    for (key, texts) in &filter.metadata {
        living = living.filter(noted(key, texts));
    }
    if let Some(kind) = filter.kind {
        living = living.filter(customers::kind.eq(kind.as_str()));
    }
    if let Some(has_account) = filter.has_account {
        living = living.filter(customers::has_account.eq(has_account));
    }
    if let Some(from) = filter.created_from {
        living = living.filter(customers::created_at.ge(DbTime(from)));
    }
    if let Some(before) = filter.created_before {
        living = living.filter(customers::created_at.lt(DbTime(before)));
    }
    living
}

/// Those of a list by one field who stand within the next `reach` customers of the workspace; `None` where there are no more than that,
/// and of another list.
pub(super) fn near<'a>(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &'a CustomerFilter,
    order: &CustomerOrder,
    reach: u32,
) -> QueryResult<Option<Living<'a>>> {
    let [sort] = order.sorts.as_slice() else { return Ok(None) };
    // Along an index that has all that is asked: the one by date has the deleted as well, and they may count.
    let anybody = customers::table.into_boxed().filter(customers::workspace_id.eq(DbUuid::from(workspace)));
    let anybody = match sort.field {
        CustomerField::CreatedAt => anybody,
        CustomerField::Email | CustomerField::Name => anybody.filter(customers::deleted_at.is_null()),
    };
    macro_rules! near {
        ($column:path as $value:ty) => {{
            let edge: Option<($value, DbUuid)> = ordered(anybody, order)
                .select(($column, customers::id))
                .offset(reach.into())
                .limit(1)
                .get_result(connection)
                .optional()?;
            edge.map(|(edge, id)| {
                let (near, by_id) = (filtered(workspace, filter, None), customers::id.lt(id));
                // Many may be level with the edge: an import gives all who come without a date the same one.
                match sort.direction {
                    Direction::Ascending => {
                        near.filter($column.le(edge.clone())).filter($column.lt(edge).or(by_id))
                    }
                    Direction::Descending => {
                        near.filter($column.ge(edge.clone())).filter($column.gt(edge).or(by_id))
                    }
                }
            })
        }};
    }
    Ok(match sort.field {
        CustomerField::Email => near!(customers::email_key as String),
        CustomerField::Name => near!(customers::name_key as String),
        CustomerField::CreatedAt => near!(customers::created_at as DbTime),
    })
}

/// How many they are; of more than [`COUNTED`], that many.
pub(super) fn count(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &CustomerFilter,
) -> QueryResult<i64> {
    let mut all = filtered(workspace, filter, None);
    if *filter == CustomerFilter::default() {
        // Along an index that has everything that is asked, and not along the records.
        all = all.order((customers::name_key.asc(), customers::id.asc()));
    }
    let beyond: Option<DbUuid> =
        all.select(customers::id).offset(COUNTED).limit(1).get_result(connection).optional()?;
    match beyond {
        Some(_) => Ok(COUNTED),
        None => filtered(workspace, filter, None).count().get_result(connection),
    }
}

/// The pattern of texts that begin so, in any case.
fn beginning(text: &str) -> String {
    format!("{}%", inert(&folded(text)))
}

/// What stands for other characters in a pattern stands for itself.
pub(super) fn inert(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// Sorts them, and passes over those up to where the list begins.
pub(super) fn ordered<'a>(mut living: Living<'a>, order: &CustomerOrder) -> Living<'a> {
    for sort in &order.sorts {
        living = match (sort.field, sort.direction) {
            (CustomerField::Email, Direction::Ascending) => living.then_order_by(customers::email_key.asc()),
            (CustomerField::Email, Direction::Descending) => {
                living.then_order_by(customers::email_key.desc())
            }
            (CustomerField::Name, Direction::Ascending) => living.then_order_by(customers::name_key.asc()),
            (CustomerField::Name, Direction::Descending) => living.then_order_by(customers::name_key.desc()),
            (CustomerField::CreatedAt, Direction::Ascending) => {
                living.then_order_by(customers::created_at.asc())
            }
            (CustomerField::CreatedAt, Direction::Descending) => {
                living.then_order_by(customers::created_at.desc())
            }
        };
    }
    living = living.then_order_by(customers::id.asc());
    match &order.after {
        // The database finds the place by the first field alone; the rest it looks at from there on.
        Some(place) => living.filter(not_before(order, place)).filter(after(order, place)),
        None => living,
    }
}

/// What comes after the place: further by the first field, or level with it and further by the next, and so on.
fn after(order: &CustomerOrder, place: &CustomerPlace) -> Condition {
    let by_id: Condition = Box::new(customers::id.gt(DbUuid::from(place.id)));
    order.sorts.iter().rev().fold(by_id, |by_the_next, sort| {
        let (further, level) = beside(sort.field, sort.direction, place);
        Box::new(further.or(level.and(by_the_next)))
    })
}

/// What does not come before the place by the first field.
fn not_before(order: &CustomerOrder, place: &CustomerPlace) -> Condition {
    macro_rules! not_before {
        ($column:path, $direction:expr, $value:expr) => {
            match $direction {
                Direction::Ascending => Box::new($column.ge($value)),
                Direction::Descending => Box::new($column.le($value)),
            }
        };
    }
    match order.sorts.first().map(|sort| (sort.field, sort.direction)) {
        Some((CustomerField::Email, direction)) => {
            not_before!(customers::email_key, direction, place.email_key.clone())
        }
        Some((CustomerField::Name, direction)) => {
            not_before!(customers::name_key, direction, place.name_key.clone())
        }
        Some((CustomerField::CreatedAt, direction)) => {
            not_before!(customers::created_at, direction, DbTime(place.created_at))
        }
        None => Box::new(customers::id.ge(DbUuid::from(place.id))),
    }
}

/// What is further than the place by one field, and what is level with it.
fn beside(field: CustomerField, direction: Direction, place: &CustomerPlace) -> (Condition, Condition) {
    macro_rules! beside {
        ($column:path, $value:expr) => {{
            let further: Condition = match direction {
                Direction::Ascending => Box::new($column.gt($value)),
                Direction::Descending => Box::new($column.lt($value)),
            };
            (further, Box::new($column.eq($value)))
        }};
    }
    match field {
        CustomerField::Email => beside!(customers::email_key, place.email_key.clone()),
        CustomerField::Name => beside!(customers::name_key, place.name_key.clone()),
        CustomerField::CreatedAt => beside!(customers::created_at, DbTime(place.created_at)),
    }
}
