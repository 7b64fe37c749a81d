//! `jobs list` and `run`, and what `serve` does of them by itself.

use anteroom_app::SystemClock;
use anteroom_domain::credential::{AuthIdentity, ProviderIdentity};
use anteroom_domain::job::{JobHolder, JobLease};
use anteroom_domain::session::{Provider, StoreSession};
use anteroom_domain::text::Email;
use anteroom_domain::{Clock, Id};
use anteroom_store::StoreExt;
use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_testkit::postgres;
use anteroom_testkit::random::SeededRandom;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::sandbox::Sandbox;

const NAMES: [&str; 8] = [
    "deliver-mail",
    "index-customers",
    "rotate-signing-keys",
    "sweep-customer-sessions",
    "sweep-idempotent-answers",
    "sweep-password-resets",
    "sweep-sign-in-attempts",
    "sweep-store-sessions",
];

/// Runs a test on a SQLite file, and on PostgreSQL where there is one.
fn on_both(test: fn(&Sandbox, &SqlStore)) {
    for url in [None, postgres::database()] {
        let mut sandbox = Sandbox::new();
        if let Some(url) = &url {
            sandbox = sandbox.set("ANTEROOM__DATABASE__URL", url);
        }
        let url = url.unwrap_or_else(|| format!("sqlite:{}", sandbox.path("data/anteroom.db").display()));
        let create = ["workspace", "create", "--slug", "shop", "--name", "Shop"];
        assert_eq!(sandbox.run(&create).code, Some(0));
        test(&sandbox, &SqlStore::open(&SqlOptions::new(url)).unwrap());
    }
}

fn listed(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.json(&["jobs", "list", "--json"]).as_array().unwrap().clone()
}

fn moment(value: &Value) -> OffsetDateTime {
    let format = &time::format_description::well_known::Rfc3339;
    OffsetDateTime::parse(value.as_str().unwrap(), format).unwrap()
}

#[test]
fn every_job_is_listed_and_can_be_run_by_hand() {
    on_both(|sandbox, _| {
        let fresh = listed(sandbox);
        assert_eq!(fresh.iter().map(|job| job["name"].clone()).collect::<Vec<_>>(), NAMES);
        for job in &fresh {
            let period = if job["name"] == NAMES[0] { 10 } else { 3600 };
            assert_eq!((&job["runs"], &job["period_seconds"]), (&json!(0), &json!(period)));
            assert_eq!(
                (&job["last_run"], &job["run_by"], &job["due_at"]),
                (&Value::Null, &Value::Null, &Value::Null)
            );
        }
        let [_, first, second, third, ..] = NAMES;
        let mut run = sandbox.json(&["jobs", "run", first, "--json"]);
        assert_eq!(run.as_object_mut().unwrap().remove("name"), Some(json!(first)));
        assert_eq!((&run["outcome"], &run["swept"]), (&json!("done"), &json!(0)));
        assert_eq!(sandbox.run(&["jobs", "run", second]).out, format!("{second} is done: 0 rows removed.\n"));

        let after = listed(sandbox);
        assert_eq!((&after[1]["last_run"], &after[1]["runs"]), (&run, &json!(1)));
        assert_eq!(moment(&after[1]["due_at"]) - moment(&run["finished_at"]), Duration::HOUR);
        assert_eq!((&after[3]["name"], &after[3]["last_run"]), (&json!(third), &Value::Null));
        let said = sandbox.run(&["jobs", "list"]);
        let lines: Vec<_> = said.out.lines().collect();
        assert_eq!((said.code, lines.len()), (Some(0), 1 + NAMES.len()), "{said:?}");
        assert!(
            lines[2].starts_with(first) && lines[2].contains("  1 h ") && lines[2].contains("  done "),
            "{said:?}"
        );
        assert!(lines[2].ends_with(anteroom_jobs::all()[1].purpose()), "{said:?}");
        assert!(lines[4].contains("  never ") && lines[4].contains("  at once "), "{said:?}");
    });
}

#[test]
fn what_cannot_be_run_is_refused_in_one_line() {
    on_both(|sandbox, store| {
        sandbox.run(&["jobs", "run", "sweep-everything"]).is_refusal(&[
            "\"sweep-everything\"",
            NAMES[0],
            NAMES[2],
        ]);

        let taken_at = OffsetDateTime::from_unix_timestamp(4_000_000_000).unwrap();
        let holder = JobHolder::from_stored("web-7/1/0badcafe".to_owned());
        let lease = JobLease { holder, taken_at, expires_at: taken_at + JobLease::LIFE };
        assert!(store.write(|unit| unit.take_job(NAMES[0], 0, &lease)).unwrap());
        let said = sandbox.run(&["jobs", "run", NAMES[0]]);
        said.is_refusal(&[
            NAMES[0],
            "web-7/1/0badcafe",
            "2096-10-02T07:06:40.000Z",
            "2096-10-02T07:11:40.000Z",
        ]);
        let job = &listed(sandbox)[0];
        assert_eq!((&job["run_by"]["holder"], &job["due_at"]), (&json!("web-7/1/0badcafe"), &Value::Null));
        assert!(sandbox.run(&["jobs", "list"]).out.contains("web-7/1/0badcafe"));
        assert_eq!(sandbox.run(&["jobs", "run", NAMES[1]]).code, Some(0), "only that one is held");
    });
}

