//! What operators ask about an installation, without starting it.

use crate::{Database, Result, boxed, store};

/// Size of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSize {
    /// Name of the table.
    pub name: String,
    /// Number of rows.
    pub rows: u64,
    /// Bytes that the table and its indexes occupy; an estimate on MariaDB.
    pub bytes: u64,
}

/// Sizes of all tables, by name.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn table_sizes(database: &Database) -> Result<Vec<TableSize>> {
    store::sizes::tables(database.background()).await
}
