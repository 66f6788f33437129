//! Reading roles.

use super::{Role, RoleFilter, RoleOrder};
use crate::page::{Page, PageRequest};
use crate::{Result, Service};
use engine::RoleId;
use rustc_hash::FxHashMap;

/// Roles by id; missing ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn by_ids(service: &Service, ids: &[RoleId]) -> Result<FxHashMap<RoleId, Role>> {
    let _ = (service, ids);
    todo!()
}

/// A page of roles.
///
/// # Errors
/// As [`by_ids`].
pub async fn page(
    service: &Service,
    filter: &RoleFilter,
    order: RoleOrder,
    request: &PageRequest,
) -> Result<Page<Role>> {
    let _ = (service, filter, order, request);
    todo!()
}

/// How many roles the filter lets through.
///
/// # Errors
/// As [`by_ids`].
pub async fn count(service: &Service, filter: &RoleFilter) -> Result<u64> {
    let _ = (service, filter);
    todo!()
}
