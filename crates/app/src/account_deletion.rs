//! A shopper who leaves.

use anteroom_domain::text::Language;
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::Topic;

use crate::sessions::end_sessions;
use crate::store_customers::gone;
use crate::{App, Error, ShopperId, SignIn};

impl App {
    /// Deletes the customer that somebody is signed in as, as a merchant's server does, by whoever knows their password. Every
    /// session ends, and the e-mail is free again.
    pub async fn delete_account(
        &self,
        workspace: &Workspace,
        sign_in: &SignIn,
        ShopperId { workspace: id, customer }: ShopperId,
        password: &str,
        language: Option<Language>,
    ) -> Result<(), Error> {
        let provider = self.password_of(sign_in).await?;
        self.confirm_password(&provider, password).await?;
        let notice = self.envelope(workspace, language, &Letter::AccountDeleted, Letter::NOTICE_LIFE);
        let now = self.now();
        let ended = self
            .settle([Topic::Customer(customer)], move |unit| {
                unit.customer_for_update(id, customer)?.ok_or_else(gone)?;
                let ended = end_sessions(unit, customer, now)?;
                unit.delete_customer(id, customer, now)?;
                notice.post(unit, customer, provider.email)?;
                Ok(ended)
            })
            .await?;
        self.count_ended(ended);
        Ok(())
    }
}
