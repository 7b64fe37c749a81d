//! What is measured, a file for each family.

mod checks;
mod creates;

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
const SCENARIOS: [Scenario; 4] = [
    scenario("check-cookie", 1, checks::cookie),
    scenario("check-bearer", 1, checks::bearer),
    scenario("check-introspect", 1, checks::introspect),
    scenario("create", 3, creates::run),
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
            Err(error) => report.rows.push(Row {
                without: Some(format!("failed: {error:#}")),
                ..stage.row(scenario.budget, scenario.name, None)
            }),
        }
    }
}
