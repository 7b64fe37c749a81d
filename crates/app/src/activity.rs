//! What happens to sessions and credentials, counted where it happens and once it is durable.

use crate::measure::Counter;
use crate::{App, Error};

/// The kinds of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A customer session, which opens the portal.
    Portal,
    /// A sign-in to the shop.
    Store,
}

/// What somebody proves with who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is its name")]
pub enum Credential {
    AccessToken,
    PublishableKey,
    PortalToken,
    EntryCode,
    PortalCookie,
    Password,
    Passkey,
    SecondFactor,
    Jwt,
    StoreCookie,
}

/// What became of a mail when it was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFate {
    /// Somebody has taken it over.
    Sent,
    /// Nobody has, and it is tried again.
    PutOff,
    /// It never will be taken over, and was given up.
    Refused,
}

/// What slows down those who try too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// So many credentials from one address.
    Address,
    /// So many credentials for one workspace.
    Workspace,
    /// So many failures at one account.
    Account,
}

impl Limit {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Address, Self::Workspace, Self::Account];
}

impl MailFate {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Sent, Self::PutOff, Self::Refused];
}

impl SessionKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Portal, Self::Store];
}

impl Credential {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::AccessToken,
        Self::PublishableKey,
        Self::PortalToken,
        Self::EntryCode,
        Self::PortalCookie,
        Self::Password,
        Self::Passkey,
        Self::SecondFactor,
        Self::Jwt,
        Self::StoreCookie,
    ];
}

/// Counters of one process, since it started.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    sessions: [SessionCounters; SessionKind::ALL.len()],
    checks: [CheckCounters; Credential::ALL.len()],
    mails: [Counter; MailFate::ALL.len()],
    limits: [Counter; Limit::ALL.len()],
    stuffing: Counter,
}

#[derive(Debug, Default)]
pub(crate) struct SessionCounters {
    pub(crate) opened: Counter,
    pub(crate) ended: Counter,
}

#[derive(Debug, Default)]
pub(crate) struct CheckCounters {
    pub(crate) accepted: Counter,
    pub(crate) refused: Counter,
}

impl Activity {
    /// One session of the kind was opened.
    pub(crate) fn opened(&self, kind: SessionKind) {
        self.sessions(kind).opened.count();
    }

    /// So many sessions of the kind were ended.
    pub(crate) fn ended(&self, kind: SessionKind, how_many: u64) {
        self.sessions(kind).ended.add(how_many);
    }

    /// A mail was tried.
    pub(crate) fn mailed(&self, fate: MailFate) {
        self.mails(fate).count();
    }

    /// Somebody was refused by a limit.
    pub(crate) fn limited(&self, limit: Limit) {
        self.limits(limit).count();
    }

    /// An address was found to try the names and passwords of others.
    pub(crate) fn found_stuffing(&self) {
        self.stuffing.count();
    }

    pub(crate) fn limits(&self, limit: Limit) -> &Counter {
        let [address, workspace, account] = &self.limits;
        match limit {
            Limit::Address => address,
            Limit::Workspace => workspace,
            Limit::Account => account,
        }
    }

    pub(crate) fn stuffing(&self) -> &Counter {
        &self.stuffing
    }

    pub(crate) fn mails(&self, fate: MailFate) -> &Counter {
        let [sent, put_off, refused] = &self.mails;
        match fate {
            MailFate::Sent => sent,
            MailFate::PutOff => put_off,
            MailFate::Refused => refused,
        }
    }

    pub(crate) fn sessions(&self, kind: SessionKind) -> &SessionCounters {
        let [portal, store] = &self.sessions;
        match kind {
            SessionKind::Portal => portal,
            SessionKind::Store => store,
        }
    }

    pub(crate) fn checks(&self, credential: Credential) -> &CheckCounters {
        let [
            access_token,
            publishable_key,
            portal_token,
            entry_code,
            portal_cookie,
            password,
            passkey,
            second_factor,
            jwt,
            cookie,
        ] = &self.checks;
        match credential {
            Credential::AccessToken => access_token,
            Credential::PublishableKey => publishable_key,
            Credential::PortalToken => portal_token,
            Credential::EntryCode => entry_code,
            Credential::PortalCookie => portal_cookie,
            Credential::Password => password,
            Credential::Passkey => passkey,
            Credential::SecondFactor => second_factor,
            Credential::Jwt => jwt,
            Credential::StoreCookie => cookie,
        }
    }
}

impl App {
    /// Counts how the check of a credential went. One that failed for a reason of ours tells nothing about it.
    pub(crate) fn checked<T>(&self, credential: Credential, checked: Result<T, Error>) -> Result<T, Error> {
        match &checked {
            Ok(_) => self.activity().checks(credential).accepted.count(),
            Err(Error::Unauthenticated(_)) => self.activity().checks(credential).refused.count(),
            Err(_) => {}
        }
        checked
    }

    /// As [`checked`](Self::checked), for a check that finds nothing where it refuses.
    pub(crate) fn found<T>(
        &self,
        credential: Credential,
        found: Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        match &found {
            Ok(Some(_)) => self.activity().checks(credential).accepted.count(),
            Ok(None) => self.activity().checks(credential).refused.count(),
            Err(_) => {}
        }
        found
    }
}
