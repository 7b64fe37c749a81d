//! Connections behind the store's back.

#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use diesel::{Connection, PgConnection, SqliteConnection};

use super::support::Place;

pub(crate) fn sqlite(place: &Place) -> SqliteConnection {
    SqliteConnection::establish(place.path().to_str().unwrap()).unwrap()
}

pub(crate) fn postgres(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap()
}
