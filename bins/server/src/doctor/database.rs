//! The database: there, ours, of this version, and opened by this master key.

use anteroom_app::{OsRandom, SetUpError, SystemClock, recognise};
use anteroom_auth::keys::Keys;
use anteroom_domain::Clock;
use anteroom_domain::workspace::Workspace;
use anteroom_store::sql::{SqlOptions, SqlStore};
use anteroom_store::{StoreError, StoreExt};
use time::OffsetDateTime;

use super::Finding;
use super::clock::{self, Witnesses};
use crate::config::Config;
use crate::{master_key, wiring};

/// Looks as far as it can be looked at, and gives the workspaces if it has come so far.
pub(super) fn examine(config: &mut Config, findings: &mut Vec<Finding>) -> Option<Vec<Workspace>> {
    let options = SqlOptions { connections: 1, ..config.database.options.clone() };
    let store = match SqlStore::open_existing(&options) {
        Ok(store) => store,
        Err(error) => {
            findings.push(Finding::error("database", &error.into()));
            return None;
        }
    };
    findings.push(Finding::ok("database", "the database answers, is ours and can be written"));
    match store.pending_migrations() {
        Ok(pending) if pending.is_empty() => {
            findings.push(Finding::ok("migrations", "the database is of this version"));
        }
        Ok(_) => {
            findings.push(Finding::error("migrations", &anyhow::Error::msg(wiring::OLDER)));
            return None;
        }
        Err(error) => {
            findings.push(Finding::error("migrations", &error.into()));
            return None;
        }
    }
    match store.read(|unit| unit.installation()) {
        Ok(Some(_)) => findings.extend(examine_keys(config, &store)),
        Ok(None) => findings.push(Finding::error("master key", &anyhow::Error::msg(wiring::UNUSED))),
        Err(error) => findings.push(Finding::error("master key", &error.into())),
    }
    look_at_records(config, &store, findings)
}

/// Whether the master key is the one the database was begun with, and opens what was sealed with it.
fn examine_keys(config: &mut Config, store: &SqlStore) -> Vec<Finding> {
    let given = config.place("master_key").map(str::to_owned);
    let place = given.unwrap_or_else(|| master_key::path(config).display().to_string());
    // The database is not empty, so that none is made.
    let key = match master_key::obtain(config, false, &OsRandom) {
        Ok(key) => key,
        Err(error) => return vec![Finding::error("master key", &error)],
    };
    let right = Finding::ok("master key", format!("the master key in {place} is the right one"));
    match recognise(store, &Keys::derive(&key)) {
        Ok(_) => vec![right, Finding::ok("signing keys", "the signing keys open")],
        Err(error @ SetUpError::OtherMasterKey) => {
            vec![Finding::fail(
                "master key",
                format!("{error}: {place}"),
                "restore the right one from a backup",
            )]
        }
        Err(error @ SetUpError::DamagedSigningKey) => {
            vec![
                right,
                Finding::fail("signing keys", error.to_string(), "restore the database from a backup"),
            ]
        }
        Err(error @ SetUpError::Store(_)) => vec![Finding::error("master key", &error.into())],
    }
}

/// Compares the clock with what is in the database, and gives the workspaces.
fn look_at_records(config: &Config, store: &SqlStore, findings: &mut Vec<Finding>) -> Option<Vec<Workspace>> {
    let found = store.read(|unit| {
        let workspaces = unit.workspaces()?;
        let mut made: Vec<_> = unit.installation()?.iter().map(|record| record.created_at).collect();
        made.extend(
            workspaces
                .iter()
                .flat_map(|workspace| [Some(workspace.created_at), workspace.modified_at])
                .flatten(),
        );
        for workspace in &workspaces {
            made.extend(unit.newest_customer_at(workspace.id)?);
        }
        Ok::<_, StoreError>((workspaces, made.into_iter().max()))
    });
    let server = store.clock();
    match (found, server) {
        (Ok((workspaces, newest)), Ok(server)) => {
            let written =
                config.database.options.file().and_then(|file| file.metadata().ok()?.modified().ok());
            let witnesses = Witnesses { server, newest, written: written.map(OffsetDateTime::from) };
            findings.push(clock::examine(SystemClock.now(), &witnesses));
            Some(workspaces)
        }
        (Err(error), _) | (_, Err(error)) => {
            findings.push(Finding::error("clock", &error.into()));
            None
        }
    }
}
