//! The small hot writes, as data: one command carries all rows of its use case.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::AccessTokenId;
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::member::Member;
use anteroom_domain::session::{CustomerSession, PortalEntry, StoreSession, StoreSessionId};
use anteroom_store::Unit;
use time::OffsetDateTime;

use crate::Error;
use crate::idempotency::keep;

/// A small hot write. Commands do not read what they decide on, so that equal ones can be applied together; only the
/// rare first owner looks at its customer.
#[derive(Debug)]
pub(crate) enum Command {
    /// Opens a customer session, with the code of its link and the customer's first owner where there was none.
    OpenCustomerSession {
        session: CustomerSession,
        entry: PortalEntry,
        owner: Option<Box<Member>>,
        answer: Option<IdempotentAnswer>,
    },
    /// Opens a sign-in to the shop.
    OpenStoreSession(StoreSession),
    /// Gives a sign-in a cookie, and ends the one that the browser had before.
    SetStoreCookie {
        id: StoreSessionId,
        cookie: TokenHash,
        at: OffsetDateTime,
        replaces: Option<StoreSessionId>,
        answer: Option<IdempotentAnswer>,
    },
    /// Notes when sign-ins and access tokens were used.
    NoteUses { sessions: Vec<(StoreSessionId, OffsetDateTime)>, tokens: Vec<(AccessTokenId, OffsetDateTime)> },
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is durable.
    Applied,
    /// It is durable, and has ended a session that had been live.
    Replaced,
    /// What it was to change had ended meanwhile; nothing was changed.
    Gone,
}

impl Command {
    pub(super) fn apply(self, unit: &mut dyn Unit) -> Result<Outcome, Error> {
        let mut outcome = Outcome::Applied;
        match self {
            Self::OpenCustomerSession { session, entry, owner, answer } => {
                if let Some(owner) = owner {
                    // Held, so that a deletion at the same moment leaves no member behind.
                    if unit.customer_for_update(session.workspace_id, session.customer_id)?.is_none() {
                        return Ok(Outcome::Gone);
                    }
                    unit.insert_member(&owner)?;
                }
                unit.insert_customer_session(&session, &entry)?;
                keep(unit, answer.as_ref())?;
            }
            Self::OpenStoreSession(session) => unit.insert_store_session(&session)?,
            Self::SetStoreCookie { id, cookie, at, replaces, answer } => {
                if let Some(replaced) = replaces {
                    unit.hold_store_sessions([id, replaced])?;
                }
                if !unit.set_store_cookie(id, &cookie, at)? {
                    return Ok(Outcome::Gone);
                }
                if let Some(replaced) = replaces
                    && unit.revoke_store_session(replaced, at)?
                {
                    outcome = Outcome::Replaced;
                }
                keep(unit, answer.as_ref())?;
            }
            Self::NoteUses { sessions, tokens } => {
                for (id, at) in sessions {
                    unit.touch_store_session(id, at)?;
                }
                for (id, at) in tokens {
                    unit.touch_access_token(id, at)?;
                }
            }
        }
        Ok(outcome)
    }
}
