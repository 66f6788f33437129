//! Reading constraints; the policy in memory knows what decisions need of them.

use super::{Constraint, store};
use crate::batch::not_found;
use crate::{Result, Service, boxed};
use engine::ConstraintId;
use rustc_hash::FxHashMap;

/// What is stored of constraints, by id; missing ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[ConstraintId]) -> Result<FxHashMap<ConstraintId, Constraint>> {
    let constraints = store::by_ids(service.database.connection(), ids).await?;
    Ok(constraints.into_iter().map(|constraint| (constraint.id, constraint)).collect())
}

/// The constraint as it is now, after it was changed.
pub(super) async fn get(service: &Service, id: ConstraintId) -> Result<Constraint> {
    let found = store::find(service.database.connection(), id).await?;
    found.ok_or_else(|| not_found("constraint", &["id"]).into())
}
