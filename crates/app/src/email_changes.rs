//! Taking another e-mail address: it is proved first, and the old one works until then.

use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::customer::Customer;
use anteroom_domain::email_verification::{EmailChange, EmailVerification};
use anteroom_domain::text::{Email, Language};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::{Constraint, Mode, StoreError, Unit};

use crate::customer_edits::carry_email_on;
use crate::email_verifications::end_email_verifications;
use crate::letters::may_be_mailed;
use crate::sessions::{Ended, end_sessions};
use crate::store_customers::held;
use crate::{App, Error, Presence, Refusal, ShopperId, SignIn};

impl App {
    /// Mails a link to another e-mail address, which the shopper takes by it, and to the old one that somebody wants this, with a
    /// link to stop it. Links that were mailed before open nothing any more.
    ///
    /// Refuses whoever does not prove that the account is theirs. Where another account has the address, and after
    /// five mails within an hour, nothing is mailed, and nobody is told.
    pub async fn request_email_change(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        (email, presence): (Email, Presence),
        language: Option<Language>,
    ) -> Result<(), Error> {
        self.confirm_ownership(workspace, sign_in, shopper, presence).await?;
        let (app, workspace, now) = (self.clone(), workspace.clone(), self.now());
        let write = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            let id = customer.id;
            if customer.email.as_str() == email.as_str() {
                return Err(Refusal::EmailUnchanged.into());
            }
            let may_be_mailed = may_be_mailed(unit, id, now)?;
            let same = unit.customers_by_email(workspace.id, &email)?;
            let is_taken = same.iter().any(|other| other.has_account && other.id != id);
            if is_taken || !may_be_mailed {
                return Ok(());
            }
            app.mail_change(unit, &workspace, customer, email, language)
        };
        self.doors().db(Mode::Write, write).await
    }

    fn mail_change(
        &self,
        unit: &mut dyn Unit,
        workspace: &Workspace,
        customer: Customer,
        email: Email,
        language: Option<Language>,
    ) -> Result<(), Error> {
        let now = self.now();
        end_email_verifications(unit, customer.id, now)?;
        let token = PlainToken::<token::EmailVerification>::generate(self.random());
        let cancel = PlainToken::<token::EmailChangeCancellation>::generate(self.random());
        let cancel_token_hash = cancel.hash(&self.0.keys);
        unit.insert_email_verification(&EmailVerification {
            token_hash: token.hash(&self.0.keys),
            customer_id: customer.id,
            change: Some(EmailChange { email: email.clone(), cancel_token_hash }),
            created_at: now,
            expires_at: now + EmailVerification::LIFE,
            ended_at: None,
        })?;
        let template = workspace.settings.links.change_email.as_ref();
        let link = self.verification_link(workspace, template, &token);
        let masked = email.masked();
        let (to_new, to_old) = (
            Letter::ChangeEmail { link },
            Letter::EmailChangeRequested { email: masked, link: self.cancellation_link(workspace, &cancel) },
        );
        let envelope = |letter| self.envelope(workspace, language, letter, EmailVerification::LIFE);
        envelope(&to_new).post(unit, customer.id, email)?;
        Ok(envelope(&to_old).post(unit, customer.id, customer.email)?)
    }

    fn cancellation_link(
        &self,
        workspace: &Workspace,
        token: &PlainToken<token::EmailChangeCancellation>,
    ) -> String {
        let (base, slug) = (&self.0.settings.issuer, &workspace.slug);
        format!("{base}/{slug}/portal/cancel-email-change?token={}", token.reveal())
    }

    /// Whether a token stops a change of an e-mail at this moment.
    pub async fn opens_email_change(&self, workspace: &Workspace, token: &str) -> Result<bool, Error> {
        let Some(token) = PlainToken::<token::EmailChangeCancellation>::parse(token) else {
            return Ok(false);
        };
        let (workspace, token, now) = (workspace.id, token.hash(&self.0.keys), self.now());
        let find = move |unit: &mut dyn Unit| Ok(unit.open_email_change(workspace, &token, now)?.is_some());
        self.doors().db(Mode::Read, find).await
    }

    /// Stops a change of an e-mail; `false` when the token opens nothing.
    pub async fn cancel_email_change(&self, workspace: &Workspace, token: &str) -> Result<bool, Error> {
        let Some(token) = PlainToken::<token::EmailChangeCancellation>::parse(token) else {
            return Ok(false);
        };
        let (workspace, token, now) = (workspace.id, token.hash(&self.0.keys), self.now());
        let cancel = move |unit: &mut dyn Unit| {
            let Some(id) = unit.open_email_change(workspace, &token, now)? else { return Ok(false) };
            // Held, so that a change at the same moment comes before or after it.
            unit.customer_for_update(workspace, id)?;
            if unit.open_email_change(workspace, &token, now)?.is_none() {
                return Ok(false);
            }
            end_email_verifications(unit, id, now)?;
            Ok(true)
        };
        self.doors().db(Mode::Write, cancel).await
    }

    /// Gives a customer whom the unit holds another e-mail: it signs in by that from now on, and every session ends.
    ///
    /// Refuses what somebody else has; then the unit is of no use any more.
    pub(crate) fn take_email(
        &self,
        unit: &mut dyn Unit,
        workspace: &Workspace,
        before: &Customer,
        email: Email,
    ) -> Result<(Customer, Ended), Error> {
        let now = self.now();
        let customer = Customer { email: email.clone(), modified_at: Some(now), ..before.clone() };
        match unit.update_customer(&customer) {
            Err(StoreError::Conflict(Constraint::CustomerEmail)) => {
                return Err(Refusal::EmailTaken(email).into());
            }
            updated => updated?,
        };
        carry_email_on(unit, before, &customer, now)?;
        let ended = end_sessions(unit, customer.id, now)?;
        let letter = Letter::EmailChanged { email: email.masked() };
        let notice = self.envelope(workspace, None, &letter, Letter::NOTICE_LIFE);
        notice.post(unit, customer.id, before.email.clone())?;
        Ok((customer, ended))
    }
}
