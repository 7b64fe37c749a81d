//! Customers that were taken in with the password they have elsewhere.

use anteroom_app::{ImportPiece, Imported, OnConflict, PlacedRecord};
use anteroom_domain::customer::{Contact, CustomerKind};
use anteroom_domain::metadata::{Metadata, StoreMetadata};
use anteroom_domain::text::Email;
use anteroom_domain::transfer::{CustomerRecord, ImportProgress};
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;

use super::{sign_in, typed, typed_with, unauthorized};

both_databases![
    pw_10_an_old_password_signs_in_and_is_hashed_anew,
    pw_10_a_wrong_one_leaves_the_hash_as_it_is,
    whoever_has_none_registers,
];

/// Of `correct horse battery`.
const HASHES: [&str; 4] = [
    "$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
    "c2NyeXB0AAoAAAAIAAAAAQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f2kbOtdVzi2/IZeE31Wq1idAk3t0o91T4RRhLwV8U0XQThHrljZMArDPHCx8CvLek",
    "pbkdf2_sha256$1000$saltsaltsalt$GacV8oEzUl3KM0Mwey9yrMcTPKpkL4jXrFpbKB8oOnI=",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$Cf9xjlisAEzRbMZsosxST/5+wkpfUV6uoqiZkYtP6iQ",
];

async fn take_in(app: &TestApp, email: &str, password_hash: Option<&str>) {
    let record = CustomerRecord {
        email: Email::parse(email).unwrap(),
        email_verified: true,
        kind: CustomerKind::Individual,
        external_id: None,
        name: None,
        billing_name: None,
        contact: Contact::default(),
        avatar_url: None,
        metadata: Metadata::default(),
        store_metadata: StoreMetadata::default(),
        is_disabled: false,
        created_at: None,
        password_hash: password_hash.map(str::to_owned),
        addresses: Vec::new(),
        members: Vec::new(),
    };
    let progress =
        ImportProgress::begin(app.workspace.id, [u8::try_from(email.len()).unwrap(); 32], app.app.now());
    let mut importer = app.app.importer(app.workspace.clone(), OnConflict::Fail, progress, false);
    let piece = ImportPiece { records: vec![PlacedRecord { line: 1, record }], unreadable: 0, is_last: true };
    assert_eq!(importer.take(piece).await.unwrap(), Imported::Done(Vec::new()));
}

fn has_hash(app: &TestApp, hash: &str) -> bool {
    app.rows().iter().any(|row| row.starts_with("provider_identities") && row.contains(hash))
}

async fn pw_10_an_old_password_signs_in_and_is_hashed_anew(app: TestApp) {
    for (hash, n) in HASHES.into_iter().zip(1..) {
        let email = format!("{}@example.com", "a".repeat(n));
        take_in(&app, &email, Some(hash)).await;
        assert!(has_hash(&app, hash));
        sign_in(&app, &email).await;
        assert!(!has_hash(&app, hash) && has_hash(&app, "$argon2id$"));
        sign_in(&app, &email).await;
    }
}

async fn pw_10_a_wrong_one_leaves_the_hash_as_it_is(app: TestApp) {
    take_in(&app, "ada@example.com", Some(HASHES[0])).await;
    let wrong = typed_with("ada@example.com", "wrong battery staple");
    let answer = app.shop("POST", "/auth/customer/emailpass").json(&wrong).send().await;
    answer.assert(401, &unauthorized("Invalid email or password"));
    assert!(has_hash(&app, HASHES[0]));
}

async fn whoever_has_none_registers(app: TestApp) {
    take_in(&app, "ada@example.com", None).await;
    let register = app.shop("POST", "/auth/customer/emailpass/register").json(&typed("ada@example.com"));
    register.send().await.expect(200);
}
