//! Sign-ins to the shop, their JWTs and their cookies: seed 2.

use std::sync::Arc;

use anteroom_auth::jwt::{self, Claims};
use anteroom_auth::token::{PlainToken, SessionCookie};
use anteroom_domain::address::Address;
use anteroom_domain::credential::{AuthIdentity, AuthIdentityId};
use anteroom_domain::customer::{Customer, CustomerId};
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::session::{Lifetimes, Provider, StoreSession, StoreSessionId};
use anteroom_domain::text::Email;
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_domain::{Id, TokenHash};
use anteroom_store::{Mode, PasswordSignIn, StoreAccess, Topic, Unit};
use time::{Duration, OffsetDateTime};

use crate::doors::{Command, Outcome};
use crate::email_verifications::unproved_email;
use crate::store_auth::{VerifiedName, is_guarded};
use crate::store_customers::{gone, shopper};
use crate::{App, Client, Credential, Error, Known, Once, SessionKind, Sight, Unauthenticated};

const INVALID_TOKEN: Error = Error::Unauthenticated(Unauthenticated::InvalidToken);
const INVALID_COOKIE: Error = Error::Unauthenticated(Unauthenticated::InvalidCookie);

/// A sign-in that has just succeeded.
#[derive(Clone)]
pub struct SignedIn {
    /// Its JWT.
    pub jwt: String,
    /// The e-mail that has to be proved before a JWT of it speaks for the customer; `None` where nothing is asked.
    pub unproved_email: Option<Email>,
    /// Who signed in; somebody whom nobody knows, where a registration was answered as if there were one.
    pub auth_identity_id: AuthIdentityId,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedIn(..)")
    }
}

/// A cookie session that has just been opened.
#[derive(Debug)]
pub struct OpenedCookie {
    /// The cookie's value.
    pub value: PlainToken<SessionCookie>,
    /// When its session ends at the latest.
    pub expires_at: OffsetDateTime,
    /// How long it is until then.
    pub ends_in: Duration,
}

/// A sign-in to the shop, as one of its credentials shows it.
#[derive(Debug, Clone)]
pub struct SignIn {
    access: Known<StoreAccess>,
    /// Whether the credential speaks for the customer that the registration has become.
    speaks_for_customer: bool,
}

impl SignIn {
    /// The session.
    pub fn session(&self) -> &StoreSession {
        &self.access.session
    }

    /// Who signed in.
    pub fn identity(&self) -> &AuthIdentity {
        &self.access.identity
    }

    /// The customer they are; `None` while the registration is half done, and for a JWT that is from before its end.
    pub fn customer(&self) -> Option<ShopperId> {
        let customer = self.access.customer.filter(|_| self.speaks_for_customer)?;
        Some(ShopperId { workspace: self.identity().workspace_id, customer })
    }
}

/// Which customer of which workspace a shopper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopperId {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The customer.
    pub customer: CustomerId,
}

/// A customer with the address book, as the shop shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shopper {
    /// The customer.
    pub customer: Customer,
    /// Oldest first.
    pub addresses: Vec<Address>,
}

impl From<&Customer> for ShopperId {
    fn from(customer: &Customer) -> Self {
        Self { workspace: customer.workspace_id, customer: customer.id }
    }
}

impl App {
    /// What a JWT opens in that workspace: its session must live, and its customer too.
    pub async fn authenticate_jwt(&self, workspace: WorkspaceId, jwt: &str) -> Result<SignIn, Error> {
        self.checked(Credential::Jwt, self.sign_in_by_jwt(workspace, jwt).await)
    }

    async fn sign_in_by_jwt(&self, workspace: WorkspaceId, jwt: &str) -> Result<SignIn, Error> {
        let claims = self.verified_claims(jwt).ok_or(INVALID_TOKEN)?;
        let session = Id::from_uuid(claims.session).ok_or(INVALID_TOKEN)?;
        if claims.workspace != workspace.uuid() {
            return Err(INVALID_TOKEN);
        }
        let find = move |unit: &mut dyn Unit| Ok(unit.store_access(workspace, session)?);
        let read = async || self.doors().db(Mode::Read, find).await;
        let found = self.memories().sign_ins.get(&(workspace, session), read).await?;
        let access =
            found.filter(|access| access.session.state(self.now()).is_live()).ok_or(INVALID_TOKEN)?;
        let actor = access.customer.map(Id::uuid);
        if claims.auth_identity != access.identity.id.uuid()
            || claims.actor.is_some_and(|claimed| actor != Some(claimed))
        {
            return Err(INVALID_TOKEN);
        }
        // A registration token stays one: its holder proves the customer by asking for a new token.
        Ok(SignIn { access, speaks_for_customer: claims.actor.is_some() })
    }

