//! What commands print.

use std::io::{self, ErrorKind, Write};

use anteroom_domain::page::{Listed, Page};
use clap::builder::styling::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::cli::{Output, Paging};

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

impl Output {
    /// Prints `value`, or `lines` for people.
    pub(crate) fn print(&self, value: &Value, lines: &str) -> io::Result<()> {
        if self.json { say(&value.to_string()) } else { say(lines) }
    }
}

impl Paging {
    /// The records to be passed over and those to follow. Past 4 billion, no list has a page.
    pub(crate) fn records(&self) -> Page {
        Page { offset: (self.page - 1).saturating_mul(self.limit), limit: self.limit }
    }

    /// A page of a list in the shape that the Workspace API gives its lists.
    pub(crate) fn json<T>(&self, listed: &Listed<T>, values: &[Value]) -> Value {
        let pages = listed.total.div_ceil(self.limit.into());
        let meta =
            json!({ "total": listed.total, "page": self.page, "per_page": self.limit, "pages": pages });
        json!({ "data": values, "meta": meta })
    }

    /// `table`, and how to see the rest where there is one; `nothing` in place of an empty page.
    pub(crate) fn lines<T>(&self, listed: &Listed<T>, table: String, nothing: &str) -> String {
        let pages = listed.total.div_ceil(self.limit.into());
        if listed.total == 0 {
            nothing.to_owned()
        } else if listed.items.is_empty() {
            format!("There is no page {}: of {} in all, the last page is {pages}.", self.page, listed.total)
        } else if pages > 1 {
            format!(
                "{table}\n\nPage {} of {pages}, {} in all; see --page and --limit.",
                self.page, listed.total
            )
        } else {
            table
        }
    }
}

/// Aligned columns under their headings, which are bold where [`say`] finds a terminal that shows it.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled).set_header(head);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let text = table.trim_fmt();
    let (head, rows) = text.split_once('\n').unwrap_or((&text, ""));
    let bold = Style::new().bold();
    format!("{bold}{head}{bold:#}\n{rows}")
}

/// Prints a text and the end of its line to stdout, at once. Styles are for terminals, and `NO_COLOR` takes them off there.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut out = anstream::AutoStream::auto(io::stdout().lock());
    let line = format!("{}\n", text.trim_end_matches('\n'));
    heard(out.write_all(line.as_bytes()).and_then(|()| out.flush()))
}

/// Prints a page of text to stdout as it is.
pub(crate) fn put(page: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    heard(out.write_all(page).and_then(|()| out.flush()))
}

/// A reader that has gone, such as `head`, has read enough; the exit code stays the one that the command gives.
fn heard(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// A moment as both APIs write it.
pub(crate) fn moment(at: OffsetDateTime) -> Result<String, time::error::Format> {
    at.format(TIME)
}

/// What a table shows of a member of JSON: its text, or a hyphen for none.
pub(crate) fn cell(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => "-".to_owned(),
        Some(other) => other.to_string(),
    }
}
