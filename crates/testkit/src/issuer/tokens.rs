//! ID tokens, true ones and others.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{CLIENT, Grant, Lie};

static KEY: LazyLock<EncodingKey> =
    LazyLock::new(|| EncodingKey::from_rsa_pem(include_bytes!("key.pem")).unwrap());
/// A key that is not the issuer's.
static OTHER: LazyLock<EncodingKey> =
    LazyLock::new(|| EncodingKey::from_rsa_pem(include_bytes!("stolen.pem")).unwrap());

const KID: &str = "one";

/// The public key.
pub(super) fn public_key() -> Value {
    let mut key = serde_json::to_value(Jwk::from_encoding_key(&KEY, Algorithm::RS256).unwrap()).unwrap();
    key["kid"] = json!(KID);
    key["use"] = json!("sig");
    key["alg"] = json!("RS256");
    key
}

/// An ID token for that grant, with that lie.
pub(super) fn id_token(
    issuer: &str,
    grant: &Grant,
    says_email: bool,
    lie: Lie,
    now: OffsetDateTime,
) -> String {
    let mut claims = json!({
        "iss": issuer,
        "sub": grant.person.subject,
        "aud": CLIENT,
        "exp": (now + Duration::minutes(5)).unix_timestamp(),
        "iat": now.unix_timestamp(),
        "nonce": grant.nonce,
        "given_name": "Ada",
        "family_name": "Lovelace",
    });
    if says_email {
        claims["email"] = json!(grant.person.email);
        claims["email_verified"] = grant.person.verified.clone();
    }
    match lie {
        Lie::OtherAudience => claims["aud"] = json!("another-shop"),
        Lie::SecondAudience => claims["aud"] = json!([CLIENT, "another-shop"]),
        Lie::OtherParty => claims["azp"] = json!("another-shop"),
        Lie::OtherIssuer => claims["iss"] = json!("https://evil.example"),
        Lie::OtherNonce => claims["nonce"] = json!("another"),
        Lie::NoNonce => drop(claims.as_object_mut().unwrap().remove("nonce")),
        Lie::Expired => claims["exp"] = json!((now - Duration::minutes(2)).unix_timestamp()),
        Lie::FromTheFuture => claims["iat"] = json!((now + Duration::minutes(10)).unix_timestamp()),
        Lie::NoSubject => claims["sub"] = json!(""),
        _ => {}
    }
    let named = |alg, kid: Option<&str>| Header { kid: kid.map(str::to_owned), ..Header::new(alg) };
    match lie {
        Lie::BadSignature => {
            jsonwebtoken::encode(&named(Algorithm::RS256, Some(KID)), &claims, &OTHER).unwrap()
        }
        Lie::UnknownKey => {
            jsonwebtoken::encode(&named(Algorithm::RS256, Some("two")), &claims, &OTHER).unwrap()
        }
        Lie::NoKeyId => jsonwebtoken::encode(&named(Algorithm::RS256, None), &claims, &KEY).unwrap(),
        Lie::PublicKeyAsSecret => {
            let public = public_key()["n"].as_str().unwrap().to_owned();
            let secret = EncodingKey::from_secret(&URL_SAFE_NO_PAD.decode(public).unwrap());
            jsonwebtoken::encode(&named(Algorithm::HS256, Some(KID)), &claims, &secret).unwrap()
        }
        Lie::NoAlgorithm => {
            let header = json!({"alg": "none", "kid": KID, "typ": "JWT"});
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(&header), part(&claims))
        }
        _ => jsonwebtoken::encode(&named(Algorithm::RS256, Some(KID)), &claims, &KEY).unwrap(),
    }
}
