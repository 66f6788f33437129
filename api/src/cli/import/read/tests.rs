use super::super::sample::{Sample, packed};
use super::*;

/// Rows with their lines, and problems with theirs.
type Outcome = (Vec<(u64, String, String)>, Vec<(u64, String)>);

fn read(content: impl AsRef<[u8]>) -> Outcome {
    read_ignoring(content, &[])
}

fn read_ignoring(content: impl AsRef<[u8]>, ignored: &[&str]) -> Outcome {
    let sample = Sample::new(content);
    let ignored: Vec<String> = ignored.iter().map(|&column| column.to_owned()).collect();
    let mut reader = Reader::new(&ignored);
    let rows = reader.role_permissions(sample.path()).expect("the file can be read");
    let rows =
        rows.into_iter().map(|row| (row.line, row.value.role.to_string(), row.value.permission.to_string())).collect();
    (rows, problems(reader.problems))
}

fn problems(problems: Problems) -> Vec<(u64, String)> {
    problems.into_first().into_iter().map(|problem| (problem.line, problem.message)).collect()
}

fn row(line: u64, role: &str, permission: &str) -> (u64, String, String) {
    (line, role.to_owned(), permission.to_owned())
}

#[test]
fn columns_are_found_by_name_and_others_are_refused_or_ignored() {
    let text = "note,permission,role\nx,p1,r1\ny,p2,r2\n";
    let expected = vec![row(2, "r1", "p1"), row(3, "r2", "p2")];
    assert_eq!(read_ignoring(text, &["note"]), (expected.clone(), Vec::new()));
    let (rows, problems) = read(text);
    assert_eq!(rows, expected);
    assert!(problems[0].1.starts_with("the column `note` has no meaning here"), "{problems:?}");
    assert_eq!((problems.len(), problems[0].0), (1, 1));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    let (rows, problems) = read("\u{feff}role,permission\r\nr1,p1\r\n\r\nr2,p2\r\n");
    assert_eq!(rows.iter().map(|row| row.1.as_str()).collect::<Vec<_>>(), ["r1", "r2"]);
    assert!(problems.is_empty());
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let (rows, _) = read("\u{feff}role,permission\r\nr1,p1\r\n\r\nr2,\"two\r\nlines\"\r\nr3,p3");
    assert_eq!(rows, [row(2, "r1", "p1"), row(4, "r2", "two\r\nlines"), row(6, "r3", "p3")]);
    let (rows, _) = read("\n\nrole,permission\n\n\nr1,p1\n\nr2,p2\n");
    assert_eq!(rows, [row(6, "r1", "p1"), row(8, "r2", "p2")]);
    let (_, problems) = read("\n\nrole,permission,note\n\n\nr1,p1\n");
    assert_eq!(problems.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 6]);
}

#[test]
fn joined_members_of_gzip_are_one_file_whose_second_header_is_a_problem() {
    let members = [packed(b"role,permission\nr1,p1\n"), packed(b"role,permission\nr2,p2\n")].concat();
    let (rows, problems) = read(members);
    assert_eq!(rows, [row(2, "r1", "p1"), row(4, "r2", "p2")]);
    let message = "a header within the file: join files without their headers, or import them one by one";
    assert_eq!(problems, [(3, message.to_owned())]);
}

#[test]
fn rows_that_cannot_be_read_are_problems_with_their_lines() {
    let text = b"role,permission\nr1\nr2,p2\n\xff,p3\nr4,p4,\nr5,p5,p6\n\"r6\"x,p7\nr8,p8\n\"r9,p9\nr10,p10\n";
    let (rows, problems) = read(text);
    assert_eq!(rows, [row(3, "r2", "p2"), row(8, "r8", "p8")]);
    let expected = [
        (2, "the row has fewer fields than the header: 1, not 2"),
        (4, "the row is not UTF-8"),
        (5, "the row has more fields than the header: 3, not 2"),
        (6, "the row has more fields than the header: 3, not 2"),
        (7, "text follows the closing quote of a field"),
        (9, "a quote opens a field and is not closed before the end of the file"),
    ];
    assert_eq!(problems, expected.map(|(line, message)| (line, message.to_owned())));
}

#[test]
fn a_missing_column_or_an_empty_file_is_a_problem() {
    let (rows, problems) = read("role,right\nr1,p1\n");
    assert!(rows.is_empty());
    assert_eq!(problems[0], (1, "there is no column `permission`: the header names `role`, `right`".to_owned()));
    let empty = "the file is empty: its first line must name the columns `role` and `permission`";
    for text in ["", "\n\n", "\r\n"] {
        assert_eq!(read(text), (Vec::new(), vec![(1, empty.to_owned())]), "{text:?}");
    }
    assert_eq!(read("\"role,permission\nr1,p1\n").1[0].0, 1);
}

#[test]
fn attributes_of_roles_are_read_and_optional() {
    let with = Sample::new("requires_activation,role,description,is_default\ntrue,r1,what for,false\n,r2,,\nno,r3,,\n");
    let without = Sample::new("role\nr4\n");
    let mut reader = Reader::new(&[]);
    let mut rows = reader.roles(with.path()).expect("the file can be read");
    rows.extend(reader.roles(without.path()).expect("the file can be read"));
    let values = rows.iter().map(|row| {
        let RoleEntry { name, description, is_default, requires_activation } = &row.value;
        (row.file, name.as_str(), description.as_deref(), *is_default, *requires_activation)
    });
    let expected = [
        (0, "r1", Some("what for"), Some(false), Some(true)),
        (0, "r2", None, None, None),
        (1, "r4", None, None, None),
    ];
    assert_eq!(values.collect::<Vec<_>>(), expected);
    let message = "`requires_activation`: `no` is neither `true` nor `false`";
    assert_eq!(problems(reader.problems), [(4, message.to_owned())]);
}

#[test]
fn rows_are_counted_over_all_files() {
    let sample = Sample::new("role,permission\na,b\nc,d\n");
    let mut reader = Reader { limits: Limits { rows: 3, ..Limits::default() }, ..Reader::default() };
    assert_eq!(reader.role_permissions(sample.path()).expect("two rows").len(), 2);
    let error = reader.role_permissions(sample.path()).expect_err("four rows");
    assert_eq!(error.to_string(), "there are more than 3 rows: split the files and import the parts");
}
