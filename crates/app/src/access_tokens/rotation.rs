//! Replacing an access token by a new one, while the old one still opens doors.

use anteroom_domain::credential::{AccessToken, AccessTokenId};
use anteroom_domain::workspace::WorkspaceId;
use time::Duration;

use super::{Grantor, IssuedAccessToken, MISSING, NewAccessToken};
use crate::{App, Error, Forbidden, Once, Refusal};

/// An access token just made in place of another.
#[derive(Debug)]
pub struct RotatedAccessToken {
    /// The new token.
    pub issued: IssuedAccessToken,
    /// The one that it replaces, which ends by itself.
    pub previous: AccessToken,
}

impl App {
    /// Makes a token with the scopes and the comment of another one, and as long a life, which begins now. The other one
    /// opens doors for the `overlap` yet, unless it ends before.
    ///
    /// Refuses a token with scopes that are not the grantor's to give, and one that was rotated before.
    pub async fn rotate_access_token(
        &self,
        workspace: WorkspaceId,
        grantor: Grantor,
        id: AccessTokenId,
        overlap: Duration,
        once: Once<RotatedAccessToken>,
    ) -> Result<RotatedAccessToken, Error> {
        let (app, now) = (self.clone(), self.now());
        self.settle(grantor.topics_with(id), move |unit| {
            let own = grantor.scopes(unit, workspace, now)?;
            let mut previous = unit.live_access_token(workspace, id, now)?.ok_or(MISSING)?;
            if !previous.scopes.beyond(&own).is_empty() {
                return Err(Error::Forbidden(Forbidden::ScopesBeyondOwn));
            }
            if previous.rotated_at.is_some() {
                return Err(Refusal::RotatedBefore(id).into());
            }
            let new = NewAccessToken {
                scopes: previous.scopes.clone(),
                comment: previous.comment.clone(),
                expires_at: previous.expires_at.map(|end| now + (end - previous.created_at)),
            };
            let issued = app.new_access_token(workspace, new);
            unit.insert_access_token(&issued.token)?;
            let end = now + overlap;
            previous.expires_at = Some(previous.expires_at.map_or(end, |sooner| sooner.min(end)));
            (previous.rotated_at, previous.modified_at) = (Some(now), Some(now));
            if !unit.update_access_token(&previous, now)? {
                return Err(MISSING);
            }
            let rotated = RotatedAccessToken { issued, previous };
            once.keep_of_no_customer(unit, &rotated)?;
            Ok(rotated)
        })
        .await
    }
}
