//! Spans of time in a query.

use anteroom_app::Span;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::{Fields, Problem, text};

impl Fields {
    /// From which moment on and before which one, by the four bounds `name[bound]`, which are called as the API calls "at or
    /// after", "after", "at or before" and "before". Moments are compared as they are shown, to the millisecond.
    pub(crate) fn span(&mut self, name: &str, [gte, gt, lte, lt]: [&str; 4]) -> Span {
        let mut bound = |bound| self.optional(&format!("{name}[{bound}]"), text(moment));
        let (gte, gt, lte, lt) = (bound(gte), bound(gt), bound(lte), bound(lt));
        let from = gte.map(shown_at_or_after).max(gt.map(shown_after));
        let before = [lt.map(shown_at_or_after), lte.map(shown_after)].into_iter().flatten().min();
        Span { from, before }
    }
}

fn moment(text: &str) -> Result<OffsetDateTime, Problem> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_unparsed| Problem::Rule("should be a time by RFC 3339"))
}

/// The first moment that is shown as later than this one.
fn shown_after(at: OffsetDateTime) -> OffsetDateTime {
    let beyond = Duration::nanoseconds(i64::from(at.nanosecond() % 1_000_000));
    at.saturating_sub(beyond).saturating_add(Duration::MILLISECOND)
}

/// The first moment that is shown as this one or later.
fn shown_at_or_after(at: OffsetDateTime) -> OffsetDateTime {
    if at.nanosecond().is_multiple_of(1_000_000) { at } else { shown_after(at) }
}
