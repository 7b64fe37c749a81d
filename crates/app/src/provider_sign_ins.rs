//! To somebody else's page, and back: signing in there.

use anteroom_auth::token::{PlainToken, SignInBrowser, SignInState};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::identity_provider::{IdentityProvider, ProviderName, SignInFlow};
use anteroom_domain::session::Provider;
use anteroom_domain::text::{Email, Line};
use anteroom_domain::workspace::Workspace;
use anteroom_oauth::{Answer, Fault, Secrets, Vouched};
use anteroom_store::{Mode, StoreError, Unit};

use crate::admission::{Applicant, Voucher};
use crate::{App, Client, Entry, Error, Refusal, Unauthenticated};

/// What secrets of flows are sealed for.
const SEALED: &str = "sign-in flow";

/// Where to send somebody, and by which cookie their browser is to be known again.
#[derive(Debug)]
pub struct SentAway {
    /// The provider's page.
    pub location: String,
    /// The cookie's value.
    pub browser: PlainToken<SignInBrowser>,
}

/// Why somebody is sent to a provider's page. Who is sent for one purpose does not come back for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To sign in.
    SignIn,
    /// To link the account there with the customer that they are signed in as.
    Link(CustomerId),
}

impl Purpose {
    fn customer(self) -> Option<CustomerId> {
        match self {
            Self::SignIn => None,
            Self::Link(customer) => Some(customer),
        }
    }
}

/// Which browser asks, as far as it shows.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// The cookie of a flow.
    pub cookie: Option<String>,
    /// Whether it has shown any cookie of ours, and so keeps cookies.
    pub keeps_cookies: bool,
}

/// What somebody has come back with.
#[derive(Debug, Clone, Default)]
pub struct Return {
    /// The state that they were sent away with.
    pub state: Option<String>,
    /// The provider's code.
    pub code: Option<String>,
    /// Who the answer is from.
    pub issuer: Option<String>,
    /// What the provider says against it.
    pub error: Option<String>,
}

impl App {
    /// A provider of that name that shoppers sign in with; `None` where there is none, or it is switched off.
    pub async fn enabled_provider(
        &self,
        workspace: &Workspace,
        name: &str,
    ) -> Result<Option<IdentityProvider>, Error> {
        let (Ok(name), id) = (ProviderName::parse(name), workspace.id) else { return Ok(None) };
        let find = move |unit: &mut dyn Unit| Ok(unit.identity_provider(id, name)?);
        let found = self.doors().db(Mode::Read, find).await?;
        Ok(found.filter(|provider| provider.settings.is_enabled))
    }

    /// Sends somebody to a provider's page who wants to sign in. They come back within [`SignInFlow::LIFE`], once, to one of the
    /// listed URLs.
    pub async fn send_to_provider(
        &self,
        workspace: &Workspace,
        provider: &IdentityProvider,
        callback_url: Option<&str>,
        browser: &Browser,
    ) -> Result<SentAway, Error> {
        self.send_away(workspace, provider, Purpose::SignIn, callback_url, browser).await
    }

    pub(crate) async fn send_away(
        &self,
        workspace: &Workspace,
        provider: &IdentityProvider,
        purpose: Purpose,
        callback_url: Option<&str>,
        browser: &Browser,
    ) -> Result<SentAway, Error> {
        let callback_url =
            provider.settings.callback_url(callback_url).ok_or(Refusal::CallbackNotListed)?.clone();
        let (party, now) = (self.party(provider)?, self.now());
        let state = PlainToken::<SignInState>::generate(self.random());
        let begun =
            self.0.oauth.begin(&party, callback_url.as_str(), state.reveal(), self.random(), now).await;
        let begun = begun.map_err(|fault| told(workspace, provider, &fault))?;
        // One that has a flow going keeps its cookie, so that two pages of it can be open.
        let known = browser.cookie.as_deref().and_then(PlainToken::<SignInBrowser>::parse);
        let cookie = known.unwrap_or_else(|| PlainToken::generate(self.random()));
        let flow = SignInFlow {
            state_hash: state.hash(&self.0.keys),
            workspace_id: workspace.id,
            provider: provider.name,
            customer_id: purpose.customer(),
            callback_url,
            browser_hash: browser.keeps_cookies.then(|| cookie.hash(&self.0.keys)),
            sealed: self.0.keys.seal(self.random(), SEALED, begun.secrets.to_text().as_bytes()),
            created_at: now,
            expires_at: now + SignInFlow::LIFE,
        };
        let insert = move |unit: &mut dyn Unit| Ok(unit.insert_sign_in_flow(&flow)?);
        self.doors().db(Mode::Write, insert).await?;
        Ok(SentAway { location: begun.location, browser: cookie })
    }

