//! `anteroom jobs list` and `run`.

use std::path::Path;

use anteroom_app::App;
use anteroom_domain::job::{JobLease, JobRun};
use anteroom_jobs::{AnyJob, Ended, NotBegun};
use anyhow::{anyhow, bail};
use serde_json::{Value, json};
use time::Duration;

use crate::cli::{Jobs, Output};
use crate::output::{moment, table};
use crate::wiring;

pub(super) fn run(file: Option<&Path>, command: Jobs) -> anyhow::Result<()> {
    match command {
        Jobs::List(output) => super::with_app(file, async |app| list(&app, &output).await),
        Jobs::Run { name, output } => {
            let name = find(&name)?;
            super::with_app(file, async |app| run_now(&app, name, &output).await)
        }
    }
}

/// The job of that name.
fn find(text: &str) -> anyhow::Result<&'static str> {
    let names: Vec<_> = anteroom_jobs::all().iter().map(AnyJob::name).collect();
    let found = names.iter().find(|name| **name == text).copied();
    found.ok_or_else(|| anyhow!("there is no job {text:?}, but there are {}", names.join(", ")))
}

async fn list(app: &App, output: &Output) -> anyhow::Result<()> {
    let (records, now) = (app.jobs().await?, app.now());
    let (mut values, mut rows) = (Vec::new(), Vec::new());
    for job in anteroom_jobs::all() {
        let record = records.iter().find(|record| record.name == job.name());
        let lease = record.and_then(|record| record.lease.as_ref()).filter(|lease| lease.is_live(now));
        let run = record.and_then(|record| record.last_run);
        let due_at = record.filter(|_| lease.is_none()).and_then(|record| record.due_at(job.period()));
        let due_at = due_at.map(moment).transpose()?;
        let due = match (&due_at, lease) {
            (_, Some(_)) => "-",
            (Some(due_at), None) => due_at,
            (None, None) => "at once",
        };
        let ended = run.map(|run| moment(run.finished_at)).transpose()?;
        rows.push([
            job.name().to_owned(),
            period(job.period()),
            ended.unwrap_or_else(|| "never".to_owned()),
            run.map_or("-", |run| run.outcome.as_str()).to_owned(),
            due.to_owned(),
            lease.map_or("-", |lease| lease.holder.as_str()).to_owned(),
            job.purpose().to_owned(),
        ]);
        values.push(json!({
            "name": job.name(),
            "purpose": job.purpose(),
            "period_seconds": job.period().whole_seconds(),
            "runs": record.map_or(0, |record| record.runs),
            "last_run": run.map(|run| shown(&run)).transpose()?,
            "run_by": lease.map(held).transpose()?,
            "due_at": due_at,
        }));
    }
    let head = ["NAME", "EVERY", "LAST RUN", "OUTCOME", "DUE", "RUN BY", "WHAT IT DOES"];
    Ok(output.print(&Value::Array(values), &table(head, rows))?)
}

async fn run_now(app: &App, name: &'static str, output: &Output) -> anyhow::Result<()> {
    let ended = wiring::runner(app).run_now(name).await.map_err(|error| match error {
        NotBegun::Held(lease) => in_use(name, &lease),
        other => other.into(),
    })?;
    match ended {
        Ended::Done(run) => {
            let rows = if run.swept == 1 { "row" } else { "rows" };
            let lines = format!("{name} is done: {} {rows} removed.", run.swept);
            let mut value = shown(&run)?;
            if let Value::Object(members) = &mut value {
                members.insert("name".to_owned(), name.into());
            }
            Ok(output.print(&value, &lines)?)
        }
        Ended::Failed(failure) => bail!("{name} failed: {}", failure.with_causes()),
        Ended::Stopped => bail!("{name} was broken off and given back"),
        Ended::LeaseLost => bail!("{name} was held up, and another process has taken it"),
    }
}

fn in_use(name: &str, lease: &JobLease) -> anyhow::Error {
    let times = moment(lease.taken_at).and_then(|from| Ok((from, moment(lease.expires_at)?)));
    match times {
        Ok((from, to)) => anyhow!(
            "{name} is run by {} since {from}: wait for its end, or until {to} should that process have died",
            lease.holder
        ),
        Err(error) => error.into(),
    }
}

fn shown(run: &JobRun) -> anyhow::Result<Value> {
    Ok(json!({
        "started_at": moment(run.started_at)?,
        "finished_at": moment(run.finished_at)?,
        "outcome": run.outcome.as_str(),
        "swept": run.swept,
    }))
}

fn held(lease: &JobLease) -> anyhow::Result<Value> {
    Ok(json!({
        "holder": lease.holder.as_str(),
        "taken_at": moment(lease.taken_at)?,
        "expires_at": moment(lease.expires_at)?,
    }))
}

fn period(period: Duration) -> String {
    match (period.whole_hours(), period.whole_minutes(), period.whole_seconds()) {
        (hours, minutes, _) if hours > 0 && minutes == hours * 60 => format!("{hours} h"),
        (_, 0, seconds) => format!("{seconds} s"),
        (_, minutes, _) => format!("{minutes} min"),
    }
}
