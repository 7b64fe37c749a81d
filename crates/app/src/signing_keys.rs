//! The keys that sign JWTs: made, published, used and retired one after the other, while servers run.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration as Wait;

use anteroom_auth::jwt::KeySet;
use anteroom_domain::credential::SealedSigningKey;
use anteroom_domain::workspace::SessionLifetimes;
use anteroom_store::{Mode, Unit};
use time::{Duration, OffsetDateTime};

use crate::installation::{key_set, new_signing_key};
use crate::{App, Error};

/// What a process knows of the keys.
#[derive(Debug)]
pub(crate) struct KnownKeys(RwLock<Arc<KeySet>>);

impl KnownKeys {
    pub(crate) fn new(keys: KeySet) -> Self {
        Self(RwLock::new(Arc::new(keys)))
    }

    pub(crate) fn get(&self) -> Arc<KeySet> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, keys: KeySet) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

/// A key and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeyState {
    /// The `kid` in JWT headers.
    pub kid: String,
    /// When it was made, and published.
    pub created_at: OffsetDateTime,
    /// When it begins to sign.
    pub signs_from: OffsetDateTime,
    /// When the next one takes its place; `None` while there is none.
    pub signs_until: Option<OffsetDateTime>,
    /// When nothing that it has signed is good any more, and it goes; `None` while no other is to take its place.
    pub verifies_until: Option<OffsetDateTime>,
}

impl App {
    /// Every signing key, youngest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKeyState>, Error> {
        let sealed = self.in_background(Mode::Read, |unit| Ok(unit.signing_keys()?)).await?;
        Ok(states(&sealed, self.longest_jwt()))
    }

    /// Makes a key that signs in an hour ([`SealedSigningKey::NOTICE`]), and until then is only published. While one waits for its hour
    /// already, that one is given.
    pub async fn rotate_signing_key(&self) -> Result<SigningKeyState, Error> {
        let (app, now) = (self.clone(), self.now());
        let sealed = self
            .in_background(Mode::Write, move |unit| {
                if !unit.signing_keys()?.iter().any(|key| key.signs_from > now) {
                    app.add_signing_key(unit, now)?;
                }
                Ok(unit.signing_keys()?)
            })
            .await?;
        self.learn(&sealed)?;
        let youngest = states(&sealed, self.longest_jwt()).into_iter().max_by_key(|key| key.signs_from);
        youngest.ok_or_else(|| Error::Signing("there is no signing key".into()))
    }

    /// Makes a key when the youngest is older than the operator wants them to be, and removes those whose last token has expired; how
    /// many rows that were.
    pub async fn keep_signing_keys(&self) -> Result<u64, Error> {
        let (app, now, longest) = (self.clone(), self.now(), self.longest_jwt());
        let (changed, sealed) = self
            .in_background(Mode::Write, move |unit| {
                let sealed = unit.signing_keys()?;
                let mut changed = 0;
                let youngest = sealed.iter().map(|key| key.created_at).max();
                let is_old = |made: OffsetDateTime| {
                    app.settings().signing_key_period.is_some_and(|period| made + period <= now)
                };
                if youngest.is_none_or(is_old) {
                    app.add_signing_key(unit, now)?;
                    changed += 1;
                }
                for key in states(&sealed, longest) {
                    if key.verifies_until.is_some_and(|end| end <= now)
                        && unit.remove_signing_key(&key.kid)?
                    {
                        changed += 1;
                    }
                }
                Ok((changed, unit.signing_keys()?))
            })
            .await?;
        self.learn(&sealed)?;
        Ok(changed)
    }

    /// Reads the keys anew, which another process may have changed.
    pub async fn reload_signing_keys(&self) -> Result<(), Error> {
        let sealed = self.in_background(Mode::Read, |unit| Ok(unit.signing_keys()?)).await?;
        self.learn(&sealed)
    }

    /// Reads the keys anew after each [`SealedSigningKey::RELOADED`], for ever.
    pub async fn reload_signing_keys_for_ever<W: Future<Output = ()>>(&self, wait: impl Fn(Wait) -> W) {
        loop {
            wait(SealedSigningKey::RELOADED.unsigned_abs()).await;
            if let Err(error) = self.reload_signing_keys().await {
                let error = error.with_causes();
                tracing::warn!(error, "signing keys cannot be read anew: those that are known are used");
            }
        }
    }

    fn add_signing_key(&self, unit: &mut dyn Unit, now: OffsetDateTime) -> Result<(), Error> {
        let key = new_signing_key(&self.0.keys, self.random(), now, now + SealedSigningKey::NOTICE);
        tracing::info!(kid = key.kid, "a signing key is made, and signs in an hour");
        Ok(unit.insert_signing_key(&key)?)
    }

    fn learn(&self, sealed: &[SealedSigningKey]) -> Result<(), Error> {
        self.0.jwt.set(key_set(sealed, &self.0.keys).map_err(|error| Error::Signing(error.into()))?);
        Ok(())
    }

    /// The longest life that a JWT of any workspace may ever have had.
    fn longest_jwt(&self) -> Duration {
        self.0.settings.lifetimes.jwt.max(*SessionLifetimes::JWT.end())
    }
}

/// What becomes of each: the next one takes its place, and what it has signed until then expires.
fn states(sealed: &[SealedSigningKey], longest: Duration) -> Vec<SigningKeyState> {
    let state = |key: &SealedSigningKey| {
        let later = sealed.iter().map(|other| other.signs_from).filter(|from| *from > key.signs_from);
        let signs_until = later.min();
        SigningKeyState {
            kid: key.kid.clone(),
            created_at: key.created_at,
            signs_from: key.signs_from,
            signs_until,
            // A clock that is behind by a minute signs a minute longer.
            verifies_until: signs_until.map(|until| until + longest + Duration::MINUTE),
        }
    };
    sealed.iter().map(state).collect()
}
