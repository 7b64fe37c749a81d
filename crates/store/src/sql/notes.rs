//! The merchant's notes on a customer, in conditions.

use std::collections::BTreeSet;

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;

use super::connection::MultiBackend;
use super::schema::customers;

/// Whether the notes have one of these texts under the key. A number or a boolean is compared as JSON writes it.
pub(super) fn noted<'a>(key: &'a str, texts: &'a BTreeSet<String>) -> Noted<'a> {
    Noted { key, texts }
}

/// See [`noted`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted<'a> {
    key: &'a str,
    texts: &'a BTreeSet<String>,
}

impl Expression for Noted<'_> {
    type SqlType = Bool;
}
impl AppearsOnTable<customers::table> for Noted<'_> {}
impl SelectableExpression<customers::table> for Noted<'_> {}
impl<G> ValidGrouping<G> for Noted<'_> {
    type IsAggregate = is_aggregate::No;
}
impl QueryId for Noted<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Noted<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("(\"customers\".\"metadata\" ->> ");
        out.push_bind_param::<Text, _>(self.key)?;
        out.push_sql(" IN (");
        for (n, text) in self.texts.iter().enumerate() {
            out.push_sql(if n == 0 { "" } else { ", " });
            out.push_bind_param::<Text, _>(text)?;
        }
        out.push_sql("))");
        Ok(())
    }
}

/// Key by key, because a key as part of a path could mean another one; and `->`, because `->>` writes numbers anew.
impl QueryFragment<Sqlite> for Noted<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("EXISTS (SELECT 1 FROM json_each(`customers`.`metadata`) WHERE json_each.key = ");
        out.push_bind_param::<Text, _>(self.key)?;
        out.push_sql(
            " AND CASE json_each.type WHEN 'text' THEN json_each.value \
             ELSE `customers`.`metadata` -> json_each.fullkey END IN (",
        );
        for (n, text) in self.texts.iter().enumerate() {
            out.push_sql(if n == 0 { "" } else { ", " });
            out.push_bind_param::<Text, _>(text)?;
        }
        out.push_sql("))");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Noted<'_> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}
