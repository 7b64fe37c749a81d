//! The small hot writes, as data: one command carries all rows of its use case.

use anteroom_domain::TokenHash;
use anteroom_domain::credential::AccessTokenId;
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::member::Member;
use anteroom_domain::session::{CustomerSession, StoreSessionId};
use anteroom_store::{CookieOutcome, Mode, NewStoreCookie, PasswordSignIn, Unit};
use time::OffsetDateTime;

use crate::Error;

/// A small hot write. Commands do not read what they decide on, so that equal ones can be applied together; only the
/// rare first owner looks at its customer.
#[derive(Debug)]
pub(crate) enum Command {
    /// Opens a customer session, with the customer's first owner where there was none.
    OpenCustomerSession {
        session: CustomerSession,
        owner: Option<Box<Member>>,
        answer: Option<IdempotentAnswer>,
    },
    /// Opens a sign-in to the shop, unless another password was set since it was looked at.
    OpenStoreSession(Box<PasswordSignIn>),
    /// Gives a sign-in its first cookie; one that has a cookie already is as good as gone.
    SetFirstStoreCookie { id: StoreSessionId, cookie: TokenHash, at: OffsetDateTime },
    /// Gives a sign-in a cookie, and ends the one that the browser had before.
    SetStoreCookie {
        id: StoreSessionId,
        cookie: TokenHash,
        at: OffsetDateTime,
        replaces: Option<StoreSessionId>,
        answer: Option<IdempotentAnswer>,
    },
    /// Notes when sign-ins were used and access tokens shown; of two for the same the later one stays.
    NoteUses { sessions: Vec<(StoreSessionId, OffsetDateTime)>, tokens: Vec<(AccessTokenId, OffsetDateTime)> },
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is durable.
    Applied,
    /// It is durable, and has ended a session that had been live.
    Replaced,
    /// What it was to change, or came from, had ended meanwhile; nothing was changed.
    Gone,
}

impl Command {
    /// Whether it has a unit to itself: a first owner may well be there already, which fails the unit, and notes of uses
    /// are many rows by themselves.
    pub(super) fn is_alone(&self) -> bool {
        matches!(self, Self::OpenCustomerSession { owner: Some(_), .. } | Self::NoteUses { .. })
    }
}

/// The mode of the unit in which they can be applied: those of one kind that only add what nobody has seen are one
/// statement.
pub(super) fn mode_for(commands: &[&Command]) -> Mode {
    let only_opens = |command: &&Command| {
        matches!(command, Command::OpenCustomerSession { owner: None, answer: None, .. })
    };
    let only_signs_in = |command: &&Command| matches!(command, Command::OpenStoreSession(_));
    let only_begins = |command: &&Command| matches!(command, Command::SetFirstStoreCookie { .. });
    let all = |is_of_its_kind: fn(&&Command) -> bool| commands.iter().all(is_of_its_kind);
    if all(only_opens) || all(only_signs_in) || all(only_begins) { Mode::Append } else { Mode::Write }
}

/// Applies commands in one unit, equal ones together; what became of each, in their order. After an error the unit is
/// of no use any more.
pub(super) fn apply(commands: &[&Command], unit: &mut dyn Unit) -> Result<Vec<Outcome>, Error> {
    let mut outcomes = vec![Outcome::Applied; commands.len()];
    let (mut portal, mut store, mut answers) = (vec![], vec![], vec![]);
    let (mut first_cookies, mut cookies) = (vec![], vec![]);
    for (command, outcome) in commands.iter().zip(&mut outcomes) {
        match command {
            Command::OpenCustomerSession { session, owner, answer } => {
                if let Some(owner) = owner {
                    // Held, so that a deletion at the same moment leaves no member behind.
                    let held = unit.customer_for_update(session.workspace_id, session.customer_id)?;
                    if held.is_none_or(|customer| customer.disabled_at.is_some()) {
                        *outcome = Outcome::Gone;
                        continue;
                    }
                    unit.insert_member(owner)?;
                }
                portal.push((session, outcome, answer));
            }
            Command::OpenStoreSession(sign_in) => store.push((&**sign_in, outcome)),
            Command::SetFirstStoreCookie { id, cookie, at } => {
                first_cookies.push((
                    NewStoreCookie { session: *id, cookie: *cookie, at: *at, replaces: None },
                    outcome,
                ));
            }
            Command::SetStoreCookie { id, cookie, at, replaces, answer } => {
                let new = NewStoreCookie { session: *id, cookie: *cookie, at: *at, replaces: *replaces };
                cookies.push((new, outcome, answer));
            }
            Command::NoteUses { sessions, tokens } => {
                unit.touch_store_sessions(sessions)?;
                unit.touch_access_tokens(tokens)?;
            }
        }
    }
    let new: Vec<_> = portal.iter().map(|(session, ..)| *session).collect();
    let opened = unit.insert_customer_sessions(&new)?;
    for (session, outcome, answer) in portal {
        if opened.contains(&session.token_hash) {
            answers.extend(answer);
        } else {
            *outcome = Outcome::Gone;
        }
    }
    let new: Vec<_> = store.iter().map(|(sign_in, _)| *sign_in).collect();
    let opened = unit.open_store_sessions(&new)?;
    for (sign_in, outcome) in store {
        if !opened.contains(&sign_in.session.id) {
            *outcome = Outcome::Gone;
        }
    }
    let new: Vec<_> = first_cookies.iter().map(|(new, _)| *new).collect();
    let given = unit.set_first_store_cookies(&new)?;
    for (_, outcome) in first_cookies.into_iter().filter(|(new, _)| !given.contains(&new.cookie)) {
        *outcome = Outcome::Gone;
    }
    let new: Vec<_> = cookies.iter().map(|(new, ..)| *new).collect();
    for ((_, outcome, answer), became) in cookies.into_iter().zip(unit.set_store_cookies(&new)?) {
        *outcome = match became {
            CookieOutcome::Set => Outcome::Applied,
            CookieOutcome::Replaced => Outcome::Replaced,
            CookieOutcome::Gone => Outcome::Gone,
        };
        answers.extend(answer.iter().filter(|_| became != CookieOutcome::Gone));
    }
    unit.insert_idempotent_answers(&answers)?;
    Ok(outcomes)
}
