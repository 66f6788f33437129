use super::*;
use entity::permission::{Column, Entity};
use sea_orm::{ColumnTrait, QueryFilter};

/// How many statements so many lists of so many values take, and whether each list is in one of them.
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
fn lists_share_a_statement_as_far_as_the_database_allows() {
    assert_eq!(split(LISTS, 1), 1);
    assert_eq!(split(LISTS + 1, 1), 2);
    assert_eq!(split(2, VALUES / 2), 1);
    assert_eq!(split(2, VALUES / 2 + 1), 2);
    assert_eq!(split(1, VALUES + 1), 1, "what is too much alone is the database's to refuse");
}
