//! Sign-ins to the shop, their JWTs and their cookies: seed 2.

use anteroom_auth::jwt::Claims;
use anteroom_auth::token::{PlainToken, SessionCookie};
use anteroom_domain::Id;
use anteroom_domain::address::Address;
use anteroom_domain::credential::AuthIdentity;
use anteroom_domain::customer::Customer;
use anteroom_domain::session::{Provider, StoreSession};
use anteroom_domain::text::Line;
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{Constraint, Mode, StoreAccess, StoreError};
use time::{Duration, OffsetDateTime};

use crate::doors::{Command, Outcome};
use crate::{App, Credential, Error, Once, SessionKind, Unauthenticated};

const INVALID_TOKEN: Error = Error::Unauthenticated(Unauthenticated::InvalidToken);
const INVALID_COOKIE: Error = Error::Unauthenticated(Unauthenticated::InvalidCookie);

/// A sign-in that has just succeeded.
#[derive(Clone)]
pub struct SignedIn {
    /// Its JWT.
    pub jwt: String,
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
    /// Who signed in.
    pub shopper: Shopper,
}

/// A customer with the address book, as the shop shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shopper {
    /// The customer.
    pub customer: Customer,
    /// Oldest first.
    pub addresses: Vec<Address>,
}

impl App {
    /// What a JWT opens in that workspace: its session must live, and its customer too.
    pub async fn authenticate_jwt(&self, workspace: WorkspaceId, jwt: &str) -> Result<StoreAccess, Error> {
        self.checked(Credential::Jwt, self.access_by_jwt(workspace, jwt).await)
    }

