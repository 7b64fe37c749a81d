//! A store as the budgets describe it: one workspace, 10,000 customers, 100,000 sessions of each kind.

mod people;
pub(crate) mod records;
mod sessions;

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use anteroom_app::{
    App, DoorSizes, Grantor, MemorySettings, NewAccessToken, NewPublishableKey, NewWorkspace, Once, OsRandom,
    Parts, Settings, SystemClock, set_up,
};
use anteroom_auth::jwt::KeySet;
use anteroom_auth::keys::{Keys, MasterKey};
use anteroom_auth::password::PasswordPolicy;
use anteroom_domain::credential::Scopes;
use anteroom_domain::session::Lifetimes;
use anteroom_domain::text::{Line, Slug};
use anteroom_domain::workspace::Workspace;
use anteroom_mail::{FileTransport, Templates};
use anteroom_oauth::OAuth;
use anteroom_store::sql::{SqlOptions, SqlStore};
use anyhow::{Context, anyhow};

use crate::server::PUBLIC_URL;
use people::Person;

/// How many customers there are.
pub(crate) const CUSTOMERS: usize = 10_000;
/// How many sign-ins wait for a cookie, in each file of them.
const FRESH: usize = 30_000;
/// How many sessions one customer has, who has no part in anything else.
pub(crate) const CROWD: usize = 10_000;
/// The password of everybody.
pub(crate) const PASSWORD: &str = "only for measuring 7";
/// How long one batch waits for the others.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many things are written in one unit.
const BATCH: usize = 2_000;

/// What the seed has made.
#[derive(Debug)]
pub(crate) struct Seed {
    /// The files of tokens, a line for each: `cookies`, `jwts` (of the same sessions), `session_tokens`, `customers`, `emails`, `crowd_cookies`, and of one line `access_token`,
    /// `publishable_key`, `password`, `crowd_customer`.
    pub(crate) tokens: PathBuf,
    /// Files of JWTs of sign-ins without a cookie. Whoever trades them takes a file, so that none is traded twice.
    pub(crate) fresh_jwts: Vec<PathBuf>,
    /// How many sessions of each kind.
    pub(crate) sessions: usize,
    /// The access token.
    pub(crate) access_token: String,
    /// The publishable key.
    pub(crate) publishable_key: String,
    /// How long it took.
    pub(crate) took: Duration,
}

/// What everything of the seed is made with.
struct World {
    store: Arc<SqlStore>,
    keys: Keys,
    jwt: KeySet,
    workspace: Workspace,
}

impl Seed {
    /// Fills the empty database at `url`. The master key goes into the data folder `data`, tokens below it; JWTs of sign-ins without
    /// a cookie into so many files.
    pub(crate) fn plant(url: &str, data: &Path, sessions: usize, fresh: usize) -> anyhow::Result<Self> {
        let begun_at = Instant::now();
        let tokens = data.join("tokens");
        fs::create_dir_all(&tokens)?;
        let master = MasterKey::generate(&OsRandom);
        let mut key =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(data.join("master.key"))?;
        writeln!(key, "{}", master.encoded().as_str())?;
        let keys = Keys::derive(&master);

        let store =
            Arc::new(SqlStore::open(&SqlOptions { connection_timeout: PATIENCE, ..SqlOptions::new(url) })?);
        store.migrate()?;
        let jwt = set_up(&*store, &keys, &SystemClock, &OsRandom)?;
        let app = app(&store, &keys)?;
        let (workspace, access_token, publishable_key) = System::new().block_on(merchant(&app))?;
        let world = World { store, keys, jwt, workspace };

        let mut people = people::insert(&world, CUSTOMERS + 1)?;
        let crowd = people.pop().context("nobody")?;
        sessions::insert_crowd(&world, &crowd, &tokens)?;
        sessions::insert(&world, &people, sessions, &tokens)?;
        let fresh_jwts = sessions::insert_fresh(&world, &people, FRESH.min(sessions), fresh, &tokens)?;
        let file = |name: &str, text: &str| fs::write(tokens.join(name), text).context("tokens");
        file("access_token", &access_token)?;
        file("publishable_key", &publishable_key)?;
        file("password", PASSWORD)?;
        file("customers", &lines(people.iter().map(|person| person.customer.to_string())))?;
        file("emails", &lines(people.iter().map(Person::email)))?;
        Ok(Self { tokens, fresh_jwts, sessions, access_token, publishable_key, took: begun_at.elapsed() })
    }
}

impl World {
    /// Does the parts of some work on as many threads as there are connections; `part` gets its number and how many
    /// there are. Gives what they made, in their order.
    fn in_parts<T: Send>(
        &self,
        part: impl Fn(usize, usize) -> anyhow::Result<T> + Sync,
    ) -> anyhow::Result<Vec<T>> {
        let count = usize::try_from(self.store.connections())?;
        thread::scope(|scope| {
            let part = &part;
            let running: Vec<_> = (0..count).map(|number| scope.spawn(move || part(number, count))).collect();
            let ended =
                running.into_iter().map(|part| part.join().map_err(|_panic| anyhow!("seeding failed"))?);
            ended.collect()
        })
    }
}

fn lines(all: impl Iterator<Item = String>) -> String {
    all.map(|line| line + "\n").collect()
}

fn app(store: &Arc<SqlStore>, keys: &Keys) -> anyhow::Result<App> {
    let doors =
        DoorSizes { hash_threads: NonZeroUsize::MIN, ..DoorSizes::for_connections(store.connections()) };
    Ok(App::new(Parts {
        store: Arc::<SqlStore>::clone(store),
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        mail: Arc::new(FileTransport::new(std::env::temp_dir())),
        templates: Templates::built_in(),
        oauth: OAuth::new(false),
        keys: keys.clone(),
        jwt: set_up(&**store, keys, &SystemClock, &OsRandom)?,
        settings: Settings {
            issuer: PUBLIC_URL.to_owned(),
            lifetimes: Lifetimes::default(),
            signing_key_period: None,
            passwords: PasswordPolicy::default(),
            failures_per_account: None,
            doors,
            memory: MemorySettings { listens: false, ..MemorySettings::default() },
        },
    })?)
}

/// The workspace with its access token and its publishable key.
async fn merchant(app: &App) -> anyhow::Result<(Workspace, String, String)> {
    let name = Line::parse("Shop")?.context("a name")?;
    let slug = Slug::parse("shop")?;
    let workspace =
        app.create_workspace(NewWorkspace { slug, name: name.clone(), member_model_enabled: true }).await?;
    let token = NewAccessToken { scopes: Scopes::all(), comment: name.clone(), expires_at: None };
    let token = app.create_access_token(workspace.id, Grantor::Operator, token, Once::unrepeated()).await?;
    let key = NewPublishableKey { title: name, origin: None };
    let key = app.create_publishable_key(workspace.id, key, Once::unrepeated()).await?;
    Ok((workspace, token.plain.reveal().to_owned(), key.key))
}
