//! OpenID Connect: the authorization code flow, with PKCE and a nonce, always.

use std::sync::Arc;

use anteroom_domain::identity_provider::ProviderKind;
use serde::Deserialize;
use time::OffsetDateTime;
use url::Url;

use crate::discovery::Known;
use crate::id_token::{self, Claims, Person};
use crate::{Answer, Fault, OAuth, Party, Secrets, Vouched};

/// Apple, who says an e-mail only in an answer that is posted.
const APPLE: &str = "https://appleid.apple.com";

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(flatten)]
    person: Person,
}

impl OAuth {
    pub(crate) async fn authorization_location(
        &self,
        party: &Party,
        callback_url: &str,
        state: &str,
        secrets: &Secrets,
        now: OffsetDateTime,
    ) -> Result<String, Fault> {
        let known = self.published(&party.issuer, now).await?;
        let mut location = self.outgoing().allowed(&known.document.authorization_endpoint)?;
        let mut query = location.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &party.client_id)
            .append_pair("redirect_uri", callback_url)
            .append_pair("scope", "openid email profile")
            .append_pair("state", state)
            .append_pair("nonce", secrets.nonce())
            .append_pair("code_challenge", &secrets.challenge())
            .append_pair("code_challenge_method", "S256");
        if party.issuer.as_str() == APPLE {
            query.append_pair("response_mode", "form_post");
        }
        drop(query);
        Ok(location.into())
    }

    pub(crate) async fn openid_user(
        &self,
        party: &Party,
        callback_url: &str,
        secrets: &Secrets,
        answer: &Answer,
        now: OffsetDateTime,
    ) -> Result<Vouched, Fault> {
        let known = self.published(&party.issuer, now).await?;
        is_from(party, &known, answer)?;
        let tokens = self.traded(party, &known, callback_url, secrets, &answer.code).await?;
        let claims = self.verified(party, known.clone(), &tokens.id_token, secrets, now).await?;
        let person = match (&claims.person.email, &known.document.userinfo_endpoint, tokens.access_token) {
            (None, Some(endpoint), Some(token)) => self.asked_about(endpoint, &token, &claims.sub).await?,
            _ => claims.person,
        };
        let is_email_verified = person.says_verified() && may_know(party.kind, &person);
        let Person { email, given_name, family_name, .. } = person;
        Ok(Vouched { subject: claims.sub, email, is_email_verified, given_name, family_name })
    }

    /// Trades the code for tokens.
    async fn traded(
        &self,
        party: &Party,
        known: &Known,
        callback_url: &str,
        secrets: &Secrets,
        code: &str,
    ) -> Result<Tokens, Fault> {
        let endpoint: Url = self.outgoing().allowed(&known.document.token_endpoint)?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", callback_url),
            ("code_verifier", secrets.verifier()),
            ("client_id", party.client_id.as_str()),
        ];
        let methods = &known.document.token_endpoint_auth_methods_supported;
        let takes = |method: &str| methods.iter().any(|known| known == method);
        let mut basic = None;
        match &party.client_secret {
            Some(secret) if takes("client_secret_basic") || !takes("client_secret_post") => {
                basic = Some((party.client_id.as_str(), secret.as_str()));
            }
            Some(secret) => form.push(("client_secret", secret.as_str())),
            None => {}
        }
        self.outgoing().post(endpoint, &form, basic).await?.token_response()
    }

    /// What an ID token says, once everything about it has been looked at.
    async fn verified(
        &self,
        party: &Party,
        known: Arc<Known>,
        token: &str,
        secrets: &Secrets,
        now: OffsetDateTime,
    ) -> Result<Claims, Fault> {
        const UNKNOWN: Fault =
            Fault::Untrusted("the ID token is signed by a key that the issuer does not publish");
        let kid = id_token::kid(token)?;
        // A key that is newer than what is remembered.
        let known = match known.key(kid.as_deref()) {
            Some(_) => known,
            None => self.published_since(known, &party.issuer, now).await?,
        };
        let claims = id_token::signed(token, known.key(kid.as_deref()).ok_or(UNKNOWN)?)?;
        claims.check(party, secrets.nonce(), now)?;
        Ok(claims)
    }

    /// What the issuer says about somebody when it is asked (OpenID Connect Core 1.0, 5.3).
    async fn asked_about(&self, endpoint: &str, token: &str, subject: &str) -> Result<Person, Fault> {
        let endpoint = self.outgoing().allowed(endpoint)?;
        let said: UserInfo = self.outgoing().get(endpoint, Some(token)).await?.success()?;
        if said.sub == subject {
            Ok(said.person)
        } else {
            Err(Fault::Untrusted("it tells about somebody else"))
        }
    }
}

/// Refuses an answer of another issuer's (RFC 9207), and one that does not say where the issuer always does.
fn is_from(party: &Party, known: &Known, answer: &Answer) -> Result<(), Fault> {
    match &answer.issuer {
        Some(issuer) if issuer != party.issuer.as_str() => {
            Err(Fault::Untrusted("the answer is from another issuer"))
        }
        None if known.document.authorization_response_iss_parameter_supported => {
            Err(Fault::Untrusted("the answer does not say which issuer it is from"))
        }
        _ => Ok(()),
    }
}

/// Whether the issuer may know that an e-mail is somebody's. Google says of every address that it is verified, and knows it of its own and
/// those of its organisations.
fn may_know(kind: ProviderKind, person: &Person) -> bool {
    let is_gmail = || {
        let email = person.email.as_deref().unwrap_or_default();
        email.rsplit_once('@').is_some_and(|(_, host)| host.eq_ignore_ascii_case("gmail.com"))
    };
    kind != ProviderKind::Google || person.hd.is_some() || is_gmail()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oa_03_google_vouches_for_its_own_addresses() {
        let person = |email: &str, hd: Option<&str>| Person {
            email: Some(email.to_owned()),
            hd: hd.map(str::to_owned),
            ..Person::default()
        };
        let known = |person| may_know(ProviderKind::Google, &person);
        assert!(
            known(person("ada@GMail.com", None)) && known(person("ada@shop.example", Some("shop.example")))
        );
        assert!(!known(person("ada@example.com", None)) && !known(person("gmail.com@example.com", None)));
        assert!(may_know(ProviderKind::Oidc, &person("ada@example.com", None)));
    }
}
