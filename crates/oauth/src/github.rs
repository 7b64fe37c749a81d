//! GitHub: OAuth 2 with PKCE, and its own API in place of an ID token.

use serde::Deserialize;
use url::Url;

use crate::{Answer, Fault, OAuth, Party, Secrets, Vouched};

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
}

#[derive(Deserialize)]
struct User {
    id: u64,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

/// The page that a browser is sent to.
pub(crate) fn location(
    party: &Party,
    callback_url: &str,
    state: &str,
    secrets: &Secrets,
) -> Result<String, Fault> {
    let mut location = Url::parse(&format!("{}/login/oauth/authorize", base(party)))
        .or(Err(Fault::Untrusted("its address is none")))?;
    location
        .query_pairs_mut()
        .append_pair("client_id", &party.client_id)
        .append_pair("redirect_uri", callback_url)
        .append_pair("scope", "read:user user:email")
        .append_pair("state", state)
        .append_pair("code_challenge", &secrets.challenge())
        .append_pair("code_challenge_method", "S256");
    Ok(location.into())
}

fn base(party: &Party) -> &str {
    party.issuer.as_str().trim_end_matches('/')
}

/// Where the API is: that of a GitHub Enterprise Server is below it.
fn api(party: &Party) -> String {
    match base(party) {
        "https://github.com" => "https://api.github.com".to_owned(),
        other => format!("{other}/api/v3"),
    }
}

impl OAuth {
    pub(crate) async fn github_user(
        &self,
        party: &Party,
        callback_url: &str,
        secrets: &Secrets,
        answer: &Answer,
    ) -> Result<Vouched, Fault> {
        if answer.issuer.as_deref().is_some_and(|issuer| issuer != party.issuer.as_str()) {
            return Err(Fault::Untrusted("the answer is from another issuer"));
        }
        let outgoing = self.outgoing();
        let endpoint = outgoing.allowed(&format!("{}/login/oauth/access_token", base(party)))?;
        let secret = party.client_secret.as_ref().map_or("", |secret| secret.as_str());
        let form = [
            ("client_id", party.client_id.as_str()),
            ("client_secret", secret),
            ("code", answer.code.as_str()),
            ("redirect_uri", callback_url),
            ("code_verifier", secrets.verifier()),
        ];
        let Tokens { access_token } = outgoing.post(endpoint, &form, None).await?.token_response()?;
        let ask = async |path: &str| {
            let place = outgoing.allowed(&format!("{}{path}", api(party)))?;
            outgoing.get(place, Some(&access_token)).await
        };
        let user: User = ask("/user").await?.success()?;
        let addresses: Vec<Address> = ask("/user/emails").await?.success()?;
        let primary = addresses.into_iter().find(|address| address.primary);
        let is_email_verified = primary.as_ref().is_some_and(|address| address.verified);
        Ok(Vouched {
            subject: user.id.to_string(),
            email: primary.map(|address| address.email),
            is_email_verified,
            given_name: None,
            family_name: None,
        })
    }
}
