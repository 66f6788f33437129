//! Reading CSV: plain or gzip'd, columns found by name, line numbers kept.

use super::super::output::grouped;
use anyhow::{Context, Result, bail};
use csv::{ByteRecord, ReaderBuilder};
use flate2::read::MultiGzDecoder;
use service::import::{Problem, Row};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The first bytes of a gzip file (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How much is read: enough for any organisation, and little enough for the memory of a small machine,
/// however small the file that it was packed into.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// MiB of text in one file, once it is unpacked.
    mebibytes: usize,
    /// Rows in all files together.
    rows: usize,
}

/// A row of two texts, as the document holds it.
type Pair = Row<(String, String)>;
/// A row of a text and perhaps another.
type Described = Row<(String, Option<String>)>;

/// Reads files one after the other and notes rows that cannot be read.
#[derive(Debug, Default)]
pub(super) struct Reader<'a> {
    /// Files read so far.
    pub(super) files: Vec<&'a Path>,
    /// What is wrong with rows.
    pub(super) problems: Vec<Problem>,
    /// How much may be read.
    limits: Limits,
    /// Rows read so far.
    rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { mebibytes: 256, rows: 2_000_000 }
    }
}

impl<'a> Reader<'a> {
    /// Rows of two columns.
    ///
    /// # Errors
    /// One line when the file cannot be read or lacks a column.
    pub(super) fn pairs(&mut self, path: &'a Path, columns: [&str; 2]) -> Result<Vec<Pair>> {
        let rows = self.rows(path, &columns, None)?;
        let pair = |row: Row<Vec<String>>| {
            let [first, second] = <[String; 2]>::try_from(row.value).ok()?;
            Some(Row { file: row.file, line: row.line, value: (first, second) })
        };
        Ok(rows.into_iter().filter_map(pair).collect())
    }

    /// Rows of a column and, where the file has it, another one.
    ///
    /// # Errors
    /// As [`Reader::pairs`].
    pub(super) fn described(&mut self, path: &'a Path, column: &str, optional: &str) -> Result<Vec<Described>> {
        let rows = self.rows(path, &[column], Some(optional))?;
        let described = |row: Row<Vec<String>>| {
            let mut fields = row.value.into_iter();
            let name = fields.next()?;
            Some(Row { file: row.file, line: row.line, value: (name, fields.next().filter(|text| !text.is_empty())) })
        };
        Ok(rows.into_iter().filter_map(described).collect())
    }

    fn rows(&mut self, path: &'a Path, needed: &[&str], optional: Option<&str>) -> Result<Vec<Row<Vec<String>>>> {
        let shown = path.display();
        let input = File::open(path).with_context(|| format!("cannot open {shown}"))?;
        let file = self.files.len();
        self.files.push(path);
        let Limits { mebibytes, rows: most_rows } = self.limits;
        let (mut text, most_bytes) = (Vec::new(), mebibytes << 20);
        let input = unpack(input).context(shown.to_string())?;
        input.take(most_bytes as u64 + 1).read_to_end(&mut text).with_context(|| format!("cannot read {shown}"))?;
        if text.len() > most_bytes {
            bail!("{shown} holds more than {mebibytes} MiB once it is unpacked: split it, and import part after part");
        }
        let mut csv = ReaderBuilder::new().flexible(true).from_reader(text.as_slice());
        let header = csv.byte_headers().with_context(|| format!("cannot read {shown}"))?.clone();
        let mut columns = needed.iter().map(|name| column(&header, name, path)).collect::<Result<Vec<_>>>()?;
        columns.extend(optional.and_then(|name| position(&header, name)));

        let mut rows = Vec::new();
        let mut record = ByteRecord::new();
        while csv.read_byte_record(&mut record).with_context(|| format!("cannot read {shown}"))? {
            self.rows += 1;
            if self.rows > most_rows {
                bail!("there are more than {} rows: import part after part", grouped(most_rows));
            }
            let line = record.position().map_or(0, |position| line(&text, position));
            match fields(&record, &columns) {
                Ok(value) => rows.push(Row { file, line, value }),
                Err(message) => self.problems.push(Problem { file, line, message }),
            }
        }
        Ok(rows)
    }
}

/// The text of a file, inflated where it begins as gzip does.
fn unpack(input: impl Read + 'static) -> Result<Box<dyn Read>> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let is_gzip = input.fill_buf().context("cannot read it")?.starts_with(&GZIP);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) })
}

/// The line on which a record begins. Its position is where the one before it ended, so that blank
/// lines, and the second half of a line end of Windows, lie between.
fn line(text: &[u8], position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let between = text.get(start..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    between.filter(|byte| **byte == b'\n').fold(position.line(), |line, _| line + 1)
}

fn position(header: &ByteRecord, name: &str) -> Option<usize> {
    header.iter().position(|column| column.trim_ascii() == name.as_bytes())
}

fn column(header: &ByteRecord, name: &str, path: &Path) -> Result<usize> {
    if let Some(position) = position(header, name) {
        return Ok(position);
    }
    let shown = path.display();
    if header.iter().all(<[u8]>::is_empty) {
        bail!("{shown} is empty: its first line must name the columns, among them `{name}`");
    }
    let found: Vec<_> = header.iter().map(|column| format!("`{}`", String::from_utf8_lossy(column))).collect();
    bail!("{shown} has no column `{name}`: its first line names {}", found.join(", "))
}

/// The wanted fields of a row, in the order of `columns`.
fn fields(record: &ByteRecord, columns: &[usize]) -> Result<Vec<String>, String> {
    let field = |column: &usize| {
        let bytes = record.get(*column).ok_or_else(|| "the row has fewer columns than the first line".to_owned())?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "the row is not UTF-8".to_owned())
    };
    columns.iter().map(field).collect()
}

#[cfg(test)]
mod tests;