    /// The workspace that a JWT of ours is for, whatever its session; `None` when it is none of ours.
    pub fn workspace_of_jwt(&self, jwt: &str) -> Option<WorkspaceId> {
        self.verified_claims(jwt).and_then(|claims| Id::from_uuid(claims.workspace))
    }

    /// The workspace that a session cookie belongs to, whatever its state; `None` when it is none of ours.
    pub async fn workspace_of_cookie(&self, cookie: &str) -> Result<Option<WorkspaceId>, Error> {
        let Some(cookie) = PlainToken::<SessionCookie>::parse(cookie) else { return Ok(None) };
        let hash = cookie.hash(&self.0.keys);
        self.doors().db(Mode::Read, move |unit| Ok(unit.workspace_by_store_cookie(&hash)?)).await
    }

    /// What a session cookie opens in that workspace.
    pub async fn authenticate_cookie(&self, workspace: &Workspace, cookie: &str) -> Result<SignIn, Error> {
        self.checked(Credential::StoreCookie, self.sign_in_by_cookie(workspace, cookie).await)
    }

    async fn sign_in_by_cookie(&self, workspace: &Workspace, cookie: &str) -> Result<SignIn, Error> {
        let (workspace, idle) = (workspace.id, self.lifetimes_in(workspace).idle);
        let cookie = PlainToken::<SessionCookie>::parse(cookie).ok_or(INVALID_COOKIE)?;
        let hash = cookie.hash(&self.0.keys);
        let mut access = self.access_by_cookie(workspace, hash).await?.ok_or(INVALID_COOKIE)?;
        let cookies = &self.memories().store_cookies;
        // Another server may have seen it used since this was read.
        if !self.cookie_is_live(&access.session, idle) && cookies.look_again(&(workspace, hash), &access) {
            access = self.access_by_cookie(workspace, hash).await?.ok_or(INVALID_COOKIE)?;
        }
        if !self.cookie_is_live(&access.session, idle) {
            return Err(INVALID_COOKIE);
        }
        Ok(SignIn { access, speaks_for_customer: true })
    }

    /// What a session cookie belongs to in that workspace, whatever its state.
    async fn access_by_cookie(
        &self,
        workspace: WorkspaceId,
        hash: TokenHash,
    ) -> Result<Option<Known<StoreAccess>>, Error> {
        let find = move |unit: &mut dyn Unit| Ok(unit.store_access_by_cookie(workspace, &hash)?);
        let read = async || self.doors().db(Mode::Read, find).await;
        self.memories().store_cookies.get(&(workspace, hash), read).await
    }

    /// Notes that a sign-in was used, which keeps its cookie from ending idle.
    pub fn note_use(&self, sign_in: &SignIn) {
        self.note_use_of_session(sign_in.session());
    }

    /// How long the shop's sessions and JWTs live in that workspace.
    pub(crate) fn lifetimes_in(&self, workspace: &Workspace) -> Lifetimes {
        workspace.settings.lifetimes.of_shop(self.0.settings.lifetimes)
    }

    fn cookie_is_live(&self, session: &StoreSession, idle: Duration) -> bool {
        session.cookie_state(self.now(), self.last_use_of(session), idle).is_live()
    }

    /// Trades a JWT for a cookie: the sign-in gets a new one in place of any it had, and another sign-in whose cookie
    /// came along is ended.
    pub async fn open_cookie_session(
        &self,
        session: &StoreSession,
        customer: ShopperId,
        brought_along: Option<&str>,
        once: Once<OpenedCookie>,
    ) -> Result<OpenedCookie, Error> {
        let other = match brought_along.and_then(PlainToken::<SessionCookie>::parse) {
            Some(cookie) => self.access_by_cookie(session.workspace_id, cookie.hash(&self.0.keys)).await?,
            None => None,
        };
        let replaces = other.map(|other| other.session.id).filter(|other| *other != session.id);
        let now = self.now();
        let (opened, cookie) = self.new_cookie(session, now);
        let answer = once.answer(customer.customer, &opened)?;
        let outcome = self.set_cookie(session, cookie, now, replaces, answer).await?;
        // Another server may have ended it already, and then nothing was left to do.
        self.forget(replaces.map(Topic::StoreSession));
        match outcome {
            outcome @ (Outcome::Applied | Outcome::Replaced) => {
                self.activity().ended(SessionKind::Store, u64::from(outcome == Outcome::Replaced));
                Ok(opened)
            }
            Outcome::Gone => {
                self.forget([Topic::StoreSession(session.id)]);
                Err(INVALID_TOKEN)
            }
        }
    }

    /// A new value for the cookie of a sign-in, which the old one opens no more; `None` where it has none.
    pub(crate) async fn renewed_cookie(&self, sign_in: &SignIn) -> Result<Option<OpenedCookie>, Error> {
        let session = sign_in.session();
        if session.cookie_hash.is_none() {
            return Ok(None);
        }
        let now = self.now();
        let (opened, cookie) = self.new_cookie(session, now);
        let outcome = self.set_cookie(session, cookie, now, None, None).await?;
        self.forget([Topic::StoreSession(session.id)]);
        if outcome == Outcome::Gone { Err(gone()) } else { Ok(Some(opened)) }
    }

