//! A served app: the whole product on a fresh database, behind a real port.

mod call;
mod database;
mod documented;
mod sabotage;
mod server;

use std::future::Future;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anteroom_app::{
    App, DoorSizes, Grantor, MemorySettings, NewAccessToken, NewPublishableKey, NewWorkspace, Once, Parts,
    Settings, set_up,
};
use anteroom_auth::keys::{Keys, MasterKey};
use anteroom_auth::leak_reports::LeakReporters;
use anteroom_auth::password::PasswordPolicy;
use anteroom_domain::Random;
use anteroom_domain::credential::{Scopes, SealedSigningKey};
use anteroom_domain::session::Lifetimes;
use anteroom_domain::text::{Line, Slug};
use anteroom_domain::workspace::Workspace;
use anteroom_http::metrics::Metrics;
use anteroom_http::{Http, Options, PostsPerMinute, SessionCookieOptions, TrustedProxies};
use anteroom_mail::{FileTransport, Templates};
use anteroom_oauth::OAuth;
use anteroom_store::Store;
use anteroom_store::sql::{SqlStore, dump};

pub use call::{Answer, Call};
pub use database::Database;
pub use sabotage::Sabotage;

use crate::clock::ManualClock;
use crate::http;
use crate::random::SeededRandom;
use database::Place;
use server::Server;

/// The product, served on loopback, with time and randomness in the test's hand.
///
/// It starts with a workspace `acme` that has an access token with every scope and a publishable key. Ids, tokens and
/// times are the same in every run, as long as the test asks one thing after the other.
#[derive(Debug)]
pub struct TestApp {
    /// The clock that the product reads.
    pub clock: ManualClock,
    /// The use cases, for arranging what no route arranges.
    pub app: App,
    /// Workspace `acme`.
    pub workspace: Workspace,
    /// Its access token, with every scope.
    pub token: String,
    /// Its publishable key.
    pub key: String,
    store: Arc<SqlStore>,
    random: Arc<SeededRandom>,
    options: Options,
    /// How many attempts at an account may fail before there are waits.
    failures_per_account: Option<NonZeroU32>,
    server: Server,
    client: reqwest::Client,
    place: Place,
}

impl TestApp {
    /// Serves the product on a fresh database of that kind; `None` when this machine has none, and the reason is
    /// printed.
    ///
    /// # Panics
    /// When the database is required and missing, or something does not start.
    pub async fn on(database: Database) -> Option<Self> {
        let place = Place::fresh(database)?;
        let store = Arc::new(place.open());
        let (clock, random) = (ManualClock::new(), Arc::new(SeededRandom::new(1)));
        let options = Options {
            public_url: "http://anteroom.test".parse().unwrap(),
            base_domain: None,
            session_cookie: SessionCookieOptions::default(),
            trusted_proxies: TrustedProxies::default(),
            credential_posts: PostsPerMinute::UNLIMITED,
            leak_reporters: LeakReporters::default(),
        };
        let failures_per_account = NonZeroU32::new(10);
        let app = use_cases(&store, &clock, &random, &options, failures_per_account, &place.outbox());
        let http = Http::new(app.clone(), options.clone());
        documented::learn(&http);
        let server = Server::start(http);
        let workspace = create_workspace(&app, "acme").await;
        let token = create_token(&app, &workspace, Scopes::all()).await;
        let key = create_key(&app, &workspace).await;
        let client = http::client();
        Some(Self {
            clock,
            app,
            workspace,
            token,
            key,
            store,
            random,
            options,
            failures_per_account,
            server,
            client,
            place,
        })
    }

    /// The same database and clock behind a server with other options.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self.restarted()
    }

    /// The same behind a server that counts no failed attempts.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.failures_per_account = None;
        self.restarted()
    }

    fn restarted(mut self) -> Self {
        let (options, failures) = (&self.options, self.failures_per_account);
        self.app = use_cases(&self.store, &self.clock, &self.random, options, failures, &self.place.outbox());
        self.server = Server::start(Http::new(self.app.clone(), self.options.clone()));
        self
    }

    /// Another server on the same database, with connections of its own and the same clock, as a second machine would be.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn another_server(&self) -> Self {
        let (store, random) = (Arc::new(self.place.open()), Arc::new(SeededRandom::new(2)));
        let failures_per_account = self.failures_per_account;
        let outbox = self.place.outbox();
        let app = use_cases(&store, &self.clock, &random, &self.options, failures_per_account, &outbox);
        let server = Server::start(Http::new(app.clone(), self.options.clone()));
        let (clock, workspace, options) = (self.clock.clone(), self.workspace.clone(), self.options.clone());
        let (token, key, client, place) =
            (self.token.clone(), self.key.clone(), self.client.clone(), self.place.clone());
        Self {
            clock,
            app,
            workspace,
            token,
            key,
            store,
            random,
            options,
            failures_per_account,
            server,
            client,
            place,
        }
    }

    /// Another server on the same database, whose units that write fail or wait as the switch says.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn sabotaged_server(&self) -> (Self, Sabotage) {
        let mut served = self.another_server();
        let (store, sabotage) = Sabotage::of(&served.store);
        let outbox = served.place.outbox();
        served.app = use_cases_on(
            &store,
            &served.store,
            &served.clock,
            &served.random,
            &served.options,
            served.failures_per_account,
            &outbox,
        );
        served.server = Server::start(Http::new(served.app.clone(), served.options.clone()));
        (served, sabotage)
    }

    /// The address it is served at, `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.server.address()
    }

    /// What its server has measured.
    pub fn metrics(&self) -> Metrics {
        self.server.metrics()
    }

    /// The folder that its mails are written into.
    pub fn outbox(&self) -> PathBuf {
        self.place.outbox()
    }

    /// The store behind it.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Every row of every table, as text: the same as long as nothing is changed.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub fn rows(&self) -> Vec<String> {
        dump(&self.store).unwrap()
    }

    /// The kind of database it runs on.
    pub fn database(&self) -> Database {
        self.place.database()
    }

    /// Another workspace of the same installation, with its members switched on.
    pub async fn other_workspace(&self, slug: &str) -> Workspace {
        create_workspace(&self.app, slug).await
    }

    /// An access token with the scopes of these names.
    ///
    /// # Panics
    /// When there is no such scope.
    pub async fn token_with(&self, workspace: &Workspace, scopes: &str) -> String {
        create_token(&self.app, workspace, Scopes::parse(scopes).unwrap()).await
    }

    /// A publishable key.
    pub async fn key_of(&self, workspace: &Workspace) -> String {
        create_key(&self.app, workspace).await
    }

    /// A request still to be sent, without any credential.
    ///
    /// # Panics
    /// When the method is none.
    pub fn call(&self, method: &str, path: &str) -> Call {
        let method = method.parse::<reqwest::Method>().unwrap();
        Call::new(self.client.request(method, format!("{}{path}", self.address())))
    }

    /// A `GET` without any credential.
    pub fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    /// A `POST` without any credential.
    pub fn post(&self, path: &str) -> Call {
        self.call("POST", path)
    }

    /// A call of the Workspace API with `acme`'s access token.
    pub fn merchant(&self, method: &str, path: &str) -> Call {
        self.call(method, path).bearer(&self.token)
    }

    /// A call of the Store API with `acme`'s publishable key, as a program that reads JSON.
    pub fn shop(&self, method: &str, path: &str) -> Call {
        self.call(method, path)
            .header("x-publishable-api-key", &self.key)
            .header("accept", "application/json")
    }
}

