//! What keeps an installation from working, looked for in order. Nothing is changed.

mod clock;
mod database;
mod folders;
mod mail;
mod site;
mod web;

use std::path::Path;

use crate::config::Config;

/// What one look has found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What was looked at: a name that scripts can rely on.
    pub(crate) check: &'static str,
    pub(crate) verdict: Verdict,
    /// What is the case.
    pub(crate) what: String,
    /// What to do, where `what` does not say it.
    pub(crate) advice: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but perhaps not as meant, or not for long.
    Warn,
    /// It does not work.
    Fail,
}

impl Verdict {
    /// The word that begins its line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Finding {
    fn ok(check: &'static str, what: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, what: what.into(), advice: None }
    }

    fn warn(check: &'static str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warn, what: what.into(), advice: Some(advice.into()) }
    }

    fn fail(check: &'static str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fail, what: what.into(), advice: Some(advice.into()) }
    }

    /// An error, which says itself what to do.
    fn error(check: &'static str, error: &anyhow::Error) -> Self {
        Self { check, verdict: Verdict::Fail, what: format!("{error:#}"), advice: None }
    }
}

/// Looks at everything. What cannot be looked at because of an earlier failure is left out.
pub(crate) fn examine(file: Option<&Path>) -> Vec<Finding> {
    let mut config = match Config::load(file) {
        Ok(config) => config,
        Err(faults) => {
            let fault = |fault: String| Finding::error("configuration", &anyhow::Error::msg(fault));
            return faults.iter().map(|found| fault(found.to_string())).collect();
        }
    };
    let mut findings = vec![Finding::ok("configuration", "the configuration is sound")];
    findings.extend(folders::examine(&config));
    let workspaces = database::examine(&mut config, &mut findings);
    findings.push(web::public_url(&config.server));
    findings.push(web::cookie(&config.server, &config.session_cookie));
    if let Some(workspaces) = workspaces {
        findings.extend(web::origins(&config.server, &config.session_cookie, &workspaces));
    }
    findings.extend(mail::examine(&config));
    findings.extend(folders::permissions(&config));
    findings
}