    /// Signs somebody in who has come back from a provider's page.
    pub async fn return_from_provider(
        &self,
        workspace: &Workspace,
        provider: &IdentityProvider,
        returned: Return,
        browser: &Browser,
        client: Client,
    ) -> Result<Entry, Error> {
        let vouched = self.vouched(workspace, provider, Purpose::SignIn, returned, browser).await?;
        self.admit(workspace, applicant(provider, vouched)?, client).await
    }

    /// For whom a provider vouches, of those who were sent to its page for that purpose.
    ///
    /// Their state is spent before anybody is asked, so of those who come back with the same one goes on.
    pub(crate) async fn vouched(
        &self,
        workspace: &Workspace,
        provider: &IdentityProvider,
        purpose: Purpose,
        returned: Return,
        browser: &Browser,
    ) -> Result<Vouched, Error> {
        let state = returned.state.as_deref().and_then(PlainToken::<SignInState>::parse);
        let state = state.ok_or(Refusal::NoSignInState)?;
        let flow = self.spent(workspace, provider, (purpose, &state), browser).await?;
        if let Some(error) = returned.error {
            tracing::info!(provider = provider.name.as_str(), error = %plain(&error), "nobody has signed in at the provider");
            return Err(Error::Unauthenticated(Unauthenticated::ProviderRefused));
        }
        let code = returned.code.filter(|code| !code.is_empty()).ok_or(Refusal::NoSignInCode)?;
        let answer = Answer { code, issuer: returned.issuer };
        let secrets = self.0.keys.unseal(SEALED, &flow.sealed).ok();
        let secrets = secrets.and_then(|plain| Secrets::from_text(std::str::from_utf8(&plain).ok()?));
        let secrets = secrets.ok_or(StoreError::Corrupt("sign-in flow"))?;
        let (party, now) = (self.party(provider)?, self.now());
        let vouched = self.0.oauth.finish(&party, flow.callback_url.as_str(), &secrets, &answer, now).await;
        vouched.map_err(|fault| told(workspace, provider, &fault))
    }

    /// Takes a flow away that this browser may go on with at this provider for that purpose. Of one that is another's nothing is
    /// taken.
    async fn spent(
        &self,
        workspace: &Workspace,
        provider: &IdentityProvider,
        (purpose, state): (Purpose, &PlainToken<SignInState>),
        browser: &Browser,
    ) -> Result<SignInFlow, Error> {
        let cookie = browser.cookie.as_deref().and_then(PlainToken::<SignInBrowser>::parse);
        let cookie = cookie.map(|cookie| cookie.hash(&self.0.keys));
        let (hash, now) = (state.hash(&self.0.keys), self.now());
        let (workspace, name) = (workspace.id, provider.name);
        let spend = move |unit: &mut dyn Unit| {
            let Some(flow) = unit.sign_in_flow(&hash)? else { return Ok(None) };
            let is_ours = flow.workspace_id == workspace && flow.provider == name && now < flow.expires_at;
            let is_meant = flow.customer_id == purpose.customer();
            let is_same_browser = flow.browser_hash.is_none_or(|known| cookie == Some(known));
            if !is_ours || !is_meant || !is_same_browser || !unit.spend_sign_in_flow(&hash)? {
                return Ok(None);
            }
            Ok(Some(flow))
        };
        self.doors().db(Mode::Write, spend).await?.ok_or_else(|| Refusal::NoSignInState.into())
    }
}

/// What is said of a fault, which is told in full to the operator.
fn told(workspace: &Workspace, provider: &IdentityProvider, fault: &Fault) -> Error {
    let (slug, name) = (workspace.slug.as_str(), provider.name.as_str());
    tracing::warn!(workspace.slug = slug, provider = name, "sign-in by a provider failed: {fault}");
    match fault {
        Fault::Unreachable(_) => Error::ProviderAway,
        Fault::Untrusted(_) => Error::Unauthenticated(Unauthenticated::ProviderUntrusted),
        Fault::Refused(_) => Error::Unauthenticated(Unauthenticated::ProviderRefused),
    }
}

/// Somebody for whom a provider vouches, as somebody who wants to be let in.
pub(crate) fn applicant(provider: &IdentityProvider, vouched: Vouched) -> Result<Applicant, Error> {
    let no_email = Error::Unauthenticated(Unauthenticated::ProviderWithoutEmail);
    let email = vouched.email.as_deref().and_then(|text| Email::parse(text).ok()).ok_or(no_email)?;
    let name = |text: Option<String>| text.and_then(|text| Line::parse(&text).ok().flatten());
    Ok(Applicant {
        provider: Provider::External(provider.name),
        voucher: Some(Voucher { issuer: provider.settings.issuer.clone(), subject: vouched.subject }),
        email,
        is_email_proved: provider.settings.trusts_email && vouched.is_email_verified,
        first_name: name(vouched.given_name),
        last_name: name(vouched.family_name),
    })
}

/// A code of OAuth as it is written to the log.
fn plain(error: &str) -> String {
    error.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(64).collect()
}
