//! Pages in memory against a sorted list.

use super::super::index::Index;
use super::super::people::Order;
use super::{Dice, Person, USERS, at, filters, is_selected};
use crate::page::{Cursor, CursorKey, Direction, PageEnd, PageRequest};
use crate::users::{UserFilter, UserOrderField};
use engine::Policy;
use std::cmp::Reverse;
use uuid::Uuid;

/// The sort key of a user, as a cursor.
fn cursor(person: &Person, field: UserOrderField) -> Cursor {
    let key = match field {
        UserOrderField::Username => CursorKey::Text(person.row.username_key.clone()),
        UserOrderField::DisplayName => CursorKey::Text(person.row.display_key.clone()),
        UserOrderField::CreatedAt | UserOrderField::LastLoginAt => CursorKey::Time(person.row.created_at),
    };
    Cursor { key, id: person.row.id.uuid() }
}

/// Compares pages of sparse and dense lists, in every order, from both ends and between any cursors.
pub(super) fn check_pages(index: &Index, people: &[Person], policy: &Policy, dice: &mut Dice) {
    let (now, fields) = (at(9), [UserOrderField::Username, UserOrderField::DisplayName, UserOrderField::CreatedAt]);
    for filter in filters(dice) {
        for field in fields {
            for direction in [Direction::Ascending, Direction::Descending] {
                let selected = people.iter().filter(|person| is_selected(person, &filter, policy, now));
                let mut list: Vec<Cursor> = selected.map(|person| cursor(person, field)).collect();
                list.sort();
                if direction == Direction::Descending {
                    list.sort_by_key(|cursor| Reverse(cursor.clone()));
                }
                let mut any = || people.get(usize::try_from(dice.roll(USERS)).expect("is small"));
                let bounds = [None, any().map(|person| cursor(person, field))];
                for after in &bounds {
                    for before in [None, any().map(|person| cursor(person, field))] {
                        for from in [PageEnd::Start, PageEnd::End] {
                            let request = PageRequest { limit: 7, from, after: after.clone(), before: before.clone() };
                            check_page(index, &filter, policy, &list, (field, direction), &request);
                        }
                    }
                }
            }
        }
    }
}

fn check_page(
    index: &Index,
    filter: &UserFilter,
    policy: &Policy,
    list: &[Cursor],
    (field, direction): (UserOrderField, Direction),
    request: &PageRequest,
) {
    let precedes = |a: &Cursor, b: &Cursor| if direction == Direction::Ascending { a < b } else { a > b };
    let between = list.iter().filter(|cursor| {
        request.after.as_ref().is_none_or(|after| precedes(after, cursor))
            && request.before.as_ref().is_none_or(|before| precedes(cursor, before))
    });
    let mut expected: Vec<Uuid> = between.map(|cursor| cursor.id).collect();
    if request.from == PageEnd::End {
        expected.reverse();
    }
    let more = expected.len() > request.limit;
    expected.truncate(request.limit);

    let users = index.select(filter, policy, at(9));
    let order = Order::by(field).expect("an order in memory");
    let page = index.page(&users, order, direction, request).expect("a page");
    let found: Vec<Uuid> = page.users.iter().map(|&number| index.id(number).uuid()).collect();
    assert_eq!((found, page.more), (expected, more), "{filter:?} {field:?} {direction:?} {request:?}");
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let index = super::index(&[]);
    let after = Some(Cursor { key: CursorKey::Number(1), id: Uuid::nil() });
    let request = PageRequest { limit: 1, from: PageEnd::Start, after, before: None };
    for field in [UserOrderField::Username, UserOrderField::DisplayName, UserOrderField::CreatedAt] {
        let order = Order::by(field).expect("an order in memory");
        assert!(index.page(&Default::default(), order, Direction::Ascending, &request).is_err());
    }
}
