//! What each sweep removes and what it leaves, in more than one batch.

use anteroom_domain::credential::{AuthIdentity, ProviderIdentity, SealedSigningKey};
use anteroom_domain::customer::CustomerId;
use anteroom_domain::idempotency::IdempotentAnswer;
use anteroom_domain::password_reset::PasswordReset;
use anteroom_domain::session::{CustomerSession, PortalCookie, Provider, StoreSession};
use anteroom_domain::text::Email;
use anteroom_domain::{Id, Random, TokenHash};
use anteroom_jobs::{BATCH, Ended, Runner};
use anteroom_store::StoreExt;
use anteroom_testkit::app::TestApp;
use anteroom_testkit::both_databases;
use anteroom_testkit::random::SeededRandom;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::support::{numbers, record, runner};

both_databases![
    customer_sessions_go_a_day_after_they_expired,
    shop_sessions_go_a_week_after_their_end,
    answers_to_repeated_requests_go_when_they_have_expired,
    mails_are_sent_and_their_links_go_a_day_after_they_expired,
    a_signing_key_is_made_when_the_youngest_is_old_and_goes_when_its_tokens_have_expired,
    what_serves_today_survives_every_sweep,
];

/// Two whole batches and one row.
const MANY: u32 = 2 * BATCH + 1;

/// Makes records that are ready to be stored.
struct Maker {
    random: SeededRandom,
    customer: CustomerId,
    identity: AuthIdentity,
}

impl Maker {
    async fn new(app: &TestApp) -> Self {
        let body = json!({"email": "ada@example.com"});
        let ada = app.merchant("POST", "/api/customers").json(&body).send().await.json();
        let random = SeededRandom::new(7);
        let identity = AuthIdentity {
            id: Id::random(&random),
            workspace_id: app.workspace.id,
            customer_id: None,
            created_at: app.app.now(),
        };
        let provider = ProviderIdentity {
            id: Id::random(&random),
            workspace_id: app.workspace.id,
            auth_identity_id: identity.id,
            provider: Provider::EmailPass,
            email: Email::parse("ada@example.com").unwrap(),
            password_hash: "none".to_owned(),
            created_at: app.app.now(),
        };
        app.store().write(|unit| unit.insert_identity(&identity, &provider)).unwrap();
        Self { random, customer: ada["id"].as_str().unwrap().parse().unwrap(), identity }
    }

    fn hash(&self) -> TokenHash {
        let random: &dyn Random = &self.random;
        TokenHash::new(random.bytes())
    }

    /// A portal session that ends at that moment.
    fn portal(&self, app: &TestApp, ends: OffsetDateTime) -> CustomerSession {
        CustomerSession {
            token_hash: self.hash(),
            workspace_id: app.workspace.id,
            customer_id: self.customer,
            member_id: None,
            return_url: None,
            created_at: app.app.now(),
            expires_at: ends,
            revoked_at: None,
            entered_at: None,
        }
    }

    fn shop(&self, app: &TestApp, ends: OffsetDateTime, revoked_at: Option<OffsetDateTime>) -> StoreSession {
        StoreSession {
            id: Id::random(&self.random),
            workspace_id: app.workspace.id,
            auth_identity_id: self.identity.id,
            provider: Provider::EmailPass,
            cookie_hash: None,
            ip_address: None,
            user_agent: None,
            created_at: app.app.now(),
            last_used_at: app.app.now(),
            expires_at: ends,
            revoked_at,
        }
    }
}

/// Runs the job; how many rows it removed, which all who are told are told alike.
async fn sweep(app: &TestApp, name: &str) -> u64 {
    let runner: Runner = runner(&app.app, "ada", anteroom_jobs::all());
    let Ok(Ended::Done(run)) = runner.run_now(name).await else { panic!("{name} was not done") };
    assert_eq!(record(&app.app, name).await.unwrap().last_run, Some(run));
    assert_eq!(numbers(&runner, name).swept, run.swept);
    run.swept
}

