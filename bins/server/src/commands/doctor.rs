//! `anteroom doctor`.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use crate::cli::Output;
use crate::doctor::{Finding, Verdict, examine};

/// Prints a line for each finding; the exit code is 1 when one of them is a failure.
pub(super) fn run(file: Option<&Path>, output: &Output) -> anyhow::Result<ExitCode> {
    let findings = examine(file);
    let is_healthy = findings.iter().all(|finding| finding.verdict != Verdict::Fail);
    let checks: Vec<_> = findings
        .iter()
        .map(|found| {
            json!({
                "check": found.check,
                "verdict": found.verdict.as_str(),
                "what": found.what,
                "advice": found.advice,
            })
        })
        .collect();
    let lines: Vec<_> = findings.iter().map(line).collect();
    output.print(&json!({ "healthy": is_healthy, "checks": checks }), &lines.join("\n"))?;
    Ok(if is_healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(finding: &Finding) -> String {
    let advice = finding.advice.as_ref().map(|advice| format!(" — {advice}")).unwrap_or_default();
    let text = format!("{:4}  {}{advice}", finding.verdict.as_str(), finding.what);
    // The line of an error may have come from elsewhere, in several.
    text.split('\n').map(str::trim_end).collect::<Vec<_>>().join(" ")
}
