//! What was found: a table for people, JSON for programs.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use serde::Serialize;

use crate::figure::Rounds;

/// What a value should be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Budget {
    AtLeast(f64),
    AtMost(f64),
    /// Whatever it is, it is only told.
    Nothing,
}

impl Budget {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Nothing => true,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(least) => format!("≥ {}", number(least)),
            Self::AtMost(most) => format!("≤ {}", number(most)),
            Self::Nothing => "–".to_owned(),
        }
    }
}

/// One value that has a budget.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Verdict {
    /// What is compared with what, with the reference's own figure.
    measure: String,
    value: f64,
    budget: Budget,
    met: bool,
}

impl Verdict {
    /// A value by itself.
    pub(crate) fn of(measure: impl Into<String>, value: f64, budget: Budget) -> Self {
        Self { measure: measure.into(), value, budget, met: budget.is_met(value) }
    }

    /// A value as a multiple of what it is compared with.
    pub(crate) fn ratio(what: &str, value: f64, reference: (&str, f64), budget: Budget) -> Self {
        let measure = format!("{what} ÷ {} {}", reference.0, number(reference.1));
        Self::of(measure, value / reference.1, budget)
    }
}

/// What was found about a scenario.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Row {
    /// The number of the budget.
    pub(crate) budget: u32,
    pub(crate) scenario: String,
    pub(crate) database: String,
    pub(crate) placement: String,
    pub(crate) connections: Option<u32>,
    pub(crate) figure: Option<Rounds>,
    /// Memory of the server afterwards, in MiB.
    pub(crate) memory: Option<f64>,
    pub(crate) verdicts: Vec<Verdict>,
    /// Why there is no figure, where it failed.
    pub(crate) failed: Option<String>,
    /// Why there is no figure, where none was asked for.
    pub(crate) left_out: Option<&'static str>,
}

/// All that was found.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// Whether every budget was met and nothing failed.
    pub(crate) fn is_met(&self) -> bool {
        self.rows.iter().all(|row| row.failed.is_none() && row.verdicts.iter().all(|verdict| verdict.met))
    }

    /// The table, a line for each value with a budget.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(UTF8_FULL_CONDENSED);
        table.set_header([
            "#", "scenario", "database", "", "c", "rate/s", "p50 ms", "p99 ms", "± %", "MiB", "measure",
            "value", "budget", "met",
        ]);
        for row in &self.rows {
            row.add_to(&mut table);
        }
        for column in table.column_iter_mut().skip(4).take(6) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }
}

impl Row {
    fn add_to(&self, table: &mut Table) {
        let figure =
            |value: fn(&Rounds) -> f64| self.figure.as_ref().map(value).map(number).unwrap_or_default();
        let mut start = vec![
            self.budget.to_string(),
            self.scenario.clone(),
            self.database.clone(),
            self.placement.clone(),
            self.connections.map(|c| c.to_string()).unwrap_or_default(),
            figure(|rounds| rounds.median.rate),
            figure(|rounds| rounds.median.p50),
            figure(|rounds| rounds.median.p99),
            figure(|rounds| rounds.spread),
            self.memory.map(number).unwrap_or_default(),
        ];
        for verdict in &self.verdicts {
            let met = match (verdict.budget, verdict.met) {
                (Budget::Nothing, _) => "–",
                (_, true) => "yes",
                (_, false) => "NO",
            };
            let met = met.to_owned();
            let end = [verdict.measure.clone(), number(verdict.value), verdict.budget.text(), met];
            table.add_row(start.iter().cloned().chain(end));
            // The figures stand in the first line only.
            start.fill(String::new());
        }
        let failed = self.failed.as_ref().map(|why| (format!("FAILED: {why}"), "NO"));
        let why = failed.or_else(|| self.left_out.map(|why| (why.to_owned(), "–")));
        if let Some((why, met)) = why {
            table.add_row(start.iter().cloned().chain([why, String::new(), String::new(), met.to_owned()]));
        } else if self.verdicts.is_empty() {
            table.add_row(start);
        }
    }
}

/// Three digits that count, or all of those before the point.
pub(crate) fn number(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_met_from_its_edge_on() {
        assert!(Verdict::ratio("rate", 70.0, ("limit", 100.0), Budget::AtLeast(0.7)).met);
        assert!(!Verdict::ratio("rate", 69.0, ("limit", 100.0), Budget::AtLeast(0.7)).met);
        assert!(Verdict::of("p99 ms", 15.0, Budget::AtMost(15.0)).met);
        assert!(!Verdict::of("p99 ms", 15.1, Budget::AtMost(15.0)).met);
        assert!(!Verdict::of("p99 ms", f64::NAN, Budget::AtMost(15.0)).met);
    }

    #[test]
    fn what_failed_is_no_figure_and_not_met() {
        let row = Row { failed: Some("3 answers were not 200".to_owned()), ..Row::default() };
        let report = Report { rows: vec![row] };
        assert!(!report.is_met());
        assert!(report.table().to_string().contains("FAILED: 3 answers were not 200"));
    }

    #[test]
    fn numbers_keep_three_digits() {
        assert_eq!(
            [0.0, 0.0123, 1.234, 12.34, 123.4, 96_512.4].map(number),
            ["0", "0.012", "1.23", "12.3", "123", "96512"]
        );
    }
}
