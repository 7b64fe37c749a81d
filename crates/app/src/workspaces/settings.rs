//! Changes to what a merchant has chosen for a workspace.

use anteroom_domain::text::{
    Color, Email, Language, Line, LinkTemplate, Origin, PasskeyDomain, ReturnHost, ReturnUrl, SecureUrl,
};
use anteroom_domain::workspace::{
    EmailVerificationRule, LinkTemplates, MailSettings, PortalLook, Providers, SessionLifetimes, Workspace,
    WorkspaceId, WorkspaceSettings,
};
use anteroom_store::Topic;
use time::Duration;

use crate::change::Change;
use crate::{App, Error, Missing};

/// What changes in a workspace and its settings; `None` and [`Change::Keep`] keep.
#[derive(Debug, Clone, Default)]
pub struct SettingsChanges {
    /// Its name for people.
    pub name: Option<Line>,
    /// Whether its customers have members.
    pub member_model_enabled: Option<bool>,
    /// The whole list of web pages that may call with credentials.
    pub allowed_origins: Option<Vec<Origin>>,
    /// How long sessions live.
    pub lifetimes: LifetimeChanges,
    /// The whole list of hosts to which the way back from the portal may lead.
    pub return_url_hosts: Option<Vec<ReturnHost>>,
    /// By what shoppers sign in.
    pub providers: Change<ProviderChanges>,
    /// Whether registering an e-mail that is taken is answered like any other.
    pub silent_registration: Option<bool>,
    /// Whether shoppers prove their e-mail before they sign in.
    pub email_verification: Option<EmailVerificationRule>,
    /// How the portal looks.
    pub portal: Change<PortalLookChanges>,
    /// Whom mails are from, and their language.
    pub mail: Change<MailChanges>,
    /// Where links in mails lead.
    pub links: Change<LinkTemplateChanges>,
}

/// What changes in how long sessions live.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is explained at SessionLifetimes")]
pub struct LifetimeChanges {
    pub customer_session: Change<Duration>,
    pub idle: Change<Duration>,
    pub absolute: Change<Duration>,
    pub jwt: Change<Duration>,
}

/// What changes in by what shoppers sign in.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is explained at Providers")]
pub struct ProviderChanges {
    pub emailpass: Change<bool>,
    pub otp: Change<bool>,
    pub passkey_domain: Change<PasskeyDomain>,
}

/// What changes in how the portal looks.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is explained at PortalLook")]
pub struct PortalLookChanges {
    pub brand_name: Change<Line>,
    pub color: Change<Color>,
    pub logo_url: Change<SecureUrl>,
    pub back_url: Change<ReturnUrl>,
}

/// What changes in whom mails are from, in their language, and in who hears of what is wrong.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is explained at MailSettings")]
pub struct MailChanges {
    pub sender_name: Change<Line>,
    pub sender_address: Change<Email>,
    pub language: Change<Language>,
    pub security_contact: Change<Email>,
}

/// What changes in where links in mails lead.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is explained at LinkTemplates")]
pub struct LinkTemplateChanges {
    pub password_reset: Change<LinkTemplate>,
    pub verify_email: Change<LinkTemplate>,
    pub change_email: Change<LinkTemplate>,
}

impl App {
    /// Changes a workspace and its settings. Nothing different leaves `modified_at` as it was.
    pub async fn update_settings(
        &self,
        id: WorkspaceId,
        mut changes: SettingsChanges,
    ) -> Result<Workspace, Error> {
        let now = self.now();
        self.settle([Topic::Workspace(id)], move |unit| {
            let mut workspace = unit.workspace_for_update(id)?.ok_or(Error::NotFound(Missing::Workspace))?;
            let before = workspace.clone();
            if let Some(name) = changes.name.take() {
                workspace.name = name;
            }
            changes.apply(&mut workspace.settings);
            if workspace.name != before.name {
                unit.rename_workspace(id, &workspace.name, now)?;
            }
            if workspace.settings != before.settings {
                unit.update_workspace_settings(id, &workspace.settings, now)?;
            }
            if workspace != before {
                workspace.modified_at = Some(now);
            }
            Ok(workspace)
        })
        .await
    }
}

impl SettingsChanges {
    fn apply(self, settings: &mut WorkspaceSettings) {
        if let Some(enabled) = self.member_model_enabled {
            settings.member_model_enabled = enabled;
        }
        if let Some(origins) = self.allowed_origins {
            settings.allowed_origins = origins;
        }
        self.lifetimes.apply(&mut settings.lifetimes);
        if let Some(hosts) = self.return_url_hosts {
            settings.return_url_hosts = hosts;
        }
        inside(self.providers, &mut settings.providers, ProviderChanges::apply);
        if let Some(silent) = self.silent_registration {
            settings.silent_registration = silent;
        }
        if let Some(rule) = self.email_verification {
            settings.email_verification = rule;
        }
        inside(self.portal, &mut settings.portal, PortalLookChanges::apply);
        inside(self.mail, &mut settings.mail, MailChanges::apply);
        inside(self.links, &mut settings.links, LinkTemplateChanges::apply);
    }
}

/// Changes a group of settings: as a whole back to the default, or one by one.
fn inside<G: Default, C>(change: Change<C>, group: &mut G, apply: impl FnOnce(C, &mut G)) {
    match change {
        Change::Keep => {}
        Change::Clear => *group = G::default(),
        Change::Set(changes) => apply(changes, group),
    }
}

impl LifetimeChanges {
    fn apply(self, lifetimes: &mut SessionLifetimes) {
        self.customer_session.apply(&mut lifetimes.customer_session);
        self.idle.apply(&mut lifetimes.idle);
        self.absolute.apply(&mut lifetimes.absolute);
        self.jwt.apply(&mut lifetimes.jwt);
    }
}

impl ProviderChanges {
    fn apply(self, providers: &mut Providers) {
        let default = Providers::default();
        let switch = |change, flag: &mut bool, default| match change {
            Change::Keep => {}
            Change::Clear => *flag = default,
            Change::Set(enabled) => *flag = enabled,
        };
        switch(self.emailpass, &mut providers.emailpass, default.emailpass);
        switch(self.otp, &mut providers.otp, default.otp);
        self.passkey_domain.apply(&mut providers.passkey_domain);
    }
}

impl PortalLookChanges {
    fn apply(self, look: &mut PortalLook) {
        self.brand_name.apply(&mut look.brand_name);
        self.color.apply(&mut look.color);
        self.logo_url.apply(&mut look.logo_url);
        self.back_url.apply(&mut look.back_url);
    }
}

impl MailChanges {
    fn apply(self, mail: &mut MailSettings) {
        self.sender_name.apply(&mut mail.sender_name);
        self.sender_address.apply(&mut mail.sender_address);
        self.security_contact.apply(&mut mail.security_contact);
        match self.language {
            Change::Keep => {}
            Change::Clear => mail.language = MailSettings::default().language,
            Change::Set(language) => mail.language = language,
        }
    }
}

impl LinkTemplateChanges {
    fn apply(self, links: &mut LinkTemplates) {
        self.password_reset.apply(&mut links.password_reset);
        self.verify_email.apply(&mut links.verify_email);
        self.change_email.apply(&mut links.change_email);
    }
}
