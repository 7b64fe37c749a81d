//! Proving that an e-mail address is one's own, by a link in a mail; and what is proved by it.

use anteroom_auth::token::{self, PlainToken};
use anteroom_domain::credential::AuthIdentity;
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::email_verification::EmailVerification;
use anteroom_domain::mail::MailTemplate;
use anteroom_domain::text::{Email, Language, LinkTemplate};
use anteroom_domain::workspace::{EmailVerificationRule, Workspace, WorkspaceId};
use anteroom_mail::Letter;
use anteroom_store::{Mode, OpenEmailVerification, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::letters::may_be_mailed;
use crate::merges::merge_guest;
use crate::sessions::Ended;
use crate::store_customers::gone;
use crate::{App, Error, Refusal, SignIn, Unauthenticated};

/// What a mailed link proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailProof {
    /// That the e-mail of the account is one's own.
    Own,
    /// That the e-mail is that the account is to have.
    Another,
}

impl App {
    /// Mails whoever is signed in a link to prove their e-mail; links that were mailed before open nothing any more. It may be
    /// somebody whose sign-in opens nothing else before that.
    ///
    /// Who has been mailed too much of late (five mails an hour) is mailed no other, and keeps the last one.
    pub async fn request_email_verification(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        email: Email,
        language: Option<Language>,
    ) -> Result<(), Error> {
        let not_a_customer = Error::Unauthenticated(Unauthenticated::NotACustomer);
        let id = sign_in.identity().customer_id.ok_or(not_a_customer)?;
        let (app, workspace) = (self.clone(), workspace.clone());
        let write = move |unit: &mut dyn Unit| {
            let customer = unit.customer_for_update(workspace.id, id)?.ok_or_else(gone)?;
            if customer.email != email {
                return Err(Refusal::EmailDiffers.into());
            }
            if customer.email_verified {
                return Err(Refusal::EmailVerified.into());
            }
            app.mail_verification(unit, &workspace, customer, language)
        };
        self.doors().db(Mode::Write, write).await
    }

    /// Writes down a mail with a link to prove the e-mail of a customer whom the unit holds.
    pub(crate) fn mail_verification(
        &self,
        unit: &mut dyn Unit,
        workspace: &Workspace,
        customer: Customer,
        language: Option<Language>,
    ) -> Result<(), Error> {
        let now = self.now();
        if !may_be_mailed(unit, customer.id, now)? {
            return Ok(());
        }
        end_email_verifications(unit, customer.id, now)?;
        let token = PlainToken::<token::EmailVerification>::generate(self.random());
        unit.insert_email_verification(&EmailVerification {
            token_hash: token.hash(&self.0.keys),
            customer_id: customer.id,
            change: None,
            created_at: now,
            expires_at: now + EmailVerification::LIFE,
            ended_at: None,
        })?;
        let template = workspace.settings.links.verify_email.as_ref();
        let letter = Letter::VerifyEmail { link: self.verification_link(workspace, template, &token) };
        let envelope = self.envelope(workspace, language, &letter, EmailVerification::LIFE);
        Ok(envelope.post(unit, customer.id, customer.email)?)
    }

    /// Where the merchant wants the link to lead, else our own page: never to a host that a request has named.
    pub(crate) fn verification_link(
        &self,
        workspace: &Workspace,
        template: Option<&LinkTemplate>,
        token: &PlainToken<token::EmailVerification>,
    ) -> String {
        if let Some(template) = template {
            return template.with_token(token.reveal());
        }
        let (base, slug) = (&self.0.settings.issuer, &workspace.slug);
        format!("{base}/{slug}/portal/verify-email?token={}", token.reveal())
    }

    /// What a token proves at this moment; `None` when it is nothing. It is not spent.
    pub async fn email_proof(&self, workspace: &Workspace, token: &str) -> Result<Option<EmailProof>, Error> {
        let Some(token) = PlainToken::<token::EmailVerification>::parse(token) else { return Ok(None) };
        let open = self.whose_verification(workspace, &token).await?;
        Ok(open.map(|open| match open.new_email {
            None => EmailProof::Own,
            Some(_) => EmailProof::Another,
        }))
    }

