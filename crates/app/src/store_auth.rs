//! Registering and signing in to the shop with e-mail and password.

use anteroom_auth::password::{
    AttemptedPassword, HashFailure, HashMemory, NewPassword, PasswordHash, Verdict,
};
use anteroom_domain::Id;
use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::session::Provider;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::Workspace;
use anteroom_store::{Constraint, Mode, StoreError, Unit};

use crate::attempts::Standing;
use crate::email_verifications::unproved_email;
use crate::{App, Client, Credential, Entry, Error, Refusal, SessionKind, SignedIn, Unauthenticated};

/// What somebody types to register or to sign in.
#[derive(Clone)]
pub struct Credentials {
    /// Their e-mail.
    pub email: Email,
    /// Their password, as typed.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl Drop for Credentials {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.password);
    }
}

/// A name that somebody signs in by and whose password they have just shown.
pub(crate) struct VerifiedName {
    pub(crate) identity: AuthIdentity,
    /// With the password as it was then.
    pub(crate) provider: ProviderIdentity,
    /// The e-mail that they have to prove before they are signed in as their customer.
    pub(crate) unproved: Option<Email>,
    /// Whether their customer proves a second factor at every sign-in.
    pub(crate) is_guarded: bool,
    pub(crate) standing: Standing,
}

const WRONG: Error = Error::Unauthenticated(Unauthenticated::WrongEmailOrPassword);
const TAKEN: Error = Error::Unauthenticated(Unauthenticated::IdentityExists);

