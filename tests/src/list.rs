//! Comparison of a list, read page by page, with its expected content.

use crate::Client;
use serde_json::{Value, json};

/// A connection at the root, with the arguments common to all pages.
#[derive(Clone, Debug)]
pub struct List {
    /// Root field.
    pub field: &'static str,
    /// Further arguments in GraphQL syntax, such as `orderBy: { field: NAME }`; may be empty.
    pub arguments: String,
}

/// Arguments for the size of a page and its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Direction {
    count: &'static str,
    cursor: &'static str,
}

const FORWARD: Direction = Direction { count: "first", cursor: "after" };
const BACKWARD: Direction = Direction { count: "last", cursor: "before" };

/// A page of ids.
#[derive(Clone, Debug)]
struct Page {
    ids: Vec<String>,
    info: Value,
    total: usize,
}

impl List {
    /// A list in its default order.
    #[must_use]
    pub fn new(field: &'static str) -> Self {
        Self { field, arguments: String::new() }
    }

    /// The list with further arguments.
    #[must_use]
    pub fn with(field: &'static str, arguments: impl Into<String>) -> Self {
        Self { field, arguments: arguments.into() }
    }

    /// Asserts that the list is `expected`, read forward and backward in pages of several sizes.
    ///
    /// # Panics
    /// With the difference.
    pub async fn is(&self, client: &Client, expected: &[String]) {
        for size in [1, 2, 3, expected.len().clamp(1, 100)] {
            for direction in [FORWARD, BACKWARD] {
                self.walk(client, size, direction, expected).await;
            }
        }
    }

    /// All ids, in order; at most 100.
    pub async fn ids(&self, client: &Client) -> Vec<String> {
        self.page(client, "first: 100").await.ids
    }

    async fn walk(&self, client: &Client, size: usize, direction: Direction, expected: &[String]) {
        let Direction { count, cursor } = direction;
        let forward = direction == FORWARD;
        let (mut seen, mut from) = (Vec::new(), String::new());
        loop {
            let page = self.page(client, &format!("{count}: {size} {from}")).await;
            let context = || format!("{self:?}, {count} {size} {from}: {page:#?}");
            assert_eq!(page.total, expected.len(), "{}", context());
            let left = expected.len() - seen.len();
            assert_eq!(page.ids.len(), size.min(left), "{}", context());
            let (more, behind) = match forward {
                true => ("hasNextPage", "hasPreviousPage"),
                false => ("hasPreviousPage", "hasNextPage"),
            };
            assert_eq!(page.info[more], left > size, "{}", context());
            assert_eq!(page.info[behind], !seen.is_empty(), "{}", context());
            if forward {
                seen.extend(page.ids);
            } else {
                seen.splice(0..0, page.ids);
            }
            if left <= size {
                break;
            }
            let edge = if forward { &page.info["endCursor"] } else { &page.info["startCursor"] };
            from = format!("{cursor}: {edge}");
        }
        assert_eq!(seen, expected, "{self:?}, {count} {size}");
    }

    async fn page(&self, client: &Client, arguments: &str) -> Page {
        let Self { field, arguments: further } = self;
        let document = format!(
            "{{ {field}({arguments} {further}) {{ edges {{ cursor node {{ id }} }} nodes {{ id }} totalCount
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let answer = client.ask(&document).await;
        let list = &answer.data()[field];
        let ids = |items: &Value, at: &str| -> Vec<String> {
            let items = items.as_array().expect("a list").iter();
            items.map(|item| item.pointer(at).and_then(Value::as_str).expect("a text").to_owned()).collect()
        };
        let (edges, found) = (&list["edges"], ids(&list["nodes"], "/id"));
        assert_eq!(ids(edges, "/node/id"), found);
        let cursors = ids(edges, "/cursor");
        assert_eq!(list["pageInfo"]["startCursor"], json!(cursors.first()));
        assert_eq!(list["pageInfo"]["endCursor"], json!(cursors.last()));
        let total = usize::try_from(list["totalCount"].as_u64().expect("a number")).expect("a small number");
        Page { ids: found, info: list["pageInfo"].clone(), total }
    }
}
