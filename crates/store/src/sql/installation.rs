//! The installation's record and keys, in SQL.

use anteroom_domain::credential::SealedSigningKey;
use diesel::prelude::*;

use super::connection::DbConnection;
use super::ownership;
use super::rows::{InstallationRow, SigningKeyRow};
use super::schema::{installation, signing_keys};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{Installation, InstallationRecord, StoreError};

impl Installation for SqlUnit {
    fn installation(&mut self) -> Result<Option<InstallationRecord>, StoreError> {
        let row: Option<InstallationRow> =
            self.read(|c| installation::table.select(InstallationRow::as_select()).get_result(c).optional())?;
        row.map(InstallationRecord::try_from).transpose()
    }

    fn insert_installation(&mut self, record: &InstallationRecord) -> Result<(), StoreError> {
        let row = InstallationRow::from(record);
        self.claim(&UNSEEN, |c| diesel::insert_into(installation::table).values(&row).execute(c))?;
        Ok(())
    }

    fn write_nothing_new(&mut self) -> Result<(), StoreError> {
        self.change(&UNKEPT, |connection| match connection {
            #[cfg(feature = "postgres")]
            DbConnection::Postgres(c) => {
                // Another server that has stopped in the middle of the same is passed over: it can write, too.
                let free = installation::table.select(installation::id).for_update().skip_locked();
                let Some(id) = free.get_result::<i16>(c).optional()? else { return Ok(()) };
                let itself = installation::created_at.eq(installation::created_at);
                diesel::update(installation::table.find(id)).set(itself).execute(c).map(drop)
            }
            // An update that changes no byte would not be written at all.
            #[cfg(feature = "sqlite")]
            DbConnection::Sqlite(c) => ownership::claim(c),
        })
    }

    fn signing_keys(&mut self) -> Result<Vec<SealedSigningKey>, StoreError> {
        let rows: Vec<SigningKeyRow> = self.read(|c| {
            signing_keys::table
                .order((signing_keys::created_at.desc(), signing_keys::kid.asc()))
                .select(SigningKeyRow::as_select())
                .load(c)
        })?;
        Ok(rows.into_iter().map(SealedSigningKey::from).collect())
    }

    fn insert_signing_key(&mut self, key: &SealedSigningKey) -> Result<(), StoreError> {
        let row = SigningKeyRow::from(key);
        self.claim(&UNSEEN, |c| diesel::insert_into(signing_keys::table).values(&row).execute(c))?;
        Ok(())
    }

    fn remove_signing_key(&mut self, kid: &str) -> Result<bool, StoreError> {
        let one = signing_keys::table.filter(signing_keys::kid.eq(kid));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }
}
