//! Text search: case-insensitive, without wildcards.

use crate::text::folded;
use sea_orm::sea_query::{Expr, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ExprTrait, IntoSimpleExpr};

/// Longest text in a searched column, in characters.
const MAX_CHARS: usize = 2_000;
/// Escape character of patterns; the same for every database.
const ESCAPE: char = '!';

/// Rows in which one of the columns contains `text`: `keys` are case-folded; `texts` are compared in lower case, as far
/// as the database converts it (SQLite: ASCII), and exactly. Every row contains the empty text; no row contains a text
/// that cannot be stored.
pub(in crate::store) fn contains<C: ColumnTrait>(text: &str, keys: &[C], texts: &[C]) -> Condition {
    if let Some(decided) = without_reading(text) {
        return decided;
    }
    let (folded, exact) = (pattern(&folded(text)), pattern(text));
    let like = |column: Expr, pattern: &str| column.like(LikeExpr::new(pattern).escape(ESCAPE));
    let mut found = Condition::any();
    for key in keys {
        found = found.add(like(key.into_simple_expr(), &folded));
    }
    for column in texts {
        found = found.add(like(Func::lower(column.into_simple_expr()).into(), &folded));
        if !is_its_own_fold(text) {
            found = found.add(like(column.into_simple_expr(), &exact));
        }
    }
    found
}

/// As [`contains`] for one text on PostgreSQL, by the operators that an index of trigrams serves.
pub(in crate::store) fn contains_by_trigrams<C: ColumnTrait>(text: &str, column: C) -> Condition {
    if let Some(decided) = without_reading(text) {
        return decided;
    }
    let matches = |operator: &str, pattern: String| {
        let sql = format!("$1 {operator} $2 ESCAPE '{ESCAPE}'");
        Expr::cust_with_exprs(sql, [column.into_simple_expr(), Expr::value(pattern)])
    };
    let found = Condition::any().add(matches("ILIKE", pattern(&folded(text))));
    if is_its_own_fold(text) { found } else { found.add(matches("LIKE", pattern(text))) }
}

/// Whether a text contains this one exactly only when it does so in lower case, whatever the locale of the database.
fn is_its_own_fold(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

/// The condition for a text that all rows contain, or none.
fn without_reading(text: &str) -> Option<Condition> {
    if text.is_empty() {
        return Some(Condition::all());
    }
    (text.contains('\0') || text.chars().take(MAX_CHARS + 1).count() > MAX_CHARS).then(no_rows)
}

pub(in crate::store) fn no_rows() -> Condition {
    Condition::all().add(Expr::cust("1 = 0"))
}

fn pattern(text: &str) -> String {
    format!("%{}%", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            escaped.push(ESCAPE);
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::permission::Column;
    use sea_orm::{DbBackend, EntityTrait, QueryFilter, QueryTrait};

    #[test]
    fn wildcards_are_escaped() {
        assert_eq!(escaped(r"100%_!\'"), r"100!%!_!!\'");
        assert_eq!(pattern("role"), "%role%");
    }

    #[test]
    fn no_row_contains_a_text_that_cannot_be_stored() {
        for text in ["a\0b".to_owned(), "x".repeat(2_000_000)] {
            let query = entity::permission::Entity::find().filter(contains(&text, &[Column::Name], &[]));
            assert!(query.build(DbBackend::Sqlite).to_string().ends_with("WHERE 1 = 0"));
        }
    }

    #[test]
    fn every_row_contains_the_empty_text() {
        assert!(contains("", &[Column::Name], &[]).is_empty());
    }
}
