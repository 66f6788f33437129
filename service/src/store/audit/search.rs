//! Entries whose summary contains a text, by the index of trigrams.

use super::page;
use crate::Result;
use crate::database::Connection;
use crate::store::among;
use crate::text::folded;
use entity::audit_event::Column;
use sea_orm::{Condition, DbBackend, Statement};
use uuid::Uuid;

/// Entries that are read by their ids. More are so many that a page of them is found soon in the order of the list.
const MAX_FOUND: usize = 2_000;
/// Trigrams of one search. The index only narrows: each entry is compared with the whole text.
const MAX_TRIGRAMS: usize = 64;

/// Entries that contain `text`: the same on every database, with the index or without.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(super) async fn containing<C: Connection>(connection: &C, text: &str) -> Result<Condition> {
    let contains = || page::contains(text, &[], &[Column::Summary]);
    match connection.get_database_backend() {
        DbBackend::Postgres => Ok(page::contains_by_trigrams(text, Column::Summary)),
        DbBackend::Sqlite => Ok(narrowed(connection, text).await?.map_or_else(contains, |found| found.add(contains()))),
        _ => Ok(contains()),
    }
}

/// Few entries with the trigrams of the text, from the index of SQLite; `None` when they are many, or the index does not
/// know.
async fn narrowed<C: Connection>(connection: &C, text: &str) -> Result<Option<Condition>> {
    let Some(trigrams) = trigrams(text) else { return Ok(None) };
    let sql = "SELECT event_id FROM audit_numbers WHERE number IN (SELECT rowid FROM audit_texts WHERE audit_texts MATCH ? LIMIT ?)";
    let limit = i64::try_from(MAX_FOUND).unwrap_or(i64::MAX).saturating_add(1);
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [trigrams.into(), limit.into()]);
    let rows = connection.query_all_raw(statement).await?;
    let found = rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<Vec<Uuid>, _>>()?;
    Ok((found.len() <= MAX_FOUND).then(|| Condition::all().add(among(connection, Column::Id, found))))
}

/// A query of FTS5 for rows with all trigrams of the text, as it is or folded; `None` when it has fewer than three
/// characters.
fn trigrams(text: &str) -> Option<String> {
    let exact = all_trigrams(text)?;
    let folded = folded(text);
    if folded.eq_ignore_ascii_case(text) {
        return Some(exact);
    }
    // A fold may be shorter than its text.
    all_trigrams(&folded).map(|folded| format!("({exact}) OR ({folded})"))
}

fn all_trigrams(text: &str) -> Option<String> {
    let characters: Vec<char> = text.chars().take(MAX_TRIGRAMS + 2).collect();
    let quoted = |trigram: &[char]| format!("\"{}\"", trigram.iter().collect::<String>().replace('"', "\"\""));
    let trigrams: Vec<String> = characters.windows(3).map(quoted).collect();
    (!trigrams.is_empty() && !text.contains('\0')).then(|| trigrams.join(" "))
}

#[cfg(test)]
mod tests;