    async fn access_by_jwt(&self, workspace: WorkspaceId, jwt: &str) -> Result<StoreAccess, Error> {
        let claims = self.verified_claims(jwt).ok_or(INVALID_TOKEN)?;
        let session = Id::from_uuid(claims.session).ok_or(INVALID_TOKEN)?;
        if claims.workspace != workspace.uuid() {
            return Err(INVALID_TOKEN);
        }
        let found =
            self.doors().db(Mode::Read, move |unit| Ok(unit.store_access(workspace, session)?)).await?;
        let access =
            found.filter(|access| access.session.state(self.now()).is_live()).ok_or(INVALID_TOKEN)?;
        let actor = access.customer.as_ref().map(|customer| customer.id.uuid());
        if claims.auth_identity != access.identity.id.uuid()
            || claims.actor.is_some_and(|claimed| actor != Some(claimed))
        {
            return Err(INVALID_TOKEN);
        }
        // A registration token stays one: its holder proves the customer by asking for a new token.
        let customer = access.customer.filter(|_| claims.actor.is_some());
        Ok(StoreAccess { customer, ..access })
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
    pub async fn authenticate_cookie(
        &self,
        workspace: WorkspaceId,
        cookie: &str,
    ) -> Result<StoreAccess, Error> {
        self.checked(Credential::StoreCookie, self.live_access_by_cookie(workspace, cookie).await)
    }

    async fn live_access_by_cookie(
        &self,
        workspace: WorkspaceId,
        cookie: &str,
    ) -> Result<StoreAccess, Error> {
        let access = self.access_by_cookie(workspace, cookie).await?.ok_or(INVALID_COOKIE)?;
        let state = access.session.cookie_state(self.now(), self.0.settings.lifetimes.idle);
        if state.is_live() { Ok(access) } else { Err(INVALID_COOKIE) }
    }

    /// What a session cookie belongs to in that workspace, whatever its state.
    async fn access_by_cookie(
        &self,
        workspace: WorkspaceId,
        cookie: &str,
    ) -> Result<Option<StoreAccess>, Error> {
        let Some(cookie) = PlainToken::<SessionCookie>::parse(cookie) else { return Ok(None) };
        let hash = cookie.hash(&self.0.keys);
        self.doors().db(Mode::Read, move |unit| Ok(unit.store_access_by_cookie(workspace, &hash)?)).await
    }

    /// Notes that a session was used, which keeps its cookie from ending idle. Only as often as that needs: once a
    /// minute, or ten times within a shorter idle life. A note that fails costs nobody an answer.
    pub async fn note_use(&self, session: &StoreSession) {
        let now = self.now();
        let period = Duration::MINUTE.min(self.0.settings.lifetimes.idle / 10);
        if !self.0.session_uses.is_due(session.id, Some(session.last_used_at), period, now) {
            return;
        }
        let touch = Command::NoteUses { sessions: vec![(session.id, now)], tokens: vec![] };
        if let Err(error) = self.doors().submit(touch).await {
            tracing::warn!(%error, session.id = %session.id, "cannot note the use of a session");
        }
    }

    /// Trades a JWT for a cookie: the sign-in gets a new one in place of any it had, and another sign-in whose cookie
    /// came along is ended.
    pub async fn open_cookie_session(
        &self,
        session: StoreSession,
        customer: Customer,
        brought_along: Option<&str>,
        once: Once<OpenedCookie>,
    ) -> Result<OpenedCookie, Error> {
        let other = match brought_along {
            Some(cookie) => self.access_by_cookie(session.workspace_id, cookie).await?,
            None => None,
        };
        let replaces = other.map(|other| other.session.id).filter(|other| *other != session.id);
        let value = PlainToken::generate(self.random());
        let (cookie, now) = (value.hash(&self.0.keys), self.now());
        let shopper = self.shopper(customer).await?;
        let expires_at = session.expires_at;
        let opened = OpenedCookie { value, expires_at, ends_in: expires_at - now, shopper };
        let answer = once.answer(opened.shopper.customer.id, &opened)?;
        let command = Command::SetStoreCookie { id: session.id, cookie, at: now, replaces, answer };
        match self.doors().submit(command).await? {
            outcome @ (Outcome::Applied | Outcome::Replaced) => {
                self.activity().ended(SessionKind::Store, u64::from(outcome == Outcome::Replaced));
                Ok(opened)
            }
            Outcome::Gone => Err(INVALID_TOKEN),
        }
    }

    /// Ends a sign-in: its cookie and its JWTs stop working.
    pub async fn end_store_session(&self, access: &StoreAccess) -> Result<(), Error> {
        let (id, now) = (access.session.id, self.now());
        let ended = self.doors().db(Mode::Write, move |unit| Ok(unit.revoke_store_session(id, now)?)).await?;
        self.activity().ended(SessionKind::Store, ended.into());
        Ok(())
    }

    /// A new JWT for the same sign-in, with the customer that the registration has got since.
    pub fn refresh(&self, access: &StoreAccess) -> Result<SignedIn, Error> {
        self.signed_in(&access.identity, &access.session)
    }

    /// The customer with the address book as it is now.
    pub async fn shopper(&self, customer: Customer) -> Result<Shopper, Error> {
        self.doors()
            .db(Mode::Read, move |unit| Ok(Shopper { addresses: unit.addresses(customer.id)?, customer }))
            .await
    }

    pub(crate) fn new_store_session(
        &self,
        identity: &AuthIdentity,
        provider: Provider,
        user_agent: Option<Line>,
    ) -> StoreSession {
        let now = self.now();
        StoreSession {
            id: Id::random(self.random()),
            workspace_id: identity.workspace_id,
            auth_identity_id: identity.id,
            provider,
            cookie_hash: None,
            user_agent,
            created_at: now,
            last_used_at: now,
            expires_at: now + self.0.settings.lifetimes.absolute,
            revoked_at: None,
        }
    }

    pub(crate) async fn open_store_session(
        &self,
        identity: &AuthIdentity,
        user_agent: Option<Line>,
    ) -> Result<SignedIn, Error> {
        let session = self.new_store_session(identity, Provider::EmailPass, user_agent);
        match self.doors().submit(Command::OpenStoreSession(session.clone())).await {
            // The identity went with its customer while the password was looked at.
            Err(Error::Store(StoreError::Conflict(Constraint::Reference))) => {
                Err(Error::Unauthenticated(Unauthenticated::WrongEmailOrPassword))
            }
            opened => opened.map(|_| ()),
        }?;
        self.activity().opened(SessionKind::Store);
        self.signed_in(identity, &session)
    }

    /// A JWT for a sign-in; it never outlives it.
    pub(crate) fn signed_in(
        &self,
        identity: &AuthIdentity,
        session: &StoreSession,
    ) -> Result<SignedIn, Error> {
        let now = self.now();
        let claims = Claims {
            actor: identity.customer_id.map(Id::uuid),
            auth_identity: identity.id.uuid(),
            provider: session.provider.as_str().to_owned(),
            issuer: self.0.settings.issuer.clone(),
            workspace: session.workspace_id.uuid(),
            session: session.id.uuid(),
            jti: Id::<Claims>::random(self.random()).uuid(),
            issued_at: now,
            expires_at: session.expires_at.min(now + self.0.settings.lifetimes.jwt),
        };
        let jwt = self.0.jwt.issue(&claims).map_err(|error| Error::Signing(error.into()))?;
        Ok(SignedIn { jwt })
    }

    fn verified_claims(&self, jwt: &str) -> Option<Claims> {
        self.0.jwt.verify(jwt, &self.0.settings.issuer, self.now()).ok()
    }
}
