//! What a password may be.

use anteroom_auth::password::PasswordFault;
use anteroom_domain::session::Provider;
use anteroom_domain::text::Email;
use anteroom_store::StoreExt;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;

use super::{PASSWORD, customer, invalid, registration, token, typed_with, wrong_email_or_password};

const REGISTER: &str = "/auth/customer/emailpass/register";
const SIGN_IN: &str = "/auth/customer/emailpass";

both_databases![
    pw_01_short_passwords_are_refused_with_the_rule,
    pw_02_length_counts_code_points_and_all_of_unicode_is_welcome,
    pw_03_long_passwords_differ_in_their_last_character,
    pw_04_composed_and_decomposed_forms_are_one_password_but_case_is_not,
    pw_05_there_is_no_rule_of_composition,
    pw_06_common_passwords_are_refused,
    pw_08_the_email_is_no_password,
    pw_09_the_stored_verifier_is_argon2id_with_a_salt_of_its_own,
];

async fn refused(app: &TestApp, email: &str, password: &str, message: &str) {
    let answer = app.shop("POST", REGISTER).json(&typed_with(email, password)).send().await;
    answer.assert(400, &invalid(message));
    // Nothing of it was kept.
    let answer = app.shop("POST", SIGN_IN).json(&typed_with(email, password)).send().await;
    answer.assert(401, &wrong_email_or_password());
}

async fn accepted(app: &TestApp, email: &str, password: &str) {
    token(&app.shop("POST", REGISTER).json(&typed_with(email, password)).send().await);
    token(&app.shop("POST", SIGN_IN).json(&typed_with(email, password)).send().await);
}

async fn pw_01_short_passwords_are_refused_with_the_rule(app: TestApp) {
    for short in ["", "a", "seven 7", "äääääää", "🦀🦀🦀🦀🦀🦀🦀"] {
        refused(&app, "ada@example.com", short, "Password must be at least 8 characters long").await;
    }
}

async fn pw_02_length_counts_code_points_and_all_of_unicode_is_welcome(app: TestApp) {
    let phrase =
        |length: usize| "пароль 密码 🦀 ".chars().cycle().take(length - 1).chain(['!']).collect::<String>();
    for (n, length) in [8, 64, 128, 256, 1024].into_iter().enumerate() {
        accepted(&app, &format!("ada{n}@example.com"), &phrase(length)).await;
    }
    let message = "Password must be at most 1024 characters long";
    refused(&app, "grace@example.com", &phrase(1025), message).await;
    accepted(&app, "spaces@example.com", "  leading and trailing  ").await;
    let trimmed = typed_with("spaces@example.com", "leading and trailing");
    app.shop("POST", SIGN_IN).json(&trimmed).send().await.assert(401, &wrong_email_or_password());
}

async fn pw_03_long_passwords_differ_in_their_last_character(app: TestApp) {
    for (email, same) in
        [("long@example.com", "x".repeat(100)), ("nul@example.com", "before\0after".to_owned())]
    {
        accepted(&app, email, &format!("{same}a")).await;
        for wrong in [format!("{same}b"), same.clone(), "before".to_owned()] {
            let answer = app.shop("POST", SIGN_IN).json(&typed_with(email, &wrong)).send().await;
            answer.assert(401, &wrong_email_or_password());
        }
    }
}

async fn pw_04_composed_and_decomposed_forms_are_one_password_but_case_is_not(app: TestApp) {
    let (composed, decomposed) = ("Zürich am \u{e9}tang", "Zu\u{308}rich am e\u{301}tang");
    accepted(&app, "ada@example.com", composed).await;
    token(&app.shop("POST", SIGN_IN).json(&typed_with("ada@example.com", decomposed)).send().await);
    let folded = typed_with("ada@example.com", &composed.to_lowercase());
    app.shop("POST", SIGN_IN).json(&folded).send().await.assert(401, &wrong_email_or_password());
}

async fn pw_05_there_is_no_rule_of_composition(app: TestApp) {
    accepted(&app, "ada@example.com", "qhvxkzwmtrplbnsgdfcj").await;
}

async fn pw_06_common_passwords_are_refused(app: TestApp) {
    let message = PasswordFault::Common.to_string();
    for common in
        ["password", "PassWord", "12345678", "iloveyou", "qwertyuiop", "trustno1", "ｐａｓｓｗｏｒｄ"]
    {
        refused(&app, "ada@example.com", common, &message).await;
    }
    assert_eq!(message, "Password is too common");
}

async fn pw_08_the_email_is_no_password(app: TestApp) {
    let message = "Password must differ from the e-mail address";
    for same in ["ada.lovelace@example.com", "ADA.Lovelace@Example.com", "ada.lovelace", "Ada.Lovelace"] {
        refused(&app, "ada.lovelace@example.com", same, message).await;
    }
}

async fn pw_09_the_stored_verifier_is_argon2id_with_a_salt_of_its_own(app: TestApp) {
    customer(&app, "ada@example.com").await;
    registration(&app, "grace@example.com").await;
    let stored = |email: &str| {
        let (email, workspace) = (Email::parse(email).unwrap(), app.workspace.id);
        let found = app.store().read(|unit| unit.identity_by_email(workspace, Provider::EmailPass, &email));
        found.unwrap().unwrap().1.password_hash
    };
    let (ada, grace) = (stored("ada@example.com"), stored("grace@example.com"));
    assert_ne!(ada, grace, "one password twice");
    for hash in [ada, grace] {
        let parts: Vec<_> = hash.split('$').collect();
        assert_eq!(parts[1..4], ["argon2id", "v=19", "m=19456,t=2,p=1"]);
        assert!(parts[4].len() >= 22, "a salt of 16 bytes: {}", parts[4]);
        assert!(!hash.contains(PASSWORD));
    }
}