    /// A cookie for that session, not yet set, and what is kept of it.
    fn new_cookie(&self, session: &StoreSession, now: OffsetDateTime) -> (OpenedCookie, TokenHash) {
        let value = PlainToken::generate(self.random());
        let (cookie, expires_at) = (value.hash(&self.0.keys), session.expires_at);
        (OpenedCookie { value, expires_at, ends_in: expires_at - now }, cookie)
    }

    /// Gives a sign-in a cookie: its first one, unless it is known to have had one or something else has to be written along.
    async fn set_cookie(
        &self,
        session: &StoreSession,
        cookie: TokenHash,
        at: OffsetDateTime,
        replaces: Option<StoreSessionId>,
        answer: Option<IdempotentAnswer>,
    ) -> Result<Outcome, Error> {
        let id = session.id;
        if session.cookie_hash.is_none() && replaces.is_none() && answer.is_none() {
            let first = self.doors().submit(Command::SetFirstStoreCookie { id, cookie, at }).await?;
            if first != Outcome::Gone {
                return Ok(first);
            }
        }
        self.doors().submit(Command::SetStoreCookie { id, cookie, at, replaces, answer }).await
    }

    /// Ends a sign-in: its cookie and its JWTs stop working.
    pub async fn end_store_session(&self, sign_in: &SignIn) -> Result<(), Error> {
        self.end_store_session_of(sign_in.session().id).await
    }

    async fn end_store_session_of(&self, id: StoreSessionId) -> Result<(), Error> {
        let now = self.now();
        let end = move |unit: &mut dyn Unit| Ok(unit.revoke_store_session(id, now)?);
        let ended = self.settle([Topic::StoreSession(id)], end).await?;
        self.activity().ended(SessionKind::Store, ended.into());
        Ok(())
    }

    /// A new JWT for the same sign-in, with the customer that the registration has got since: on another server perhaps, so
    /// that memory is not asked for what is going to live for so long.
    pub async fn refresh(&self, sign_in: &SignIn) -> Result<SignedIn, Error> {
        let (workspace, session) = (sign_in.identity().workspace_id, sign_in.session().id);
        let find = move |unit: &mut dyn Unit| {
            let found = unit.store_access(workspace, session)?.zip(unit.workspace(workspace)?);
            let Some((access, workspace)) = found else { return Ok(None) };
            let unproved = unproved_email(unit, workspace.settings.email_verification, &access.identity)?;
            Ok(Some((access, workspace, unproved)))
        };
        let found = self.doors().db(Mode::Read, find).await?;
        let is_live = |(access, workspace, _): &(StoreAccess, Workspace, Option<Email>)| {
            workspace.is_enabled() && access.session.state(self.now()).is_live()
        };
        let (access, workspace, unproved) = found.filter(is_live).ok_or(INVALID_TOKEN)?;
        self.signed_in(&workspace, &speaking(&access.identity, unproved.as_ref()), &access.session)
    }

    /// The customer with the address book as it is now. Refuses the credential of one who was just deleted.
    pub async fn shopper(&self, ShopperId { workspace, customer }: ShopperId) -> Result<Shopper, Error> {
        self.doors()
            .db(Mode::Read, move |unit| {
                let customer = unit.customer(workspace, customer)?.ok_or_else(gone)?;
                shopper(unit, customer)
            })
            .await
    }

    pub(crate) fn new_store_session(
        &self,
        workspace: &Workspace,
        identity: &AuthIdentity,
        provider: Provider,
        client: Client,
    ) -> StoreSession {
        let now = self.now();
        StoreSession {
            id: Id::random(self.random()),
            workspace_id: workspace.id,
            auth_identity_id: identity.id,
            provider,
            cookie_hash: None,
            ip_address: client.ip_address,
            user_agent: client.user_agent,
            created_at: now,
            last_used_at: now,
            expires_at: now + self.lifetimes_in(workspace).absolute,
            revoked_at: None,
        }
    }

