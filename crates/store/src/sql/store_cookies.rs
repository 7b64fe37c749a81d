//! Cookies that sign-ins are given, many at once.

use std::collections::HashSet;

use anteroom_domain::Id;
use anteroom_domain::session::StoreSessionId;
use diesel::prelude::*;
#[cfg(feature = "postgres")]
use diesel::sql_types::{Array, Binary};
use time::OffsetDateTime;
use uuid::Uuid;

use super::connection::DbConnection;
use super::schema::store_sessions;
use super::types::{DbTime, DbUuid};
#[cfg(feature = "postgres")]
use super::types::{TimeSql, UuidSql};
use super::unit::{SqlUnit, UNKEPT};
use crate::{CookieOutcome, NewStoreCookie, StoreError, Topic};

#[cfg(feature = "postgres")]
const SET: &str = "UPDATE store_sessions SET cookie_hash = new.cookie, last_used_at = new.at \
    FROM unnest($1, $2, $3) AS new (id, cookie, at) \
    WHERE store_sessions.id = new.id AND revoked_at IS NULL AND expires_at > new.at RETURNING store_sessions.id";

#[cfg(feature = "postgres")]
const END: &str = "UPDATE store_sessions SET revoked_at = old.at FROM unnest($1, $2) AS old (id, at) \
    WHERE store_sessions.id = old.id AND revoked_at IS NULL AND expires_at > old.at RETURNING store_sessions.id";

#[cfg(feature = "postgres")]
#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = UuidSql)]
    id: DbUuid,
}

/// Sets cookies as if one after the other, and says what became of each.
pub(super) fn set(unit: &mut SqlUnit, cookies: &[NewStoreCookie]) -> Result<Vec<CookieOutcome>, StoreError> {
    if cookies.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<DbUuid> = cookies.iter().flat_map(sessions_of).map(DbUuid::from).collect();
    let mut with_cookie = unit.change(&UNKEPT, |connection| hold(connection, all))?;
    let mut outcomes = Vec::with_capacity(cookies.len());
    for round in rounds(cookies) {
        // Of a first cookie nobody can have read anything.
        let replaced = round.iter().filter(|cookie| with_cookie.contains(&cookie.session.uuid()));
        let topics: Vec<_> = replaced.map(|cookie| Topic::StoreCookie(cookie.session)).collect();
        let set = unit.change(&topics, |connection| set_round(connection, round))?;
        with_cookie.extend(&set);
        let is_set = |cookie: &NewStoreCookie| set.contains(&cookie.session.uuid());
        let replaced: Vec<_> = round
            .iter()
            .filter(|cookie| is_set(cookie))
            .filter_map(|cookie| Some((cookie.replaces?, cookie.at)))
            .collect();
        let topics: Vec<_> = replaced.iter().map(|(id, _)| Topic::StoreSession(*id)).collect();
        let ended = unit.change(&topics, |connection| end(connection, &replaced))?;
        outcomes.extend(round.iter().map(|cookie| match cookie.replaces {
            _ if !is_set(cookie) => CookieOutcome::Gone,
            Some(replaced) if ended.contains(&replaced.uuid()) => CookieOutcome::Replaced,
            _ => CookieOutcome::Set,
        }));
    }
    Ok(outcomes)
}

/// Holds the sessions until the unit ends, in one order whoever asks; which of them have a cookie.
fn hold(connection: &mut DbConnection, ids: Vec<DbUuid>) -> QueryResult<Vec<Uuid>> {
    let those = store_sessions::table
        .filter(store_sessions::id.eq_any(ids))
        .order(store_sessions::id.asc())
        .select((store_sessions::id, store_sessions::cookie_hash.is_not_null()));
    let held: Vec<(DbUuid, bool)> = match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => those.for_no_key_update().load(c)?,
        // There is no other unit that writes.
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => those.load(c)?,
    };
    Ok(held.into_iter().filter(|(_, has_cookie)| *has_cookie).map(|(id, _)| id.0).collect())
}

