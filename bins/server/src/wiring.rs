//! Puts the product together: the only place that names a database.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anteroom_app::{App, DoorSizes, MemorySettings, Parts, SetUpError, Settings, set_up};
use anteroom_auth::keys::Keys;
use anteroom_domain::job::JobHolder;
use anteroom_jobs::Runner;
use anteroom_mail::{FileTransport, SmtpTransport, Templates, Transport};
use anteroom_oauth::OAuth;
use anteroom_store::sql::SqlStore;
use anteroom_store::{StoreError, StoreExt};
use anyhow::{Context, anyhow, bail};
use url::Url;

use crate::config::{Config, Fault, Faults};
use crate::master_key;
use anteroom_app::{OsRandom, SystemClock};

/// What to do about a database of an older version.
pub(crate) const OLDER: &str = "the database is of an older version: run `anteroom migrate`";
/// What to do about tables that are still empty.
pub(crate) const UNUSED: &str =
    "the database has tables and nothing in them: `anteroom serve` or `anteroom workspace create` begins it";

/// Opens the database, and makes it when it is the file in the data folder. Migrates nothing.
pub(crate) fn open(config: &Config) -> anyhow::Result<SqlStore> {
    if config.database.in_data_dir {
        master_key::make_folder(&config.data_dir)?;
    }
    Ok(SqlStore::open(&config.database.options)?)
}

/// Opens a database that is there, of this version, and that somebody has begun. Makes and migrates nothing.
pub(crate) fn open_begun(config: &Config) -> anyhow::Result<SqlStore> {
    let store = SqlStore::open_existing(&config.database.options)?;
    if !store.pending_migrations()?.is_empty() {
        bail!(OLDER);
    }
    if store.read(|unit| unit.installation())?.is_none() {
        bail!(UNUSED);
    }
    Ok(store)
}

/// Prepares a database that nobody has used yet; refuses one that waits for its migration.
pub(crate) fn prepare_if_empty(store: &SqlStore) -> anyhow::Result<()> {
    if store.pending_migrations()?.is_empty() {
        return Ok(());
    }
    match store.read(|unit| unit.installation()) {
        Ok(Some(_)) => bail!(OLDER),
        Err(error @ StoreError::Unavailable(_)) => Err(error.into()),
        // There is no record, or not even a table for it.
        Ok(None) | Err(_) => {
            store.migrate()?;
            Ok(())
        }
    }
}

/// Who waits for the use cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    OfARequest,
    OfAnOperator,
}

/// The product on a migrated database, which it takes into possession when it is empty.
///
/// Units of requests are waited for as long as `patience` says; whoever waits at a terminal has more of it.
pub(crate) fn wire(
    config: &mut Config,
    public_url: &Url,
    store: SqlStore,
    patience: Patience,
) -> anyhow::Result<App> {
    let database_is_empty = store.read(|unit| unit.installation())?.is_none();
    let was_there = master_key::path(config).is_file();
    let keys = Keys::derive(&master_key::obtain(config, database_is_empty, &OsRandom)?);
    let jwt = set_up(&store, &keys, &SystemClock, &OsRandom).map_err(|error| match error {
        SetUpError::OtherMasterKey if config.place("master_key").is_none() && !was_there => lost_race(config),
        error => explain(error, config),
    })?;
    let doors = DoorSizes::for_connections(store.connections());
    let doors = match patience {
        Patience::OfARequest => doors,
        Patience::OfAnOperator => DoorSizes { database_patience: Duration::from_mins(1), ..doors },
    };
    App::new(Parts {
        store: Arc::new(store),
        clock: Arc::new(SystemClock),
        random: Arc::new(OsRandom),
        mail: transport(config)?,
        templates: templates(config).0,
        oauth: OAuth::new(config.allow_loopback_issuers),
        keys,
        jwt,
        settings: Settings {
            issuer: public_url.as_str().trim_end_matches('/').to_owned(),
            lifetimes: config.lifetimes,
            signing_key_period: config.signing_key_period,
            passwords: config.passwords,
            failures_per_account: config.limits.failures_per_account,
            doors,
            memory: MemorySettings { bytes: config.memory_bytes, listens: patience == Patience::OfARequest },
        },
    })
    .context("cannot start threads")
}

/// Who takes mails over.
fn transport(config: &Config) -> anyhow::Result<Arc<dyn Transport>> {
    Ok(match smtp(config)? {
        Some(server) => Arc::new(server),
        None => Arc::new(FileTransport::new(outbox(config))),
    })
}

/// The mail server that takes mails over, if there is to be one.
pub(crate) fn smtp(config: &Config) -> anyhow::Result<Option<SmtpTransport>> {
    let server = config.mail.smtp.as_ref().map(SmtpTransport::new).transpose();
    server.context("the mail server cannot be used: look at mail.smtp_ca_file and mail.smtp_host")
}

/// The words of mails, and what is wrong with those that the operator has written.
pub(crate) fn templates(config: &Config) -> (Templates, Faults) {
    let Some(folder) = &config.mail.templates_dir else {
        return (Templates::built_in(), Faults::default());
    };
    let (templates, faults) = Templates::with_folder(folder);
    let faults =
        faults.into_iter().map(|fault| Fault { place: fault.path.display().to_string(), text: fault.text });
    (templates, faults.collect())
}

/// The folder that mails are written into, where no mail server is set.
pub(crate) fn outbox(config: &Config) -> PathBuf {
    config.data_dir.join("outbox")
}

/// A runner of every job, by a name that tells where this process is.
pub(crate) fn runner(app: &App) -> Runner {
    let host = gethostname::gethostname();
    let holder = JobHolder::new(&host.to_string_lossy(), std::process::id(), app.random());
    Runner::new(app.clone(), holder, anteroom_jobs::all())
}

/// Another server has begun the empty database at the same moment, with a key of its own: ours is good for nothing.
fn lost_race(config: &Config) -> anyhow::Error {
    let path = master_key::path(config);
    if let Err(error) = std::fs::remove_file(&path) {
        tracing::warn!(%error, path = %path.display(), "cannot remove a master key that nothing was sealed with");
    }
    anyhow!(
        "another server has just begun this database with a master key of its own: set ANTEROOM__MASTER_KEY to it"
    )
}

fn explain(error: SetUpError, config: &Config) -> anyhow::Error {
    let path = master_key::path(config);
    match (error, config.place("master_key")) {
        (error @ SetUpError::OtherMasterKey, Some(place)) => {
            anyhow!("{error}: set the right one as {place} or leave it out to use {}", path.display())
        }
        (error @ SetUpError::OtherMasterKey, None) => anyhow!(
            "{error}: restore the right {} or set ANTEROOM__MASTER_KEY, or name another database",
            path.display()
        ),
        (error @ SetUpError::DamagedSigningKey, _) => anyhow!("{error}: restore the database from a backup"),
        (error @ SetUpError::Store(_), _) => error.into(),
    }
}
