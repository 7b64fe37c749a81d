//! What a merchant has set up for shoppers to sign in with on somebody else's page.

use anteroom_auth::provider::External;
use anteroom_domain::identity_provider::{
    IdentityProvider, ProviderKind, ProviderName, ProviderSettings, SealedSecret,
};
use anteroom_domain::workspace::{Workspace, WorkspaceId};
use anteroom_oauth::Party;
use anteroom_store::{Constraint, Mode, StoreError, Unit};
use zeroize::Zeroizing;

use crate::change::Change;
use crate::{App, Error, Missing, Refusal};

/// What secrets of providers are sealed for.
const SEALED: &str = "provider secret";

/// A provider as a merchant wants it.
#[derive(Debug)]
pub struct NewIdentityProvider {
    /// Its name in paths.
    pub name: ProviderName,
    /// Everything but the secret.
    pub settings: ProviderSettings,
    /// What the shop shows to the provider.
    pub secret: Change<ProviderSecret>,
}

/// What a shop shows to a provider, in clear.
pub struct ProviderSecret(pub Zeroizing<String>);

impl std::fmt::Debug for ProviderSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderSecret(hidden)")
    }
}

impl App {
    /// The providers that a merchant has set up, by name.
    pub async fn identity_providers(&self, workspace: WorkspaceId) -> Result<Vec<IdentityProvider>, Error> {
        self.doors().db(Mode::Read, move |unit| Ok(unit.identity_providers(workspace)?)).await
    }

    /// One of them.
    pub async fn identity_provider(
        &self,
        workspace: WorkspaceId,
        name: ProviderName,
    ) -> Result<IdentityProvider, Error> {
        let find = move |unit: &mut dyn Unit| Ok(unit.identity_provider(workspace, name)?);
        self.doors().db(Mode::Read, find).await?.ok_or(Error::NotFound(Missing::IdentityProvider))
    }

    /// Those that shoppers sign in with.
    pub async fn external_providers(&self, workspace: &Workspace) -> Result<Vec<External>, Error> {
        let providers = self.identity_providers(workspace.id).await?;
        let enabled = providers.into_iter().filter(|provider| provider.settings.is_enabled);
        let offered = |provider: IdentityProvider| External {
            name: provider.name,
            display_name: provider.settings.display_name,
        };
        Ok(enabled.map(offered).collect())
    }

    /// Sets a provider up, in the place of one of the same name; whether it is new. A secret that is kept is kept for the issuer that it
    /// was given for.
    pub async fn put_identity_provider(
        &self,
        workspace: WorkspaceId,
        new: NewIdentityProvider,
    ) -> Result<(IdentityProvider, bool), Error> {
        let NewIdentityProvider { name, settings, secret } = new;
        if settings.issuer.is_loopback() && !self.0.oauth.allows_loopback() {
            return Err(Refusal::LoopbackIssuer(settings.issuer).into());
        }
        let sealed = match secret {
            Change::Keep => Change::Keep,
            Change::Clear => Change::Clear,
            Change::Set(ProviderSecret(text)) => {
                Change::Set(SealedSecret(self.0.keys.seal(self.random(), SEALED, text.as_bytes())))
            }
        };
        let now = self.now();
        let put = move |unit: &mut dyn Unit| {
            // Held, so that two who set one up come one after the other.
            unit.workspace_for_update(workspace)?.ok_or(Error::NotFound(Missing::Workspace))?;
            let before = unit.identity_provider(workspace, name)?;
            let same = before.as_ref().filter(|before| {
                (before.settings.kind, &before.settings.issuer) == (settings.kind, &settings.issuer)
            });
            let sealed_secret = match (sealed, same) {
                (Change::Set(sealed), _) => Some(sealed),
                (Change::Clear, _) => None,
                (Change::Keep, Some(before)) => before.sealed_secret.clone(),
                (Change::Keep, None) => return Err(Refusal::ProviderSecretMissing.into()),
            };
            if sealed_secret.is_none() && settings.kind == ProviderKind::GitHub {
                return Err(Refusal::ProviderSecretMissing.into());
            }
            let all = unit.identity_providers(workspace)?.len();
            if before.is_none() && u32::try_from(all).is_ok_and(|all| all >= IdentityProvider::MOST) {
                return Err(Refusal::TooManyProviders.into());
            }
            let (created_at, is_new) =
                (before.as_ref().map_or(now, |before| before.created_at), before.is_none());
            let provider = IdentityProvider {
                workspace_id: workspace,
                name,
                settings,
                sealed_secret,
                created_at,
                modified_at: (!is_new).then_some(now),
            };
            let is_same = |before: &IdentityProvider| {
                before.settings == provider.settings && before.sealed_secret == provider.sealed_secret
            };
            if let Some(unchanged) = before.filter(is_same) {
                return Ok((unchanged, false));
            }
            unit.put_identity_provider(&provider)?;
            Ok((provider, is_new))
        };
        match self.doors().db(Mode::Write, put).await {
            Err(Error::Store(StoreError::Conflict(Constraint::Reference))) => {
                Err(Error::NotFound(Missing::Workspace))
            }
            put => put,
        }
    }

    /// Removes a provider: nobody signs in with it any more. Who has stays who they are, and signed in.
    pub async fn delete_identity_provider(
        &self,
        workspace: WorkspaceId,
        name: ProviderName,
    ) -> Result<(), Error> {
        let delete = move |unit: &mut dyn Unit| Ok(unit.delete_identity_provider(workspace, name)?);
        let is_gone = self.doors().db(Mode::Write, delete).await?;
        if is_gone { Ok(()) } else { Err(Error::NotFound(Missing::IdentityProvider)) }
    }

    /// The shop, as the provider knows it.
    pub(crate) fn party(&self, provider: &IdentityProvider) -> Result<Party, Error> {
        let opened = |SealedSecret(sealed): &SealedSecret| {
            let plain = self.0.keys.unseal(SEALED, sealed).or(Err(StoreError::Corrupt("provider secret")))?;
            let text = std::str::from_utf8(&plain).or(Err(StoreError::Corrupt("provider secret")))?;
            Ok::<_, StoreError>(Zeroizing::new(text.to_owned()))
        };
        let settings = &provider.settings;
        Ok(Party {
            kind: settings.kind,
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.as_str().to_owned(),
            client_secret: provider.sealed_secret.as_ref().map(opened).transpose()?,
        })
    }
}
