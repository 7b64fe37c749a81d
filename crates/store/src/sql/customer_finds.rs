//! Which customers a search finds by the rows beside them (`customer_search.rs`).

use std::collections::BTreeSet;

use anteroom_domain::customer::{indexed_note, search_beginning};
use anteroom_domain::page::Direction;
use anteroom_domain::text::{ExternalId, folded};
use anteroom_domain::workspace::WorkspaceId;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;

use super::connection::{DbConnection, MultiBackend};
use super::customer_search::is_complete;
use super::schema::{customer_notes, customer_words, customers};
use super::types::{DbTime, DbUuid};
use crate::{CustomerField, CustomerFilter, CustomerOrder, CustomerPlace};

/// The most customers that are asked one by one whether a filter lets them through.
pub(super) const FEW: usize = 3_000;

/// Comes after every character.
const LAST: char = '\u{10FFFF}';

/// Which customers of a workspace are worth asking whether a filter lets them through.
pub(super) enum Worth<'f> {
    /// All of them.
    All,
    /// These alone.
    These(Vec<DbUuid>),
    /// These, and it lets them all through; in the order of the list.
    Found(Vec<Find>, Sorted),
    /// Those alone that this finds, which are so many that nobody counts them.
    Many(Search<'f>),
}

/// What the rows are searched for.
pub(super) enum Search<'f> {
    /// Words that begin so.
    Word(String),
    /// One of these texts under that key of the merchant's notes.
    Note(&'f str, &'f BTreeSet<String>),
}

/// A customer that a search has found, and where it stands in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Find {
    key: Key,
    pub(super) id: DbUuid,
}

/// What a list that the rows can sort is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    CreatedAt(DbTime),
    Name(String),
}

/// An order that the rows have: by one field, ties by id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sorted {
    field: KeyField,
    direction: Direction,
}

#[derive(Debug, Clone, Copy)]
enum KeyField {
    CreatedAt,
    Name,
}

/// Which of the rows that a search finds.
enum Which<'a> {
    /// Whichever come first to hand.
    Any,
    /// The first that way, after this one.
    First(Direction, Option<&'a Find>),
}

/// Whom a filter can let through, by names and by the rows, as far as those are there.
pub(super) fn worth<'f>(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &'f CustomerFilter,
    order: &CustomerOrder,
) -> QueryResult<Worth<'f>> {
    // By its index; beside an order SQLite would walk that instead.
    if filter.email.is_some() || filter.external_id.is_some() {
        return named(connection, workspace, filter).map(Worth::These);
    }
    let searches = searches(connection, workspace, filter)?;
    for search in &searches {
        let sorted = search.sorted(order);
        let field = sorted.map_or(KeyField::CreatedAt, |sorted| sorted.field);
        let mut finds = search.rows(connection, workspace, field, &Which::Any, FEW + 1)?;
        if finds.len() > FEW {
            continue;
        }
        finds.sort_unstable_by_key(|find| find.id);
        finds.dedup();
        return Ok(match sorted {
            Some(sorted) if search.is_all_of(filter) => {
                finds.sort_unstable_by(|one, other| sorted.compare(one, other));
                Worth::Found(finds, sorted)
            }
            _ => Worth::These(finds.into_iter().map(|find| find.id).collect()),
        });
    }
    Ok(searches.into_iter().next().map_or(Worth::All, Worth::Many))
}

/// What the customers of a filter can be searched by, where the rows are all there.
pub(super) fn search<'f>(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &'f CustomerFilter,
) -> QueryResult<Option<Search<'f>>> {
    Ok(searches(connection, workspace, filter)?.into_iter().next())
}

/// Each of these finds everybody whom the filter lets through.
fn searches<'f>(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &'f CustomerFilter,
) -> QueryResult<Vec<Search<'f>>> {
    let word = filter.query.iter().map(|query| Search::Word(search_beginning(query.as_str())));
    let indexed = filter.metadata.iter().filter(|(_, texts)| texts.iter().all(|text| indexed_note(text)));
    let all: Vec<_> = word.chain(indexed.map(|(key, texts)| Search::Note(key, texts))).collect();
    Ok(if all.is_empty() || is_complete(connection, workspace)? { all } else { Vec::new() })
}

/// The living customers of that e-mail, or else of that external id.
fn named(
    connection: &mut DbConnection,
    workspace: WorkspaceId,
    filter: &CustomerFilter,
) -> QueryResult<Vec<DbUuid>> {
    let living = customers::table
        .filter(customers::workspace_id.eq(DbUuid::from(workspace)))
        .filter(customers::deleted_at.is_null());
    match (&filter.email, &filter.external_id) {
        (Some(email), _) => {
            living.filter(customers::email_key.eq(email.key())).select(customers::id).load(connection)
        }
        (None, external_id) => {
            let external_id = external_id.as_ref().map(ExternalId::as_str);
            living.filter(customers::external_id.eq(external_id)).select(customers::id).load(connection)
        }
    }
}

