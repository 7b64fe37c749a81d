//! Reading a file record by record.

use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use anteroom_domain::transfer::CustomerRecord;
use csv::StringRecord;
use serde_json::{Map, Value};

use crate::bounded::{Bounded, LONGEST, Seen};
use crate::columns::Columns;
use crate::csv_cells::plain;
use crate::fields::Fault;
use crate::{Format, record};

/// A record of a file.
#[derive(Debug)]
pub struct Row {
    /// The line it begins on, from 1.
    pub line: u64,
    /// What it says, or what is wrong with it.
    pub content: Result<CustomerRecord, Vec<Fault>>,
}

/// The file cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Broken {
    /// Where.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// The records of a file, one after the other. It holds one of them at a time.
#[derive(Debug)]
pub struct Records<R> {
    source: Source<R>,
    columns: Option<Columns>,
}

#[derive(Debug)]
enum Source<R> {
    Csv(CsvSource<R>),
    Ndjson(NdjsonSource<R>),
}

#[derive(Debug)]
struct CsvSource<R> {
    reader: csv::Reader<Bounded<R>>,
    seen: Rc<Seen>,
    names: Vec<String>,
    cells: csv::ByteRecord,
}

#[derive(Debug)]
struct NdjsonSource<R> {
    reader: BufReader<R>,
    line: u64,
    text: Vec<u8>,
}

impl<R: Read> Records<R> {
    /// Begins to read. Without columns they are those that the first names can only be.
    pub fn new(file: R, format: Format, columns: Option<Columns>) -> Result<Self, Broken> {
        let mut records = Self { source: Source::of(file, format), columns };
        if let Source::Csv(source) = &mut records.source {
            source.read_names()?;
            let names = &source.names;
            let columns = columns.unwrap_or_else(|| Columns::of_names(names.iter().map(String::as_str)));
            records.columns = Some(columns);
            let unknown: Vec<_> = names.iter().filter(|name| columns.target(name).is_none()).collect();
            if !unknown.is_empty() {
                let (system, known) = (columns.as_str(), crate::columns::FIELDS.join(", "));
                let reason = format!("no columns of {system}: {unknown:?}; ours are {known}");
                return Err(Broken { line: 1, reason });
            }
            if !names.iter().any(|name| columns.target(name) == Some(crate::columns::Target::Field("email")))
            {
                return Err(Broken { line: 1, reason: "there is no column email".to_owned() });
            }
        }
        Ok(records)
    }

    /// The next record; `None` at the end of the file.
    pub fn read(&mut self) -> Result<Option<Row>, Broken> {
        let read = match &mut self.source {
            Source::Csv(source) => source.read(),
            Source::Ndjson(source) => source.read(),
        }?;
        let Some((line, map)) = read else { return Ok(None) };
        let content = map.and_then(|map| {
            let columns =
                *self.columns.get_or_insert_with(|| Columns::of_names(map.keys().map(String::as_str)));
            record::parse(columns, map)
        });
        Ok(Some(Row { line, content }))
    }
}

/// The values of a record by their names, or what is wrong with all of it; and its line.
type Found = Option<(u64, Result<Map<String, Value>, Vec<Fault>>)>;

fn whole(reason: impl Into<String>) -> Vec<Fault> {
    vec![Fault::new("", reason)]
}

impl<R: Read> Source<R> {
    fn of(file: R, format: Format) -> Self {
        match format {
            Format::Csv => {
                let (bounded, seen) = Bounded::new(file);
                let reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bounded);
                Self::Csv(CsvSource { reader, seen, names: Vec::new(), cells: csv::ByteRecord::new() })
            }
            Format::Ndjson => {
                Self::Ndjson(NdjsonSource { reader: BufReader::new(file), line: 0, text: Vec::new() })
            }
        }
    }
}

