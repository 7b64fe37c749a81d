#![doc = include_str!("../README.md")]

mod bounded;
mod columns;
mod csv_cells;
mod fields;
mod read;
mod record;
mod write;

use std::io::{self, Read};

use sha2::{Digest, Sha256};

pub use columns::Columns;
pub use fields::Fault;
pub use read::{Broken, Records, Row};
pub use write::Writer;

/// How records are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180), UTF-8, with a line of names.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

impl Format {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Ndjson];

    /// The name of the format, and the ending of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// The format of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// SHA-256 of all that is in a file, which tells it from every other, and how many bytes those are.
pub fn content_hash(mut file: impl Read) -> io::Result<([u8; 32], u64)> {
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece)?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
            return Ok((hash.finalize().into(), length));
        };
        hash.update(read);
        length += u64::try_from(read.len()).unwrap_or_default();
    }
}
