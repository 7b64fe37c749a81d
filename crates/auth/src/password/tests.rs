//! The password requirements, by their names.

use super::*;
use crate::testing::Seeded;

const EMAIL: &str = "Ada.Lovelace@Example.com";

fn parse(text: &str) -> Result<NewPassword, PasswordFault> {
    NewPassword::parse(text, &PasswordPolicy::default(), EMAIL)
}

fn hash(text: &str) -> PasswordHash {
    parse(text).unwrap().hash(&Seeded::default(), &mut HashMemory::new()).unwrap()
}

fn verdict(attempt: &str, hash: &PasswordHash) -> Verdict {
    AttemptedPassword::parse(attempt).unwrap().verify(hash, &mut HashMemory::new()).unwrap()
}

#[test]
fn pw_01_a_short_password_is_refused_and_the_rule_named() {
    let fault = parse("9 ~kQz4").unwrap_err();
    assert_eq!(fault.to_string(), "Password must be at least 8 characters long");
    let fault = NewPassword::parse("fourteen chars", &PasswordPolicy { minimum: 15 }, EMAIL).unwrap_err();
    assert_eq!(fault, PasswordFault::TooShort { minimum: 15 });
}

#[test]
fn pw_02_length_counts_code_points_and_long_passphrases_pass() {
    assert_eq!(parse("påss🔑字é").unwrap_err(), PasswordFault::TooShort { minimum: 8 });
    assert!(parse("påss🔑字éx").is_ok());
    for length in [64, 128, 256, 1024] {
        let text: String = "correct 馬 battery 🔋 ".chars().cycle().take(length).collect();
        assert_eq!(verdict(&text, &hash(&text)), Verdict::Right);
    }
    assert_eq!(parse(&"🔋".repeat(1025)).unwrap_err(), PasswordFault::TooLong { maximum: 1024 });
    assert!(AttemptedPassword::parse(&"🔋".repeat(1025)).is_none());
}

#[test]
fn pw_03_nothing_is_cut_off() {
    let start = "x".repeat(72);
    let stored = hash(&format!("{start}1"));
    assert_eq!(verdict(&format!("{start}1"), &stored), Verdict::Right);
    assert_eq!(verdict(&format!("{start}2"), &stored), Verdict::Wrong);
    assert_eq!(verdict("tea\0with milk", &hash("tea\0with lemon")), Verdict::Wrong);
    assert_eq!(verdict(" tea with milk", &hash("tea with milk")), Verdict::Wrong);
}

#[test]
fn pw_04_composed_and_decomposed_forms_match_but_case_does_not() {
    let stored = hash("cr\u{e8}me br\u{fb}l\u{e9}e");
    assert_eq!(verdict("cre\u{300}me bru\u{302}le\u{301}e", &stored), Verdict::Right);
    assert_eq!(verdict("Cr\u{e8}me br\u{fb}l\u{e9}e", &stored), Verdict::Wrong);
}

#[test]
fn pw_05_no_composition_is_asked_for() {
    assert!(parse("zqhvkplwmtrbnygdfsjc").is_ok());
    assert!(parse("48151623421081").is_ok());
}

#[test]
fn pw_06_a_common_password_is_refused_in_full_width_too() {
    assert_eq!(parse("Password1").unwrap_err(), PasswordFault::Common);
    assert_eq!(parse("ｐａｓｓｗｏｒｄ").unwrap_err(), PasswordFault::Common);
}

#[test]
fn pw_08_the_email_is_no_password() {
    for text in ["ada.lovelace@example.com", "ADA.LOVELACE@EXAMPLE.COM", "Ada.Lovelace"] {
        assert_eq!(parse(text).unwrap_err(), PasswordFault::SameAsEmail, "{text}");
    }
    assert!(parse("Ada.Lovelace likes engines").is_ok());
}

#[test]
fn pw_09_hashes_are_argon2id_with_a_salt_of_their_own() {
    let (random, mut memory) = (Seeded::default(), HashMemory::new());
    let password = parse("correct horse battery").unwrap();
    let one = password.hash(&random, &mut memory).unwrap();
    let two = password.hash(&random, &mut memory).unwrap();
    assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_ne!(one.as_str(), two.as_str());

    let parts: Vec<&str> = one.as_str().split('$').collect();
    assert_eq!((parts[4].len(), parts[5].len()), (22, 43));
    let attempt = AttemptedPassword::parse("correct horse battery").unwrap();
    for stored in [one, two] {
        let reread = PasswordHash::parse(stored.as_str()).unwrap();
        assert_eq!(attempt.verify(&reread, &mut memory), Ok(Verdict::Right));
        assert_eq!(format!("{stored:?} {attempt:?}"), "PasswordHash(hidden) AttemptedPassword(hidden)");
    }
}

// The first two are from the test program of the reference implementation, phc-winner-argon2.
#[test]
fn pw_10_a_weaker_hash_is_right_once_and_then_replaced() {
    let mut memory = HashMemory::new();
    let attempt = AttemptedPassword::parse("password").unwrap();
    for weaker in [
        "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ] {
        let hash = PasswordHash::parse(weaker).unwrap();
        assert_eq!(attempt.verify(&hash, &mut memory), Ok(Verdict::RightNeedsRehash), "{weaker}");
        let wrong = AttemptedPassword::parse("Password").unwrap();
        assert_eq!(wrong.verify(&hash, &mut memory), Ok(Verdict::Wrong), "{weaker}");
    }
    let fresh = attempt.rehash(&Seeded::default(), &mut memory).unwrap();
    assert_eq!(attempt.verify(&fresh, &mut memory), Ok(Verdict::Right));
}

#[test]
fn pw_11_a_hash_of_absurd_cost_is_refused_unexecuted() {
    use InvalidPasswordHash::{Malformed, TooCostly, UnknownAlgorithm};
    let good = hash("correct horse battery").as_str().to_owned();
    for (cost, fault) in [
        ("m=4194304,t=2,p=1", TooCostly),
        ("m=262145,t=2,p=1", TooCostly),
        ("m=19456,t=11,p=1", TooCostly),
        ("m=19456,t=2,p=5", TooCostly),
        ("m=4294967295,t=4294967295,p=16777215", TooCostly),
        ("m=4294967296,t=2,p=1", Malformed),
        ("m=1,t=2,p=1", Malformed),
        ("m=19456,t=0,p=1", Malformed),
        ("m=19456,t=2,p=1,x=1", Malformed),
    ] {
        let text = good.replace("m=19456,t=2,p=1", cost);
        assert_eq!(PasswordHash::parse(&text).unwrap_err(), fault, "{cost}");
    }
    let salted = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ";
    let short_salt = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ";
    for text in ["", "$", "argon2id", salted, short_salt, "é$é$é"] {
        assert!(PasswordHash::parse(text).is_err(), "{text}");
    }
    let scrypt = good.replace("argon2id", "scrypt");
    assert_eq!(PasswordHash::parse(&scrypt).unwrap_err(), UnknownAlgorithm);
}

#[test]
fn a_costly_imported_hash_does_not_keep_its_memory() {
    let mut memory = HashMemory::new();
    let text = hash("correct horse battery").as_str().replace("m=19456", "m=65536");
    let attempt = AttemptedPassword::parse("correct horse battery").unwrap();
    let verdict = attempt.verify(&PasswordHash::parse(&text).unwrap(), &mut memory);
    assert_eq!(verdict, Ok(Verdict::Wrong));
    assert_eq!(memory.capacity(), HashMemory::new().capacity());
    attempt.verify_nothing(&mut memory);
}
