//! What a use case that can be repeated is given.

use std::fmt;
use std::sync::Arc;

use anteroom_domain::customer::CustomerId;
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_store::Unit;

use super::{Keeper, keep};
use crate::{App, Error};

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

    pub(super) fn of(
        app: &App,
        keeper: &Arc<Keeper>,
        render: impl Fn(&T) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let (app, keeper) = (app.clone(), Arc::clone(keeper));
        Self(Some(Arc::new(Keep { app, keeper, render: Box::new(render) })))
    }

    /// The answer to `result`, which tells of that customer, to be kept in the unit of the effect.
    pub(crate) fn answer(&self, customer: CustomerId, result: &T) -> Result<Option<IdempotentAnswer>, Error> {
        self.answer_about(Some(customer), result)
    }

    fn answer_about(
        &self,
        customer: Option<CustomerId>,
        result: &T,
    ) -> Result<Option<IdempotentAnswer>, Error> {
        let Some(keep) = &self.0 else { return Ok(None) };
        let answer = (keep.render)(result).ok_or(Error::Unrendered)?;
        Ok(Some(keep.keeper.seal(&keep.app, customer, &answer)))
    }

    /// Keeps the answer to `result`, which tells of that customer, in the unit of the effect.
    pub(crate) fn keep(&self, unit: &mut dyn Unit, customer: CustomerId, result: &T) -> Result<(), Error> {
        keep(unit, self.answer(customer, result)?.as_ref())
    }

    /// Keeps the answer to `result`, which tells of no customer, in the unit of the effect.
    pub(crate) fn keep_of_no_customer(&self, unit: &mut dyn Unit, result: &T) -> Result<(), Error> {
        keep(unit, self.answer_about(None, result)?.as_ref())
    }
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
