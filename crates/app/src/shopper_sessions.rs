//! A shopper's own sign-ins: where somebody is signed in, and how they sign out there.

use anteroom_domain::page::{Listed, Page};
use anteroom_domain::session::{StoreSession, StoreSessionId};
use anteroom_store::{Mode, Topic, Unit};

use crate::sessions::Ended;
use crate::store_customers::gone;
use crate::{App, Error, Missing, SessionKind, ShopperId};

impl App {
    /// A piece of a shopper's live sign-ins to the shop, newest first, with the uses that this server has seen.
    pub async fn sessions_of_shopper(
        &self,
        ShopperId { workspace, customer }: ShopperId,
        page: Page,
    ) -> Result<Listed<StoreSession>, Error> {
        let now = self.now();
        let find = move |unit: &mut dyn Unit| Ok(unit.store_sessions(workspace, customer, now, page)?);
        let mut listed = self.doors().db(Mode::Read, find).await?;
        for session in &mut listed.items {
            session.last_used_at = self.last_use_of(session);
        }
        Ok(listed)
    }

    /// Ends one of a shopper's live sign-ins: its cookie and its JWTs stop working.
    pub async fn end_session_of_shopper(
        &self,
        ShopperId { workspace, customer }: ShopperId,
        id: StoreSessionId,
    ) -> Result<(), Error> {
        let now = self.now();
        self.settle([Topic::StoreSession(id)], move |unit| {
            let found = unit.store_access(workspace, id)?;
            let is_theirs = found.is_some_and(|access| access.customer == Some(customer));
            if is_theirs && unit.revoke_store_session(id, now)? {
                Ok(())
            } else {
                Err(Error::NotFound(Missing::StoreSession))
            }
        })
        .await?;
        self.activity().ended(SessionKind::Store, 1);
        Ok(())
    }

    /// Signs a shopper out everywhere, or everywhere but in the sign-in that is named: the portal's sessions end too. How
    /// many sessions have ended.
    pub async fn end_sessions_of_shopper(
        &self,
        ShopperId { workspace, customer }: ShopperId,
        except: Option<StoreSessionId>,
    ) -> Result<u64, Error> {
        let now = self.now();
        let ended = self
            .settle([Topic::Customer(customer)], move |unit| {
                unit.customer_for_update(workspace, customer)?.ok_or_else(gone)?;
                let portal = unit.revoke_customer_sessions(customer, now)?;
                Ok(Ended { portal, store: unit.revoke_store_sessions(customer, except, now)? })
            })
            .await?;
        self.count_ended(ended);
        Ok(ended.portal + ended.store)
    }
}
