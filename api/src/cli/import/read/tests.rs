use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::path::PathBuf;

/// A file that goes when the test ends.
struct Sample(PathBuf);

impl Sample {
    fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("keyward-{}-{name}.csv", std::process::id()));
        std::fs::write(&path, content).expect("the temporary folder can be written");
        Self(path)
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

const COLUMNS: [&str; 2] = ["role", "permission"];

/// Rows with their lines, and problems with theirs.
type Outcome = (Vec<(u64, String, String)>, Vec<(u64, String)>);

fn read(name: &str, content: impl AsRef<[u8]>) -> Outcome {
    let sample = Sample::new(name, content);
    let mut reader = Reader::default();
    let rows = reader.pairs(&sample.0, COLUMNS).expect("the file can be read");
    let rows = rows.into_iter().map(|row| (row.line, row.value.0, row.value.1)).collect();
    (rows, reader.problems.into_iter().map(|problem| (problem.line, problem.message)).collect())
}

fn refused(name: &str, content: impl AsRef<[u8]>) -> String {
    let sample = Sample::new(name, content);
    let error = Reader::default().pairs(&sample.0, COLUMNS).expect_err("the file is refused");
    crate::startup::one_line(&error).replace(&sample.0.display().to_string(), "FILE")
}

fn row(line: u64, role: &str, permission: &str) -> (u64, String, String) {
    (line, role.to_owned(), permission.to_owned())
}

#[test]
fn columns_are_found_by_name_and_others_passed_over() {
    let (rows, problems) = read("order", "note,permission,role\nx,p1,r1\ny,p2,r2\n");
    assert_eq!(rows, [row(2, "r1", "p1"), row(3, "r2", "p2")]);
    assert!(problems.is_empty());
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    let (rows, _) = read("bom", "\u{feff}role,permission\r\nr1,p1\r\n\r\nr2,p2\r\n");
    assert_eq!(rows.iter().map(|row| row.1.as_str()).collect::<Vec<_>>(), ["r1", "r2"]);
}

#[test]
fn quoted_fields_may_hold_commas_quotes_and_line_ends() {
    let (rows, _) = read("quotes", "role,permission\n\"a, \"\"b\"\"\",\"two\nlines\"\nr2,p2\n");
    assert_eq!(rows, [row(2, "a, \"b\"", "two\nlines"), row(4, "r2", "p2")]);
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let (rows, _) = read("windows", "\u{feff}role,permission\r\nr1,p1\r\n\r\nr2,\"two\r\nlines\"\r\nr3,p3");
    assert_eq!(rows, [row(2, "r1", "p1"), row(4, "r2", "two\r\nlines"), row(6, "r3", "p3")]);
    let (rows, _) = read("blank-lines", "\n\nrole,permission\n\n\nr1,p1\n\nr2,p2\n");
    assert_eq!(rows, [row(6, "r1", "p1"), row(8, "r2", "p2")]);
}

#[test]
fn gzip_is_known_by_its_first_bytes() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"role,permission\nr1,p1\n").expect("memory can be written");
    let (rows, _) = read("gzip", packed.finish().expect("memory can be written"));
    assert_eq!(rows, [row(2, "r1", "p1")]);
}

#[test]
fn rows_that_cannot_be_read_are_problems_with_their_lines() {
    let (rows, problems) = read("short", b"role,permission\nr1\nr2,p2\n\xff,p3\n");
    assert_eq!(rows, [row(3, "r2", "p2")]);
    let expected = [(2, "the row has fewer columns than the first line"), (4, "the row is not UTF-8")];
    assert_eq!(problems, expected.map(|(line, message)| (line, message.to_owned())));
}

#[test]
fn a_missing_column_is_named() {
    assert_eq!(
        refused("column", "role,right\nr1,p1\n"),
        "FILE has no column `permission`: its first line names `role`, `right`"
    );
}

#[test]
fn an_empty_file_is_refused() {
    let line = "FILE is empty: its first line must name the columns, among them `role`";
    assert_eq!(refused("empty", ""), line);
    assert_eq!(refused("blank", "\n\n"), line);
}

#[test]
fn a_damaged_archive_is_refused() {
    assert!(refused("damaged", [0x1f, 0x8b, 0x08, 0, 1, 2, 3]).starts_with("cannot read FILE: "));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Reader::default().pairs(Path::new("no/such.csv"), COLUMNS).expect_err("there is none");
    assert!(crate::startup::one_line(&error).starts_with("cannot open no/such.csv: "));
}

#[test]
fn descriptions_are_optional() {
    let with = Sample::new("with", "role,title,description\nr1,t,what for\nr2,t,\n");
    let without = Sample::new("without", "role\nr3\n");
    let mut reader = Reader::default();
    let mut rows = reader.described(&with.0, "role", "description").expect("the file can be read");
    rows.extend(reader.described(&without.0, "role", "description").expect("the file can be read"));
    let values: Vec<_> = rows.iter().map(|row| (row.file, row.value.0.as_str(), row.value.1.as_deref())).collect();
    assert_eq!(values, [(0, "r1", Some("what for")), (0, "r2", None), (1, "r3", None)]);
}

#[test]
fn no_file_takes_more_memory_than_it_may_however_small_it_was_packed() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(b"role,permission\n").expect("a buffer takes bytes");
    packer.write_all(&vec![0; 1 << 20]).expect("a buffer takes bytes");
    let packed = packer.finish().expect("a buffer takes bytes");
    assert!(packed.len() < 10_000);
    let sample = Sample::new("bomb", packed);
    let limits = Limits { mebibytes: 1, ..Limits::default() };
    let error = Reader { limits, ..Reader::default() }.pairs(&sample.0, COLUMNS).expect_err("too much text");
    let expected = "holds more than 1 MiB once it is unpacked: split it, and import part after part";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn rows_are_counted_over_all_files() {
    let sample = Sample::new("rows", "role,permission\na,b\nc,d\n");
    let mut reader = Reader { limits: Limits { rows: 3, ..Limits::default() }, ..Reader::default() };
    assert_eq!(reader.pairs(&sample.0, COLUMNS).expect("two rows").len(), 2);
    let error = reader.pairs(&sample.0, COLUMNS).expect_err("four rows");
    assert_eq!(error.to_string(), "there are more than 3 rows: import part after part");
}
