//! A reader that gives up on a record without an end.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The longest record, in bytes: more than all limits of a customer together.
pub(crate) const LONGEST: u64 = 1 << 20;
/// What the parser of CSV may have read ahead.
const AHEAD: u64 = 1 << 17;

/// What is known of what was read.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// How many bytes.
    pub(crate) bytes: Cell<u64>,
    /// Where the record began that is being read.
    pub(crate) record_at: Cell<u64>,
    /// Whether the number of quotation marks is odd.
    pub(crate) is_quoted: Cell<bool>,
}

/// Reads on as long as the record that it is about is not too long.
#[derive(Debug)]
pub(crate) struct Bounded<R> {
    inner: R,
    seen: Rc<Seen>,
}

impl<R: Read> Bounded<R> {
    pub(crate) fn new(inner: R) -> (Self, Rc<Seen>) {
        let seen = Rc::new(Seen::default());
        (Self { inner, seen: Rc::clone(&seen) }, seen)
    }
}

impl<R: Read> Read for Bounded<R> {
    #[expect(clippy::naive_bytecount, reason = "a file is read once, and parsing it costs more")]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let seen = &self.seen;
        if seen.bytes.get().saturating_sub(seen.record_at.get()) > LONGEST + AHEAD {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a record is longer than 1 MiB"));
        }
        let read = self.inner.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        let quotes = bytes.iter().filter(|byte| **byte == b'"').count();
        seen.is_quoted.set(seen.is_quoted.get() ^ (quotes % 2 == 1));
        seen.bytes.set(seen.bytes.get() + u64::try_from(read).unwrap_or_default());
        Ok(read)
    }
}
