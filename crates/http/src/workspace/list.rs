//! Lists in pages.

mod cursor;
mod sorting;

use std::borrow::Cow;

use anteroom_domain::page::{Listed, Page};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::fields::{Fields, Problem, whole_number};

pub(super) use cursor::{CursorList, WantedPiece};
pub(super) use sorting::read_sorting;

/// Which page of a list was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    page: u64,
    per_page: u32,
}

impl Wanted {
    /// Reads `page` and `limit`. A larger limit than the largest is taken for the largest.
    pub(super) fn read(query: &mut Fields) -> Self {
        let page = query.optional("page", number).unwrap_or(1);
        let limit = query.optional("limit", number).unwrap_or(10);
        let per_page = u32::try_from(limit).map_or(Page::MAX_LIMIT, |limit| limit.min(Page::MAX_LIMIT));
        Self { page, per_page }
    }

    /// The records to be passed over and those to follow. Past 4 billion, no list has a page.
    pub(super) fn records(self) -> Page {
        let offset = (self.page - 1).saturating_mul(self.per_page.into());
        Page { offset: u32::try_from(offset).unwrap_or(u32::MAX), limit: self.per_page }
    }
}

fn number(value: &Value) -> Result<u64, Problem> {
    whole_number(1, "should be a whole number of 1 or more")(value)
}

/// A page of a list.
#[derive(Serialize)]
pub(super) struct ListBody<T> {
    data: Vec<T>,
    meta: Meta,
}

/// Where in the list the page is.
#[derive(Serialize, ToSchema)]
#[schema(as = PageInfo)]
struct Meta {
    /// How many entries the list has.
    total: u64,
    page: u64,
    per_page: u32,
    /// How many pages the list has.
    pages: u64,
}

impl<T: ToSchema> ToSchema for ListBody<T> {
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

impl<T: ToSchema> PartialSchema for ListBody<T> {
    fn schema() -> RefOr<Schema> {
        list_of::<T, Meta>()
    }
}

/// The schema of a page of a list.
fn list_of<T: ToSchema, M: ToSchema>() -> RefOr<Schema> {
    let data = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
    let list = ObjectBuilder::new().description(Some("A page of a list."));
    let list = list.property("data", data).required("data");
    list.property("meta", Ref::from_schema_name(M::name())).required("meta").into()
}

impl<T> ListBody<T> {
    pub(super) fn new<'a, I>(listed: &'a Listed<I>, wanted: Wanted) -> Self
    where
        T: From<&'a I>,
    {
        let (total, Wanted { page, per_page }) = (listed.total, wanted);
        let pages = total.div_ceil(per_page.into());
        Self { data: listed.items.iter().map(T::from).collect(), meta: Meta { total, page, per_page, pages } }
    }
}