/// Runs a test on a fresh app, if this machine has the database.
///
/// # Panics
/// When the test does, or the database is required and missing.
pub fn run<F: Future<Output = ()>>(database: Database, test: impl FnOnce(TestApp) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if let Some(app) = TestApp::on(database).await {
            test(app).await;
        }
    });
}

/// Makes a test of each function for SQLite, and one for PostgreSQL: `both_databases![this_happens, that_happens]`.
///
/// Each takes a [`TestApp`](crate::app::TestApp). A function left out of the list is dead code, and the compiler
/// says so.
#[macro_export]
macro_rules! both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { $crate::app::run($crate::app::Database::Sqlite, super::$test); })+
        }
        mod postgres {
            $(#[test] fn $test() { $crate::app::run($crate::app::Database::Postgres, super::$test); })+
        }
    };
}

fn use_cases(
    store: &Arc<SqlStore>,
    clock: &ManualClock,
    random: &Arc<SeededRandom>,
    options: &Options,
    failures_per_account: Option<NonZeroU32>,
    outbox: &Path,
) -> App {
    let opened: Arc<dyn Store> = Arc::<SqlStore>::clone(store);
    use_cases_on(&opened, store, clock, random, options, failures_per_account, outbox)
}

/// The use cases on `opened`, which is `store` or stands before it.
fn use_cases_on(
    opened: &Arc<dyn Store>,
    store: &SqlStore,
    clock: &ManualClock,
    random: &Arc<SeededRandom>,
    options: &Options,
    failures_per_account: Option<NonZeroU32>,
    outbox: &Path,
) -> App {
    let keys = Keys::derive(&MasterKey::generate(&SeededRandom::new(0)));
    let random: Arc<dyn Random> = Arc::<SeededRandom>::clone(random);
    let jwt = set_up(store, &keys, clock, &*random).unwrap();
    let doors = DoorSizes {
        database_threads: NonZeroUsize::new(usize::try_from(store.connections()).unwrap()).unwrap(),
        database_queue: 1024,
        // A busy machine that runs many tests at once is no broken database.
        database_patience: Duration::from_secs(20),
        hash_threads: NonZeroUsize::new(2).unwrap(),
        hash_queue: 256,
    };
    let issuer = options.public_url.as_str().trim_end_matches('/').to_owned();
    let settings = Settings {
        issuer,
        lifetimes: Lifetimes::default(),
        signing_key_period: Some(SealedSigningKey::PERIOD),
        passwords: PasswordPolicy::default(),
        failures_per_account,
        doors,
        memory: MemorySettings::default(),
    };
    let (store, clock) = (Arc::clone(opened), Arc::new(clock.clone()));
    let mail = Arc::new(FileTransport::new(outbox.to_owned()));
    let templates = Templates::built_in();
    let oauth = OAuth::new(true);
    App::new(Parts { store, clock, random, mail, templates, oauth, keys, jwt, settings }).unwrap()
}

async fn create_workspace(app: &App, slug: &str) -> Workspace {
    let (slug, name) = (Slug::parse(slug).unwrap(), Line::parse(slug).unwrap().unwrap());
    app.create_workspace(NewWorkspace { slug, name, member_model_enabled: true }).await.unwrap()
}

async fn create_token(app: &App, workspace: &Workspace, scopes: Scopes) -> String {
    let comment = Line::parse("for the test").unwrap().unwrap();
    let new = NewAccessToken { scopes, comment, expires_at: None };
    let made =
        app.create_access_token(workspace.id, Grantor::Operator, new, Once::unrepeated()).await.unwrap();
    made.plain.reveal().to_owned()
}

async fn create_key(app: &App, workspace: &Workspace) -> String {
    let title = Line::parse("for the test").unwrap().unwrap();
    let new = NewPublishableKey { title, origin: None };
    app.create_publishable_key(workspace.id, new, Once::unrepeated()).await.unwrap().key
}
