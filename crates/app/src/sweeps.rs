//! Removal of what has long been over. Each is one short unit that removes so many rows at most, so that requests get in
//! between; the caller repeats it until one removes fewer.

use anteroom_domain::email_verification::EmailVerification;
use anteroom_domain::password_reset::PasswordReset;
use anteroom_domain::session::{CustomerSession, StoreSession};
use anteroom_domain::sign_in::{FailedAttempts, KnownAddress};
use anteroom_domain::sign_in_code::SignInCode;
use anteroom_store::{Mode, StoreError, Unit};
use time::OffsetDateTime;

use crate::{App, Error};

/// Removes at most so many of one kind, as of a moment; how many.
type Sweep = fn(&mut dyn Unit, OffsetDateTime, u32) -> Result<u64, StoreError>;

impl App {
    /// Removes customer sessions that expired [`CustomerSession::KEPT`] ago, with their cookies; how many sessions.
    pub async fn sweep_customer_sessions(&self, limit: u32) -> Result<u64, Error> {
        let cutoff = self.now() - CustomerSession::KEPT;
        self.in_background(Mode::Write, move |unit| Ok(unit.sweep_customer_sessions(cutoff, limit)?)).await
    }

    /// Adds what lists find customers by to those that an earlier version has made; how many.
    pub async fn index_customers(&self, limit: u32) -> Result<u64, Error> {
        self.in_background(Mode::Write, move |unit| Ok(unit.index_customers(limit)?)).await
    }

    /// Removes answers to repeated requests that have expired; how many.
    pub async fn sweep_idempotent_answers(&self, limit: u32) -> Result<u64, Error> {
        let now = self.now();
        self.in_background(Mode::Write, move |unit| Ok(unit.sweep_idempotent_answers(now, limit)?)).await
    }

    /// Removes password resets that expired [`PasswordReset::KEPT`] ago, and then rights to prove an e-mail address that
    /// expired [`EmailVerification::KEPT`] ago; how many.
    pub async fn sweep_password_resets(&self, limit: u32) -> Result<u64, Error> {
        let now = self.now();
        self.in_background(Mode::Write, move |unit| {
            let resets = unit.sweep_password_resets(now - PasswordReset::KEPT, limit)?;
            let rest = limit.saturating_sub(u32::try_from(resets).unwrap_or(limit));
            Ok(resets + unit.sweep_email_verifications(now - EmailVerification::KEPT, rest)?)
        })
        .await
    }

    /// Removes shop sessions that expired or were ended [`StoreSession::KEPT`] ago; how many.
    pub async fn sweep_store_sessions(&self, limit: u32) -> Result<u64, Error> {
        let cutoff = self.now() - StoreSession::KEPT;
        self.in_background(Mode::Write, move |unit| Ok(unit.sweep_store_sessions(cutoff, limit)?)).await
    }

    /// Removes counts of failed attempts with which nobody has gone on for [`FailedAttempts::KEPT`], and then addresses from which
    /// nobody has signed in for [`KnownAddress::KEPT`], then flows to
    /// providers that expired, then mailed codes that count no more, then sign-ins that waited for a second factor for too long, and
    /// then questions that no authenticator has answered, and then sources that may post as many credentials again as ever; how many.
    pub async fn sweep_sign_in_attempts(&self, limit: u32) -> Result<u64, Error> {
        let now = self.now();
        self.in_background(Mode::Write, move |unit| {
            let sweeps: [Sweep; 7] = [
                |unit, now, limit| unit.sweep_failed_attempts(now - FailedAttempts::KEPT, limit),
                |unit, now, limit| unit.sweep_known_addresses(now - KnownAddress::KEPT, limit),
                |unit, now, limit| unit.sweep_sign_in_flows(now, limit),
                |unit, now, limit| unit.sweep_sign_in_codes(now - SignInCode::WINDOW, limit),
                |unit, now, limit| unit.sweep_second_factor_challenges(now, limit),
                |unit, now, limit| unit.sweep_passkey_ceremonies(now, limit),
                |unit, now, limit| unit.sweep_credential_posts(now, limit),
            ];
            let mut swept = 0;
            for sweep in sweeps {
                let rest = limit.saturating_sub(u32::try_from(swept).unwrap_or(limit));
                swept += sweep(unit, now, rest)?;
            }
            Ok(swept)
        })
        .await
    }
}
