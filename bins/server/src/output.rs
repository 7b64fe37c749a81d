//! What commands print.

use std::io::{self, Write};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::cli::Output;

const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

impl Output {
    /// Prints `value`, or `lines` for people.
    pub(crate) fn print(&self, value: &Value, lines: &str) -> io::Result<()> {
        if self.json { say(&value.to_string()) } else { say(lines) }
    }
}

/// Prints a text and the end of its line to stdout, at once.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(format!("{}\n", text.trim_end_matches('\n')).as_bytes())?;
    out.flush()
}

/// A moment as both APIs write it.
pub(crate) fn moment(at: OffsetDateTime) -> Result<String, time::error::Format> {
    at.format(TIME)
}
