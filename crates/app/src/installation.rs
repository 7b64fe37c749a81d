//! What happens once at start: whose database is this, and with which keys are JWTs signed.

use anteroom_auth::jwt::{KeySet, ScheduledKey, SigningKey};
use anteroom_auth::keys::Keys;
use anteroom_domain::credential::SealedSigningKey;
use anteroom_domain::{Clock, Random};
use anteroom_store::{Constraint, InstallationRecord, Store, StoreError, StoreExt, Unit};
use time::OffsetDateTime;

/// What signing keys are sealed for.
const PURPOSE: &str = "signing key";

/// The server cannot start on this database.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The database was begun with another master key.
    #[error("the master key is not the one that this database was begun with")]
    OtherMasterKey,
    /// A signing key in the database does not open, or is none.
    #[error("a signing key in the database is damaged")]
    DamagedSigningKey,
    /// The database failed.
    #[error("cannot read the installation record")]
    Store(#[from] StoreError),
}

/// Recognises the database by the master key, or takes an empty one into possession, and opens its signing keys.
///
/// Two servers that start at once on one empty database agree: the second reads what the first wrote.
pub fn set_up(
    store: &dyn Store,
    keys: &Keys,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<KeySet, SetUpError> {
    if store.read(|unit| unit.installation())?.is_none() {
        match store.write(|unit| begin(unit, keys, clock, random)) {
            Ok(()) | Err(StoreError::Conflict(Constraint::Installation)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    recognise(store, keys)
}

/// As [`set_up`], but an empty database is nobody's, [`SetUpError::OtherMasterKey`]. Changes nothing.
pub fn recognise(store: &dyn Store, keys: &Keys) -> Result<KeySet, SetUpError> {
    let (record, sealed) =
        store.read(|unit| Ok::<_, StoreError>((unit.installation()?, unit.signing_keys()?)))?;
    if record.is_none_or(|record| record.key_check != keys.check_value()) {
        return Err(SetUpError::OtherMasterKey);
    }
    key_set(&sealed, keys)
}

/// The keys, opened.
pub(crate) fn key_set(sealed: &[SealedSigningKey], keys: &Keys) -> Result<KeySet, SetUpError> {
    let opened = sealed
        .iter()
        .map(|one| open(one, keys).map(|key| ScheduledKey { key, signs_from: Some(one.signs_from) }));
    KeySet::scheduled(opened.collect::<Result<Vec<_>, _>>()?).ok_or(SetUpError::DamagedSigningKey)
}

/// A new key, sealed, that signs from that moment on.
pub(crate) fn new_signing_key(
    keys: &Keys,
    random: &dyn Random,
    now: OffsetDateTime,
    signs_from: OffsetDateTime,
) -> SealedSigningKey {
    let signing = SigningKey::generate(random);
    let sealed = keys.seal(random, PURPOSE, signing.seed());
    SealedSigningKey { kid: signing.kid().to_owned(), sealed, created_at: now, signs_from }
}

fn begin(unit: &mut dyn Unit, keys: &Keys, clock: &dyn Clock, random: &dyn Random) -> Result<(), StoreError> {
    let now = clock.now();
    unit.insert_installation(&InstallationRecord { key_check: keys.check_value(), created_at: now })?;
    unit.insert_signing_key(&new_signing_key(keys, random, now, now))
}

fn open(sealed: &SealedSigningKey, keys: &Keys) -> Result<SigningKey, SetUpError> {
    let seed = keys.unseal(PURPOSE, &sealed.sealed).ok();
    let seed = seed.as_deref().and_then(|seed| seed.as_slice().try_into().ok());
    seed.map(SigningKey::from_seed).ok_or(SetUpError::DamagedSigningKey)
}
