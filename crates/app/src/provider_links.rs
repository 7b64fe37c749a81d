//! Linking an account that a shopper has elsewhere with the one that they are signed in to.

use anteroom_domain::identity_provider::{FederatedIdentity, IdentityProvider, ProviderName};
use anteroom_domain::text::{Email, Language, Line};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::{Constraint, Mode, StoreError, Topic, Unit};
use time::OffsetDateTime;

use crate::admission::{is_proof, known};
use crate::email_verifications::{hold_with_guest, prove_email};
use crate::presence::not_signed_out;
use crate::provider_sign_ins::{Purpose, applicant};
use crate::sessions::{Ended, end_other_sessions};
use crate::sign_in_methods::{federated_identities, refuse_last};
use crate::store_customers::{gone, held};
use crate::{
    App, Browser, Error, FactorFault, Missing, OpenedCookie, Presence, Return, SentAway, ShopperId, SignIn,
};

/// The most accounts elsewhere that a customer may link.
const MOST: usize = 20;

/// An account elsewhere that signs in as the customer.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderLink {
    /// By which of the workspace's providers.
    pub provider: ProviderName,
    /// What a person calls it.
    pub display_name: Line,
    /// The e-mail there when it was linked.
    pub email: Email,
    /// When it was linked.
    pub created_at: OffsetDateTime,
}

impl ProviderLink {
    fn new(provider: &IdentityProvider, linked: FederatedIdentity) -> Self {
        let display_name = provider.settings.display_name.clone();
        Self { provider: provider.name, display_name, email: linked.email, created_at: linked.created_at }
    }
}

impl App {
    /// The accounts elsewhere that sign in as a shopper, oldest first for each provider of the workspace. Those of issuers for whom there is
    /// no provider any more sign nobody in, and are not among them.
    pub async fn provider_links(
        &self,
        ShopperId { workspace, customer }: ShopperId,
    ) -> Result<Vec<ProviderLink>, Error> {
        let find = move |unit: &mut dyn Unit| {
            let linked = federated_identities(unit, customer)?;
            let mut links = Vec::new();
            for provider in unit.identity_providers(workspace)? {
                let of_it = linked.iter().filter(|linked| linked.issuer == provider.settings.issuer);
                links.extend(of_it.map(|linked| ProviderLink::new(&provider, linked.clone())));
            }
            Ok(links)
        };
        self.doors().db(Mode::Read, find).await
    }

    /// Sends a shopper to a provider's page, whose account there is to be linked with theirs here. They come back as
    /// [`send_to_provider`](Self::send_to_provider) says, still signed in.
    ///
    /// Refuses whoever does not prove their presence.
    pub async fn send_to_link(
        &self,
        (workspace, provider): (&Workspace, &IdentityProvider),
        (sign_in, shopper): (&SignIn, ShopperId),
        presence: Presence,
        callback_url: Option<&str>,
        browser: &Browser,
    ) -> Result<SentAway, Error> {
        self.confirm_presence(workspace, sign_in, shopper, presence).await?;
        let purpose = Purpose::Link(shopper.customer);
        self.send_away(workspace, provider, purpose, callback_url, browser).await
    }

    /// Links the account of a shopper who has come back from a provider's page, and tells them by mail. Where their e-mail is proved by
    /// that, it is proved, and nothing is taken from them: they have been there. What was linked before stays as it is.
    ///
    /// Refuses an account that signs in as somebody else, and more than twenty.
    pub async fn link_provider(
        &self,
        (workspace, provider): (&Workspace, &IdentityProvider),
        (sign_in, shopper): (&SignIn, ShopperId),
        returned: Return,
        browser: &Browser,
        language: Option<Language>,
    ) -> Result<(ProviderLink, Option<OpenedCookie>), Error> {
        let purpose = Purpose::Link(shopper.customer);
        let vouched = self.vouched(workspace, provider, purpose, returned, browser).await;
        let applicant = vouched.and_then(|vouched| applicant(provider, vouched)).map_err(not_signed_out)?;
        let letter = Letter::ProviderLinked { provider: provider.settings.display_name.as_str().to_owned() };
        let (linked, ended) = loop {
            let notice = self.envelope(workspace, language, &letter, Letter::NOTICE_LIFE);
            let (app, wanted) = (self.clone(), applicant.clone());
            let link = move |unit: &mut dyn Unit| {
                let both = hold_with_guest(unit, shopper.workspace, shopper.customer, None)?;
                let (customer, guest) = both.ok_or_else(gone)?;
                let before = federated_identities(unit, customer.id)?;
                if let Some(linked) = before.iter().find(|linked| wanted.is(linked)) {
                    return Ok((linked.clone(), Ended::default()));
                }
                let known = known(unit, shopper.workspace, &wanted)?;
                if known.as_ref().is_some_and(|known| known.customer_id.is_some()) {
                    return Err(FactorFault::LinkedElsewhere.into());
                }
                if before.len() >= MOST {
                    return Err(FactorFault::TooManyProviderLinks.into());
                }
                app.linked(unit, &wanted, &customer, known, app.now())?;
                notice.post(unit, customer.id, customer.email.clone())?;
                let after = federated_identities(unit, customer.id)?;
                let linked = after.into_iter().find(|linked| wanted.is(linked)).ok_or_else(gone)?;
                if !is_proof(&wanted, &customer) {
                    return Ok((linked, Ended::default()));
                }
                Ok((linked, prove_email(unit, customer, guest, app.now())?))
            };
            match self.settle([Topic::Customer(shopper.customer)], link).await {
                // Somebody signs in with it at this moment, and is known from now on.
                Err(Error::Store(StoreError::Conflict(
                    Constraint::FederatedIdentity | Constraint::Reference,
                ))) => {}
                linked => break linked?,
            }
        };
        self.count_ended(ended);
        Ok((ProviderLink::new(provider, linked), self.renewed_cookie(sign_in).await?))
    }

    /// Lets no account at a provider's issuer sign in as a shopper any more. Every other session of theirs ends.
    ///
    /// Refuses whoever does not prove their presence, and the last way to sign in.
    pub async fn unlink_provider(
        &self,
        (workspace, provider): (&Workspace, &IdentityProvider),
        (sign_in, shopper): (&SignIn, ShopperId),
        presence: Presence,
    ) -> Result<Option<OpenedCookie>, Error> {
        self.confirm_presence(workspace, sign_in, shopper, presence).await?;
        let (issuer, session, now) = (provider.settings.issuer.clone(), sign_in.session().id, self.now());
        let unlink = move |unit: &mut dyn Unit| {
            let customer = held(unit, shopper)?;
            let workspace = unit.workspace(shopper.workspace)?.ok_or_else(gone)?;
            let mut linked = federated_identities(unit, customer.id)?;
            linked.retain(|linked| linked.issuer == issuer);
            if linked.is_empty() {
                return Err(Error::NotFound(Missing::ProviderLink));
            }
            for linked in linked {
                unit.delete_federated_identity(workspace.id, &linked.issuer, &linked.subject)?;
            }
            refuse_last(unit, &workspace, customer.id)?;
            Ok(end_other_sessions(unit, customer.id, session, now)?)
        };
        let ended = self.settle([Topic::Customer(shopper.customer)], unlink).await?;
        self.count_ended(ended);
        self.renewed_cookie(sign_in).await
    }
}
