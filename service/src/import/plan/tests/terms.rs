//! Periods and reasons of assignments and direct grants.

use super::*;
use crate::import::{AssignmentEntry, GrantEntry};

fn terms(from: Option<i64>, until: Option<i64>, reason: Option<&str>) -> Option<Arc<Terms>> {
    let reason = reason.map(str::to_owned);
    Some(Arc::new(Terms { valid_from: from.and_then(at), expires_at: until.and_then(at), reason }))
}

/// Assignments, one a row from line 2 on.
fn assignments(rows: &[(&str, &str, Option<Arc<Terms>>)]) -> Document {
    let row = |(line, (user, role, terms)): (u64, &(&str, &str, Option<Arc<Terms>>))| {
        let value = AssignmentEntry { user: (*user).into(), role: (*role).into(), terms: terms.clone() };
        ImportRow { file: 0, line, value }
    };
    Document { user_roles: (2..).zip(rows).map(row).collect(), ..Document::default() }
}

#[test]
fn a_row_has_its_own_terms_and_the_reason_of_the_import_without_one() {
    let mut document = assignments(&[
        ("bob", "a", None),
        ("bob", "b", terms(None, Some(1_001), None)),
        ("bob", "c", terms(Some(1), None, Some("its own"))),
    ]);
    document.rules.reason = Some("the import".to_owned());
    let planned = plan(&document).expect("the document is sound");
    let found: Vec<Terms> = planned.user_roles.iter().map(|new| Terms::clone(&new.terms)).collect();
    let expected = [
        Terms { valid_from: None, expires_at: None, reason: Some("the import".to_owned()) },
        Terms { valid_from: None, expires_at: at(1_001), reason: Some("the import".to_owned()) },
        Terms { valid_from: at(1), expires_at: None, reason: Some("its own".to_owned()) },
    ];
    assert_eq!(found, expected);
}

#[test]
fn terms_that_the_api_refuses_are_problems() {
    for (given, message) in [
        (terms(None, Some(1_000), None), "`expires_at`: the end must be in the future"),
        (terms(Some(3_000), Some(3_000), None), "`expires_at`: the end must be after the beginning"),
        (terms(None, None, Some(&"x".repeat(1_001))), "`reason`: the text is longer than 1000 characters"),
    ] {
        assert_eq!(problem(&assignments(&[("bob", "a", given)])), (2, message.to_owned()));
    }
    assert!(plan(&assignments(&[("bob", "a", terms(None, None, Some(&"x".repeat(1_000))))])).is_ok());
}

#[test]
fn a_period_that_differs_from_the_existing_one_is_a_problem() {
    let shortened = assignments(&[("ana", "user", terms(None, Some(5_000), None))]);
    let message = "user `ana` has `user` already, permanently: an import does not change the period";
    assert_eq!(problem(&shortened), (2, message.to_owned()));
    let moved = assignments(&[("ana", "Boss", terms(None, Some(3_000), None))]);
    let message = "user `ana` has `Boss` already, from the beginning until 1970-01-01T00:33:20Z: an import does not \
        change the period";
    assert_eq!(problem(&moved), (2, message.to_owned()));
    let grant = GrantEntry { user: "ana".into(), permission: "read".into(), terms: terms(Some(1), None, None) };
    let row = ImportRow { file: 0, line: 2, value: grant };
    assert_eq!(problem(&Document { user_permissions: vec![row], ..Document::default() }).0, 2);
}

#[test]
fn the_same_period_again_changes_nothing_even_when_it_is_over() {
    let again = assignments(&[("ana", "Boss", terms(None, Some(2_000), Some("again"))), ("ana", "user", None)]);
    let planned = plan(&again).expect("the document is sound");
    assert!(planned.is_empty() && planned.left.periods == 0);
}

#[test]
fn a_row_without_a_period_leaves_the_existing_one_and_says_so() {
    let planned = plan(&assignments(&[("ana", "Boss", None)])).expect("the document is sound");
    assert!(planned.is_empty() && planned.touched.is_empty());
    assert_eq!(planned.left.periods, 1);
}

#[test]
fn duplicate_rows_have_the_same_terms() {
    let until = terms(None, Some(9_000), None);
    let same = assignments(&[("bob", "a", until.clone()), ("bob", "a", until.clone())]);
    assert_eq!(plan(&same).expect("the document is sound").user_roles.len(), 1);
    for other in [None, terms(None, Some(9_001), None), terms(None, Some(9_000), Some("why"))] {
        let document = assignments(&[("bob", "a", until.clone()), ("bob", "a", other)]);
        let message = "duplicate row for `bob` and `a` with another period or reason";
        assert_eq!(problem(&document), (3, message.to_owned()));
    }
}