impl<R: Read> CsvSource<R> {
    fn read_names(&mut self) -> Result<(), Broken> {
        if !self.read_cells()? {
            return Err(Broken { line: 1, reason: "the file is empty".to_owned() });
        }
        let names = self.cells.iter().zip(0..).map(|(name, n)| {
            let name = if n == 0 { name.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(name) } else { name };
            if name.contains(&0) || name.starts_with(b"\xFF\xFE") || name.starts_with(b"\xFE\xFF") {
                return Err(Broken { line: 1, reason: "the file is UTF-16; it should be UTF-8".to_owned() });
            }
            let text = std::str::from_utf8(name);
            let text = text.or(Err(Broken { line: 1, reason: "the file should be UTF-8".to_owned() }))?;
            Ok(text.trim().to_owned())
        });
        self.names = names.collect::<Result<_, _>>()?;
        Ok(())
    }

    fn read(&mut self) -> Result<Found, Broken> {
        if !self.read_cells()? {
            return Ok(None);
        }
        let line = self.cells.position().map_or(0, csv::Position::line);
        // All that was read is part of a whole record, and still a quotation mark is open: there is no more.
        let is_cut_off = self.seen.is_quoted.get() && self.reader.position().byte() == self.seen.bytes.get();
        let (cells, names) = (self.cells.len(), self.names.len());
        if is_cut_off {
            return Ok(Some((line, Err(whole("the file ends between quotation marks")))));
        }
        if cells != names {
            return Ok(Some((line, Err(whole(format!("has {cells} cells instead of {names}"))))));
        }
        let Ok(cells) = StringRecord::from_byte_record(self.cells.clone()) else {
            return Ok(Some((line, Err(whole("should be UTF-8")))));
        };
        let pairs = self.names.iter().zip(&cells);
        let map = pairs.map(|(name, cell)| (name.clone(), Value::String(plain(cell).to_owned())));
        Ok(Some((line, Ok(map.collect()))))
    }

    fn read_cells(&mut self) -> Result<bool, Broken> {
        self.seen.record_at.set(self.reader.position().byte());
        let line = self.reader.position().line();
        let read = self.reader.read_byte_record(&mut self.cells);
        read.map_err(|error| Broken { line, reason: reason_of(&error) })
    }
}

fn reason_of(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

impl<R: Read> NdjsonSource<R> {
    fn read(&mut self) -> Result<Found, Broken> {
        loop {
            self.line += 1;
            let line = self.line;
            let is_whole = self.read_line().map_err(|error| Broken { line, reason: error.to_string() })?;
            if line == 1 && (self.text.starts_with(b"\xFF\xFE") || self.text.starts_with(b"\xFE\xFF")) {
                return Err(Broken { line, reason: "the file is UTF-16; it should be UTF-8".to_owned() });
            }
            let text = self.text.strip_prefix(b"\xEF\xBB\xBF").filter(|_| line == 1).unwrap_or(&self.text);
            match (is_whole, text) {
                (None, _) => return Ok(None),
                (Some(true), text) if text.trim_ascii().is_empty() => {}
                (Some(true), text) => return Ok(Some((line, object(text)))),
                (Some(false), _) => return Ok(Some((line, Err(whole("is longer than 1 MiB"))))),
            }
        }
    }

    /// Reads a line; of one that is too long nothing is kept, and it is `false`. `None` at the end of the file.
    fn read_line(&mut self) -> std::io::Result<Option<bool>> {
        self.text.clear();
        let read = (&mut self.reader).take(LONGEST).read_until(b'\n', &mut self.text)?;
        if read == 0 {
            return Ok(None);
        }
        if self.text.ends_with(b"\n") || self.text.len() < usize::try_from(LONGEST).unwrap_or(usize::MAX) {
            return Ok(Some(true));
        }
        self.text.clear();
        loop {
            let ahead = self.reader.fill_buf()?;
            let (used, ends) = match ahead.iter().position(|byte| *byte == b'\n') {
                Some(place) => (place + 1, true),
                None => (ahead.len(), ahead.is_empty()),
            };
            self.reader.consume(used);
            if ends {
                return Ok(Some(false));
            }
        }
    }
}

fn object(text: &[u8]) -> Result<Map<String, Value>, Vec<Fault>> {
    let Ok(text) = std::str::from_utf8(text) else { return Err(whole("should be UTF-8")) };
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(whole("should be a JSON object")),
        Err(error) => Err(whole(format!("should be JSON: {error}"))),
    }
}
