//! Requests that are sent again: one effect, and the same answer each time.
//!
//! The answer is kept in the unit of work of its effect, so that after a crash both are there or neither is. A use case that
//! can be repeated takes a [`Once`], which knows how its result is answered, and keeps that answer beside what it
//! writes. Who renders answers, and what they look like, is unknown here: they are bytes.

mod once;
mod running;
mod subject;

use std::fmt;
use std::sync::Arc;

use anteroom_auth::keys::{AnswerKeys, Unsealed};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::idempotency::{IdempotencyKey, IdempotentAnswer};
use anteroom_store::{Constraint, Mode, StoreError, Topic, Unit};

pub use once::Once;
pub(crate) use running::Running;
pub use subject::{Subject, SubjectId};

use crate::{App, Error, NotRepeatable};
use running::Turn;

/// A request that its sender may send again.
pub struct Repeatable {
    /// Whose the key is.
    pub subject: Subject,
    /// What the sender calls the request.
    pub key: IdempotencyKey,
    /// What was asked, in one spelling: another request under the same key has other bytes.
    pub request: Vec<u8>,
}

/// What has become of a request that may be a repetition.
pub enum Begun {
    /// It was answered before, with these bytes.
    Answered(Vec<u8>),
    /// It is new.
    New(Attempt),
}

/// A request under way. While it is there, the same key is refused on this server.
pub struct Attempt {
    app: App,
    keeper: Arc<Keeper>,
    _turn: Turn,
}

/// Who can keep the answer of one request, and find it again.
struct Keeper {
    keys: AnswerKeys,
    subject: Subject,
    request: Vec<u8>,
}

impl App {
    /// Begins a request that may be a repetition.
    ///
    /// Refuses one whose key belongs to another request, and one that is still being answered by this server. Whether
    /// another server is at it comes out when the answer is kept.
    pub async fn begin(&self, repeatable: Repeatable) -> Result<Begun, Error> {
        let Repeatable { subject, key, request } = repeatable;
        let keys = self.0.keys.answer(&subject.bytes(), &key);
        let turn = self.0.running.enter(keys.hash()).ok_or(RUNNING)?;
        let keeper = Arc::new(Keeper { keys, subject, request });
        let attempt = Attempt { app: self.clone(), keeper, _turn: turn };
        Ok(match attempt.answer().await? {
            Some(answer) => Begun::Answered(answer),
            None => Begun::New(attempt),
        })
    }
}

const RUNNING: Error = Error::NotRepeatable(NotRepeatable::Running);

impl Attempt {
    /// What the use case is to keep beside its effect. `render` gives `None` for a result that cannot be answered, which is
    /// then a bug without an effect.
    pub fn once<T>(&self, render: impl Fn(&T) -> Option<Vec<u8>> + Send + Sync + 'static) -> Once<T> {
        Once::of(&self.app, &self.keeper, render)
    }

    /// The answer of whoever was faster, when that is why the use case failed.
    pub async fn answer_of_the_faster(&self, error: &Error) -> Result<Option<Vec<u8>>, Error> {
        match error {
            Error::Store(error) if is_taken(error) => self.answer().await?.map(Some).ok_or(RUNNING),
            _ => Ok(None),
        }
    }

    /// Keeps the answer to a request that had no effect. If somebody with the same request was faster, theirs is given
    /// and stands.
    pub async fn keep(&self, answer: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let record = self.keeper.seal(&self.app, None, answer);
        let kept = self.app.doors().db(Mode::Write, move |unit| Ok(unit.insert_idempotent_answer(&record)?));
        match kept.await {
            Ok(()) => Ok(None),
            Err(error) => match self.answer_of_the_faster(&error).await? {
                Some(answer) => Ok(Some(answer)),
                None => Err(error),
            },
        }
    }

    async fn answer(&self) -> Result<Option<Vec<u8>>, Error> {
        let (hash, workspace, now) = (self.keeper.keys.hash(), self.keeper.subject.workspace, self.app.now());
        let find = move |unit: &mut dyn Unit| Ok(unit.idempotent_answer(workspace, &hash, now)?);
        let Some(kept) = self.app.doors().db(Mode::Read, find).await? else { return Ok(None) };
        // Its effect may be another server's, of which this one has not heard yet.
        let sender = match self.keeper.subject.who {
            SubjectId::Identity(identity) => Some(Topic::Identity(identity)),
            SubjectId::AccessToken(_) => None,
        };
        self.app.forget(kept.customer.map(Topic::Customer).into_iter().chain(sender));
        match self.keeper.keys.unseal(&self.keeper.request, &kept.sealed) {
            Ok(Unsealed::Answer(answer)) => Ok(Some(answer)),
            Ok(Unsealed::OfAnotherRequest) => Err(Error::NotRepeatable(NotRepeatable::OtherRequest)),
            Err(_unsealable) => Err(StoreError::Corrupt("idempotent answer").into()),
        }
    }
}

impl Keeper {
    fn seal(&self, app: &App, customer: Option<CustomerId>, answer: &[u8]) -> IdempotentAnswer {
        let now = app.now();
        IdempotentAnswer {
            key_hash: self.keys.hash(),
            workspace_id: self.subject.workspace,
            customer_id: customer,
            sealed: self.keys.seal(app.random(), &self.request, answer),
            created_at: now,
            expires_at: now + IdempotentAnswer::LIFE,
        }
    }
}

fn is_taken(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict(Constraint::IdempotentAnswer))
}

/// Keeps an answer in the unit of the effect. Where somebody was faster with the same request, the unit fails, and there is
/// no effect.
pub(crate) fn keep(unit: &mut dyn Unit, answer: Option<&IdempotentAnswer>) -> Result<(), Error> {
    Ok(answer.map_or(Ok(()), |answer| unit.insert_idempotent_answer(answer))?)
}

impl fmt::Debug for Repeatable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repeatable").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(..)")
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answered(_) => "Answered(..)",
            Self::New(_) => "New(..)",
        })
    }
}
