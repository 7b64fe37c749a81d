//! Cookies that sign-ins are given, many at once.

use std::collections::HashSet;

use anteroom_domain::Id;
use anteroom_domain::session::StoreSessionId;
#[cfg(feature = "postgres")]
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
#[cfg(feature = "postgres")]
use diesel::sql_types::Array;
use diesel::sql_types::Binary;
#[cfg(feature = "sqlite")]
use diesel::sqlite::Sqlite;
use time::OffsetDateTime;
use uuid::Uuid;

use super::connection::DbConnection;
use super::schema::store_sessions;
use super::types::{DbTime, DbUuid, TimeSql, UuidSql};
use super::unit::{SqlUnit, UNKEPT};
use crate::{CookieOutcome, NewStoreCookie, StoreError, Topic};

/// Sets first cookies, all by one statement where the database has several writers; those that were set.
///
/// In the order of the sessions, so that of two that want the same ones neither waits for the other in vain.
pub(super) fn set_first(
    connection: &mut DbConnection,
    cookies: &[NewStoreCookie],
) -> QueryResult<Vec<Vec<u8>>> {
    let mut cookies: Vec<&NewStoreCookie> = cookies.iter().collect();
    cookies.sort_by_key(|cookie| cookie.session.uuid());
    match connection {
        #[cfg(feature = "postgres")]
        DbConnection::Postgres(c) => {
            let Columns { ids, hashes, times } = Columns::of(cookies);
            SetFirst { ids, hashes, times }.load(c)
        }
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => {
            let set = cookies.into_iter().map(|cookie| {
                let (id, at, hash) =
                    (cookie.session.into(), DbTime(cookie.at), cookie.cookie.bytes().to_vec());
                let first = SetFirstOne { hash: hash.clone(), at, id, now: at };
                Ok((first.execute(c)? == 1).then_some(hash))
            });
            set.filter_map(QueryResult::transpose).collect()
        }
    }
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
            let Columns { ids, hashes, times } = Columns::of(cookies);
            Ok(uuids(Set { ids, hashes, times }.load(c)?))
        }
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => one_by_one(cookies.iter().map(|cookie| {
            let (id, at, hash) = (cookie.session.into(), DbTime(cookie.at), cookie.cookie.bytes().to_vec());
            Ok((SetOne { hash, at, id, now: at }.execute(c)? == 1).then_some(cookie.session.uuid()))
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
            let (ids, times) = sessions.iter().map(|(id, at)| (DbUuid::from(*id), DbTime(*at))).unzip();
            Ok(uuids(End { ids, times }.load(c)?))
        }
        #[cfg(feature = "sqlite")]
        DbConnection::Sqlite(c) => one_by_one(sessions.iter().map(|(id, at)| {
            let (key, at) = (DbUuid::from(*id), DbTime(*at));
            Ok((EndOne { at, id: key, now: at }.execute(c)? == 1).then_some(id.uuid()))
        })),
    }
}

#[cfg(feature = "sqlite")]
fn one_by_one(changed: impl Iterator<Item = QueryResult<Option<Uuid>>>) -> QueryResult<Vec<Uuid>> {
    changed.filter_map(QueryResult::transpose).collect()
}

#[cfg(feature = "postgres")]
fn uuids(ids: Vec<DbUuid>) -> Vec<Uuid> {
    ids.into_iter().map(|id| id.0).collect()
}

/// Cookies as an array for each column.
#[cfg(feature = "postgres")]
struct Columns {
    ids: Vec<DbUuid>,
    hashes: Vec<Vec<u8>>,
    times: Vec<DbTime>,
}

#[cfg(feature = "postgres")]
impl Columns {
    fn of<'a>(cookies: impl IntoIterator<Item = &'a NewStoreCookie>) -> Self {
        let mut columns = Self { ids: Vec::new(), hashes: Vec::new(), times: Vec::new() };
        for cookie in cookies {
            columns.ids.push(cookie.session.into());
            columns.hashes.push(cookie.cookie.bytes().to_vec());
            columns.times.push(DbTime(cookie.at));
        }
        columns
    }
}

#[cfg(feature = "postgres")]
statement! {
    SetFirst for Pg by PgConnection gives Binary:
    "UPDATE store_sessions SET cookie_hash = new.cookie, last_used_at = new.at FROM unnest("
    [ids: Vec<DbUuid> as Array<UuidSql>] ", " [hashes: Vec<Vec<u8>> as Array<Binary>] ", "
    [times: Vec<DbTime> as Array<TimeSql>];
    ") AS new (id, cookie, at) WHERE store_sessions.id = new.id AND cookie_hash IS NULL AND revoked_at IS NULL \
     AND expires_at > new.at RETURNING cookie_hash"
}

#[cfg(feature = "postgres")]
statement! {
    Set for Pg by PgConnection gives UuidSql:
    "UPDATE store_sessions SET cookie_hash = new.cookie, last_used_at = new.at FROM unnest("
    [ids: Vec<DbUuid> as Array<UuidSql>] ", " [hashes: Vec<Vec<u8>> as Array<Binary>] ", "
    [times: Vec<DbTime> as Array<TimeSql>];
    ") AS new (id, cookie, at) WHERE store_sessions.id = new.id AND revoked_at IS NULL AND expires_at > new.at \
     RETURNING store_sessions.id"
}

#[cfg(feature = "postgres")]
statement! {
    End for Pg by PgConnection gives UuidSql:
    "UPDATE store_sessions SET revoked_at = old.at FROM unnest("
    [ids: Vec<DbUuid> as Array<UuidSql>] ", " [times: Vec<DbTime> as Array<TimeSql>];
    ") AS old (id, at) WHERE store_sessions.id = old.id AND revoked_at IS NULL AND expires_at > old.at \
     RETURNING store_sessions.id"
}

#[cfg(feature = "sqlite")]
statement! {
    SetFirstOne for Sqlite by SqliteConnection:
    "UPDATE store_sessions SET cookie_hash = " [hash: Vec<u8> as Binary] ", last_used_at = " [at: DbTime as TimeSql]
    " WHERE id = " [id: DbUuid as UuidSql]
    " AND cookie_hash IS NULL AND revoked_at IS NULL AND expires_at > " [now: DbTime as TimeSql]
}

#[cfg(feature = "sqlite")]
statement! {
    SetOne for Sqlite by SqliteConnection:
    "UPDATE store_sessions SET cookie_hash = " [hash: Vec<u8> as Binary] ", last_used_at = " [at: DbTime as TimeSql]
    " WHERE id = " [id: DbUuid as UuidSql] " AND revoked_at IS NULL AND expires_at > " [now: DbTime as TimeSql]
}

#[cfg(feature = "sqlite")]
statement! {
    EndOne for Sqlite by SqliteConnection:
    "UPDATE store_sessions SET revoked_at = " [at: DbTime as TimeSql]
    " WHERE id = " [id: DbUuid as UuidSql] " AND revoked_at IS NULL AND expires_at > " [now: DbTime as TimeSql]
}
