//! Statements that are prepared once on each connection. Diesel prepares an `UPDATE`, an insert that updates and an `sql_query` again at
//! each execution, which on PostgreSQL is a round trip more.

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A statement of Diesel's whose text depends on nothing but its type. To be executed on a connection of one kind: through that of all
/// kinds it is prepared each time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prepared<S>(pub(super) S);

macro_rules! prepared_once {
    ($backend:ty) => {
        impl<S: QueryFragment<$backend>> QueryFragment<$backend> for Prepared<S> {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                self.0.walk_ast(out)
            }

            fn is_safe_to_cache_prepared(&self, _: &$backend) -> QueryResult<bool> {
                Ok(true)
            }
        }
    };
}

#[cfg(feature = "postgres")]
prepared_once!(diesel::pg::Pg);
#[cfg(feature = "sqlite")]
prepared_once!(diesel::sqlite::Sqlite);

/// Found again by its text.
impl<S> QueryId for Prepared<S> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S: Query> Query for Prepared<S> {
    type SqlType = S::SqlType;
}

impl<S, C> RunQueryDsl<C> for Prepared<S> {}

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
