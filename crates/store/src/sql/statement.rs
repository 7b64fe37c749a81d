//! Statements in SQL of our own.

/// Defines a statement whose text is always the same, with its parameters between the pieces of the text, and what its rows
/// have, if it gives any.
///
/// It is prepared once on each connection. Diesel prepares an `UPDATE` and an `sql_query` again at each execution.
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
