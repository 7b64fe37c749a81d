//! Cells that a spreadsheet would take for formulas.
//!
//! A cell that begins like one gets an apostrophe in front (OWASP, "CSV Injection"); a cell that begins with an apostrophe gets another one, so
//! that reading takes off what writing put on, and nothing else.

/// What a formula may begin with.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A text as a cell that nothing computes with.
pub(crate) fn inert(text: &str) -> String {
    if text.starts_with(FORMULA) || text.starts_with('\'') { format!("'{text}") } else { text.to_owned() }
}

/// The text of a cell.
pub(crate) fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(FORMULA) || text.starts_with('\'') => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ap_03_what_is_written_is_inert_and_is_read_as_it_was() {
        for text in ["=1+1", "+49 30 1", "-2", "@sum", "'quoted'", "''", "'=x", "plain", "", "a=b", "\t=1"] {
            let cell = inert(text);
            assert!(!cell.starts_with(FORMULA), "{cell}");
            assert_eq!(plain(&cell), text);
        }
        // Files of others have no such apostrophes, and lose none of their own.
        assert_eq!(plain("'t Hooft"), "'t Hooft");
    }
}
