//! Reading constraints. What decisions need of them is in the policy.

use super::{Constraint, store};
use crate::{Result, Service, boxed};
use engine::ConstraintId;
use rustc_hash::FxHashMap;

/// Records of constraints by id; unknown ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[ConstraintId]) -> Result<FxHashMap<ConstraintId, Constraint>> {
    let constraints = store::by_ids(service.database.connection(), ids).await?;
    Ok(constraints.into_iter().map(|constraint| (constraint.id, constraint)).collect())
}
