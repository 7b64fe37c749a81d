//! Letting somebody in for whom somebody else vouches: which customer they are, and whether they are one.

use anteroom_domain::Id;
use anteroom_domain::credential::AuthIdentity;
use anteroom_domain::customer::{Contact, Customer, CustomerId};
use anteroom_domain::identity_provider::FederatedIdentity;
use anteroom_domain::session::{Provider, StoreSession};
use anteroom_domain::text::{Email, Issuer, Line};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::{Constraint, Mode, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::attempts::Standing;
use crate::claims::take_from_strangers;
use crate::email_verifications::{hold_with_guest, prove_email, unproved_email};
use crate::sessions::Ended;
use crate::store_sessions::speaking;
use crate::{App, Challenged, Client, Entry, Error, Forbidden, SessionKind, Unauthenticated};

/// Somebody who wants to be let in.
#[derive(Debug, Clone)]
pub(crate) struct Applicant {
    /// What they sign in with.
    pub(crate) provider: Provider,
    /// Who vouches; `None` where they have read their mail.
    pub(crate) voucher: Option<Voucher>,
    /// Their e-mail, as it is said.
    pub(crate) email: Email,
    /// Whether it is proved to be theirs.
    pub(crate) is_email_proved: bool,
    /// Given name.
    pub(crate) first_name: Option<Line>,
    /// Family name.
    pub(crate) last_name: Option<Line>,
}

impl Applicant {
    /// Whether that is the account of theirs by which they are vouched for.
    pub(crate) fn is(&self, linked: &FederatedIdentity) -> bool {
        self.voucher.as_ref().is_some_and(|by| by.issuer == linked.issuer && by.subject == linked.subject)
    }
}

/// Who vouches for somebody, and what they know them by.
#[derive(Debug, Clone)]
pub(crate) struct Voucher {
    pub(crate) issuer: Issuer,
    pub(crate) subject: String,
}

/// What is known of somebody before anything is held.
struct Sighting {
    /// The customer they are or become; `None` where they become a new one, or none yet.
    customer: Option<CustomerId>,
    /// Whether the mailbox is proved by this, so that what a stranger has left there goes.
    proves: bool,
}

/// Somebody who was let in.
pub(crate) enum Admitted {
    /// As far as the second factor.
    Challenged(Challenged),
    SignedIn(Box<Opened>),
}

/// A sign-in that was opened.
pub(crate) struct Opened {
    identity: AuthIdentity,
    session: StoreSession,
    unproved: Option<Email>,
    ended: Ended,
    /// Whom to tell of the sign-in, and what is known of where they are; nobody whose account this has made.
    noted: Option<(Email, Standing)>,
}

impl App {
    /// Lets somebody in. Who they are is said by the issuer and its subject alone; the e-mail says whose account they may take
    /// over, or which customer is made for them, and only where it is proved.
    ///
    /// Whoever has a second factor waits for it; until then nothing but who vouches for them is noted. Refuses one whose e-mail has an
    /// account that they have not proved to be theirs.
    pub(crate) async fn admit(
        &self,
        workspace: &Workspace,
        applicant: Applicant,
        client: Client,
    ) -> Result<Entry, Error> {
        loop {
            let sighting = self.sight(workspace.id, &applicant).await?;
            // To be set where a stranger may have set one: nobody knows it.
            let unknown = if sighting.proves { Some(self.unknown_password().await?) } else { None };
            let (app, workspace_id) = (self.clone(), workspace.id);
            let (wanted, at, seen) = (applicant.clone(), client.clone(), sighting.customer);
            let topics = seen.map(Topic::Customer);
            let let_in = move |unit: &mut dyn Unit| {
                app.let_in(unit, workspace_id, &wanted, seen, unknown.as_deref(), &at)
            };
            match self.settle(topics, let_in).await {
                Ok(Some(admitted)) => return self.admitted(workspace, admitted, &client).await,
                // Somebody has become somebody else meanwhile, or does so at this moment.
                Ok(None)
                | Err(Error::Store(StoreError::Conflict(
                    Constraint::FederatedIdentity | Constraint::CustomerEmail | Constraint::Reference,
                ))) => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) async fn admitted(
        &self,
        workspace: &Workspace,
        admitted: Admitted,
        client: &Client,
    ) -> Result<Entry, Error> {
        let opened = match admitted {
            Admitted::Challenged(challenged) => return Ok(Entry::Challenged(challenged)),
            Admitted::SignedIn(opened) => *opened,
        };
        let Opened { identity, session, unproved, ended, noted } = opened;
        self.count_ended(ended);
        self.forget([Topic::Identity(identity.id)]);
        self.activity().opened(SessionKind::Store);
        self.end_surplus_of(identity.id).await?;
        if let Some((email, standing)) = noted {
            self.note_sign_in(workspace, &identity, email, &standing, client).await?;
        }
        let mut signed_in = self.signed_in(workspace, &speaking(&identity, unproved.as_ref()), &session)?;
        signed_in.unproved_email = unproved;
        Ok(Entry::SignedIn(signed_in))
    }

    async fn sight(&self, workspace: WorkspaceId, applicant: &Applicant) -> Result<Sighting, Error> {
        let applicant = applicant.clone();
        let find = move |unit: &mut dyn Unit| {
            let customer = customer_of(unit, workspace, &applicant)?;
            let proves = customer.as_ref().is_some_and(|customer| is_proof(&applicant, customer));
            Ok(Sighting { customer: customer.map(|customer| customer.id), proves })
        };
        self.doors().db(Mode::Read, find).await
    }

    /// Lets somebody in who was seen to be that customer, in a unit that writes; `None` when they are another one by now.
    fn let_in(
        &self,
        unit: &mut dyn Unit,
        workspace_id: WorkspaceId,
        applicant: &Applicant,
        seen: Option<CustomerId>,
        unknown: Option<&str>,
        client: &Client,
    ) -> Result<Option<Admitted>, Error> {
        let now = self.now();
        let workspace = unit.workspace(workspace_id)?.filter(Workspace::is_enabled);
        let workspace = workspace.ok_or(Error::Unauthenticated(Unauthenticated::ProviderRefused))?;
        let held = match seen {
            Some(id) => hold_with_guest(unit, workspace_id, id, None)?,
            None => None,
        };
        // Whoever holds the customer sees who they are.
        let customer = customer_of(unit, workspace_id, applicant)?;
        if customer.as_ref().map(|customer| customer.id) != seen || held.is_some() != seen.is_some() {
            return Ok(None);
        }
        let known = known(unit, workspace_id, applicant)?;
        let mut told = None;
        let (identity, ended) = match (held, known) {
            (Some((customer, guest)), known) => {
                if customer.disabled_at.is_some() {
                    return Err(Error::Unauthenticated(Unauthenticated::AccountDisabled));
                }
                let is_linked = known.as_ref().is_some_and(|known| known.customer_id == Some(customer.id));
                if !is_linked && !applicant.is_email_proved {
                    return Err(Error::Forbidden(Forbidden::AccountToBeProved));
                }
                if unit.has_second_factor(customer.id)? {
                    let identity = self.linked(unit, applicant, &customer, known, now)?;
                    let challenged = self.challenge(unit, &workspace, &identity, applicant.provider)?;
                    return Ok(Some(Admitted::Challenged(challenged)));
                }
                let mut ended = Ended::default();
                if is_proof(applicant, &customer) {
                    let Some(unknown) = unknown else { return Ok(None) };
                    ended =
                        take_from_strangers(unit, customer.id, unknown, |linked| applicant.is(linked), now)?;
                    ended = ended.and(prove_email(unit, customer.clone(), guest, now)?);
                }
                let identity = self.linked(unit, applicant, &customer, known, now)?;
                told = Some(customer.email);
                (identity, ended)
            }
            (None, known) if applicant.is_email_proved => {
                self.made_customer(unit, workspace_id, applicant, known, now)?
            }
            (None, Some(known)) => (known, Ended::default()),
            (None, None) => (self.introduced(unit, workspace_id, applicant, now)?, Ended::default()),
        };
        let opened = self.open_for(unit, &workspace, identity, applicant.provider, (ended, told), client)?;
        Ok(Some(Admitted::SignedIn(opened)))
    }

    /// Opens a sign-in of somebody whose customer the unit holds; whoever has the e-mail that is to be told hears of it where it is
    /// news.
    pub(crate) fn open_for(
        &self,
        unit: &mut dyn Unit,
        workspace: &Workspace,
        identity: AuthIdentity,
        provider: Provider,
        (ended, told): (Ended, Option<Email>),
        client: &Client,
    ) -> Result<Box<Opened>, Error> {
        let unproved = unproved_email(unit, workspace.settings.email_verification, &identity)?;
        let noted = match told {
            Some(email) => {
                let standing = self.standing(unit, workspace.id, &email, Some(&identity), client)?;
                Some((email, standing))
            }
            None => None,
        };
        let session = self.new_store_session(workspace, &identity, provider, client.clone());
        unit.insert_store_session(&session)?;
        if let Some(known) = self.address_of(identity.id, client).filter(|_| noted.is_none()) {
            unit.note_address(&known)?;
        }
        Ok(Box::new(Opened { identity, session, unproved, ended, noted }))
    }

    /// Who signs in as that customer when the issuer vouches.
    pub(crate) fn linked(
        &self,
        unit: &mut dyn Unit,
        applicant: &Applicant,
        customer: &Customer,
        known: Option<AuthIdentity>,
        now: OffsetDateTime,
    ) -> Result<AuthIdentity, Error> {
        if let Some(known) = known {
            if known.customer_id.is_none() {
                // What they were signed in with so far speaks for nobody, and is not to speak for the customer either.
                for session in unit.surplus_store_sessions(known.id, now, 0)? {
                    unit.revoke_store_session(session, now)?;
                }
                // Somebody else has done so meanwhile: it is to be looked at again.
                if !unit.link_customer(known.id, customer.id)? {
                    return Err(StoreError::Conflict(Constraint::FederatedIdentity).into());
                }
            }
            return Ok(AuthIdentity { customer_id: Some(customer.id), ..known });
        }
        let identity = self.oldest_identity(unit, customer)?;
        introduce(unit, &identity, applicant, now)?;
        Ok(identity)
    }

    /// A new customer, whose e-mail is proved: a guest with the same goes up in it.
    fn made_customer(
        &self,
        unit: &mut dyn Unit,
        workspace: WorkspaceId,
        applicant: &Applicant,
        known: Option<AuthIdentity>,
        now: OffsetDateTime,
    ) -> Result<(AuthIdentity, Ended), Error> {
        let contact = Contact {
            first_name: applicant.first_name.clone(),
            last_name: applicant.last_name.clone(),
            ..Contact::default()
        };
        let customer = Customer {
            has_account: true,
            email_verified: true,
            contact,
            ..Customer::new(Id::random(self.random()), workspace, applicant.email.clone(), now)
        };
        unit.insert_customer(&customer)?;
        let identity = self.linked(unit, applicant, &customer, known, now)?;
        let Some((held, Some(guest))) = hold_with_guest(unit, workspace, customer.id, None)? else {
            return Ok((identity, Ended::default()));
        };
        Ok((identity, prove_email(unit, held, Some(guest), now)?))
    }

    /// Somebody who is no customer yet: their token opens the way to become one.
    fn introduced(
        &self,
        unit: &mut dyn Unit,
        workspace: WorkspaceId,
        applicant: &Applicant,
        now: OffsetDateTime,
    ) -> Result<AuthIdentity, Error> {
        let identity = self.new_identity(workspace, None, now);
        unit.insert_bare_identity(&identity)?;
        introduce(unit, &identity, applicant, now)?;
        Ok(identity)
    }

    /// Somebody who signs in, not yet kept.
    pub(crate) fn new_identity(
        &self,
        workspace: WorkspaceId,
        customer: Option<CustomerId>,
        now: OffsetDateTime,
    ) -> AuthIdentity {
        AuthIdentity {
            id: Id::random(self.random()),
            workspace_id: workspace,
            customer_id: customer,
            created_at: now,
        }
    }
}

/// Notes who somebody is to the one who vouches for them.
fn introduce(
    unit: &mut dyn Unit,
    identity: &AuthIdentity,
    applicant: &Applicant,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let Some(Voucher { issuer, subject }) = applicant.voucher.clone() else { return Ok(()) };
    unit.insert_federated_identity(&FederatedIdentity {
        workspace_id: identity.workspace_id,
        issuer,
        subject,
        auth_identity_id: identity.id,
        email: applicant.email.clone(),
        created_at: now,
    })
}

/// Who somebody is whom the one who vouches for them knows already.
pub(crate) fn known(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    applicant: &Applicant,
) -> Result<Option<AuthIdentity>, StoreError> {
    let Some(Voucher { issuer, subject }) = &applicant.voucher else { return Ok(None) };
    Ok(unit.federated_identity(workspace, issuer, subject)?.map(|(identity, _)| identity))
}

/// The customer that somebody is, else the account that has their e-mail.
fn customer_of(
    unit: &mut dyn Unit,
    workspace: WorkspaceId,
    applicant: &Applicant,
) -> Result<Option<Customer>, Error> {
    if let Some(id) = known(unit, workspace, applicant)?.and_then(|identity| identity.customer_id) {
        return Ok(unit.customer(workspace, id)?);
    }
    let same = unit.customers_by_email(workspace, &applicant.email)?;
    Ok(same.into_iter().find(|customer| customer.has_account))
}

/// Whether somebody proves by this that the e-mail of that customer is theirs.
pub(crate) fn is_proof(applicant: &Applicant, customer: &Customer) -> bool {
    applicant.is_email_proved && !customer.email_verified && customer.email == applicant.email
}
