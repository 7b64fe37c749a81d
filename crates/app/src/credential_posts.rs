//! How often credentials are posted, where several servers have to know together.

use std::num::NonZeroU32;

use anteroom_store::{Mode, Unit};
use time::Duration;

use crate::activity::Limit;
use crate::{App, Error};

impl App {
    /// Counts a post of credentials from a source, by its name, with every server that shares the database; refused when there were too
    /// many. Where nobody shares it whoever asks counts alone, and nothing is written.
    pub async fn count_credential_post(
        &self,
        by: Limit,
        name: &[u8],
        per_minute: NonZeroU32,
    ) -> Result<(), Error> {
        if !self.0.store.is_shared() {
            return Ok(());
        }
        let purpose = match by {
            Limit::Address => "posts of an address",
            Limit::Workspace => "posts to a workspace",
            Limit::Account => "posts to an account",
        };
        let (source, now) = (self.0.keys.source_hash(purpose, &[name]), self.now());
        let count = move |unit: &mut dyn Unit| Ok(unit.count_credential_post(&source, per_minute, now)?);
        if self.doors().db(Mode::Append, count).await? {
            return Ok(());
        }
        let find = move |unit: &mut dyn Unit| Ok(unit.credential_posts_full_at(&source)?);
        let full_at = self.doors().db(Mode::Read, find).await?.unwrap_or(now);
        // There is room for one as soon as all but one of a minute's have come back.
        let each = Duration::MINUTE / f64::from(per_minute.get());
        let wait = full_at - now - (Duration::MINUTE - each);
        self.count_limited(by);
        Err(Error::too_many(by, per_minute, wait.max(Duration::ZERO).unsigned_abs()))
    }
}
