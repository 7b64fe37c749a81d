//! Telling the owner of an e-mail address that somebody tried to register it.

use anteroom_domain::credential::AuthIdentityId;
use anteroom_domain::session::Provider;
use anteroom_domain::text::Email;
use anteroom_domain::workspace::Workspace;
use anteroom_mail::Letter;
use anteroom_store::{Mode, Unit};

use crate::letters::may_be_mailed;
use crate::{App, Error};

impl App {
    /// Tells the owner of an account that somebody else registered its e-mail, and was answered as if it were free; nobody is
    /// told what became of it. `registered` is who that answer was about.
    ///
    /// It is in the workspace's language: whoever asked is somebody else.
    pub async fn tell_of_registration(
        &self,
        workspace: &Workspace,
        email: Email,
        registered: AuthIdentityId,
    ) {
        if let Err(error) = self.write_of_registration(workspace, email, registered).await
            && !error.is_outcome()
        {
            let error = error.with_causes();
            tracing::warn!(error, "a mail about a registration could not be written down");
        }
    }

    async fn write_of_registration(
        &self,
        workspace: &Workspace,
        email: Email,
        registered: AuthIdentityId,
    ) -> Result<(), Error> {
        let envelope = self.envelope(workspace, None, &Letter::RegistrationAttempted, Letter::NOTICE_LIFE);
        let (id, now) = (workspace.id, self.now());
        let write = move |unit: &mut dyn Unit| {
            let Some((identity, provider)) = unit.identity_by_email(id, Provider::EmailPass, &email)? else {
                return Ok(());
            };
            // Whoever has just registered, or gone on with it, needs not be told.
            let owner = identity.customer_id.filter(|_| identity.id != registered);
            let Some(customer) = owner else { return Ok(()) };
            if unit.customer_for_update(id, customer)?.is_none() || !may_be_mailed(unit, customer, now)? {
                return Ok(());
            }
            Ok(envelope.post(unit, customer, provider.email)?)
        };
        self.doors().db(Mode::Write, write).await
    }
}
