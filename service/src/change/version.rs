//! Versions of objects: a change may name the one that it is based on.

use crate::{Refusal, RefusalCode, RefusalDetail};

/// Refuses a change that is based on another version of the object than the present one.
///
/// # Errors
/// `STALE` with the present version, at `expectedVersion`.
pub(crate) fn refuse_stale(what: &str, expected: Option<i32>, current_version: i32) -> Result<(), Refusal> {
    if expected.is_none_or(|expected| expected == current_version) {
        return Ok(());
    }
    let message = format!("the {what} has changed since it was read: read it again");
    let refusal = Refusal::new(RefusalCode::Stale, message).at(["expectedVersion"]);
    Err(refusal.with(RefusalDetail::Stale { current_version }))
}
