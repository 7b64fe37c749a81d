//! Requests that are sent again: one effect, and the same answer each time.
//!
//! The answer is kept in the unit of work of its effect, so that after a crash both are there or neither is. A use case that
//! can be repeated takes a [`Once`], which knows how its result is answered, and keeps that answer beside what it
//! writes. Who renders answers, and what they look like, is unknown here: they are bytes.

mod running;

use std::fmt;
use std::sync::Arc;

use anteroom_auth::keys::{AnswerKeys, Unsealed};
use anteroom_domain::credential::{AccessTokenId, AuthIdentityId};
use anteroom_domain::idempotency::{IdempotencyKey, IdempotentAnswer};
use anteroom_domain::workspace::WorkspaceId;
use anteroom_store::{Constraint, Mode, StoreAccess, StoreError, Unit};

pub(crate) use running::Running;

use crate::{App, Error, Merchant, NotRepeatable};
use running::Turn;

/// Whose an `Idempotency-Key` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who, in that tenant.
    pub who: SubjectId,
}

/// Who sends requests: each has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectId {
    /// A merchant's server, by its access token.
    AccessToken(AccessTokenId),
    /// Somebody who is signed in to the shop, by whatever session.
    Identity(AuthIdentityId),
}

impl Subject {
    fn bytes(self) -> [u8; 17] {
        let (kind, id) = match self.who {
            SubjectId::AccessToken(id) => (1, id.uuid()),
            SubjectId::Identity(id) => (2, id.uuid()),
        };
        let mut bytes = [kind; 17];
        bytes.iter_mut().skip(1).zip(id.as_bytes()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

impl From<&Merchant> for Subject {
    fn from(merchant: &Merchant) -> Self {
        Self { workspace: merchant.workspace.id, who: SubjectId::AccessToken(merchant.token) }
    }
}

impl From<&StoreAccess> for Subject {
    fn from(access: &StoreAccess) -> Self {
        Self { workspace: access.identity.workspace_id, who: SubjectId::Identity(access.identity.id) }
    }
}

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
#[derive(Debug)]
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
    workspace: WorkspaceId,
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
        let keeper = Arc::new(Keeper { keys, workspace: subject.workspace, request });
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
        let keep = Keep { app: self.app.clone(), keeper: Arc::clone(&self.keeper), render: Box::new(render) };
        Once(Some(Arc::new(keep)))
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
        let record = self.keeper.seal(&self.app, answer);
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
        let (hash, workspace, now) = (self.keeper.keys.hash(), self.keeper.workspace, self.app.now());
        let find = move |unit: &mut dyn Unit| Ok(unit.idempotent_answer(workspace, &hash, now)?);
        let Some(sealed) = self.app.doors().db(Mode::Read, find).await? else { return Ok(None) };
        match self.keeper.keys.unseal(&self.keeper.request, &sealed) {
            Ok(Unsealed::Answer(answer)) => Ok(Some(answer)),
            Ok(Unsealed::OfAnotherRequest) => Err(Error::NotRepeatable(NotRepeatable::OtherRequest)),
            Err(_unsealable) => Err(StoreError::Corrupt("idempotent answer").into()),
        }
    }
}

impl Keeper {
    fn seal(&self, app: &App, answer: &[u8]) -> IdempotentAnswer {
        let now = app.now();
        IdempotentAnswer {
            key_hash: self.keys.hash(),
            workspace_id: self.workspace,
            sealed: self.keys.seal(app.random(), &self.request, answer),
            created_at: now,
            expires_at: now + IdempotentAnswer::LIFE,
        }
    }
}

fn is_taken(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict(Constraint::IdempotentAnswer))
}

/// What a use case that can be repeated keeps beside its effect: the answer to its result, or nothing, where nobody will
/// ask again.
pub struct Once<T>(Option<Arc<Keep<T>>>);

struct Keep<T> {
    app: App,
    keeper: Arc<Keeper>,
    render: Render<T>,
}

type Render<T> = Box<dyn Fn(&T) -> Option<Vec<u8>> + Send + Sync>;

impl<T> Once<T> {
    /// Nobody will ask again.
    pub fn unrepeated() -> Self {
        Self(None)
    }

    /// The answer to `result`, to be kept in the unit of the effect.
    pub(crate) fn answer(&self, result: &T) -> Result<Option<IdempotentAnswer>, Error> {
        let Some(keep) = &self.0 else { return Ok(None) };
        let answer = (keep.render)(result).ok_or(Error::Unrendered)?;
        Ok(Some(keep.keeper.seal(&keep.app, &answer)))
    }

    /// Keeps the answer to `result` in the unit of the effect.
    pub(crate) fn keep(&self, unit: &mut dyn Unit, result: &T) -> Result<(), Error> {
        keep(unit, self.answer(result)?.as_ref())
    }
}

/// Keeps an answer in the unit of the effect. Where somebody was faster with the same request, the unit fails, and there is
/// no effect.
pub(crate) fn keep(unit: &mut dyn Unit, answer: Option<&IdempotentAnswer>) -> Result<(), Error> {
    Ok(answer.map_or(Ok(()), |answer| unit.insert_idempotent_answer(answer))?)
}

// Written by hand, because a derive would ask the same of `T`.
impl<T> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Once<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Once(..)" } else { "Once(unrepeated)" })
    }
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
