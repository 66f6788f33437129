//! Records of a CSV file (RFC 4180), each with its line. The reader of the crate `csv` takes whatever it finds; what does
//! not follow the rules of quotes is a fault of the record.

use csv::{ByteRecord, ReaderBuilder};

/// Reads the records of a text. Blank lines are passed over.
pub(super) struct Records<'t> {
    text: &'t [u8],
    csv: csv::Reader<&'t [u8]>,
    fields: ByteRecord,
}

/// A record.
#[derive(Debug)]
pub(super) struct Record<'r> {
    /// Line on which it begins, from 1.
    pub(super) line: u64,
    /// The fields, without quotes.
    pub(super) fields: &'r ByteRecord,
    /// The violation of the rules of quotes.
    pub(super) fault: Option<Fault>,
}

/// A violation of the rules of quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Line of the quote, from 1.
    pub(super) line: u64,
    /// Description.
    pub(super) message: String,
}

impl<'t> Records<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let csv = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text);
        Self { text, csv, fields: ByteRecord::new() }
    }

    /// The next record, if there is one.
    ///
    /// # Errors
    /// Those of the crate `csv`.
    pub(super) fn next(&mut self) -> csv::Result<Option<Record<'_>>> {
        if !self.csv.read_byte_record(&mut self.fields)? {
            return Ok(None);
        }
        let Some(start) = self.fields.position() else { return Ok(None) };
        let line = line(self.text, start);
        let [start, end] = [start, self.csv.position()].map(|at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let raw = trimmed(self.text.get(start..end).unwrap_or_default());
        Ok(Some(Record { line, fields: &self.fields, fault: fault(raw, line) }))
    }
}

/// The line on which a record begins. Its position is the end of the previous record, before blank lines and the second
/// half of a CRLF.
fn line(text: &[u8], position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let between = text.get(start..).unwrap_or_default().iter().take_while(|byte| is_line_end(**byte));
    between.filter(|byte| **byte == b'\n').fold(position.line(), |line, _| line + 1)
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// A record without the line ends around it and without a byte order mark.
fn trimmed(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix("\u{feff}".as_bytes()).unwrap_or(raw);
    let start = raw.iter().position(|byte| !is_line_end(*byte)).unwrap_or(raw.len());
    let raw = raw.get(start..).unwrap_or_default();
    let end = raw.iter().rposition(|byte| !is_line_end(*byte)).map_or(0, |last| last + 1);
    raw.get(..end).unwrap_or_default()
}

/// Where a field is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Plain,
    Quoted,
    /// After a quote in a quoted field, which closes it or is the first of two.
    Closed,
}

/// The first violation of the rules of quotes in a record that begins on `line`.
fn fault(raw: &[u8], line: u64) -> Option<Fault> {
    let (mut place, mut opened) = (Place::Start, 0);
    for (at, byte) in raw.iter().enumerate() {
        place = match (place, byte) {
            (Place::Start, b'"') => {
                opened = at;
                Place::Quoted
            }
            (Place::Quoted, b'"') => Place::Closed,
            (Place::Closed, b'"') | (Place::Quoted, _) => Place::Quoted,
            (_, b',') => Place::Start,
            (Place::Plain, b'"') => {
                let message = "a quote within a field that has no quotes around it".to_owned();
                return Some(Fault { line: line_of(raw, at, line), message });
            }
            (Place::Closed, _) => {
                let (from, until) = (line_of(raw, opened, line), line_of(raw, at, line));
                let place = if from == until { String::new() } else { format!(" on line {until}") };
                return Some(Fault {
                    line: from,
                    message: format!("text follows the closing quote of a field{place}"),
                });
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
    }
    (place == Place::Quoted).then(|| {
        let message = "a quote opens a field and is not closed before the end of the file".to_owned();
        Fault { line: line_of(raw, opened, line), message }
    })
}

/// The line of a byte of a record that begins on `line`.
fn line_of(raw: &[u8], at: usize, line: u64) -> u64 {
    raw.iter().take(at).filter(|byte| **byte == b'\n').fold(line, |line, _| line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and fields of a record, or the line and the message of its fault.
    type Read = Result<(u64, Vec<String>), (u64, String)>;

    fn read(text: &str) -> Vec<Read> {
        let (mut records, mut found) = (Records::new(text.as_bytes()), Vec::new());
        while let Some(record) = records.next().expect("a record") {
            let fields = record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned());
            found.push(match record.fault {
                None => Ok((record.line, fields.collect())),
                Some(fault) => Err((fault.line, fault.message)),
            });
        }
        found
    }

    fn row(line: u64, fields: &[&str]) -> Read {
        Ok((line, fields.iter().map(|&field| field.to_owned()).collect()))
    }

    fn faults(text: &str) -> Vec<(u64, String)> {
        read(text).into_iter().filter_map(Result::err).collect()
    }

    #[test]
    fn quoted_fields_may_hold_commas_quotes_and_line_ends() {
        let text = "\u{feff}\"a, \"\"b\"\"\",\"two\nlines\"\r\n\r\n\"\",x\n\"\"\"\",\"a\r\nb\"\r\nlast,\"one\"";
        let expected = [
            row(1, &["a, \"b\"", "two\nlines"]),
            row(4, &["", "x"]),
            row(5, &["\"", "a\r\nb"]),
            row(7, &["last", "one"]),
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_a_fault_on_its_line() {
        let message = "a quote opens a field and is not closed before the end of the file";
        for (text, line) in [
            ("a,b\n\"c,d\ne,f\n", 2),
            ("a,b\n\nc,\"d\r\ne,f\r\n", 3),
            ("\"", 1),
            ("a,\"two\nlines\",\"x\nb\n", 2),
            ("a,\"\"\"\n", 1),
        ] {
            assert_eq!(faults(text), [(line, message.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn text_after_a_closing_quote_is_a_fault() {
        let message = "text follows the closing quote of a field";
        for text in ["\"a\"b,c\n", "x,\"a\" \n", "x,\"a\" ,y\r\n", "\"a\"\"b\"c,d"] {
            assert_eq!(faults(text), [(1, message.to_owned())], "{text:?}");
        }
        let swallowed = faults("\"bob,clerk\nana,clerk\n\"zoe\",clerk\nlast,clerk\n");
        assert_eq!(swallowed, [(1, format!("{message} on line 3"))]);
    }

    #[test]
    fn a_quote_within_a_plain_field_is_a_fault() {
        let message = "a quote within a field that has no quotes around it";
        for text in ["a\"b,c\n", "a,b\"", "a, \"b\"\n"] {
            assert_eq!(faults(text), [(1, message.to_owned())], "{text:?}");
        }
    }
}
