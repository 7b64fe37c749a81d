//! When credentials were last used: noted in memory by the request, written down later by many at once.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration as Wait;

use anteroom_domain::credential::{AccessToken, AccessTokenId};
use anteroom_domain::session::{StoreSession, StoreSessionId};
use time::{Duration, OffsetDateTime};

use crate::doors::Command;
use crate::{App, Error};

/// How many uses of a kind are kept in memory. Those beyond are not noted, until others have been written down.
const KEPT: usize = 200_000;

/// How often uses are written down.
const PERIOD: Wait = Wait::from_secs(1);

/// How many are written in one unit of work.
const BATCH: usize = 500;

/// How many units of work a second are spent on it: twice what it takes when as many as are kept are used in a minute.
const BATCHES: usize = 14;

/// After how many seconds what is written down is forgotten, if nobody needs it any more.
const FORGETTING: u64 = 30;

/// What was used since the last time that it was written down.
#[derive(Default)]
pub(crate) struct Uses {
    sessions: Noted<StoreSessionId>,
    tokens: Noted<AccessTokenId>,
    /// Whoever writes down.
    writing: tokio::sync::Mutex<()>,
}

/// When each was noted to be used, at most once in a period.
struct Noted<I>(Mutex<Notes<I>>);

struct Notes<I> {
    uses: HashMap<I, Use>,
    /// Those that are still to be written down, in the order in which they were noted.
    unwritten: VecDeque<I>,
}

#[derive(Clone, Copy)]
struct Use {
    at: OffsetDateTime,
    is_written: bool,
}

impl<I: Eq + Hash + Copy> Noted<I> {
    /// Notes a use, unless one was noted less than a `period` ago: here, or in the record. A moment that lies ahead was told
    /// by a clock that went wrong, and counts as little as one long ago.
    fn note(&self, id: I, recorded: Option<OffsetDateTime>, period: Duration, now: OffsetDateTime) {
        let is_fresh = |at: OffsetDateTime| (now - at).abs() < period;
        if recorded.is_some_and(is_fresh) {
            return;
        }
        let mut noted = self.noted();
        let known = noted.uses.get(&id).copied();
        if known.is_some_and(|used| is_fresh(used.at)) || (known.is_none() && noted.uses.len() >= KEPT) {
            return;
        }
        noted.uses.insert(id, Use { at: now, is_written: false });
        if known.is_none_or(|used| used.is_written) {
            noted.unwritten.push_back(id);
        }
    }

    /// The last use that was noted here, if it has not been forgotten.
    fn latest(&self, id: I) -> Option<OffsetDateTime> {
        self.noted().uses.get(&id).map(|used| used.at)
    }

    /// Some that are still to be written down, the oldest first.
    fn unwritten(&self, limit: usize) -> Vec<(I, OffsetDateTime)> {
        let noted = self.noted();
        let oldest = noted.unwritten.iter().take(limit);
        oldest.filter_map(|id| Some((*id, noted.uses.get(id)?.at))).collect()
    }

    /// They have been written down: those that [`unwritten`](Self::unwritten) gave, which nobody else has asked for.
    fn written(&self, uses: &[(I, OffsetDateTime)]) {
        let mut noted = self.noted();
        for (id, at) in uses {
            noted.unwritten.pop_front();
            match noted.uses.get_mut(id) {
                Some(entry) if entry.at == *at => entry.is_written = true,
                // Used again meanwhile.
                _ => noted.unwritten.push_back(*id),
            }
        }
    }

    /// Forgets what has been written down and is so long ago that the next use is noted anyway.
    fn forget(&self, period: Duration, now: OffsetDateTime) {
        self.noted().uses.retain(|_, used| !used.is_written || (now - used.at).abs() < period);
    }

    fn noted(&self) -> MutexGuard<'_, Notes<I>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Notes that a sign-in was used, which keeps its cookie from ending idle. Only as often as that needs: once a minute, or
    /// ten times within a shorter idle life.
    pub(crate) fn note_use_of_session(&self, session: &StoreSession) {
        let uses = &self.0.uses.sessions;
        uses.note(session.id, Some(session.last_used_at), self.period_of_uses(), self.now());
    }

    /// Notes, once a minute, that an access token is in use.
    pub(crate) fn note_use_of_token(&self, token: &AccessToken) {
        self.0.uses.tokens.note(token.id, token.last_used_at, Duration::MINUTE, self.now());
    }

    /// When a sign-in was last used, as far as is known here.
    pub(crate) fn last_use_of(&self, session: &StoreSession) -> OffsetDateTime {
        let noted = self.0.uses.sessions.latest(session.id);
        noted.map_or(session.last_used_at, |noted| noted.max(session.last_used_at))
    }

