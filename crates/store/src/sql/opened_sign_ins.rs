//! Shop sessions that are opened by a password, many at once. Whoever opens one has looked at the password before, so the
//! statement that adds it looks whether that is still the password, and holds it against whoever sets another until the unit
//! ends: that one then finds the session, and ends it.

#[cfg(feature = "postgres")]
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
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
    let ip_address = session.ip_address.map(|address| address.to_string());
    let user_agent = session.user_agent.as_ref().map(anteroom_domain::text::Line::as_str);
    let count = provider_identities::table
        .filter(provider_identities::id.eq(DbUuid::from(provider.id)))
        .filter(provider_identities::password_hash.eq(&provider.password_hash))
        .select((
            id.into_sql::<UuidSql>(),
            provider_identities::auth_identity_id,
            provider_identities::provider,
            ip_address.as_deref().into_sql::<Nullable<Text>>(),
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
            store_sessions::ip_address,
            store_sessions::user_agent,
            store_sessions::created_at,
            store_sessions::last_used_at,
            store_sessions::expires_at,
        ))
        .execute(c)?;
    Ok((count == 1).then_some(id))
}

#[cfg(feature = "postgres")]
statement! {
    /// One statement for all, with an array for each column: its text is the same however many there are.
    ///
    /// Each name is looked up by itself, so that it is found by its key however few there are.
    Insert for Pg by PgConnection gives UuidSql:
    "INSERT INTO store_sessions \
     (id, auth_identity_id, provider, ip_address, user_agent, created_at, last_used_at, expires_at) \
     SELECT new.id, known.auth_identity_id, known.provider, new.ip_address, new.user_agent, new.created_at, \
     new.last_used_at, new.expires_at FROM unnest("
    [ids: Vec<DbUuid> as Array<UuidSql>] ", "
    [ip_addresses: Vec<Option<String>> as Array<Nullable<Text>>] ", "
    [user_agents: Vec<Option<String>> as Array<Nullable<Text>>] ", "
    [created_at: Vec<DbTime> as Array<TimeSql>] ", "
    [last_used_at: Vec<DbTime> as Array<TimeSql>] ", "
    [expires_at: Vec<DbTime> as Array<TimeSql>] ", "
    [provider_identity_ids: Vec<DbUuid> as Array<UuidSql>] ", "
    [password_hashes: Vec<String> as Array<Text>];
    ") AS new \
     (id, ip_address, user_agent, created_at, last_used_at, expires_at, provider_identity_id, password_hash), \
     LATERAL (SELECT auth_identity_id, provider, password_hash FROM provider_identities \
     WHERE id = new.provider_identity_id FOR SHARE) AS known \
     WHERE known.password_hash = new.password_hash RETURNING id"
}

#[cfg(feature = "postgres")]
impl Insert {
    fn of(sign_ins: &[&PasswordSignIn]) -> Self {
        let sessions = || sign_ins.iter().map(|sign_in| &sign_in.session);
        let providers = || sign_ins.iter().map(|sign_in| &sign_in.provider);
        let ip_addresses = sessions().map(|session| session.ip_address);
        let user_agents = sessions().map(|session| session.user_agent.as_ref());
        Self {
            ids: sessions().map(|session| session.id.into()).collect(),
            ip_addresses: ip_addresses.map(|address| address.map(|address| address.to_string())).collect(),
            user_agents: user_agents.map(|agent| agent.map(|agent| agent.as_str().to_owned())).collect(),
            created_at: sessions().map(|session| DbTime(session.created_at)).collect(),
            last_used_at: sessions().map(|session| DbTime(session.last_used_at)).collect(),
            expires_at: sessions().map(|session| DbTime(session.expires_at)).collect(),
            provider_identity_ids: providers().map(|provider| provider.id.into()).collect(),
            password_hashes: providers().map(|provider| provider.password_hash.clone()).collect(),
        }
    }
}
