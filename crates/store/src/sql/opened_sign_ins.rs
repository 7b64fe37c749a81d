//! Shop sessions that are opened by a password, many at once. Whoever opens one has looked at the password before, so the
//! statement that adds it looks whether that is still the password, and holds it against whoever sets another until the unit
//! ends: that one then finds the session, and ends it.

#[cfg(feature = "postgres")]
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
#[cfg(feature = "postgres")]
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
#[cfg(feature = "postgres")]
use diesel::sql_types::Array;
use diesel::sql_types::{Nullable, Text};

use super::connection::DbConnection;
use super::schema::{provider_identities, store_sessions};
use super::types::{DbTime, DbUuid, TimeSql, UuidSql};
use crate::PasswordSignIn;

/// Adds those whose password is the one that was looked at; the ids of those that were added.
pub(super) fn insert(
    connection: &mut DbConnection,
    sign_ins: &[&PasswordSignIn],
) -> QueryResult<Vec<DbUuid>> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => Insert::of(sign_ins).load(c),
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            let opened = sign_ins.iter().map(|sign_in| insert_one(c, sign_in));
            opened.filter_map(QueryResult::transpose).collect()
        }
    }
}

/// One row by a statement that is prepared once and for all.
#[cfg(feature = "sqlite")]
fn insert_one(c: &mut SqliteConnection, sign_in: &PasswordSignIn) -> QueryResult<Option<DbUuid>> {
    let PasswordSignIn { session, provider } = sign_in;
    let id = DbUuid::from(session.id);
    let user_agent = session.user_agent.as_ref().map(anteroom_domain::text::Line::as_str);
    let count = provider_identities::table
        .filter(provider_identities::id.eq(DbUuid::from(provider.id)))
        .filter(provider_identities::password_hash.eq(&provider.password_hash))
        .select((
            id.into_sql::<UuidSql>(),
            provider_identities::auth_identity_id,
            provider_identities::provider,
            user_agent.into_sql::<Nullable<Text>>(),
            DbTime(session.created_at).into_sql::<TimeSql>(),
            DbTime(session.last_used_at).into_sql::<TimeSql>(),
            DbTime(session.expires_at).into_sql::<TimeSql>(),
        ))
        .insert_into(store_sessions::table)
        .into_columns((
            store_sessions::id,
            store_sessions::auth_identity_id,
            store_sessions::provider,
            store_sessions::user_agent,
            store_sessions::created_at,
            store_sessions::last_used_at,
            store_sessions::expires_at,
        ))
        .execute(c)?;
    Ok((count == 1).then_some(id))
}

/// One statement for all, with an array for each column: its text is the same however many there are, so that it is
/// prepared once.
#[cfg(feature = "postgres")]
#[derive(QueryId)]
struct Insert {
    ids: Vec<DbUuid>,
    user_agents: Vec<Option<String>>,
    created_at: Vec<DbTime>,
    last_used_at: Vec<DbTime>,
    expires_at: Vec<DbTime>,
    provider_identity_ids: Vec<DbUuid>,
    password_hashes: Vec<String>,
}

#[cfg(feature = "postgres")]
impl Insert {
    fn of(sign_ins: &[&PasswordSignIn]) -> Self {
        let sessions = || sign_ins.iter().map(|sign_in| &sign_in.session);
        let providers = || sign_ins.iter().map(|sign_in| &sign_in.provider);
        let user_agents = sessions().map(|session| session.user_agent.as_ref());
        Self {
            ids: sessions().map(|session| session.id.into()).collect(),
            user_agents: user_agents.map(|agent| agent.map(|agent| agent.as_str().to_owned())).collect(),
            created_at: sessions().map(|session| DbTime(session.created_at)).collect(),
            last_used_at: sessions().map(|session| DbTime(session.last_used_at)).collect(),
            expires_at: sessions().map(|session| DbTime(session.expires_at)).collect(),
            provider_identity_ids: providers().map(|provider| provider.id.into()).collect(),
            password_hashes: providers().map(|provider| provider.password_hash.clone()).collect(),
        }
    }
}

#[cfg(feature = "postgres")]
impl QueryFragment<Pg> for Insert {
    /// Each name is looked up by itself, so that it is found by its key however few there are.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO store_sessions (id, auth_identity_id, provider, user_agent, created_at, last_used_at, expires_at) \
             SELECT new.id, known.auth_identity_id, known.provider, new.user_agent, new.created_at, new.last_used_at, \
             new.expires_at FROM unnest(",
        );
        out.push_bind_param::<Array<UuidSql>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.user_agents)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<TimeSql>, _>(&self.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<TimeSql>, _>(&self.last_used_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<TimeSql>, _>(&self.expires_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<UuidSql>, _>(&self.provider_identity_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.password_hashes)?;
        out.push_sql(
            ") AS new (id, user_agent, created_at, last_used_at, expires_at, provider_identity_id, password_hash), \
             LATERAL (SELECT auth_identity_id, provider, password_hash FROM provider_identities \
             WHERE id = new.provider_identity_id FOR SHARE) AS known \
             WHERE known.password_hash = new.password_hash RETURNING id",
        );
        Ok(())
    }
}

#[cfg(feature = "postgres")]
impl Query for Insert {
    type SqlType = UuidSql;
}

#[cfg(feature = "postgres")]
impl RunQueryDsl<PgConnection> for Insert {}
