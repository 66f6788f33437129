//! Reading permissions.

use super::{Permission, PermissionFilter};
use crate::page::{Page, PageRequest};
use crate::{Result, Service};
use engine::PermissionId;
use rustc_hash::FxHashMap;

/// Permissions by id; missing ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub async fn by_ids(service: &Service, ids: &[PermissionId]) -> Result<FxHashMap<PermissionId, Permission>> {
    let _ = (service, ids);
    todo!()
}

/// A page of permissions by name.
///
/// # Errors
/// As [`by_ids`].
pub async fn page(service: &Service, filter: &PermissionFilter, request: &PageRequest) -> Result<Page<Permission>> {
    let _ = (service, filter, request);
    todo!()
}

/// How many permissions the filter lets through.
///
/// # Errors
/// As [`by_ids`].
pub async fn count(service: &Service, filter: &PermissionFilter) -> Result<u64> {
    let _ = (service, filter);
    todo!()
}
