//! Recording the revision of a change.

use super::difference::Around;
use super::undo::Undo;
use super::{PolicyRevision, store};
use crate::database::Connection;
use crate::decisions::ChangedObject;
use crate::{Error, Result};
use engine::Policy;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::mem;

/// Bytes of what undoes a change that one statement writes, unless one object alone has more: databases limit the size of
/// a statement.
const PART: usize = 1 << 20;

/// Descriptions that a change replaces or deletes, as they were: the policy in memory has none.
pub(crate) type DescriptionsBefore = FxHashMap<ChangedObject, Option<String>>;

/// Records the revision that a change makes, unless no role, permission or constraint differs after it.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub(crate) async fn record<C: Connection>(
    connection: &C,
    revision: PolicyRevision,
    [before, after]: [&Policy; 2],
    touched: &[ChangedObject],
    descriptions: &DescriptionsBefore,
) -> Result<()> {
    let around = Around { before, after, descriptions };
    let undos: Vec<Undo> = touched.iter().filter_map(|&object| around.undo(object)).collect();
    if undos.is_empty() {
        return Ok(());
    }
    store::insert(connection, revision, parts(&undos)?).await
}

/// The stored form, in parts of limited size.
fn parts(undos: &[Undo]) -> Result<Vec<Value>> {
    let (mut parts, mut part, mut size) = (Vec::new(), Vec::new(), 0);
    for undo in undos {
        let text = serde_json::to_string(undo).map_err(|error| Error::Internal(error.into()))?;
        if size + text.len() > PART && !part.is_empty() {
            parts.push(Value::Array(mem::take(&mut part)));
            size = 0;
        }
        size += text.len();
        part.push(serde_json::from_str(&text).map_err(|error| Error::Internal(error.into()))?);
    }
    parts.push(Value::Array(part));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revisions::undo::RoleState;
    use uuid::Uuid;

    #[test]
    fn parts_are_of_limited_size_and_hold_everything_in_order() {
        let role = |number: u128, grants: usize| {
            let grants = vec![Uuid::from_u128(7); grants];
            Undo::RoleDeleted(RoleState { id: Uuid::from_u128(number), grants, ..RoleState::default() })
        };
        // 10,000 ids are 390 kB, and 50,000 more than one part.
        let undos: Vec<Undo> =
            (0..).zip([10_000, 10_000, 10_000, 50_000, 1]).map(|(number, grants)| role(number, grants)).collect();
        let parts = parts(&undos).unwrap();
        assert_eq!(parts.iter().map(|part| part.as_array().unwrap().len()).collect::<Vec<_>>(), [2, 1, 1, 1]);
        let read: Vec<Undo> =
            parts.into_iter().flat_map(|part| serde_json::from_value::<Vec<Undo>>(part).unwrap()).collect();
        assert_eq!(read, undos);
    }
}
