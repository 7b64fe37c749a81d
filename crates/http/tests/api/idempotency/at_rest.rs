//! What is kept tells nothing to whoever reads the database.

use anteroom_auth::keys::{AnswerKeys, Keys, MasterKey, Unsealable, Unsealed};
use anteroom_domain::idempotency::IdempotencyKey;
use anteroom_store::StoreExt;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use anteroom_testkit::random::SeededRandom;

use super::{KEY, cases};

both_databases![ap_04_the_kept_answer_opens_with_the_clients_key_alone];

/// The keys of the answer to the access token's request, with the master key that every served test has.
async fn keys(app: &TestApp, master: u64, key: &str) -> AnswerKeys {
    let keys = Keys::derive(&MasterKey::generate(&SeededRandom::new(master)));
    let merchant = app.app.authenticate_access_token(&app.token).await.unwrap();
    let mut subject = [1; 17];
    subject[1..].copy_from_slice(merchant.token.uuid().as_bytes());
    keys.answer(&subject, &IdempotencyKey::parse(key.as_bytes()).unwrap())
}

async fn ap_04_the_kept_answer_opens_with_the_clients_key_alone(app: TestApp) {
    let cases = cases(&app).await;
    let [case, ..] = cases.as_slice() else { unreachable!() };
    let answer = case.send(&app, KEY).await.expect(201);
    let right = keys(&app, 0, KEY).await;
    let (workspace, now) = (app.workspace.id, anteroom_testkit::clock::ManualClock::START);
    let sealed = app.store().read(|unit| unit.idempotent_answer(workspace, &right.hash(), now));
    let (sealed, _) = sealed.unwrap().unwrap();

    let has = |text: &str| sealed.windows(text.len()).any(|window| window == text.as_bytes());
    for secret in ["anteroom_", "team@example.com", "customer_portal_url", "POST", KEY] {
        assert!(!has(secret), "{secret}");
    }
    assert_eq!(right.unseal(b"another request", &sealed), Ok(Unsealed::OfAnotherRequest));
    let request = format!(r#"["POST","/api/customer-sessions",[],{}]"#, case.body);
    let Ok(Unsealed::Answer(bytes)) = right.unseal(request.as_bytes(), &sealed) else { unreachable!() };
    assert!(String::from_utf8(bytes).unwrap().contains(answer["token"].as_str().unwrap()));
    for wrong in [keys(&app, 0, "another-key").await, keys(&app, 1, KEY).await] {
        assert_eq!(wrong.unseal(request.as_bytes(), &sealed), Err(Unsealable));
    }
}
