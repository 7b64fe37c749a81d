//! Statements that are prepared once on each connection. Diesel prepares an `UPDATE`, an insert that updates and an `sql_query` again at
//! each execution, which on PostgreSQL is a round trip more.

use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::{AppearsOnTable, QueryResult, QuerySource, RunQueryDsl, Table};

use super::connection::MultiBackend;

/// An `UPDATE` of which nothing but values changes from one execution to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update<F, V, C> {
    table: F,
    values: V,
    condition: C,
}

/// Updates the rows of a table for which the condition holds.
///
/// The changeset has to name the same columns each time: a structure with `treat_none_as_null`, if it has options.
pub(super) fn update<T, V, C>(table: &T, values: V, condition: C) -> Update<T::FromClause, V::Changeset, C>
where
    T: Table,
    V: AsChangeset<Target = T>,
    C: AppearsOnTable<T>,
{
    Update { table: QuerySource::from_clause(table), values: values.as_changeset(), condition }
}

impl<F, V, C> QueryFragment<MultiBackend> for Update<F, V, C>
where
    F: QueryFragment<MultiBackend>,
    V: QueryFragment<MultiBackend>,
    C: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.condition.walk_ast(out)
    }
}

/// Found again by its text.
impl<F, V, C> QueryId for Update<F, V, C> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<F, V, C, Connection> RunQueryDsl<Connection> for Update<F, V, C> {}

/// Defines a statement whose text is always the same, with its parameters between the pieces of the text, and what its rows
/// have, if it gives any.
///
/// For what Diesel has no words for.
macro_rules! statement {
    (
        $(#[$attribute:meta])*
        $name:ident for $backend:ident by $connection:ident $(gives $row:ty)?:
        $($text:literal [$field:ident: $value:ty as $sql:ty])+ $(; $end:literal)?
    ) => {
        $(#[$attribute])*
        #[derive(diesel::query_builder::QueryId)]
        struct $name {
            $($field: $value,)+
        }

        impl diesel::query_builder::QueryFragment<$backend> for $name {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $backend>,
            ) -> diesel::QueryResult<()> {
                $(
                    out.push_sql($text);
                    out.push_bind_param::<$sql, _>(&self.$field)?;
                )+
                $(out.push_sql($end);)?
                Ok(())
            }
        }

        $(impl diesel::query_builder::Query for $name {
            type SqlType = $row;
        })?

        impl diesel::RunQueryDsl<$connection> for $name {}
    };
}
