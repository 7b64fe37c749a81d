//! A shopper who leaves.

use anteroom_domain::text::Language;
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::Topic;

use crate::sessions::end_sessions;
use crate::store_customers::held;
use crate::{App, Error, Presence, ShopperId, SignIn};

impl App {
    /// Deletes the customer that somebody is signed in as, as a merchant's server does. Every session ends, and the e-mail is free
    /// again.
    ///
    /// Refuses whoever does not prove that the account is theirs.
    pub async fn delete_account(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        shopper: ShopperId,
        presence: Presence,
        language: Option<Language>,
    ) -> Result<(), Error> {
        self.confirm_ownership(workspace, sign_in, shopper, presence).await?;
        let ShopperId { workspace: id, customer } = shopper;
        let notice = self.envelope(workspace, language, &Letter::AccountDeleted, Letter::NOTICE_LIFE);
        let now = self.now();
        let ended = self
            .settle([Topic::Customer(customer)], move |unit| {
                let email = held(unit, shopper)?.email;
                let ended = end_sessions(unit, customer, now)?;
                unit.delete_customer(id, customer, now)?;
                notice.post(unit, customer, email)?;
                Ok(ended)
            })
            .await?;
        self.count_ended(ended);
        Ok(())
    }
}
