//! Attempts to sign in: guessing is slow, and whoever is guessed at is not locked out.
//!
//! Failures are counted by account, but apart for each device and address that the account knows. So whoever guesses from
//! elsewhere slows down strangers alone (OWASP, "device cookies").

use std::net::IpAddr;
use std::num::NonZeroU32;

use anteroom_auth::keys::Keys;
use anteroom_domain::Id;
use anteroom_domain::credential::{AuthIdentity, AuthIdentityId, ProviderIdentity};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::sign_in::{FailedAttempts, KnownAddress, SourceHash};
use anteroom_domain::text::{Email, Language};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_mail::Letter;
use anteroom_store::{Constraint, Mode, StoreError, Unit};
use time::OffsetDateTime;

use crate::activity::Limit;
use crate::{App, Client, Error};

/// After so many failures from elsewhere it is news to the owner that one has succeeded.
const SEVERAL: u32 = 3;

/// Where an attempt stands: what it is counted under, and what the account knows of the device and the address.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    counted_under: SourceHash,
    failed: Option<FailedAttempts>,
    /// Whether neither the device nor the address was seen for half a year.
    is_new: bool,
    /// Whether neither is trusted.
    is_stranger: bool,
    /// Whether that the address was seen is to be noted.
    is_to_note: bool,
}

/// The key that an address is known by to one identity.
fn address_hash(keys: &Keys, identity: AuthIdentityId, network: IpAddr) -> SourceHash {
    keys.source_hash("address", &[identity.uuid().as_bytes(), network.to_string().as_bytes()])
}

/// What strangers' attempts at a name are counted under.
fn strangers_hash(keys: &Keys, workspace: WorkspaceId, email: &Email) -> SourceHash {
    keys.source_hash("account", &[workspace.uuid().as_bytes(), email.key().as_bytes()])
}

impl App {
    /// Where an attempt at a name stands. A name that nobody has costs the same.
    pub(crate) fn standing(
        &self,
        unit: &mut dyn Unit,
        workspace: WorkspaceId,
        email: &Email,
        identity: Option<&AuthIdentity>,
        client: &Client,
    ) -> Result<Standing, StoreError> {
        let (keys, now) = (&self.0.keys, self.now());
        let id = identity.map_or_else(|| Id::random(self.random()), |identity| identity.id);
        let address = client.network().map(|network| address_hash(keys, id, network));
        let seen_at = match &address {
            Some(address) => unit.known_address(address)?,
            None => None,
        };
        let device = client.device.filter(|device| device.auth_identity_id == id);
        let within = |at: &OffsetDateTime, life| now - *at < life;
        let is_trusted = |at: &OffsetDateTime| within(at, KnownAddress::TRUSTED);
        let by_device = device.filter(|device| is_trusted(&device.signed_in_at));
        let by_address = address.filter(|_| seen_at.as_ref().is_some_and(is_trusted));
        let known = by_device.map(|device| device.hash(keys)).or(by_address);
        let counted_under = known.unwrap_or_else(|| strangers_hash(keys, workspace, email));
        let is_no_news = |at: &OffsetDateTime| within(at, KnownAddress::KEPT);
        let was_seen = seen_at.as_ref().is_some_and(is_no_news)
            || device.is_some_and(|device| is_no_news(&device.signed_in_at));
        Ok(Standing {
            counted_under,
            failed: self.failed_attempts(unit, &counted_under)?,
            is_new: !was_seen,
            is_stranger: known.is_none(),
            is_to_note: !seen_at.is_some_and(|at| within(&at, KnownAddress::PRECISION)),
        })
    }

    /// As [`standing`](Self::standing), for somebody who is signed in and shows the password once more.
    pub(crate) fn standing_of_signed_in(
        &self,
        unit: &mut dyn Unit,
        identity: AuthIdentityId,
    ) -> Result<Standing, StoreError> {
        self.standing_under(unit, self.0.keys.source_hash("confirmation", &[identity.uuid().as_bytes()]))
    }

    /// As [`standing`](Self::standing), for somebody who shows the second factor of a customer: wherever they are, and at whatever
    /// sign-in, it counts together.
    pub(crate) fn standing_of_second_factor(
        &self,
        unit: &mut dyn Unit,
        customer: CustomerId,
    ) -> Result<Standing, StoreError> {
        self.standing_under(unit, self.0.keys.source_hash("second factor", &[customer.uuid().as_bytes()]))
    }

    fn standing_under(&self, unit: &mut dyn Unit, counted_under: SourceHash) -> Result<Standing, StoreError> {
        let failed = self.failed_attempts(unit, &counted_under)?;
        Ok(Standing { counted_under, failed, is_new: false, is_stranger: false, is_to_note: false })
    }