    /// Opens a sign-in by a name that was looked up since `seen`; `None` when it has another password by now, or is gone, or is
    /// asked for a second factor.
    /// The first use of its JWT then finds it remembered.
    pub(crate) async fn open_store_session(
        &self,
        seen: Sight,
        workspace: &Workspace,
        VerifiedName { identity, provider, unproved, standing, .. }: VerifiedName,
        client: Client,
    ) -> Result<Option<SignedIn>, Error> {
        let session = self.new_store_session(workspace, &identity, provider.provider, client.clone());
        let email = provider.email.clone();
        let sign_in = Box::new(PasswordSignIn { session: session.clone(), provider });
        if self.doors().submit(Command::OpenStoreSession(sign_in)).await? == Outcome::Gone {
            return Ok(None);
        }
        self.activity().opened(SessionKind::Store);
        let (known, now) = (identity.clone(), self.now());
        let look = move |unit: &mut dyn Unit| {
            Ok((is_guarded(unit, &known)?, unit.surplus_store_sessions(known.id, now, StoreSession::MOST)?))
        };
        let (is_guarded, surplus) = self.doors().db(Mode::Read, look).await?;
        // Whoever sets a second factor ends sessions once that is durable: it has found this one, or is found here.
        if is_guarded {
            self.end_store_session_of(session.id).await?;
            return Ok(None);
        }
        self.end_surplus(surplus).await?;
        self.note_sign_in(workspace, &identity, email, &standing, &client).await?;
        let mut signed_in = self.signed_in(workspace, &speaking(&identity, unproved.as_ref()), &session)?;
        signed_in.unproved_email = unproved;
        let key = (session.workspace_id, session.id);
        let customer = identity.customer_id;
        self.memories().sign_ins.remember(key, seen, StoreAccess { session, identity, customer });
        Ok(Some(signed_in))
    }

    /// Ends the oldest sign-ins of an identity that has more than [`StoreSession::MOST`]. Whoever signs in looks after that: so of
    /// many at once the last one leaves no more.
    pub(crate) async fn end_surplus_of(&self, identity: AuthIdentityId) -> Result<(), Error> {
        let now = self.now();
        let find =
            move |unit: &mut dyn Unit| Ok(unit.surplus_store_sessions(identity, now, StoreSession::MOST)?);
        let surplus = self.doors().db(Mode::Read, find).await?;
        self.end_surplus(surplus).await
    }

    async fn end_surplus(&self, surplus: Vec<StoreSessionId>) -> Result<(), Error> {
        if surplus.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let topics: Vec<_> = surplus.iter().copied().map(Topic::StoreSession).collect();
        let end = move |unit: &mut dyn Unit| {
            let mut ended = 0;
            for id in surplus {
                ended += u64::from(unit.revoke_store_session(id, now)?);
            }
            Ok(ended)
        };
        let ended = self.settle(topics, end).await?;
        self.activity().ended(SessionKind::Store, ended);
        Ok(())
    }

    /// A JWT for a sign-in; it never outlives it.
    pub(crate) fn signed_in(
        &self,
        workspace: &Workspace,
        identity: &AuthIdentity,
        session: &StoreSession,
    ) -> Result<SignedIn, Error> {
        let jwt = self.jwt(workspace, identity, session.provider, session.id, session.expires_at)?;
        Ok(SignedIn { jwt, unproved_email: None, auth_identity_id: identity.id })
    }

    /// A JWT that names a session, or what is to become one, and does not outlive it.
    pub(crate) fn jwt<T>(
        &self,
        workspace: &Workspace,
        identity: &AuthIdentity,
        provider: Provider,
        session: Id<T>,
        ends_at: OffsetDateTime,
    ) -> Result<String, Error> {
        let now = self.now();
        let claims = Claims {
            actor: identity.customer_id.map(Id::uuid),
            auth_identity: identity.id.uuid(),
            provider: provider.as_str().to_owned(),
            issuer: self.0.settings.issuer.clone(),
            workspace: workspace.id.uuid(),
            session: session.uuid(),
            jti: Id::<Claims>::random(self.random()).uuid(),
            issued_at: now,
            expires_at: ends_at.min(now + self.lifetimes_in(workspace).jwt),
        };
        let jwt = self.0.jwt.get().issue(&claims).map_err(|error| Error::Signing(error.into()))?;
        self.memories().claims.insert(jwt::fingerprint(&jwt), Arc::new(claims));
        Ok(jwt)
    }

    /// What a JWT says that is ours and live. A signature is verified once, and what it signs is remembered.
    pub(crate) fn verified_claims(&self, jwt: &str) -> Option<Arc<Claims>> {
        let (known, fingerprint) = (&self.memories().claims, jwt::fingerprint(jwt));
        let claims = if let Some(claims) = known.get(&fingerprint) {
            claims
        } else {
            let claims = Arc::new(self.0.jwt.get().signed_claims(jwt).ok()?);
            known.insert(fingerprint, Arc::clone(&claims));
            claims
        };
        claims.check(&self.0.settings.issuer, self.now()).ok()?;
        Some(claims)
    }
}

/// An identity as its JWTs speak: for no customer while an e-mail is to be proved.
pub(crate) fn speaking(identity: &AuthIdentity, unproved: Option<&Email>) -> AuthIdentity {
    AuthIdentity { customer_id: identity.customer_id.filter(|_| unproved.is_none()), ..identity.clone() }
}
