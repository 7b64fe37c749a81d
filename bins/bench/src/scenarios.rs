//! What is measured, a file for each family.

mod beside;
mod ceilings;
mod checks;
mod creates;
mod lists;
mod memory;
mod overload;
mod people;
mod refusals;
mod revocation;
mod set_session;
mod start;
mod uncached;

use anyhow::bail;

use crate::report::{Report, Row};
use crate::stage::Stage;

/// A scenario: its name, its budget's number, and what gives its rows.
struct Scenario {
    name: &'static str,
    budget: u32,
    run: fn(&mut Stage<'_>) -> anyhow::Result<Vec<Row>>,
}

const fn scenario(
    name: &'static str,
    budget: u32,
    run: fn(&mut Stage<'_>) -> anyhow::Result<Vec<Row>>,
) -> Scenario {
    Scenario { name, budget, run }
}

/// In the order in which they run.
const SCENARIOS: [Scenario; 21] = [
    scenario("check-cookie", 1, checks::cookie),
    scenario("check-bearer", 1, checks::bearer),
    scenario("check-introspect", 1, checks::introspect),
    scenario("uncached-cookie", 2, uncached::cookie),
    scenario("uncached-introspect", 2, uncached::introspect),
    scenario("create", 3, creates::many),
    scenario("create-one", 5, creates::one),
    scenario("set-session-issued", 6, set_session::issued),
    scenario("set-session-new", 6, set_session::first_seen),
    scenario("add-address", 7, people::add_address),
    scenario("update-profile", 7, people::update_profile),
    scenario("sign-in", 8, people::sign_in),
    scenario("checks-beside-sign-ins", 9, beside::sign_ins),
    scenario("checks-beside-guesses", 9, beside::guesses),
    scenario("memory", 10, memory::run),
    scenario("start", 11, start::run),
    scenario("revocation", 13, revocation::run),
    scenario("overload-create", 14, overload::create),
    scenario("overload-sign-in", 14, overload::sign_in),
    // After all that uses sessions: it disables customers, which ends theirs.
    scenario("sign-in-refusals", 8, refusals::run),
    // Last, because it makes the store a large one.
    scenario("lists", 15, lists::run),
];

/// Refuses a name that no scenario begins with.
pub(crate) fn check_names(only: &[String]) -> anyhow::Result<()> {
    match only.iter().find(|name| !SCENARIOS.iter().any(|scenario| scenario.name.starts_with(name.as_str())))
    {
        Some(unknown) => {
            let names: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
            bail!("--only {unknown}: there are {}", names.join(", "))
        }
        None => Ok(()),
    }
}

/// Runs the scenarios whose names begin with one of those; one that fails has a row that says why.
pub(crate) fn run(stage: &mut Stage<'_>, only: &[String], report: &mut Report) {
    for scenario in &SCENARIOS {
        if !only.is_empty() && !only.iter().any(|name| scenario.name.starts_with(name.as_str())) {
            continue;
        }
        eprintln!("{}: {}", stage.database.name(), scenario.name);
        match (scenario.run)(stage) {
            Ok(rows) => report.rows.extend(rows),
            Err(error) => {
                eprintln!("{}: {} failed: {error:#}", stage.database.name(), scenario.name);
                let failed = Some(first_line(&error));
                report.rows.push(Row { failed, ..stage.row(scenario.budget, scenario.name, None) });
            }
        }
    }
}

/// The beginning of an error, for the table.
fn first_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.lines().next().unwrap_or_default().chars().take(90).collect()
}
