//! Pages of lists (Relay cursor connections). A cursor holds the sort key and the id of an item.

use crate::{Error, Result};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A page to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// Maximum number of items.
    pub limit: usize,
    /// End of the list from which items are counted.
    pub from: PageEnd,
    /// Only items after this cursor.
    pub after: Option<Cursor>,
    /// Only items before this cursor.
    pub before: Option<Cursor>,
}

/// Ends of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageEnd {
    /// The start, for `first`.
    Start,
    /// The end, for `last`.
    End,
}

/// The position of an item in its list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Cursor {
    /// Sort key.
    pub key: CursorKey,
    /// Id; orders items with equal sort keys.
    pub id: Uuid,
}

/// Sort keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum CursorKey {
    /// None: the list is sorted by id, that is by age.
    Id,
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// A time.
    Time(DateTime<Utc>),
}

/// Sort directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest, oldest or alphabetically first item first.
    Ascending,
    /// Largest, newest or alphabetically last item first.
    Descending,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Items with their cursors, in the order of the list.
    pub items: Vec<(Cursor, T)>,
    /// Whether items follow this page.
    pub has_next: bool,
    /// Whether items precede this page.
    pub has_previous: bool,
}

/// The arguments of a connection, not checked.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// Number of items from the start.
    pub first: Option<i32>,
    /// Encoded cursor to start after.
    pub after: Option<String>,
    /// Number of items from the end.
    pub last: Option<i32>,
    /// Encoded cursor to end before.
    pub before: Option<String>,
}

/// The arguments of a list that is read forward only and whose arguments have names of their own, not checked.
#[derive(Clone, Copy, Debug)]
pub struct ForwardArguments<'a> {
    /// Name of the argument with the number of items.
    pub first_name: &'a str,
    /// Number of items from the start.
    pub first: Option<i32>,
    /// Name of the argument with the cursor.
    pub after_name: &'a str,
    /// Encoded cursor to start after.
    pub after: Option<&'a str>,
}

impl ForwardArguments<'_> {
    /// Checks the arguments against a page size of at most `max`; `default` is the size of a page without `first`.
    ///
    /// # Errors
    /// [`Error::BadInput`] for a size outside `0..=max`, and for an invalid cursor.
    pub fn parse(&self, default: usize, max: usize) -> Result<PageRequest> {
        let limit = self.first.map_or(Ok(default), |first| size(self.first_name, first, max))?;
        let after = self.after.map(|text| Cursor::decode(self.after_name, text)).transpose()?;
        Ok(PageRequest { limit, from: PageEnd::Start, after, before: None })
    }
}

/// Items on a page without `first` and `last`.
pub const DEFAULT_PAGE_SIZE: usize = 50;

impl PageArguments {
    /// Checks the arguments against a page size of at most `max`.
    ///
    /// # Errors
    /// [`Error::BadInput`] for both `first` and `last`, for a size outside `0..=max`, and for an invalid cursor.
    pub fn parse(&self, max: usize) -> Result<PageRequest> {
        let (limit, from) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::BadInput("`first` and `last` exclude each other; pass one of them".to_owned()));
            }
            (Some(first), None) => (size("first", first, max)?, PageEnd::Start),
            (None, Some(last)) => (size("last", last, max)?, PageEnd::End),
            (None, None) => (DEFAULT_PAGE_SIZE.min(max), PageEnd::Start),
        };
        let cursor = |name: &str, text: &Option<String>| text.as_deref().map(|t| Cursor::decode(name, t)).transpose();
        Ok(PageRequest { limit, from, after: cursor("after", &self.after)?, before: cursor("before", &self.before)? })
    }
}

fn size(name: &str, value: i32, max: usize) -> Result<usize> {
    let bad = || Error::BadInput(format!("`{name}` is out of range; pass a number from 0 to {max}"));
    usize::try_from(value).ok().filter(|size| *size <= max).ok_or_else(bad)
}

impl Cursor {
    /// Longest accepted encoded cursor, in bytes.
    const MAX_LEN: usize = 2048;

    /// The opaque text for clients.
    #[must_use]
    pub fn encode(&self) -> String {
        use base64::Engine as _;
        let json = serde_json::to_vec(self).unwrap_or_default();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
    }

    fn decode(name: &str, text: &str) -> Result<Self> {
        use base64::Engine as _;
        let bad = || Error::BadInput(format!("`{name}` is not a cursor of this list; pass one that the list returned"));
        if text.len() > Self::MAX_LEN {
            return Err(bad());
        }
        let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        serde_json::from_slice(&json).map_err(|_| bad())
    }
}

impl<T> Page<T> {
    /// The page of up to `limit` items in the order of reading, with `more` of them in that direction. In the other
    /// direction more follow when a cursor bounds the page, since a cursor is an item of the list.
    pub(crate) fn read(mut items: Vec<(Cursor, T)>, more: bool, request: &PageRequest) -> Self {
        match request.from {
            PageEnd::Start => {
                Self { items, has_next: more || request.before.is_some(), has_previous: request.after.is_some() }
            }
            PageEnd::End => {
                items.reverse();
                Self { items, has_next: request.before.is_some(), has_previous: more || request.after.is_some() }
            }
        }
    }

    /// Converts the items.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(|(cursor, item)| (cursor, f(item))).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

impl Direction {
    /// The opposite direction.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}
