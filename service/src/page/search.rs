//! Looking for a text inside others, without regard to case, every character standing for itself.

use crate::text::folded;
use sea_orm::sea_query::{Expr, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ExprTrait, IntoSimpleExpr};

/// No stored text that is searched is longer, in characters.
const MAX_CHARS: usize = 2_000;
/// Stands before a character of a pattern that stands for itself; the same on every engine.
const ESCAPE: char = '!';

/// Rows in which one of the columns holds `text`. `keys` hold case-folded texts; `texts` are compared
/// in lower case as far as the engine knows case (SQLite: ASCII) and also exactly. An empty text is
/// in every row; one that cannot be stored is in none.
pub(crate) fn contains<C: ColumnTrait>(text: &str, keys: &[C], texts: &[C]) -> Condition {
    if text.is_empty() {
        return Condition::all();
    }
    if text.contains('\0') || text.chars().take(MAX_CHARS + 1).count() > MAX_CHARS {
        return nothing();
    }
    let (folded, exact) = (pattern(&folded(text)), pattern(text));
    let like = |column: Expr, pattern: &str| column.like(LikeExpr::new(pattern).escape(ESCAPE));
    let mut found = Condition::any();
    for key in keys {
        found = found.add(like(key.into_simple_expr(), &folded));
    }
    for text in texts {
        found = found.add(like(Func::lower(text.into_simple_expr()).into(), &folded));
        found = found.add(like(text.into_simple_expr(), &exact));
    }
    found
}

/// No row at all.
pub(crate) fn nothing() -> Condition {
    Condition::all().add(Expr::cust("1 = 0"))
}

/// Rows whose `column` begins with `start`, exactly.
pub(crate) fn starts_with<C: ColumnTrait>(start: &str, column: C) -> Expr {
    column.into_simple_expr().like(LikeExpr::new(format!("{}%", escaped(start))).escape(ESCAPE))
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
    fn wildcards_stand_for_themselves() {
        assert_eq!(escaped(r"100%_!\'"), r"100!%!_!!\'");
        assert_eq!(pattern("role"), "%role%");
    }

    #[test]
    fn a_text_that_cannot_be_stored_is_nowhere() {
        for text in ["a\0b".to_owned(), "x".repeat(2_000_000)] {
            let query = entity::permission::Entity::find().filter(contains(&text, &[Column::Name], &[]));
            assert!(query.build(DbBackend::Sqlite).to_string().ends_with("WHERE 1 = 0"));
        }
    }

    #[test]
    fn an_empty_text_is_everywhere() {
        assert!(contains("", &[Column::Name], &[]).is_empty());
    }
}
