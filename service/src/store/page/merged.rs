//! One page of several lists that have the same order.

use crate::page::{Direction, Page, PageEnd, PageRequest};

/// The page of a list that consists of several: `pages` are those of the same request. No item is in two of them.
pub(in crate::store) fn merged<T>(pages: Vec<Page<T>>, direction: Direction, request: &PageRequest) -> Page<T> {
    let (mut has_next, mut has_previous) = (false, false);
    let mut items = Vec::new();
    for page in pages {
        has_next |= page.has_next;
        has_previous |= page.has_previous;
        items.extend(page.items);
    }
    items.sort_by(|(a, _), (b, _)| match direction {
        Direction::Ascending => a.cmp(b),
        Direction::Descending => b.cmp(a),
    });
    if let Some(surplus) = items.len().checked_sub(request.limit).filter(|&surplus| surplus > 0) {
        match request.from {
            PageEnd::Start => {
                items.truncate(request.limit);
                has_next = true;
            }
            PageEnd::End => {
                items.drain(..surplus);
                has_previous = true;
            }
        }
    }
    Page { items, has_next, has_previous }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Cursor, CursorKey};
    use uuid::Uuid;

    /// The page of these numbers at one end of a list.
    fn page(numbers: &[i64], request: &PageRequest, direction: Direction) -> Page<i64> {
        let mut items: Vec<_> = numbers
            .iter()
            .map(|&number| (Cursor { key: CursorKey::Number(number), id: Uuid::nil() }, number))
            .collect();
        items.sort();
        if (direction == Direction::Descending) != (request.from == PageEnd::End) {
            items.reverse();
        }
        let more = items.len() > request.limit;
        items.truncate(request.limit);
        Page::read(items, more, request)
    }

    #[test]
    fn a_page_of_several_lists_is_that_of_one_list_with_all_items() {
        let lists: [&[i64]; 3] = [&[1, 4, 6, 9], &[2, 3, 5], &[]];
        let all: Vec<i64> = lists.concat();
        for limit in 0..=8 {
            for from in [PageEnd::Start, PageEnd::End] {
                for direction in [Direction::Ascending, Direction::Descending] {
                    let request = PageRequest { limit, from, after: None, before: None };
                    let expected = page(&all, &request, direction);
                    let pages = lists.iter().map(|list| page(list, &request, direction)).collect();
                    let found = merged(pages, direction, &request);
                    let flags = (expected.has_next, expected.has_previous);
                    assert_eq!(found.items, expected.items, "{request:?} {direction:?}");
                    assert_eq!((found.has_next, found.has_previous), flags, "{request:?} {direction:?}");
                }
            }
        }
    }
}