    /// Makes an attempt: one that may not be made yet is refused before it costs anything, and any other counts by what `look` finds.
    pub(crate) async fn attempt<T: Send + 'static>(
        &self,
        standing: &Standing,
        look: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.attempt_and_read(standing, look, |_, found| Ok(found)).await
    }

    /// As [`attempt`](Self::attempt); gives what is read when the attempt succeeds, and only then: so that one that fails takes the
    /// same time whoever it was for.
    pub(crate) async fn attempt_and_read<T: Send + 'static, R: Send + 'static>(
        &self,
        standing: &Standing,
        look: impl Future<Output = Result<T, Error>>,
        read: impl FnOnce(&mut dyn Unit, T) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        if let Some(failed) = standing.failed {
            self.refuse_before(failed.open_at)?;
        }
        match look.await {
            Ok(found) => self.attempt_succeeded(standing, |unit| read(unit, found)).await,
            Err(error) => {
                if let Error::Unauthenticated(reason) = &error
                    && reason.is_wrong_guess()
                {
                    self.attempt_failed(standing).await?;
                }
                Err(error)
            }
        }
    }

    /// Counts an attempt that failed; refused otherwise when by now there may be none, because others failed meanwhile.
    async fn attempt_failed(&self, standing: &Standing) -> Result<(), Error> {
        let Some(allowed) = self.failures_allowed() else { return Ok(()) };
        let (source, now) = (standing.counted_under, self.now());
        let count = move |unit: &mut dyn Unit| {
            let Some(count) = unit.add_failed_attempt(&source, now)? else {
                return Ok(unit.failed_attempts(&source)?);
            };
            let wait = FailedAttempts::wait(count, allowed.get());
            if wait.is_positive() {
                unit.put_off_attempts(&source, now + wait)?;
            }
            Ok(None)
        };
        match self.doors().db(Mode::Write, count).await? {
            Some(failed) => self.refuse_before(failed.open_at),
            None => Ok(()),
        }
    }

    /// Lets an attempt succeed: what had failed before is forgotten. Refused when by now there may be none, because others failed
    /// meanwhile: so of many guesses at once no more are answered than of those one after the other.
    async fn attempt_succeeded<R: Send + 'static>(
        &self,
        standing: &Standing,
        read: impl FnOnce(&mut dyn Unit) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let (source, is_counted) = (standing.counted_under, self.failures_allowed().is_some());
        let look = move |unit: &mut dyn Unit| {
            let failed = if is_counted { unit.failed_attempts(&source)? } else { None };
            Ok((failed, read(unit)?))
        };
        let (failed, found) = self.doors().db(Mode::Read, look).await?;
        if let Some(failed) = failed {
            self.refuse_before(failed.open_at)?;
            let forget = move |unit: &mut dyn Unit| Ok(unit.forget_failed_attempts(&source)?);
            self.doors().db(Mode::Write, forget).await?;
        }
        Ok(found)
    }

    /// Notes from where somebody has signed in, and tells them if it is news: they were never seen there, or others had tried
    /// before.
    pub(crate) async fn note_sign_in(
        &self,
        workspace: &Workspace,
        identity: &AuthIdentity,
        email: Email,
        standing: &Standing,
        client: &Client,
    ) -> Result<(), Error> {
        let guessed = standing.failed.is_some_and(|failed| failed.count >= SEVERAL) && standing.is_stranger;
        let told = identity.customer_id.filter(|_| standing.is_new || guessed);
        let known = self.address_of(identity.id, client).filter(|_| standing.is_to_note);
        if told.is_none() && known.is_none() {
            return Ok(());
        }
        let letter = Letter::NewDevice {
            user_agent: client.user_agent.as_ref().map(|line| line.as_str().to_owned()),
            address: client.ip_address,
        };
        let notice = self.envelope(workspace, None::<Language>, &letter, Letter::NOTICE_LIFE);
        let write = move |unit: &mut dyn Unit| {
            if let Some(known) = &known {
                unit.note_address(known)?;
            }
            if let Some(customer) = told {
                notice.post(unit, customer, email)?;
            }
            Ok(())
        };
        match self.doors().db(Mode::Write, write).await {
            // They were deleted meanwhile, and so was their session.
            Err(Error::Store(StoreError::Conflict(Constraint::Reference))) => Ok(()),
            written => written,
        }
    }

    /// Lets whoever has just proved that the mailbox is theirs sign in from where they are, whatever others had tried before.
    pub(crate) fn welcome(
        &self,
        unit: &mut dyn Unit,
        name: &ProviderIdentity,
        client: &Client,
    ) -> Result<(), StoreError> {
        unit.forget_failed_attempts(&strangers_hash(&self.0.keys, name.workspace_id, &name.email))?;
        match self.address_of(name.auth_identity_id, client) {
            Some(known) => unit.note_address(&known),
            None => Ok(()),
        }
    }

    /// Where a client is, as an address that somebody has signed in from at this moment.
    pub(crate) fn address_of(&self, identity: AuthIdentityId, client: &Client) -> Option<KnownAddress> {
        let source_hash = address_hash(&self.0.keys, identity, client.network()?);
        Some(KnownAddress { auth_identity_id: identity, source_hash, last_seen_at: self.now() })
    }

    /// What failed before and is not forgotten; nothing where nobody counts.
    fn failed_attempts(
        &self,
        unit: &mut dyn Unit,
        source: &SourceHash,
    ) -> Result<Option<FailedAttempts>, StoreError> {
        if self.failures_allowed().is_none() {
            return Ok(None);
        }
        let found = unit.failed_attempts(source)?;
        Ok(found.filter(|failed| self.now() - failed.open_at <= FailedAttempts::KEPT))
    }

    fn failures_allowed(&self) -> Option<NonZeroU32> {
        self.settings().failures_per_account
    }

    fn refuse_before(&self, open_at: OffsetDateTime) -> Result<(), Error> {
        let now = self.now();
        match self.failures_allowed() {
            Some(allowed) if now < open_at => {
                self.activity().limited(Limit::Account);
                Err(Error::too_many(Limit::Account, allowed, (open_at - now).unsigned_abs()))
            }
            _ => Ok(()),
        }
    }
}
