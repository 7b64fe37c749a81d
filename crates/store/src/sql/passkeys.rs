//! Passkeys and what authenticators are asked, in SQL.

use anteroom_domain::TokenHash;
use anteroom_domain::customer::CustomerId;
use anteroom_domain::passkey::{Passkey, PasskeyCeremony, PasskeyId};
use anteroom_domain::workspace::WorkspaceId;
use diesel::prelude::*;
use time::OffsetDateTime;

use super::count::counted;
use super::rows::{PasskeyCeremonyRow, PasskeyRow};
use super::schema::{passkey_ceremonies, passkeys};
use super::sweeps;
use super::types::{DbTime, DbUuid};
use super::unit::{SqlUnit, UNKEPT, UNSEEN};
use crate::{Passkeys, StoreError};

impl Passkeys for SqlUnit {
    fn passkeys(&mut self, customer: CustomerId) -> Result<Vec<Passkey>, StoreError> {
        let rows: Vec<PasskeyRow> = self.read(|c| {
            passkeys::table
                .filter(passkeys::customer_id.eq(DbUuid::from(customer)))
                .order((passkeys::created_at.asc(), passkeys::id.asc()))
                .select(PasskeyRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Passkey::try_from).collect()
    }

    fn passkey_by_credential(
        &mut self,
        workspace: WorkspaceId,
        credential_id: &[u8],
    ) -> Result<Option<Passkey>, StoreError> {
        let row: Option<PasskeyRow> = self.read(|c| {
            passkeys::table
                .filter(passkeys::workspace_id.eq(DbUuid::from(workspace)))
                .filter(passkeys::credential_id.eq(credential_id))
                .select(PasskeyRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(Passkey::try_from).transpose()
    }

    fn insert_passkey(&mut self, passkey: &Passkey) -> Result<(), StoreError> {
        let row = PasskeyRow::from(passkey);
        self.claim(&UNSEEN, |c| diesel::insert_into(passkeys::table).values(&row).execute(c))?;
        Ok(())
    }

    fn note_use_of_passkey(
        &mut self,
        passkey: PasskeyId,
        credential: &str,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let one = passkeys::table.filter(passkeys::id.eq(DbUuid::from(passkey)));
        let used = (passkeys::credential.eq(credential), passkeys::last_used_at.eq(DbTime(at)));
        self.change(&UNKEPT, |c| diesel::update(one).set(used).execute(c))?;
        Ok(())
    }

    fn delete_passkey(&mut self, customer: CustomerId, passkey: PasskeyId) -> Result<bool, StoreError> {
        let one = passkeys::table
            .filter(passkeys::id.eq(DbUuid::from(passkey)))
            .filter(passkeys::customer_id.eq(DbUuid::from(customer)));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn insert_passkey_ceremony(&mut self, ceremony: &PasskeyCeremony) -> Result<(), StoreError> {
        let row = PasskeyCeremonyRow::from(ceremony);
        self.claim(&UNSEEN, |c| diesel::insert_into(passkey_ceremonies::table).values(&row).execute(c))?;
        Ok(())
    }

    fn passkey_ceremony(&mut self, token: &TokenHash) -> Result<Option<PasskeyCeremony>, StoreError> {
        let row: Option<PasskeyCeremonyRow> = self.read(|c| {
            passkey_ceremonies::table
                .filter(passkey_ceremonies::token_hash.eq(token.bytes().as_slice()))
                .select(PasskeyCeremonyRow::as_select())
                .get_result(c)
                .optional()
        })?;
        row.map(PasskeyCeremony::try_from).transpose()
    }

    fn spend_passkey_ceremony(&mut self, token: &TokenHash) -> Result<bool, StoreError> {
        let one =
            passkey_ceremonies::table.filter(passkey_ceremonies::token_hash.eq(token.bytes().as_slice()));
        self.change(&UNKEPT, |c| Ok(diesel::delete(one).execute(c)? == 1))
    }

    fn sweep_passkey_ceremonies(&mut self, cutoff: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        self.change(&UNKEPT, |c| sweeps::passkey_ceremonies(c, cutoff, limit)).and_then(counted)
    }
}