    /// Spends a token and notes that the e-mail is proved, which the customer takes by it where it is another one: a guest with the
    /// same goes up in the account. The e-mail, and since when it is proved; `None` when the token opens nothing, or somebody else
    /// has the e-mail by now.
    pub async fn verify_email(
        &self,
        workspace: &Workspace,
        token: &str,
    ) -> Result<Option<(Email, OffsetDateTime)>, Error> {
        let Some(token) = PlainToken::<token::EmailVerification>::parse(token) else { return Ok(None) };
        let Some(open) = self.whose_verification(workspace, &token).await? else { return Ok(None) };
        let (hash, now, id) = (token.hash(&self.0.keys), self.now(), open.customer);
        let (app, workspace) = (self.clone(), workspace.clone());
        let proved = self
            .settle([Topic::Customer(id)], move |unit| {
                let held = hold_with_guest(unit, workspace.id, id, open.new_email.as_ref())?;
                let Some((customer, guest)) = held else { return Ok(None) };
                // What ended it meanwhile has held the customer too.
                if unit.open_email_verification(workspace.id, &hash, now)?.as_ref() != Some(&open)
                    || !unit.spend_email_verification(&hash, now)?
                {
                    return Ok(None);
                }
                let (customer, ended) = match open.new_email {
                    Some(email) => app.take_email(unit, &workspace, &customer, email)?,
                    None => (customer, Ended::default()),
                };
                let email = customer.email.clone();
                Ok(Some((email, ended.and(prove_email(unit, customer, guest, now)?))))
            })
            .await;
        let proved = match proved {
            // Somebody else has it: whoever asked is told no more than that the token opens nothing.
            Err(Error::Refused(_)) => None,
            other => other?,
        };
        let Some((email, ended)) = proved else { return Ok(None) };
        self.count_ended(ended);
        Ok(Some((email, now)))
    }

    pub(crate) async fn whose_verification(
        &self,
        workspace: &Workspace,
        token: &PlainToken<token::EmailVerification>,
    ) -> Result<Option<OpenEmailVerification>, Error> {
        let (workspace, token, now) = (workspace.id, token.hash(&self.0.keys), self.now());
        let find = move |unit: &mut dyn Unit| Ok(unit.open_email_verification(workspace, &token, now)?);
        self.doors().db(Mode::Read, find).await
    }
}

/// The e-mail that somebody has to prove before they are signed in as their customer; `None` where nothing is asked.
pub(crate) fn unproved_email(
    unit: &mut dyn Unit,
    rule: EmailVerificationRule,
    identity: &AuthIdentity,
) -> Result<Option<Email>, StoreError> {
    let (EmailVerificationRule::Required, Some(id)) = (rule, identity.customer_id) else { return Ok(None) };
    let customer = unit.customer(identity.workspace_id, id)?;
    Ok(customer.filter(|customer| !customer.email_verified).map(|customer| customer.email))
}

/// A customer, held against other writers until the unit ends, and likewise, where it is an account, the guest with the e-mail
/// that it has or is to have.
pub(crate) fn hold_with_guest(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    id: CustomerId,
    new_email: Option<&Email>,
) -> Result<Option<(Customer, Option<Customer>)>, StoreError> {
    if let Some(customer) = unit.customer(workspace, id)?.filter(|customer| customer.has_account) {
        let same = unit.customers_by_email(workspace, new_email.unwrap_or(&customer.email))?;
        // Both at once, in the order that whoever merges customers keeps too.
        if let Some(guest) = same.into_iter().find(|other| !other.has_account)
            && let Some((customer, guest)) = unit.both_for_update(workspace, (id, guest.id))?
        {
            let is_same = !guest.has_account && guest.email == *new_email.unwrap_or(&customer.email);
            return Ok(Some((customer, is_same.then_some(guest))));
        }
    }
    Ok(unit.customer_for_update(workspace, id)?.map(|customer| (customer, None)))
}

/// Notes that a customer has proved its e-mail, and lets the guest with the same go up in it; the sessions that have ended by
/// it. Both are held.
pub(crate) fn prove_email(
    unit: &mut dyn Unit,
    customer: Customer,
    guest: Option<Customer>,
    now: OffsetDateTime,
) -> Result<Ended, Error> {
    end_email_verifications(unit, customer.id, now)?;
    let customer = Customer { email_verified: true, modified_at: Some(now), ..customer };
    if let Some(guest) = guest
        && let Some(ended) = merge_guest(unit, (customer.clone(), guest), now)?
    {
        return Ok(ended);
    }
    unit.update_customer(&customer)?;
    Ok(Ended::default())
}

/// Lets no link prove a customer's e-mail any more, and takes back mails that are not sent yet.
pub(crate) fn end_email_verifications(
    unit: &mut dyn Unit,
    customer: CustomerId,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    unit.end_email_verifications(customer, now)?;
    for template in [MailTemplate::VerifyEmail, MailTemplate::ChangeEmail, MailTemplate::EmailChangeRequested]
    {
        unit.recall_outbox_messages(customer, template)?;
    }
    Ok(())
}
