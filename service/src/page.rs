//! Pages of long lists by keyset: a cursor is the sort key and id of an item, so that a page costs
//! the same wherever it lies, and items that come or go elsewhere do not shift it.

mod each;
mod keyset;
mod search;

pub(crate) use each::{count_each, fetch_each};
pub(crate) use keyset::{Keyset, SortKey, fetch};
pub(crate) use search::{contains, nothing, starts_with};

use crate::{Error, Result};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Which part of a list is wanted (Relay cursor connections).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// How many at most.
    pub limit: usize,
    /// From which end they are counted.
    pub from: PageEnd,
    /// Only items after this one.
    pub after: Option<Cursor>,
    /// Only items before this one.
    pub before: Option<Cursor>,
}

/// Ends of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageEnd {
    /// `first`.
    Start,
    /// `last`.
    End,
}

/// The place of an item in its list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// Sort key.
    pub key: CursorKey,
    /// Tie-breaker.
    pub id: Uuid,
}

/// What a list is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum CursorKey {
    /// Only by id, that is by age.
    Id,
    /// By a text.
    Text(String),
    /// By a number.
    Number(i64),
    /// By an instant.
    Time(DateTime<Utc>),
}

/// Directions of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest, oldest or alphabetically first comes first.
    Ascending,
    /// The other way round.
    Descending,
}

/// Items with their cursors, and whether there are more.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Items in list order.
    pub items: Vec<(Cursor, T)>,
    /// Are there items after this page?
    pub has_next: bool,
    /// Are there items before this page?
    pub has_previous: bool,
}

/// The raw arguments of a connection.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// Count from the start.
    pub first: Option<i32>,
    /// Encoded cursor.
    pub after: Option<String>,
    /// Count from the end.
    pub last: Option<i32>,
    /// Encoded cursor.
    pub before: Option<String>,
}

/// Items on a page when neither `first` nor `last` is given.
pub const DEFAULT_PAGE_SIZE: usize = 50;

impl PageArguments {
    /// Takes arguments for a page request of at most `max` items.
    ///
    /// # Errors
    /// [`Error::BadInput`] for both `first` and `last`, a negative or too large size, or a cursor
    /// that is not one of ours.
    pub fn parse(&self, max: usize) -> Result<PageRequest> {
        let (limit, from) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Error::BadInput("give `first` or `last`, not both".to_owned())),
            (Some(first), None) => (size("first", first, max)?, PageEnd::Start),
            (None, Some(last)) => (size("last", last, max)?, PageEnd::End),
            (None, None) => (DEFAULT_PAGE_SIZE.min(max), PageEnd::Start),
        };
        let cursor = |name: &str, text: &Option<String>| text.as_deref().map(|t| Cursor::decode(name, t)).transpose();
        Ok(PageRequest { limit, from, after: cursor("after", &self.after)?, before: cursor("before", &self.before)? })
    }
}

fn size(name: &str, value: i32, max: usize) -> Result<usize> {
    let bad = || Error::BadInput(format!("`{name}` is a number from 0 to {max}"));
    usize::try_from(value).ok().filter(|size| *size <= max).ok_or_else(bad)
}

impl Cursor {
    /// Longest accepted encoded cursor, in bytes.
    const MAX_LEN: usize = 2048;

    /// The opaque form that clients send back.
    #[must_use]
    pub fn encode(&self) -> String {
        use base64::Engine as _;
        let json = serde_json::to_vec(self).unwrap_or_default();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
    }

    fn decode(name: &str, text: &str) -> Result<Self> {
        use base64::Engine as _;
        let bad = || Error::BadInput(format!("`{name}` is not a cursor of this list"));
        if text.len() > Self::MAX_LEN {
            return Err(bad());
        }
        let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        serde_json::from_slice(&json).map_err(|_| bad())
    }
}

impl<T> Page<T> {
    /// Cuts a page out of a whole list that is in memory, in list order.
    #[must_use]
    pub fn of_list(items: Vec<(Cursor, T)>, request: &PageRequest) -> Self {
        let position =
            |cursor: &Option<Cursor>| cursor.as_ref().and_then(|c| items.iter().position(|(at, _)| at.id == c.id));
        let start = position(&request.after).map_or(0, |at| at + 1);
        let end = position(&request.before).unwrap_or(items.len()).max(start);
        let (from, to) = match request.from {
            PageEnd::Start => (start, end.min(start + request.limit)),
            PageEnd::End => (start.max(end.saturating_sub(request.limit)), end),
        };
        let (has_previous, has_next) = (from > 0, to < items.len());
        Self { items: items.into_iter().skip(from).take(to - from).collect(), has_next, has_previous }
    }

    /// The same page with other items.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(|(cursor, item)| (cursor, f(item))).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}
