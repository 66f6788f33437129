use super::*;
use entity::permission::{Column, Entity};
use sea_orm::{ColumnTrait, QueryFilter};

/// The number of statements for that many lists of that many values; each list is in exactly one of them.
fn split(lists: usize, values: usize) -> usize {
    let list = |_| Entity::find().filter(Column::Name.is_in((0..values).map(|name| name.to_string()))).into_query();
    let statements = statements((0..lists).map(list).collect(), |list| list, DbBackend::Sqlite);
    let sql: String = statements.iter().map(|statement| DbBackend::Sqlite.build(statement).sql).collect();
    for number in 0..lists {
        assert_eq!(sql.matches(&format!(", {number} AS \"list\"")).count(), 1, "{number}");
    }
    statements.len()
}

#[test]
fn lists_share_a_statement_within_the_limits_of_the_database() {
    assert_eq!(split(MAX_LISTS, 1), 1);
    assert_eq!(split(MAX_LISTS + 1, 1), 2);
    assert_eq!(split(2, MAX_VALUES / 2), 1);
    assert_eq!(split(2, MAX_VALUES / 2 + 1), 2);
    assert_eq!(split(1, MAX_VALUES + 1), 1, "a single list is never split");
}
