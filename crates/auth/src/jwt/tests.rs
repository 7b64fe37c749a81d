//! Which tokens open, and which do not.

use anteroom_domain::Id;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey, jwk};
use time::macros::datetime;
use uuid::Uuid;

use super::*;
use crate::testing::Seeded;

const ISSUER: &str = "https://shop.example";
const NOW: OffsetDateTime = datetime!(2026-07-01 12:00 UTC);

fn id(random: &Seeded) -> Uuid {
    Id::<()>::random(random).uuid()
}

fn set() -> KeySet {
    KeySet::new(SigningKey::generate(&Seeded::default()), [])
}

fn claims() -> Claims {
    let random = Seeded::default();
    Claims {
        actor: Some(id(&random)),
        auth_identity: id(&random),
        provider: "emailpass".to_owned(),
        issuer: ISSUER.to_owned(),
        workspace: id(&random),
        session: id(&random),
        jti: id(&random),
        issued_at: NOW,
        expires_at: NOW + Duration::hours(24),
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn payload(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token truly signed by the set's key, whatever it says.
fn signed(set: &KeySet, header: &Value, payload: &Value) -> String {
    let message = format!("{}.{}", part(header), part(payload));
    let key = set.first.key.encoding();
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, Algorithm::EdDSA).unwrap();
    format!("{message}.{signature}")
}

fn refusal(set: &KeySet, token: &str) -> Option<Refusal> {
    set.verify(token, ISSUER, NOW).err()
}

#[test]
fn what_is_issued_is_read_back() {
    let set = set();
    let token = set.issue(&claims()).unwrap();
    assert_eq!(set.verify(&token, ISSUER, NOW), Ok(claims()));

    let registration = Claims { actor: None, ..claims() };
    let token = set.issue(&registration).unwrap();
    assert_eq!(set.verify(&token, ISSUER, NOW), Ok(registration));
    assert_eq!(payload(&token)["actor_id"], "");
    assert_eq!(payload(&token)["app_metadata"], json!({}));
}

#[test]
fn jw_01_only_eddsa_is_accepted() {
    let set = set();
    let body = payload(&set.issue(&claims()).unwrap());
    let kid = set.first.key.kid();
    for alg in ["none", "None", "NONE", "", "HS256", "RS256", "ES256"] {
        let header = json!({"alg": alg, "typ": "JWT", "kid": kid});
        let token = signed(&set, &header, &body);
        let bare = token.rsplit_once('.').unwrap().0;
        assert_eq!(refusal(&set, &token), Some(Refusal::Malformed), "{alg}");
        assert_eq!(refusal(&set, &format!("{bare}.")), Some(Refusal::Malformed), "{alg}");
        assert_eq!(refusal(&set, bare), Some(Refusal::Malformed), "{alg}");
    }
}

#[test]
fn jw_01_the_public_key_is_no_hmac_secret() {
    let set = set();
    let public = set.jwks()["keys"][0]["x"].as_str().unwrap().to_owned();
    let mut header = header(&set.first.key);
    header.alg = Algorithm::HS256;
    for secret in [URL_SAFE_NO_PAD.decode(&public).unwrap(), public.into_bytes()] {
        let key = EncodingKey::from_secret(&secret);
        let token = jsonwebtoken::encode(&header, &Wire::from(&claims()), &key).unwrap();
        assert_eq!(refusal(&set, &token), Some(Refusal::Malformed));
    }
}

#[test]
fn jw_01_the_kid_only_ever_names_one_of_our_keys() {
    let set = set();
    let body = payload(&set.issue(&claims()).unwrap());
    let other = SigningKey::from_seed(&[7; 32]);
    for kid in [other.kid(), "", "../../dev/null", "' OR 1=1 --", "\0", "https://evil.example/jwks.json"] {
        let token = signed(&set, &json!({"alg": "EdDSA", "typ": "JWT", "kid": kid}), &body);
        assert_eq!(refusal(&set, &token), Some(Refusal::UnknownKey), "{kid}");
    }
    let token = signed(&set, &json!({"alg": "EdDSA", "typ": "JWT"}), &body);
    assert_eq!(refusal(&set, &token), Some(Refusal::Malformed));
}

#[test]
fn jw_01_a_token_cannot_bring_its_own_key() {
    let (set, attacker) = (set(), KeySet::new(SigningKey::from_seed(&[7; 32]), []));
    let body = payload(&set.issue(&claims()).unwrap());
    for (member, value) in [
        ("jwk", attacker.first.key.public_jwk()),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("cty", json!("JWT")),
        ("zip", json!("DEF")),
    ] {
        let mut header = json!({"alg": "EdDSA", "typ": "JWT", "kid": set.first.key.kid()});
        header[member] = value;
        for signer in [&set, &attacker] {
            assert_eq!(refusal(&set, &signed(signer, &header, &body)), Some(Refusal::Malformed), "{member}");
        }
    }
    let forged = signed(&attacker, &serde_json::to_value(header(&set.first.key)).unwrap(), &body);
    assert_eq!(refusal(&set, &forged), Some(Refusal::BadSignature));
}

#[test]
fn jw_01_any_altered_character_is_refused() {
    let set = set();
    let token = set.issue(&claims()).unwrap();
    for (place, original) in token.char_indices() {
        let mut altered = token.clone();
        altered.replace_range(place..=place, if original == 'A' { "B" } else { "A" });
        assert!(refusal(&set, &altered).is_some(), "{altered}");
    }
    let (head, signature) = token.rsplit_once('.').unwrap();
    let mut body = payload(&token);
    body["actor_id"] = json!("3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60");
    let forged = format!("{}.{}.{signature}", head.split_once('.').unwrap().0, part(&body));
    assert_eq!(refusal(&set, &forged), Some(Refusal::BadSignature));
    for text in ["", ".", "..", "...", "é.é.é", &"A".repeat(5000), &format!("{token}.{token}")] {
        assert_eq!(refusal(&set, text), Some(Refusal::Malformed));
    }
}

#[test]
fn jw_02_a_token_lives_from_its_issue_until_just_before_it_expires() {
    let set = set();
    let token = set.issue(&claims()).unwrap();
    let at = |now| set.verify(&token, ISSUER, now).err();
    let expires_at = claims().expires_at;
    assert_eq!(at(expires_at - Duration::milliseconds(1)), None);
    assert_eq!(at(expires_at), Some(Refusal::Expired));
    assert_eq!(at(NOW - CLOCK_SKEW), None);
    assert_eq!(at(NOW - CLOCK_SKEW - Duration::SECOND), Some(Refusal::Malformed));
}

#[test]
fn jw_02_another_issuer_is_refused() {
    let set = set();
    let token = set.issue(&claims()).unwrap();
    for issuer in ["", "https://shop.example/", "https://other.example"] {
        assert_eq!(set.verify(&token, issuer, NOW), Err(Refusal::WrongIssuer));
    }
}

#[test]
fn jw_02_members_missing_contradicting_or_of_another_shape_are_refused() {
    let set = set();
    let head = serde_json::to_value(header(&set.first.key)).unwrap();
    let body = payload(&set.issue(&claims()).unwrap());
    assert_eq!(refusal(&set, &signed(&set, &head, &body)), None);

    for member in body.as_object().unwrap().keys() {
        let mut without = body.clone();
        without.as_object_mut().unwrap().remove(member);
        assert_eq!(refusal(&set, &signed(&set, &head, &without)), Some(Refusal::Malformed), "{member}");
    }
    let other = "3f2c9a4e-8d1b-4c6f-9a7e-1b2c3d4e5f60";
    for (member, value) in [
        ("actor_id", json!(other)),
        ("actor_id", json!("")),
        ("actor_type", json!("user")),
        ("app_metadata", json!({})),
        ("app_metadata", json!({"customer_id": other})),
        ("auth_identity_id", json!(other)),
        ("sub", json!(other)),
        ("aud", json!([body["aud"]])),
        ("aud", json!("")),
        ("aud", json!("00000000-0000-0000-0000-000000000000")),
        ("sid", json!("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")),
        ("exp", json!("tomorrow")),
        ("exp", json!(i64::MAX)),
        ("iat", json!(1.5)),
        ("purpose", json!("reset")),
    ] {
        let mut changed = body.clone();
        changed[member] = value;
        assert_eq!(refusal(&set, &signed(&set, &head, &changed)), Some(Refusal::Malformed), "{changed}");
    }
}

#[test]
fn jw_03_a_retired_key_still_verifies_while_the_new_one_signs() {
    let (old, new) = ([1; 32], [2; 32]);
    let before = KeySet::new(SigningKey::from_seed(&old), []);
    let during =
        KeySet::new(SigningKey::from_seed(&new), [old, new].map(|seed| SigningKey::from_seed(&seed)));
    let after = KeySet::new(SigningKey::from_seed(&new), []);

    let old_token = before.issue(&claims()).unwrap();
    let new_token = during.issue(&claims()).unwrap();
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    assert_eq!(kid(&old_token), SigningKey::from_seed(&old).kid());
    assert_eq!(kid(&new_token), SigningKey::from_seed(&new).kid());
    assert_eq!(refusal(&during, &old_token), None);
    assert_eq!(refusal(&during, &new_token), None);
    assert_eq!(refusal(&after, &new_token), None);
    assert_eq!(refusal(&after, &old_token), Some(Refusal::UnknownKey));
    assert_eq!(during.jwks()["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn jw_03_a_key_signs_from_its_moment_on_and_is_published_before() {
    let at = claims().issued_at;
    let key = |seed: u8, signs_from| ScheduledKey { key: SigningKey::from_seed(&[seed; 32]), signs_from };
    let minutes = |minutes| Some(at + Duration::minutes(minutes));
    let set = KeySet::scheduled([key(3, minutes(60)), key(2, minutes(0)), key(1, minutes(-60))]).unwrap();
    let signs = |set: &KeySet, minutes: i64| {
        let issued_at = at + Duration::minutes(minutes);
        let token = set.issue(&Claims { issued_at, ..claims() }).unwrap();
        let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
        (1..=3).find(|seed| SigningKey::from_seed(&[*seed; 32]).kid() == kid).unwrap()
    };
    assert_eq!([-61, -60, -1, 0, 59, 60, 9999].map(|minutes| signs(&set, minutes)), [1, 1, 1, 2, 2, 3, 3]);
    assert_eq!(set.jwks()["keys"].as_array().unwrap().len(), 3);
    assert!(KeySet::scheduled([]).is_none());
}

#[test]
fn jw_03_the_published_keys_verify_elsewhere_and_hold_no_secret() {
    let set = set();
    let token = set.issue(&claims()).unwrap();
    let published: jwk::JwkSet = serde_json::from_value(set.jwks()).unwrap();
    let kid = set.first.key.kid();
    let key = published.find(kid).unwrap();
    assert_eq!(key.thumbprint(jwk::ThumbprintHash::SHA256).unwrap(), kid);
    let key = DecodingKey::from_jwk(key).unwrap();
    assert!(jsonwebtoken::decode::<Value>(&token, &key, &signature_only()).is_ok());

    let members: Vec<_> = set.jwks()["keys"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
    assert_eq!(format!("{:?}", set.first.key), format!("SigningKey({})", set.first.key.kid()));
}

// RFC 8037 appendix A.1 to A.3: a seed, its public key and the thumbprint.
#[test]
fn jw_03_the_kid_is_the_thumbprint_of_rfc_7638() {
    let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let key = SigningKey::from_seed(&seed.try_into().unwrap());
    assert_eq!(key.public_jwk()["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn jw_04_a_token_says_what_is_documented_and_nothing_else() {
    let token = set().issue(&claims()).unwrap();
    let (claims, body) = (claims(), payload(&token));
    let actor = claims.actor.unwrap().to_string();
    assert_eq!(
        body,
        json!({
            "actor_id": actor, "actor_type": "customer", "app_metadata": {"customer_id": actor},
            "auth_identity_id": claims.auth_identity.to_string(), "auth_provider": "emailpass",
            "iss": ISSUER, "aud": claims.workspace.to_string(), "sub": claims.auth_identity.to_string(),
            "sid": claims.session.to_string(), "jti": claims.jti.to_string(),
            "iat": 1_782_907_200, "exp": 1_782_993_600,
        })
    );
    let head = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!((head.alg, head.typ.as_deref()), (Algorithm::EdDSA, Some("JWT")));
}
