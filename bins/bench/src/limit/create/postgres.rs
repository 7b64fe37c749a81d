//! The ceiling's table in PostgreSQL: one statement a batch, with an array for each column.

use std::io::Write;

use anyhow::Context;
use diesel::connection::SimpleConnection;
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, BigInt, Binary, Uuid};

use super::{Row, Writer};

/// Tables like the product's.
pub(crate) const TABLES: &str = "\
    CREATE TABLE customers (id uuid PRIMARY KEY);\
    CREATE TABLE customer_sessions (\
      token_hash bytea PRIMARY KEY,\
      customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,\
      member_id uuid,\
      return_url text,\
      created_at bigint NOT NULL,\
      expires_at bigint NOT NULL,\
      revoked_at bigint\
    );\
    CREATE INDEX customer_sessions_customer ON customer_sessions (customer_id);\
    CREATE INDEX customer_sessions_member ON customer_sessions (member_id) WHERE member_id IS NOT NULL";

/// An identifier as the server reads it.
#[derive(Debug, Clone, Copy, AsExpression)]
#[diesel(sql_type = Uuid)]
struct Id([u8; 16]);

impl ToSql<Uuid, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.0)?;
        Ok(IsNull::No)
    }
}

fn open(database: &str) -> anyhow::Result<PgConnection> {
    PgConnection::establish(database).context("a PostgreSQL database")
}

pub(super) fn prepare(database: &str, ids: &[[u8; 16]]) -> anyhow::Result<()> {
    let mut connection = open(database)?;
    connection.batch_execute(TABLES)?;
    let ids: Vec<_> = ids.iter().copied().map(Id).collect();
    let insert = diesel::sql_query("INSERT INTO customers SELECT * FROM unnest($1)");
    insert.bind::<Array<Uuid>, _>(ids).execute(&mut connection)?;
    Ok(())
}

pub(crate) struct Postgres(PgConnection);

impl Postgres {
    pub(super) fn open(database: &str) -> anyhow::Result<Self> {
        open(database).map(Self)
    }
}

/// The same text however many rows there are, so that it is prepared once.
#[derive(QueryId)]
struct Insert {
    token_hashes: Vec<Vec<u8>>,
    customers: Vec<Id>,
    created: Vec<i64>,
    expire: Vec<i64>,
}

impl QueryFragment<Pg> for Insert {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO customer_sessions (token_hash, customer_id, created_at, expires_at) SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<Binary>, _>(&self.token_hashes)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Uuid>, _>(&self.customers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.created)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.expire)?;
        out.push_sql(")");
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for Insert {}

impl Writer for Postgres {
    fn write(&mut self, batch: &[Row]) -> anyhow::Result<()> {
        let insert = Insert {
            token_hashes: batch.iter().map(|row| row.token_hash.clone()).collect(),
            customers: batch.iter().map(|row| Id(row.customer)).collect(),
            created: batch.iter().map(|row| row.created_at).collect(),
            expire: batch.iter().map(|row| row.expires_at).collect(),
        };
        insert.execute(&mut self.0)?;
        Ok(())
    }
}
