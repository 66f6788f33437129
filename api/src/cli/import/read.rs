//! Reads the files of an import. Every row is understood whole or is a problem with its line.

use super::super::output::grouped;
use super::columns::{
    FileKind, Header, PERMISSIONS, ROLE_HIERARCHY, ROLE_PERMISSIONS, ROLES, USER_PERMISSIONS, USER_ROLES,
};
use super::fields::Fields;
use super::records::{Record, Records};
use super::unpack;
use anyhow::{Context, Result, bail};
use rustc_hash::FxHashSet;
use service::import::{
    AssignmentEntry, GrantEntry, ImportRow, InheritanceEntry, PermissionEntry, Place, Problem, Problems, RoleEntry,
    RoleGrantEntry, SharedName,
};
use std::path::Path;

/// Limits of memory: large enough for any organization, small enough for a small machine.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Decompressed size of one file, in MiB.
    mebibytes: usize,
    /// Number of rows in all files.
    rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { mebibytes: 256, rows: 2_000_000 }
    }
}

/// Reads files in order and collects the problems of rows. Each method fails with one line when a file cannot be read or
/// exceeds the limits.
#[derive(Debug, Default)]
pub(super) struct Reader<'a> {
    /// Files read so far.
    pub(super) files: Vec<&'a Path>,
    /// Problems of rows.
    pub(super) problems: Problems,
    /// Names read so far, which rows share.
    names: Names,
    /// Columns without a meaning that are passed over.
    ignored: &'a [String],
    limits: Limits,
    /// Rows read so far.
    rows: usize,
}

impl<'a> Reader<'a> {
    /// A reader that passes over these columns where they have no meaning.
    pub(super) fn new(ignored: &'a [String]) -> Self {
        Self { ignored, ..Self::default() }
    }

    pub(super) fn roles(&mut self, path: &'a Path) -> Result<Vec<ImportRow<RoleEntry>>> {
        self.rows(path, ROLES, |fields, _| {
            Ok(RoleEntry {
                name: fields.text("role")?.to_owned(),
                description: fields.optional("description")?.map(str::to_owned),
                is_default: fields.flag("is_default")?,
                requires_activation: fields.flag("requires_activation")?,
            })
        })
    }

    pub(super) fn permissions(&mut self, path: &'a Path) -> Result<Vec<ImportRow<PermissionEntry>>> {
        self.rows(path, PERMISSIONS, |fields, _| {
            let description = fields.optional("description")?.map(str::to_owned);
            Ok(PermissionEntry { name: fields.text("permission")?.to_owned(), description })
        })
    }

    pub(super) fn user_roles(&mut self, path: &'a Path) -> Result<Vec<ImportRow<AssignmentEntry>>> {
        self.rows(path, USER_ROLES, |fields, names| {
            let (user, role) = (names.shared(fields.text("user")?), names.shared(fields.text("role")?));
            Ok(AssignmentEntry { user, role, terms: fields.terms()? })
        })
    }

    pub(super) fn user_permissions(&mut self, path: &'a Path) -> Result<Vec<ImportRow<GrantEntry>>> {
        self.rows(path, USER_PERMISSIONS, |fields, names| {
            let (user, permission) = (names.shared(fields.text("user")?), names.shared(fields.text("permission")?));
            Ok(GrantEntry { user, permission, terms: fields.terms()? })
        })
    }

    pub(super) fn role_permissions(&mut self, path: &'a Path) -> Result<Vec<ImportRow<RoleGrantEntry>>> {
        self.rows(path, ROLE_PERMISSIONS, |fields, names| {
            let (role, permission) = (names.shared(fields.text("role")?), names.shared(fields.text("permission")?));
            Ok(RoleGrantEntry { role, permission })
        })
    }

    pub(super) fn role_hierarchy(&mut self, path: &'a Path) -> Result<Vec<ImportRow<InheritanceEntry>>> {
        self.rows(path, ROLE_HIERARCHY, |fields, names| {
            let (senior, junior) = (names.shared(fields.text("senior")?), names.shared(fields.text("junior")?));
            Ok(InheritanceEntry { senior, junior })
        })
    }

    fn rows<T>(
        &mut self,
        path: &'a Path,
        kind: FileKind,
        read: impl Fn(Fields<'_>, &mut Names) -> Result<T, String>,
    ) -> Result<Vec<ImportRow<T>>> {
        let unreadable = || format!("cannot read {}", path.display());
        let text = unpack::text(path, self.limits.mebibytes)?;
        let file = self.files.len();
        self.files.push(path);
        let mut records = Records::new(&text);
        let mut rows = Vec::new();
        let Some(header) = self.header(records.next().with_context(unreadable)?, kind) else { return Ok(rows) };
        while let Some(record) = records.next().with_context(unreadable)? {
            self.rows += 1;
            if self.rows > self.limits.rows {
                bail!("there are more than {} rows: split the files and import the parts", grouped(self.limits.rows));
            }
            let line = record.line;
            match value(&header, &record, |fields| read(fields, &mut self.names)) {
                Ok(value) => rows.push(ImportRow { file, line, value }),
                Err((line, message)) => self.problems.push(Problem::at(Place { file, line }, message)),
            }
        }
        Ok(rows)
    }

    /// The header of the file that is read; `None` when its rows cannot be read.
    fn header(&mut self, record: Option<Record<'_>>, kind: FileKind) -> Option<Header> {
        let file = self.files.len().saturating_sub(1);
        let Some(record) = record else {
            let columns: Vec<String> = kind.required.iter().map(|column| format!("`{column}`")).collect();
            let message = format!("the file is empty: its first line must name the columns {}", columns.join(" and "));
            self.problems.push(Problem::at(Place { file, line: 1 }, message));
            return None;
        };
        if let Some(fault) = record.fault {
            self.problems.push(Problem::at(Place { file, line: fault.line }, fault.message));
            return None;
        }
        let header = Header::new(record.fields);
        let missing = header.missing(kind);
        let is_readable = missing.is_empty();
        for message in missing.into_iter().chain(header.problems(kind, self.ignored)) {
            self.problems.push(Problem::at(Place { file, line: record.line }, message));
        }
        is_readable.then_some(header)
    }
}

/// Names, each once.
#[derive(Debug, Default)]
struct Names(FxHashSet<SharedName>);

impl Names {
    fn shared(&mut self, text: &str) -> SharedName {
        if let Some(known) = self.0.get(text) {
            return SharedName::clone(known);
        }
        let name = SharedName::from(text);
        self.0.insert(SharedName::clone(&name));
        name
    }
}

/// The value of a row; otherwise a line and the problem.
fn value<T>(
    header: &Header,
    record: &Record<'_>,
    read: impl FnOnce(Fields<'_>) -> Result<T, String>,
) -> Result<T, (u64, String)> {
    if let Some(fault) = &record.fault {
        return Err((fault.line, fault.message.clone()));
    }
    let problem = |message| Err((record.line, message));
    let (fields, columns) = (record.fields.len(), header.len());
    if header.is_repeated_by(record.fields) {
        return problem(
            "a header within the file: join files without their headers, or import them one by one".to_owned(),
        );
    }
    if fields != columns {
        let than = if fields < columns { "fewer" } else { "more" };
        return problem(format!("the row has {than} fields than the header: {fields}, not {columns}"));
    }
    read(Fields { header, record: record.fields }).or_else(problem)
}

#[cfg(test)]
mod tests;