    /// Writes down what has been used since the last time. To be called once in a second or so, and at the end: whatever is
    /// not written down when the process is killed was used a little earlier than it was, for whoever asks.
    pub async fn write_down_uses(&self) -> Result<(), Error> {
        self.write_down(usize::MAX).await?;
        self.forget_uses();
        Ok(())
    }

    /// Writes down so many batches of what has been used; one caller at a time.
    async fn write_down(&self, batches: usize) -> Result<(), Error> {
        let Uses { sessions, tokens, writing } = &self.0.uses;
        let _alone = writing.lock().await;
        for _ in 0..batches {
            let (used_sessions, used_tokens) = (sessions.unwritten(BATCH), tokens.unwritten(BATCH));
            let is_all = used_sessions.len() < BATCH && used_tokens.len() < BATCH;
            if !used_sessions.is_empty() || !used_tokens.is_empty() {
                let (written_sessions, written_tokens) = (used_sessions.clone(), used_tokens.clone());
                self.doors()
                    .submit(Command::NoteUses { sessions: used_sessions, tokens: used_tokens })
                    .await?;
                sessions.written(&written_sessions);
                tokens.written(&written_tokens);
            }
            if is_all {
                break;
            }
        }
        Ok(())
    }

    fn forget_uses(&self) {
        self.0.uses.sessions.forget(self.period_of_uses(), self.now());
        self.0.uses.tokens.forget(Duration::MINUTE, self.now());
    }

    /// Writes down what has been used, once in a second and not too much at once, for as long as it is polled. `sleep` waits.
    pub async fn write_down_uses_for_ever<F: Future<Output = ()>>(&self, sleep: impl Fn(Wait) -> F) {
        let mut has_failed = false;
        for second in 1_u64.. {
            sleep(PERIOD).await;
            let written = self.write_down(BATCHES).await;
            if second.is_multiple_of(FORGETTING) {
                self.forget_uses();
            }
            if let Err(error) = &written
                && !has_failed
            {
                tracing::warn!(%error, "cannot note what was used: it is tried again");
            }
            has_failed = written.is_err();
        }
    }

    fn period_of_uses(&self) -> Duration {
        Duration::MINUTE.min(self.0.settings.lifetimes.idle / 10)
    }
}

// Written by hand, because a derive would ask the same of `I`.
impl<I> Default for Noted<I> {
    fn default() -> Self {
        Self(Mutex::new(Notes { uses: HashMap::new(), unwritten: VecDeque::new() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-01-02 12:00 UTC);

    #[test]
    fn a_use_is_noted_once_in_a_period_and_written_once() {
        let uses = Noted::default();
        let at = |seconds| NOON + Duration::seconds(seconds);
        let note = |id: u32, recorded, seconds| {
            uses.note(id, recorded, Duration::MINUTE, at(seconds));
            uses.latest(id)
        };
        assert_eq!(note(1, None, 0), Some(at(0)));
        assert_eq!(note(1, None, 59), Some(at(0)), "it is noted");
        assert_eq!(note(2, Some(at(30)), 60), None, "another process has noted it");
        assert_eq!(uses.unwritten(10), [(1, at(0))]);
        uses.written(&[(1, at(0))]);
        assert_eq!(uses.unwritten(10), []);
        assert_eq!(note(1, Some(at(-99)), 59), Some(at(0)), "it is written, whatever an older record says");
        assert_eq!(note(1, None, 60), Some(at(60)));
        assert_eq!(note(3, Some(NOON + Duration::DAY), 60), Some(at(60)), "a clock was a day ahead");
        assert_eq!(uses.unwritten(1), [(1, at(60))]);
        assert_eq!(note(1, None, 120), Some(at(120)), "used again before it was written down");
        uses.written(&[(1, at(60))]);
        assert_eq!(uses.unwritten(10), [(3, at(60)), (1, at(120))]);
        uses.written(&[(3, at(60)), (1, at(120))]);
        assert_eq!(uses.unwritten(10), []);
        uses.forget(Duration::MINUTE, at(179));
        assert_eq!(uses.latest(1), Some(at(120)));
        uses.forget(Duration::MINUTE, at(180));
        assert_eq!(uses.latest(1), None);
    }

    #[test]
    fn memory_has_an_end() {
        let uses = Noted::default();
        for id in 0..=KEPT {
            uses.note(id, None, Duration::MINUTE, NOON);
        }
        assert_eq!(uses.noted().uses.len(), KEPT);
        uses.note(0, None, Duration::MINUTE, NOON + Duration::HOUR);
        assert_eq!(uses.latest(0), Some(NOON + Duration::HOUR), "who is known is noted again");
    }
}