fn sessions_of(cookie: &NewStoreCookie) -> impl Iterator<Item = StoreSessionId> + use<> {
    [cookie.session].into_iter().chain(cookie.replaces)
}

/// The cookies in their order, cut wherever a session comes that has been in the piece already: what becomes of it there
/// depends on what became of it before.
fn rounds(cookies: &[NewStoreCookie]) -> impl Iterator<Item = &[NewStoreCookie]> {
    let mut seen = HashSet::new();
    cookies.chunk_by(move |last, next| {
        seen.extend(sessions_of(last).map(Id::uuid));
        let is_apart = !sessions_of(next).any(|id| seen.contains(&id.uuid()));
        if !is_apart {
            seen.clear();
        }
        is_apart
    })
}

/// Sets the cookies of sessions that differ; which of them had not ended.
fn set_round(connection: &mut DbConnection, cookies: &[NewStoreCookie]) -> QueryResult<Vec<Uuid>> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => {
            let ids: Vec<DbUuid> = cookies.iter().map(|cookie| cookie.session.into()).collect();
            let hashes: Vec<&[u8]> = cookies.iter().map(|cookie| cookie.cookie.bytes().as_slice()).collect();
            let times: Vec<DbTime> = cookies.iter().map(|cookie| DbTime(cookie.at)).collect();
            let statement = diesel::sql_query(SET)
                .bind::<Array<UuidSql>, _>(ids)
                .bind::<Array<Binary>, _>(hashes)
                .bind::<Array<TimeSql>, _>(times);
            Ok(changed(statement.load(c)?))
        }
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => one_by_one(cookies.iter().map(|cookie| {
            let changes = (
                store_sessions::cookie_hash.eq(cookie.cookie.bytes().as_slice()),
                store_sessions::last_used_at.eq(DbTime(cookie.at)),
            );
            let count =
                diesel::update(live(cookie.session.into(), DbTime(cookie.at))).set(changes).execute(c)?;
            Ok((count == 1).then_some(cookie.session.uuid()))
        })),
    }
}

/// Ends sessions that differ, each at its moment; which of them were live.
fn end(
    connection: &mut DbConnection,
    sessions: &[(StoreSessionId, OffsetDateTime)],
) -> QueryResult<Vec<Uuid>> {
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(_) if sessions.is_empty() => Ok(Vec::new()),
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => {
            let (ids, times): (Vec<DbUuid>, Vec<DbTime>) =
                sessions.iter().map(|(id, at)| (DbUuid::from(*id), DbTime(*at))).unzip();
            let statement =
                diesel::sql_query(END).bind::<Array<UuidSql>, _>(ids).bind::<Array<TimeSql>, _>(times);
            Ok(changed(statement.load(c)?))
        }
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => one_by_one(sessions.iter().map(|(id, at)| {
            let ended = store_sessions::revoked_at.eq(DbTime(*at));
            let count = diesel::update(live(DbUuid::from(*id), DbTime(*at))).set(ended).execute(c)?;
            Ok((count == 1).then_some(id.uuid()))
        })),
    }
}

#[cfg(feature = "sqlite")]
#[diesel::dsl::auto_type(no_type_alias)]
fn live(id: DbUuid, at: DbTime) -> _ {
    store_sessions::table
        .filter(store_sessions::id.eq(id))
        .filter(store_sessions::revoked_at.is_null())
        .filter(store_sessions::expires_at.gt(at))
}

#[cfg(feature = "sqlite")]
fn one_by_one(changed: impl Iterator<Item = QueryResult<Option<Uuid>>>) -> QueryResult<Vec<Uuid>> {
    changed.filter_map(QueryResult::transpose).collect()
}

#[cfg(feature = "postgres")]
fn changed(rows: Vec<Changed>) -> Vec<Uuid> {
    rows.into_iter().map(|row| row.id.0).collect()
}