async fn customer_sessions_go_a_day_after_they_expired(app: TestApp) {
    const JOB: &str = "sweep-customer-sessions";
    let (maker, now) = (Maker::new(&app).await, app.app.now());
    let ends = now + Duration::MINUTE;
    let old: Vec<_> = (0..MANY).map(|_| maker.portal(&app, ends)).collect();
    let newer = maker.portal(&app, ends + Duration::microseconds(1));
    let cookie = PortalCookie { cookie_hash: maker.hash(), session: newer.token_hash, created_at: now };
    app.store()
        .write(|unit| {
            let all: Vec<_> = old.iter().chain([&newer]).collect();
            unit.insert_customer_sessions(&all)?;
            unit.insert_portal_cookie(&cookie)
        })
        .unwrap();
    let is_there = |session: &CustomerSession| {
        app.store().read(|unit| unit.portal_access(&session.token_hash)).unwrap().is_some()
    };
    app.clock.set(ends + Duration::DAY);
    assert_eq!(sweep(&app, JOB).await, 0, "the day is not over");
    app.clock.advance(Duration::microseconds(1));
    assert_eq!(sweep(&app, JOB).await, u64::from(MANY));
    assert!(!old.iter().any(is_there) && is_there(&newer));
    app.clock.advance(Duration::microseconds(1));
    assert_eq!(sweep(&app, JOB).await, 1);
    let by_cookie = app.store().read(|unit| unit.portal_access_by_cookie(&cookie.cookie_hash)).unwrap();
    assert_eq!(by_cookie, None);
}

async fn shop_sessions_go_a_week_after_their_end(app: TestApp) {
    const JOB: &str = "sweep-store-sessions";
    let (maker, now) = (Maker::new(&app).await, app.app.now());
    let (end, late) = (now + Duration::HOUR, now + Duration::days(30));
    let expired: Vec<_> = (0..MANY).map(|_| maker.shop(&app, end, None)).collect();
    let revoked: Vec<_> = (0..MANY).map(|_| maker.shop(&app, late, Some(end))).collect();
    let moment = Duration::microseconds(1);
    let newer = [maker.shop(&app, end + moment, None), maker.shop(&app, late, Some(end + moment))];
    let live = [maker.shop(&app, late, None)];
    app.store()
        .write(|unit| {
            let all = expired.iter().chain(&revoked).chain(&newer).chain(&live);
            all.into_iter().try_for_each(|session| unit.insert_store_session(session))
        })
        .unwrap();
    let left = |sessions: &[StoreSession]| {
        let is_there = |session: &&StoreSession| {
            app.store().read(|unit| unit.store_access(app.workspace.id, session.id)).unwrap().is_some()
        };
        sessions.iter().filter(is_there).count()
    };
    app.clock.set(end + Duration::days(7));
    assert_eq!(sweep(&app, JOB).await, 0, "the week is not over");
    app.clock.advance(moment);
    assert_eq!(sweep(&app, JOB).await, 2 * u64::from(MANY));
    assert_eq!((left(&expired), left(&revoked), left(&newer), left(&live)), (0, 0, 2, 1));
    app.clock.advance(moment);
    assert_eq!(sweep(&app, JOB).await, 2);
    assert_eq!((left(&newer), left(&live)), (0, 1));
}

async fn answers_to_repeated_requests_go_when_they_have_expired(app: TestApp) {
    const JOB: &str = "sweep-idempotent-answers";
    let (maker, now) = (Maker::new(&app).await, app.app.now());
    let kept_until = |expires_at| IdempotentAnswer {
        key_hash: maker.hash(),
        workspace_id: app.workspace.id,
        customer_id: None,
        sealed: vec![1],
        created_at: now,
        expires_at,
    };
    let end = now + IdempotentAnswer::LIFE;
    let old: Vec<_> = (0..MANY).map(|_| kept_until(end)).collect();
    let newer = kept_until(end + Duration::microseconds(1));
    app.store()
        .write(|unit| old.iter().chain([&newer]).try_for_each(|answer| unit.insert_idempotent_answer(answer)))
        .unwrap();
    app.clock.set(end - Duration::microseconds(1));
    assert_eq!(sweep(&app, JOB).await, 0, "the day is not over");
    app.clock.set(end);
    assert_eq!(sweep(&app, JOB).await, u64::from(MANY));
    app.clock.set(newer.expires_at);
    assert_eq!(sweep(&app, JOB).await, 1);
}