impl App {
    /// Registers an e-mail with a password, and signs in.
    ///
    /// An e-mail whose registration got no customer yet may register again with the same password: the interrupted
    /// one goes on. Any other taken e-mail is refused, or in a workspace that registers silently answered alike, at the same
    /// cost, with a JWT that opens nothing.
    pub async fn register(
        &self,
        workspace: &Workspace,
        credentials: Credentials,
        client: Client,
    ) -> Result<SignedIn, Error> {
        let (email, is_silent) = (credentials.email.clone(), workspace.settings.silent_registration);
        let password =
            NewPassword::parse(&credentials.password, &self.0.settings.passwords, credentials.email.as_str())
                .map_err(Refusal::Password)?;
        let hash = self.hashed(password).await?;
        let now = self.now();
        let identity = self.new_identity(workspace.id, None, now);
        let provider = ProviderIdentity {
            id: Id::random(self.random()),
            workspace_id: workspace.id,
            auth_identity_id: identity.id,
            provider: Provider::EmailPass,
            email,
            password_hash: hash.as_str().to_owned(),
            created_at: now,
        };
        let session = self.new_store_session(workspace, &identity, Provider::EmailPass, client.clone());
        let (kept, opened) = (identity.clone(), session.clone());
        let known = self.address_of(identity.id, &client);
        let inserted = self
            .doors()
            .db(Mode::Write, move |unit| {
                unit.insert_identity(&kept, &provider)?;
                if let Some(known) = &known {
                    unit.note_address(known)?;
                }
                Ok(unit.insert_store_session(&opened)?)
            })
            .await;
        match inserted {
            Ok(()) => {
                self.activity().opened(SessionKind::Store);
                if is_silent {
                    self.verify_nothing(&credentials.password).await?;
                }
                self.signed_in(workspace, &identity, &session)
            }
            Err(Error::Store(StoreError::Conflict(Constraint::ProviderIdentity))) => {
                let seen = self.look();
                match self.verified_name(workspace, &credentials, &client).await {
                    Ok(name) if name.identity.customer_id.is_none() => {
                        let resumed = self.open_store_session(seen, workspace, name, client).await?;
                        resumed.ok_or(TAKEN)
                    }
                    // As good as the other one to look at; nobody knows its session.
                    Ok(_) | Err(Error::Unauthenticated(_)) if is_silent => {
                        self.signed_in(workspace, &identity, &session)
                    }
                    Ok(_) | Err(Error::Unauthenticated(_)) => Err(TAKEN),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Signs in with e-mail and password, or lets whoever has a second factor wait for it. Which of the two was wrong is neither said nor to be told from the time.
    pub async fn sign_in(
        &self,
        workspace: &Workspace,
        credentials: Credentials,
        client: Client,
    ) -> Result<Entry, Error> {
        loop {
            let seen = self.look();
            let name = self.verified_name(workspace, &credentials, &client).await?;
            let entry = if name.is_guarded {
                self.challenge_name(workspace, name).await?.map(Entry::Challenged)
            } else {
                let opened = self.open_store_session(seen, workspace, name, client.clone()).await?;
                opened.map(Entry::SignedIn)
            };
            // Otherwise another password was set while this one was looked at, or the same was hashed anew; or a second factor.
            if let Some(entry) = entry {
                return Ok(entry);
            }
        }
    }

    /// Refuses an attempt with what can be no e-mail, after the time of one wrong password.
    pub async fn sign_in_as_nobody(&self, password: &str) -> Result<Entry, Error> {
        self.checked(Credential::Password, Err(self.refused_in_time(password).await))
    }

    /// The refusal of a wrong password, after the time that one takes.
    async fn refused_in_time(&self, password: &str) -> Error {
        self.verify_nothing(password).await.err().unwrap_or(WRONG)
    }

    /// Takes the time of looking at a password.
    async fn verify_nothing(&self, password: &str) -> Result<(), Error> {
        let Some(password) = AttemptedPassword::parse(password) else { return Ok(()) };
        let spent = self.doors().hash(move |memory| {
            password.verify_nothing(memory);
            Ok(())
        });
        spent.await
    }

    /// Whose e-mail and password these are; rehashes a password that is kept in an older form. Whoever has failed too often is
    /// refused, whatever they show.
    async fn verified_name(
        &self,
        workspace: &Workspace,
        credentials: &Credentials,
        client: &Client,
    ) -> Result<VerifiedName, Error> {
        self.checked(Credential::Password, self.name_by_password(workspace, credentials, client).await)
    }

    async fn name_by_password(
        &self,
        workspace: &Workspace,
        credentials: &Credentials,
        client: &Client,
    ) -> Result<VerifiedName, Error> {
        let password = AttemptedPassword::parse(&credentials.password).ok_or(WRONG)?;
        let (name, standing) = self.name_by_email(workspace, &credentials.email, client).await?;
        let look = async {
            let looked = match name {
                Some((identity, provider)) => {
                    let rehashed = self.verified(&provider, password).await;
                    rehashed.map(|rehashed| (identity, provider, rehashed))
                }
                None => Err(self.refused_in_time(&credentials.password).await),
            };
            if let Err(Error::Unauthenticated(_)) = looked {
                self.watch_for_stuffing(workspace, credentials, client);
            }
            looked
        };
        let (rule, at) = (workspace.settings.email_verification, standing.clone());
        let complete = move |unit: &mut dyn Unit, (identity, provider, rehashed)| {
            let unproved = unproved_email(unit, rule, &identity)?;
            let is_guarded = is_guarded(unit, &identity)?;
            Ok((VerifiedName { identity, provider, unproved, is_guarded, standing: at }, rehashed))
        };
        let (mut name, rehashed) = self.attempt_and_read(&standing, look, complete).await?;
        if let Some(hash) = rehashed {
            let known = name.provider.clone();
            name.provider.password_hash = hash.as_str().to_owned();
            // Lost to a faster change of password, it opens nothing.
            let replace = move |unit: &mut dyn Unit| Ok(unit.replace_password_hash(&known, hash.as_str())?);
            self.doors().db(Mode::Write, replace).await?;
        }
        Ok(name)
    }

    /// Who signs in by an e-mail, and where an attempt at it stands.
    async fn name_by_email(
        &self,
        workspace: &Workspace,
        email: &Email,
        client: &Client,
    ) -> Result<(Option<(AuthIdentity, ProviderIdentity)>, Standing), Error> {
        let (app, id, email, client) = (self.clone(), workspace.id, email.clone(), client.clone());
        let find = move |unit: &mut dyn Unit| {
            let name = unit.identity_by_email(id, Provider::EmailPass, &email)?;
            let identity = name.as_ref().map(|(identity, _)| identity);
            let standing = app.standing(unit, id, &email, identity, &client)?;
            Ok((name, standing))
        };
        self.doors().db(Mode::Read, find).await
    }

    /// Tells the operator of an address that tries the names and passwords of others.
    fn watch_for_stuffing(&self, workspace: &Workspace, credentials: &Credentials, client: &Client) {
        let Some(network) = client.network() else { return };
        let pair = (credentials.email.key(), credentials.password.as_str());
        if self.0.stuffing.is_found_by(network, pair, self.now()) {
            self.activity().found_stuffing();
            let slug = workspace.slug.as_str();
            tracing::warn!(
                client.network = %network,
                workspace.slug = slug,
                "{network} has failed with fifteen different names and passwords within three hours: credential stuffing?"
            );
        }
    }

    /// Looks whether a password is that of a name; what it is to be hashed to where its hash is in an older form.
    pub(crate) async fn verified(
        &self,
        provider: &ProviderIdentity,
        password: AttemptedPassword,
    ) -> Result<Option<PasswordHash>, Error> {
        let stored =
            PasswordHash::parse(&provider.password_hash).map_err(|error| Error::Hash(error.into()))?;
        let app = self.clone();
        let verify = move |memory: &mut HashMemory| {
            let failed = |error: HashFailure| Error::Hash(error.into());
            match password.verify(&stored, memory).map_err(failed)? {
                Verdict::Wrong => Err(WRONG),
                Verdict::Right => Ok(None),
                Verdict::RightNeedsRehash => password.rehash(app.random(), memory).map(Some).map_err(failed),
            }
        };
        self.doors().hash(verify).await
    }

    /// Hashes a password that its owner has chosen.
    pub(crate) async fn hashed(&self, password: NewPassword) -> Result<PasswordHash, Error> {
        let app = self.clone();
        let hash = move |memory: &mut HashMemory| {
            password.hash(app.random(), memory).map_err(|error| Error::Hash(error.into()))
        };
        self.doors().hash(hash).await
    }
}

/// Whether somebody proves a second factor at every sign-in.
pub(crate) fn is_guarded(unit: &mut dyn Unit, identity: &AuthIdentity) -> Result<bool, StoreError> {
    match identity.customer_id {
        Some(customer) => unit.has_second_factor(customer),
        None => Ok(false),
    }
}
