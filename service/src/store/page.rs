//! Pages by keyset: a cursor holds the sort key and the id of an item. A page then costs the same at any position, and
//! items inserted or deleted elsewhere do not shift it.

mod each;
mod keyset;
mod merged;
mod search;

pub(super) use each::{count_each, fetch_each};
pub(super) use keyset::{Keyset, SortKey, assemble, fetch};
pub(super) use merged::merged;
pub(super) use search::{contains, contains_by_trigrams, no_rows};
