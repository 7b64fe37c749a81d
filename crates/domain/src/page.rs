//! Lists in pieces.

/// The most entries that a list counts: of a longer one it is said that it has so many at least.
pub const COUNTED: u64 = 10_000;

/// Which piece of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many records are passed over.
    pub offset: u32,
    /// How many follow at most: 1 to 100.
    pub limit: u32,
}

impl Page {
    /// The most records a piece may have; larger wishes are clamped to it.
    pub const MAX_LIMIT: u32 = 100;

    /// The piece of a list that is at hand as a whole.
    pub fn piece_of<T>(self, all: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let count = |records: u32| usize::try_from(records).unwrap_or(usize::MAX);
        all.into_iter().skip(count(self.offset)).take(count(self.limit))
    }
}

/// A piece of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// The records, in a stable order.
    pub items: Vec<T>,
    /// How many the whole list has, wherever the piece lies.
    pub total: u64,
}

/// One of the fields that a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<F> {
    /// The field.
    pub field: F,
    /// Which way.
    pub direction: Direction,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    Ascending,
    /// The largest first.
    Descending,
}

/// Where a piece of a list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// After so many records.
    Offset(u32),
    /// After the record that a cursor names.
    After(String),
}
