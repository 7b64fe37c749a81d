//! Lists that can be read to their end, whatever is added and removed meanwhile.

use std::borrow::Cow;

use anteroom_domain::page::{COUNTED, Listed, Start};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::{Wanted, list_of};
use crate::fields::{Fields, Problem, any_text};
use crate::openapi::scalars::Yes;

/// Which page of a list was asked for, or which piece of it by what it begins after.
#[derive(Debug, Clone)]
pub(in crate::workspace) struct WantedPiece {
    wanted: Wanted,
    cursor: Option<String>,
}

impl WantedPiece {
    /// Reads `limit`, and `page` or `cursor`.
    pub(in crate::workspace) fn read(query: &mut Fields) -> Self {
        let both = query.has("page") && query.has("cursor");
        let wanted = Wanted::read(query);
        let cursor = query.optional("cursor", any_text);
        if both {
            let problem = Problem::Rule("should not be given together with page");
            query.fault("cursor", problem, Value::Null);
        }
        Self { wanted, cursor }
    }

    /// Where it begins.
    pub(in crate::workspace) fn start(&self) -> Start {
        let offset = Start::Offset(self.wanted.records().offset);
        self.cursor.clone().map_or(offset, Start::After)
    }

    /// How many entries it has at most.
    pub(in crate::workspace) fn limit(&self) -> u32 {
        self.wanted.per_page
    }
}

/// A piece of a list that can be read to its end.
#[derive(Serialize)]
pub(in crate::workspace) struct CursorList<'a, T> {
    data: Vec<T>,
    meta: Meta<'a>,
}

/// Where in the list the piece is, and how the list goes on.
#[derive(Serialize, ToSchema)]
#[schema(as = PieceInfo)]
struct Meta<'a> {
    /// How many entries the list has; 10,000 where it is too long to be counted.
    total: u64,
    /// There where the total is 10,000, and perhaps another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Yes>)]
    total_is_estimate: Option<bool>,
    /// Which page this is; `null` where the list was read on from a cursor.
    page: Option<u64>,
    per_page: u32,
    /// How many pages those are.
    pages: u64,
    /// What `cursor` reads on from here; `null` at the end.
    next_cursor: Option<&'a str>,
}

impl<'a, T> CursorList<'a, T> {
    pub(in crate::workspace) fn new<I>(
        listed: &'a Listed<I>,
        next_cursor: Option<&'a str>,
        piece: &WantedPiece,
    ) -> Self
    where
        T: From<&'a I>,
    {
        let WantedPiece { wanted: Wanted { page, per_page }, cursor } = piece;
        let (total, per_page) = (listed.total, *per_page);
        let pages = total.div_ceil(per_page.into());
        let page = cursor.is_none().then_some(*page);
        let total_is_estimate = (total >= COUNTED).then_some(true);
        let meta = Meta { total, total_is_estimate, page, per_page, pages, next_cursor };
        Self { data: listed.items.iter().map(T::from).collect(), meta }
    }
}

impl<T: ToSchema> ToSchema for CursorList<'_, T> {
    fn name() -> Cow<'static, str> {
        format!("{}List", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
        schemas.push((Meta::name().into_owned(), Meta::schema()));
        Meta::schemas(schemas);
    }
}

impl<T: ToSchema> PartialSchema for CursorList<'_, T> {
    fn schema() -> RefOr<Schema> {
        list_of::<T, Meta<'_>>()
    }
}
