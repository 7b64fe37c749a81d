//! Whether a workspace is open to anybody: its operator disables and enables it.

use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_store::Topic;
use time::OffsetDateTime;

use crate::sessions::{Ended, end_sessions_in};
use crate::{App, Error, Missing};

/// A workspace just disabled or enabled.
#[derive(Debug, Clone, PartialEq)]
pub struct SwitchedWorkspace {
    /// As it is now.
    pub workspace: Workspace,
    /// How many sessions of the portal have ended by it.
    pub ended_customer_sessions: u64,
    /// How many sign-ins to the shop have ended by it.
    pub ended_store_sessions: u64,
}

impl App {
    /// From now on nothing of the workspace opens anything, and every session in it has ended. Its access tokens and keys are
    /// refused, and kept.
    pub async fn disable_workspace(&self, id: WorkspaceId) -> Result<SwitchedWorkspace, Error> {
        let now = self.now();
        self.switch_workspace(id, move |since| since.or(Some(now))).await
    }

    /// From now on the workspace's access tokens, keys and names open what they did. Sessions that have ended stay so.
    pub async fn enable_workspace(&self, id: WorkspaceId) -> Result<SwitchedWorkspace, Error> {
        self.switch_workspace(id, |_| None).await
    }

    async fn switch_workspace(
        &self,
        id: WorkspaceId,
        change: impl FnOnce(Option<OffsetDateTime>) -> Option<OffsetDateTime> + Send + 'static,
    ) -> Result<SwitchedWorkspace, Error> {
        let now = self.now();
        let (workspace, ended) = self
            .settle([Topic::Workspace(id)], move |unit| {
                let mut workspace =
                    unit.workspace_for_update(id)?.ok_or(Error::NotFound(Missing::Workspace))?;
                let (before, after) = (workspace.disabled_at, change(workspace.disabled_at));
                if before != after {
                    (workspace.disabled_at, workspace.modified_at) = (after, Some(now));
                    unit.set_workspace_disabled(id, after, now)?;
                }
                // Who was signing in when it was disabled may have been given a session since; it does not come back.
                let was_or_is_disabled = before.or(after).is_some();
                let ended =
                    if was_or_is_disabled { end_sessions_in(unit, id, now)? } else { Ended::default() };
                Ok((workspace, ended))
            })
            .await?;
        self.count_ended(ended);
        Ok(SwitchedWorkspace {
            workspace,
            ended_customer_sessions: ended.portal,
            ended_store_sessions: ended.store,
        })
    }
}