impl Search<'_> {
    /// The order of a list, if these rows have it.
    pub(super) fn sorted(&self, order: &CustomerOrder) -> Option<Sorted> {
        let [sort] = order.sorts.as_slice() else { return None };
        let field = match (sort.field, self) {
            (CustomerField::CreatedAt, _) => KeyField::CreatedAt,
            (CustomerField::Name, Search::Word(_)) => KeyField::Name,
            (CustomerField::Name, Search::Note(..)) | (CustomerField::Email, _) => return None,
        };
        Some(Sorted { field, direction: sort.direction })
    }

    /// Whether the filter lets everybody through whom this finds.
    fn is_all_of(&self, filter: &CustomerFilter) -> bool {
        let alone = match self {
            Search::Word(beginning) => CustomerFilter {
                query: filter.query.clone().filter(|query| folded(query.as_str()) == *beginning),
                ..CustomerFilter::default()
            },
            Search::Note(key, texts) => CustomerFilter {
                metadata: [((*key).to_owned(), (*texts).clone())].into(),
                ..CustomerFilter::default()
            },
        };
        alone == *filter
    }

    /// The first `limit` rows of what this finds, after that one. The rows of a customer who has several follow each other.
    pub(super) fn first(
        &self,
        connection: &mut DbConnection,
        workspace: WorkspaceId,
        sorted: Sorted,
        after: Option<&Find>,
        limit: usize,
    ) -> QueryResult<Vec<Find>> {
        self.rows(connection, workspace, sorted.field, &Which::First(sorted.direction, after), limit)
    }

    fn rows(
        &self,
        connection: &mut DbConnection,
        workspace: WorkspaceId,
        field: KeyField,
        which: &Which<'_>,
        limit: usize,
    ) -> QueryResult<Vec<Find>> {
        macro_rules! finds {
            ($rows:ident by $column:ident as $key:ident, $found:expr) => {{
                let mut found: IntoBoxed<'_, $rows::table, MultiBackend> = $found.into_boxed();
                if let Which::First(direction, after) = which {
                    found = match direction {
                        Direction::Ascending => found.order(($rows::$column.asc(), $rows::customer_id.asc())),
                        Direction::Descending => {
                            found.order(($rows::$column.desc(), $rows::customer_id.asc()))
                        }
                    };
                    if let Some(Find { key: Key::$key(value), id }) = after {
                        let level = $rows::$column.eq(value.clone()).and($rows::customer_id.gt(*id));
                        found = match direction {
                            Direction::Ascending => found.filter($rows::$column.gt(value.clone()).or(level)),
                            Direction::Descending => found.filter($rows::$column.lt(value.clone()).or(level)),
                        };
                    }
                }
                let limit = i64::try_from(limit).unwrap_or(i64::MAX);
                let rows: Vec<(_, DbUuid)> =
                    found.select(($rows::$column, $rows::customer_id)).limit(limit).load(connection)?;
                Ok(rows.into_iter().map(|(value, id)| Find { key: Key::$key(value), id }).collect())
            }};
        }
        let workspace = DbUuid::from(workspace);
        match (self, field) {
            (Search::Word(beginning), field) => {
                let found = customer_words::table
                    .filter(customer_words::workspace_id.eq(workspace))
                    .filter(customer_words::word.ge(beginning))
                    .filter(customer_words::word.lt(format!("{beginning}{LAST}")));
                match field {
                    KeyField::CreatedAt => finds!(customer_words by created_at as CreatedAt, found),
                    KeyField::Name => finds!(customer_words by name_key as Name, found),
                }
            }
            (Search::Note(key, texts), _) => {
                let found = customer_notes::table
                    .filter(customer_notes::workspace_id.eq(workspace))
                    .filter(customer_notes::key.eq(*key))
                    .filter(customer_notes::value.eq_any(*texts));
                finds!(customer_notes by created_at as CreatedAt, found)
            }
        }
    }
}

impl Sorted {
    /// Where that place is among finds of this order.
    pub(super) fn find(self, place: &CustomerPlace) -> Find {
        let key = match self.field {
            KeyField::CreatedAt => Key::CreatedAt(DbTime(place.created_at)),
            KeyField::Name => Key::Name(place.name_key.clone()),
        };
        Find { key, id: place.id.into() }
    }

    /// Which of the two comes first.
    pub(super) fn compare(self, one: &Find, other: &Find) -> std::cmp::Ordering {
        let by_key = match self.direction {
            Direction::Ascending => one.key.cmp(&other.key),
            Direction::Descending => other.key.cmp(&one.key),
        };
        by_key.then(one.id.cmp(&other.id))
    }
}
