//! What a token is, and what is none.

use std::collections::HashSet;

use super::*;
use crate::keys::MasterKey;
use crate::testing::Seeded;

fn token() -> PlainToken<CustomerSession> {
    PlainToken::generate(&Seeded::default())
}

#[test]
fn se_01_tokens_have_256_bits_and_do_not_collide() {
    let random = Seeded::default();
    let tokens = (0..20_000).map(|_| PlainToken::<CustomerSession>::generate(&random));
    let random_parts: HashSet<String> = tokens.map(|token| token.reveal()[13..56].to_owned()).collect();
    assert_eq!(random_parts.len(), 20_000);
    assert!(62_f64.powi(43) >= 2_f64.powi(256));
}

#[test]
fn se_01_every_character_is_as_likely_as_any_other() {
    let random = Seeded::default();
    let mut counts = [0_u32; 128];
    for _ in 0..5_000 {
        for byte in PlainToken::<CustomerSession>::generate(&random).reveal()[13..56].bytes() {
            counts[usize::from(byte)] += 1;
        }
    }
    let drawn: Vec<u32> = counts.into_iter().filter(|count| *count > 0).collect();
    let expected = 5_000 * 43 / 62;
    assert_eq!(drawn.len(), 62);
    assert!(drawn.iter().all(|count| count.abs_diff(expected) < expected / 10), "{drawn:?}");
}

#[test]
fn se_01_only_a_keyed_hash_leaves() {
    let random = Seeded::default();
    let keys = Keys::derive(&MasterKey::generate(&random));
    let others = Keys::derive(&MasterKey::generate(&random));
    let token = token();
    assert!(token.hash(&keys).bytes() == token.hash(&keys).bytes());
    assert!(token.hash(&keys).bytes() != token.hash(&others).bytes());
    assert_eq!(format!("{token:?}"), "PlainToken(anteroom_cst_hidden)");
}

#[test]
fn ac_06_token_shape_has_prefix_and_checksum() {
    let token = token();
    let body = token.reveal().strip_prefix("anteroom_cst_").unwrap();
    assert_eq!(body.len(), 49);
    assert!(body.chars().all(|c| c.is_ascii_alphanumeric()));
    assert!(PlainToken::parse(token.reveal()).unwrap() == token);
}

// Tokens in use must stay readable by every later version; this one was made by another program.
#[test]
fn ac_06_token_shape_never_changes() {
    assert_eq!(token().reveal(), "anteroom_cst_pNoxb5ByzGpDDAeFDxU40TFhsoHckz0ZbsQ31gNstk73U7RMp");
}

#[test]
fn ac_06_every_changed_character_is_refused() {
    let token = token();
    for (place, _) in token.reveal().char_indices() {
        for replacement in (' '..='~').chain(['é', '\0']) {
            let mut text = token.reveal().to_owned();
            text.replace_range(place..=place, replacement.encode_utf8(&mut [0; 4]));
            assert_eq!(
                PlainToken::<CustomerSession>::parse(&text).is_some(),
                text == token.reveal(),
                "{text}"
            );
        }
    }
}

#[test]
fn ac_06_no_other_text_is_a_token() {
    let good = token().reveal().to_owned();
    let texts = [
        String::new(),
        "anteroom_cst_".to_owned(),
        good[1..].to_owned(),
        good[..good.len() - 1].to_owned(),
        format!("{good}0"),
        format!(" {good}"),
        format!("{good}\n"),
        format!("anteroom_cst_{}", "é".repeat(24) + "0"),
        format!("anteroom_cst_{}", "🗝".repeat(12) + "0"),
        "0".repeat(1 << 20),
    ];
    for text in texts {
        assert!(PlainToken::<CustomerSession>::parse(&text).is_none(), "{text:.80}");
    }
}

#[test]
fn jw_02_a_token_of_one_kind_is_no_token_of_another() {
    fn opens<K: TokenKind>(text: &str) -> bool {
        PlainToken::<K>::parse(text).is_some()
    }
    let token = token();
    let body = token.reveal().strip_prefix(CustomerSession::PREFIX).unwrap();
    let renamed = format!("{}{body}", WorkspaceAccess::PREFIX);
    assert!(!opens::<WorkspaceAccess>(&renamed));
    for text in [token.reveal(), &renamed] {
        assert!(!opens::<MemberSession>(text) && !opens::<PortalEntry>(text));
        assert!(!opens::<PortalCookie>(text) && !opens::<SessionCookie>(text));
        assert!(!opens::<WorkspaceAccess>(text) && !is_publishable_key(text));
    }
}

#[test]
fn publishable_keys_are_checked_too() {
    let key = publishable_key(&Seeded::default());
    assert!(key.starts_with("pk_") && key.len() == 52);
    assert!(is_publishable_key(&key));
    assert!(!is_publishable_key(&key.to_lowercase()) && !is_publishable_key("pk_test"));
}

#[test]
fn a_code_makes_one_token_of_each_kind_and_only_with_the_key() {
    let random = Seeded::default();
    let keys = Keys::derive(&MasterKey::generate(&random));
    let others = Keys::derive(&MasterKey::generate(&random));
    let [code, other] = [(); 2].map(|()| PlainToken::<PortalEntry>::generate(&random));
    let token = code.session_token::<CustomerSession>(&keys);
    assert!(PlainToken::parse(token.reveal()).unwrap() == token);
    assert!(code.session_token(&keys) == token);
    assert!(code.session_token(&others) != token && other.session_token(&keys) != token);
    let member = code.session_token::<MemberSession>(&keys);
    assert!(PlainToken::<MemberSession>::parse(member.reveal()).is_some());
    assert!(!token.reveal().contains(&code.reveal()[13..20]));
}