/// The longest portal session that there can be, seen through the front door until it ends.
async fn mails_are_sent_and_their_links_go_a_day_after_they_expired(app: TestApp) {
    let typed = json!({"email": "ada@example.com", "password": "correct horse battery"});
    let registered = app.shop("POST", "/auth/customer/emailpass/register").json(&typed).send().await.json();
    let create = app.shop("POST", "/store/customers").bearer(registered["token"].as_str().unwrap());
    let ada = create.json(&json!({})).send().await.json();
    let path = format!("/api/customers/{}/send-password-reset", ada["customer"]["id"].as_str().unwrap());
    assert_eq!(app.merchant("POST", &path).send().await.status, 202);
    assert_eq!((sweep(&app, "deliver-mail").await, sweep(&app, "deliver-mail").await), (1, 0));
    assert_eq!(std::fs::read_dir(app.outbox()).unwrap().count(), 1);
    app.clock.advance(PasswordReset::LIFE + PasswordReset::KEPT);
    assert_eq!(sweep(&app, "sweep-password-resets").await, 0);
    app.clock.advance(Duration::microseconds(1));
    assert_eq!(sweep(&app, "sweep-password-resets").await, 1);
}

async fn a_signing_key_is_made_when_the_youngest_is_old_and_goes_when_its_tokens_have_expired(app: TestApp) {
    const JOB: &str = "rotate-signing-keys";
    let made = app.app.signing_keys().await.unwrap()[0].created_at;
    let period = SealedSigningKey::PERIOD;
    app.clock.set(made + period - Duration::SECOND);
    assert_eq!(sweep(&app, JOB).await, 0);
    app.clock.advance(Duration::SECOND);
    assert_eq!((sweep(&app, JOB).await, sweep(&app, JOB).await), (1, 0));
    let keys = app.app.signing_keys().await.unwrap();
    assert_eq!((keys.len(), keys[0].signs_from), (2, made + period + SealedSigningKey::NOTICE));
    let end = keys[1].verifies_until.unwrap();
    assert_eq!(end, keys[0].signs_from + Duration::days(30) + Duration::MINUTE);
    app.clock.set(end - Duration::SECOND);
    assert_eq!(sweep(&app, JOB).await, 0);
    app.clock.advance(Duration::SECOND);
    assert_eq!(sweep(&app, JOB).await, 1);
    assert_eq!(app.app.signing_keys().await.unwrap()[0].kid, keys[0].kid);
}

async fn what_serves_today_survives_every_sweep(app: TestApp) {
    let ada = json!({"email": "ada@example.com"});
    let ada = app.merchant("POST", "/api/customers").json(&ada).send().await.json();
    let body = json!({"customer_id": ada["id"], "expires_in": 86_400});
    let opened = app.merchant("POST", "/api/customer-sessions").json(&body).send().await.json();
    let token = opened["token"].as_str().unwrap();
    let runner = runner(&app.app, "ada", anteroom_jobs::all());
    for _ in 0..23 {
        app.clock.advance(Duration::HOUR);
        runner.run_due().await;
        let me = app.get("/api/customer-portal/customers/me").bearer(token).send().await;
        assert_eq!(me.status, 200, "{}", me.text());
    }
    for job in anteroom_jobs::all() {
        let numbers = numbers(&runner, job.name());
        assert_eq!((numbers.done, numbers.swept), (23, 0), "{}", job.name());
    }
    // Over after an hour more, and gone after a day more.
    app.clock.advance(Duration::HOUR);
    assert_eq!(app.get("/api/customer-portal/customers/me").bearer(token).send().await.status, 401);
    app.clock.advance(Duration::DAY);
    runner.run_due().await;
    assert_eq!(numbers(&runner, "sweep-customer-sessions").swept, 0);
    app.clock.advance(Duration::HOUR);
    runner.run_due().await;
    assert_eq!(numbers(&runner, "sweep-customer-sessions").swept, 1);
}
