//! Choosing another password without the old one, by a link in a mail.

use anteroom_auth::password::NewPassword;
use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::credential::ProviderIdentity;
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::mail::MailTemplate;
use anteroom_domain::password_reset::PasswordReset;
use anteroom_domain::session::Provider;
use anteroom_domain::text::{Email, Language};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::{Mode, OpenPasswordReset, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::claims::remove_passwordless;
use crate::email_verifications::{hold_with_guest, prove_email};
use crate::letters::may_be_mailed;
use crate::names::named_for_update;
use crate::sessions::end_sessions;
use crate::{App, Client, CustomerRef, Error, Missing, Refusal};

impl App {
    /// Mails a customer a link to choose another password; links that were mailed before open nothing any more.
    ///
    /// Who has been mailed too much of late (five mails an hour) is mailed no other, and keeps the last one.
    /// Without a language it is written in the workspace's.
    pub async fn send_password_reset(
        &self,
        workspace: &Workspace,
        which: CustomerRef,
        language: Option<Language>,
    ) -> Result<(), Error> {
        let token = PlainToken::<token::PasswordReset>::generate(self.random());
        let letter = Letter::PasswordReset { link: self.password_reset_link(workspace, &token) };
        let envelope = self.envelope(workspace, language, &letter, PasswordReset::LIFE);
        let (id, token_hash, now) = (workspace.id, token.hash(&self.0.keys), self.now());
        let is_password_allowed = workspace.settings.providers.allow(Provider::EmailPass);
        let write = move |unit: &mut dyn Unit| {
            let customer = named_for_update(unit, id, &which)?.ok_or(Error::NotFound(Missing::Customer))?;
            if customer.disabled_at.is_some() {
                return Err(Refusal::NoResetWhileDisabled(which).into());
            }
            let found = password_identity(unit, &customer)?.filter(|_| is_password_allowed);
            let provider = found.ok_or(Refusal::NoPasswordToReset(which))?;
            if !may_be_mailed(unit, customer.id, now)? {
                return Ok(());
            }
            end_password_resets(unit, customer.id, now)?;
            unit.insert_password_reset(&PasswordReset {
                token_hash,
                auth_identity_id: provider.auth_identity_id,
                created_at: now,
                expires_at: now + PasswordReset::LIFE,
                ended_at: None,
            })?;
            Ok(envelope.post(unit, customer.id, provider.email)?)
        };
        self.doors().db(Mode::Write, write).await
    }

    /// As [`send_password_reset`](Self::send_password_reset), to whoever signs in with that e-mail; nobody is told what became
    /// of it.
    pub async fn request_password_reset(
        &self,
        workspace: &Workspace,
        email: Email,
        language: Option<Language>,
    ) {
        let id = workspace.id;
        let find = move |unit: &mut dyn Unit| Ok(unit.identity_by_email(id, Provider::EmailPass, &email)?);
        let sent = match self.doors().db(Mode::Read, find).await {
            Ok(found) => match found.and_then(|(identity, _)| identity.customer_id) {
                Some(customer) => {
                    self.send_password_reset(workspace, CustomerRef::Id(customer), language).await
                }
                None => return,
            },
            Err(error) => Err(error),
        };
        if let Err(error) = sent
            && !error.is_outcome()
        {
            let error = error.with_causes();
            tracing::warn!(error, "a mail that somebody asked for could not be written down");
        }
    }

    /// Whether a token lets somebody choose another password at this moment. It is not spent.
    pub async fn opens_password_reset(&self, workspace: &Workspace, token: &str) -> Result<bool, Error> {
        let Some(token) = PlainToken::<token::PasswordReset>::parse(token) else { return Ok(false) };
        Ok(self.open_password_reset(workspace, &token).await?.is_some())
    }

    /// Spends a token for another password, and ends every session of the customer; `false` when it opens nothing. The e-mail is
    /// proved by it. A password that may not be chosen is refused, and the token stays good.
    pub async fn reset_password(
        &self,
        workspace: &Workspace,
        token: &str,
        password: &str,
        client: Client,
    ) -> Result<bool, Error> {
        let Some(token) = PlainToken::<token::PasswordReset>::parse(token) else { return Ok(false) };
        let Some(open) = self.open_password_reset(workspace, &token).await? else { return Ok(false) };
        let password = NewPassword::parse(password, &self.0.settings.passwords, open.provider.email.as_str())
            .map_err(Refusal::Password)?;
        let hash = self.hashed(password).await?;
        let notice = self.envelope(workspace, None, &Letter::PasswordChanged, Letter::NOTICE_LIFE);
        let app = self.clone();
        let (token_hash, workspace, customer, now) =
            (token.hash(&self.0.keys), workspace.id, open.customer, self.now());
        let ended = self
            .settle([Topic::Customer(customer)], move |unit| {
                let Some((held, guest)) = hold_with_guest(unit, workspace, customer, None)? else {
                    return Ok(None);
                };
                // What ended it while the password was hashed has held the customer too.
                let Some(open) = unit.open_password_reset(workspace, &token_hash, now)? else {
                    return Ok(None);
                };
                if !unit.spend_password_reset(&token_hash, now)? {
                    return Ok(None);
                }
                // Before the sessions end: who was just signing in by the old one either has one of them, or gets none.
                unit.set_password_hash(open.provider.id, hash.as_str())?;
                end_password_resets(unit, customer, now)?;
                app.welcome(unit, &open.provider, &client)?;
                let mut ended = end_sessions(unit, customer, now)?;
                // The link was read in that mailbox. Whoever had set the old password, a passkey or an account elsewhere without a proof has
                // none now.
                if open.provider.email == held.email {
                    if !held.email_verified {
                        remove_passwordless(unit, customer, |_| false)?;
                    }
                    ended = ended.and(prove_email(unit, held, guest, now)?);
                }
                notice.post(unit, customer, open.provider.email)?;
                Ok(Some(ended))
            })
            .await?;
        let Some(ended) = ended else { return Ok(false) };
        self.count_ended(ended);
        Ok(true)
    }

    async fn open_password_reset(
        &self,
        workspace: &Workspace,
        token: &PlainToken<token::PasswordReset>,
    ) -> Result<Option<OpenPasswordReset>, Error> {
        let (workspace, token, now) = (workspace.id, token.hash(&self.0.keys), self.now());
        let find = move |unit: &mut dyn Unit| Ok(unit.open_password_reset(workspace, &token, now)?);
        self.doors().db(Mode::Read, find).await
    }

    /// Where the merchant wants the link to lead, else our own page: never to a host that a request has named.
    fn password_reset_link(&self, workspace: &Workspace, token: &PlainToken<token::PasswordReset>) -> String {
        if let Some(template) = &workspace.settings.links.password_reset {
            return template.with_token(token.reveal());
        }
        let (base, slug) = (&self.0.settings.issuer, &workspace.slug);
        format!("{base}/{slug}/portal/password-reset?token={}", token.reveal())
    }
}

/// How a customer signs in with a password: under its own e-mail, if there is a choice.
pub(crate) fn password_identity(
    unit: &mut dyn Unit,
    customer: &Customer,
) -> Result<Option<ProviderIdentity>, StoreError> {
    let mut all = unit.password_identities(customer.id)?.into_iter();
    let first = all.next();
    if first.as_ref().is_some_and(|first| first.email == customer.email) {
        return Ok(first);
    }
    Ok(all.find(|other| other.email == customer.email).or(first))
}

/// Lets no link open a customer's account any more, and takes back mails that are not sent yet.
pub(crate) fn end_password_resets(
    unit: &mut dyn Unit,
    customer: CustomerId,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    unit.end_password_resets(customer, now)?;
    unit.recall_outbox_messages(customer, MailTemplate::PasswordReset)?;
    Ok(())
}