/// Shop sessions of somebody: as many as there are ends, counted in days from now.
fn store_sessions(sandbox: &Sandbox, store: &SqlStore, ends: &[i64]) -> Vec<StoreSession> {
    let workspaces = sandbox.json(&["workspace", "list", "--json"]);
    let shop = workspaces.pointer("/0/id").and_then(Value::as_str).unwrap().parse().unwrap();
    let (random, created_at) = (SeededRandom::new(1), OffsetDateTime::UNIX_EPOCH);
    let identity =
        AuthIdentity { id: Id::random(&random), workspace_id: shop, customer_id: None, created_at };
    let provider = ProviderIdentity {
        id: Id::random(&random),
        workspace_id: shop,
        auth_identity_id: identity.id,
        provider: Provider::EmailPass,
        email: Email::parse("ada@example.com").unwrap(),
        password_hash: "none".to_owned(),
        created_at,
    };
    let session = |days: &i64| StoreSession {
        id: Id::random(&random),
        workspace_id: shop,
        auth_identity_id: identity.id,
        provider: Provider::EmailPass,
        cookie_hash: None,
        ip_address: None,
        user_agent: None,
        created_at,
        last_used_at: created_at,
        expires_at: SystemClock.now() + Duration::days(*days),
        revoked_at: None,
    };
    let sessions: Vec<_> = ends.iter().map(session).collect();
    let stored = store.write(|unit| {
        unit.insert_identity(&identity, &provider)?;
        sessions.iter().try_for_each(|session| unit.insert_store_session(session))
    });
    stored.map(|()| sessions).unwrap()
}

fn is_there(store: &SqlStore, session: &StoreSession) -> bool {
    store.read(|unit| unit.store_access(session.workspace_id, session.id)).unwrap().is_some()
}

#[test]
fn a_server_sweeps_by_itself_and_gives_back_what_it_took() {
    on_both(|sandbox, store| {
        let [old, recent, live] = &*store_sessions(sandbox, store, &[-8, -6, 1]) else { unreachable!() };
        let mut server = sandbox.serve();
        server.wait_for(|_| !is_there(store, old));
        let all_ran = || listed(sandbox).iter().all(|job| job["runs"] != json!(0));
        server.wait_for(|_| all_ran());
        assert!(is_there(store, recent) && is_there(store, live));
        assert_eq!(server.stop_by("TERM").0, Some(0));
        let log = server.err();
        assert!(log.contains("job sweep-store-sessions is done"), "{log}");
        for job in listed(sandbox) {
            let swept = u64::from(job["name"] == "sweep-store-sessions");
            assert_eq!(job["last_run"]["swept"], json!(swept), "{job}");
        }
        assert!(listed(sandbox).iter().all(|job| job["run_by"].is_null()));
    });
}

#[test]
fn a_server_that_is_stopped_while_it_sweeps_gives_the_job_back() {
    on_both(|sandbox, store| {
        let ends: Vec<_> = (0..5_000).map(|n| if n == 0 { -30 } else { -8 }).collect();
        let sessions = store_sessions(sandbox, store, &ends);
        let mut server = sandbox.serve();
        server.wait_for(|_| !is_there(store, &sessions[0]));
        assert_eq!(server.stop_by("TERM").0, Some(0), "{}", server.err());
        assert!(listed(sandbox).iter().all(|job| job["run_by"].is_null()));
        // What is left, which depends on how fast the signal was, is done at once by whoever comes next.
        assert_eq!(sandbox.run(&["jobs", "run", "sweep-store-sessions"]).code, Some(0));
        assert!(sessions.iter().all(|session| !is_there(store, session)));
    });
}

#[test]
fn a_server_that_only_serves_leaves_the_jobs_to_others() {
    let sandbox = Sandbox::new().set("ANTEROOM__JOBS__ENABLED", "false");
    let mut server = sandbox.serve();
    assert!(server.get("/health/ready").contains("200"));
    assert_eq!(server.stop_by("TERM").0, Some(0));
    assert!(listed(&sandbox).iter().all(|job| job["runs"] == json!(0)), "{:?}", listed(&sandbox));
    assert_eq!(sandbox.run(&["jobs", "run", NAMES[0]]).code, Some(0), "by hand they run all the same");
}
