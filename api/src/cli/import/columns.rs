//! The columns of each kind of file. A column has a meaning or is refused.

use csv::ByteRecord;

/// Columns of a kind of file.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileKind {
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

pub(super) const ROLES: FileKind =
    FileKind { required: &["role"], optional: &["description", "is_default", "requires_activation"] };
pub(super) const PERMISSIONS: FileKind = FileKind { required: &["permission"], optional: &["description"] };
pub(super) const USER_ROLES: FileKind = FileKind { required: &["user", "role"], optional: TERMS };
pub(super) const USER_PERMISSIONS: FileKind = FileKind { required: &["user", "permission"], optional: TERMS };
pub(super) const ROLE_PERMISSIONS: FileKind = FileKind { required: &["role", "permission"], optional: &[] };
pub(super) const ROLE_HIERARCHY: FileKind = FileKind { required: &["senior", "junior"], optional: &[] };

const TERMS: &[&str] = &["valid_from", "expires_at", "reason"];

impl FileKind {
    fn all() -> [Self; 6] {
        [ROLES, PERMISSIONS, USER_ROLES, USER_PERMISSIONS, ROLE_PERMISSIONS, ROLE_HIERARCHY]
    }

    /// Whether a column has a meaning in files of this kind.
    fn reads(self, column: &str) -> bool {
        self.required.contains(&column) || self.optional.contains(&column)
    }
}

/// The first record of a file: the names of its columns.
#[derive(Debug)]
pub(super) struct Header {
    columns: Vec<String>,
}

impl Header {
    /// The names, without blanks around them.
    pub(super) fn new(record: &ByteRecord) -> Self {
        Self { columns: record.iter().map(name).collect() }
    }

    /// Number of columns.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Position of a column.
    pub(super) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known == column)
    }

    /// Required columns that are missing. Without any, the rows can be read.
    pub(super) fn missing(&self, kind: FileKind) -> Vec<String> {
        let missing = kind.required.iter().filter(|column| self.position(column).is_none());
        missing.map(|column| format!("there is no column `{column}`: the header names {}", self.listed())).collect()
    }

    /// Columns that occur twice, and columns without a meaning that are not among `ignored`.
    pub(super) fn problems(&self, kind: FileKind, ignored: &[String]) -> Vec<String> {
        let mut problems = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            if self.position(column) != Some(at) {
                problems.push(format!("the column `{column}` occurs twice"));
            } else if !kind.reads(column) && !ignored.contains(column) {
                let known: Vec<String> =
                    kind.required.iter().chain(kind.optional).map(|name| format!("`{name}`")).collect();
                problems.push(format!(
                    "the column `{column}` has no meaning here: the columns are {}; `--ignore-columns` passes over others",
                    known.join(", ")
                ));
            }
        }
        problems
    }

    /// Whether a row is a header itself: of this file again, in any order, or of another file of an import.
    pub(super) fn is_repeated_by(&self, record: &ByteRecord) -> bool {
        let fields: Vec<String> = record.iter().map(name).collect();
        let is_column = |field: &String| self.columns.contains(field);
        if fields.iter().all(is_column) && self.columns.iter().all(|column| fields.contains(column)) {
            return true;
        }
        let names_all = |kind: FileKind| kind.required.iter().all(|column| fields.iter().any(|field| field == column));
        let is_known = |field: &String| is_column(field) || FileKind::all().iter().any(|kind| kind.reads(field));
        fields.len() > 1 && fields.iter().all(is_known) && FileKind::all().into_iter().any(names_all)
    }

    fn listed(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| format!("`{column}`")).collect();
        names.join(", ")
    }
}

/// The name in a field of a header; the header of a file that was appended may begin with a byte order mark.
fn name(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    text.trim_start_matches('\u{feff}').trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Header {
        Header::new(&record(text))
    }

    fn record(text: &str) -> ByteRecord {
        ByteRecord::from(text.split(',').collect::<Vec<_>>())
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let header = header(" expires_at,role , user");
        assert!(header.missing(USER_ROLES).is_empty() && header.problems(USER_ROLES, &[]).is_empty());
        assert_eq!(
            ["user", "role", "expires_at", "reason"].map(|name| header.position(name)),
            [Some(2), Some(1), Some(0), None]
        );
    }

    #[test]
    fn a_column_without_a_meaning_is_a_problem_unless_it_is_ignored() {
        let header = header("user,role,until,note");
        let ignored = ["until".to_owned(), "note".to_owned()];
        assert_eq!(header.problems(USER_ROLES, &ignored), Vec::<String>::new());
        let problems = header.problems(USER_ROLES, &ignored[..1]);
        let expected = "the column `note` has no meaning here: the columns are `user`, `role`, `valid_from`, `expires_at`, \
             `reason`; `--ignore-columns` passes over others";
        assert_eq!(problems, [expected]);
        // What one kind of file reads has no meaning in another.
        assert_eq!(super::Header::new(&record("role,permission,reason")).problems(ROLE_PERMISSIONS, &[]).len(), 1);
    }

    #[test]
    fn a_repeated_or_missing_column_is_a_problem() {
        assert_eq!(header("user,role,user").problems(USER_ROLES, &[]), ["the column `user` occurs twice"]);
        assert_eq!(header("user,a,a").problems(USER_ROLES, &["a".to_owned()]), ["the column `a` occurs twice"]);
        let missing = header("user,User").missing(USER_ROLES);
        assert_eq!(missing, ["there is no column `role`: the header names `user`, `User`"]);
    }

    #[test]
    fn a_second_header_is_known_by_its_names() {
        let files = header("user,role,expires_at");
        for row in
            ["user,role,expires_at", "role,user,expires_at", "\u{feff}user,role,expires_at", "role,permission,reason"]
        {
            assert!(files.is_repeated_by(&record(row)), "{row}");
        }
        for row in ["user,clerk,", "bob,role,expires_at", "user,user,reason", "reason,reason,reason"] {
            assert!(!files.is_repeated_by(&record(row)), "{row}");
        }
        assert!(header("role").is_repeated_by(&record("role")));
        assert!(!header("role").is_repeated_by(&record("permission")));
    }
}
