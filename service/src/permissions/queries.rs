//! Reading permissions.

use super::{Permission, PermissionFilter, store};
use crate::page::{Page, PageRequest};
use crate::{Database, Result, Service, boxed};
use engine::{PermissionId, PermissionName};
use rustc_hash::FxHashMap;

/// Permissions by id; unknown ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[PermissionId]) -> Result<FxHashMap<PermissionId, Permission>> {
    let permissions = store::by_ids(service.database.connection(), ids).await?;
    Ok(permissions.into_iter().map(|permission| (permission.id, permission)).collect())
}

/// A page of permissions, sorted by name, byte by byte.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
#[boxed]
pub async fn page(service: &Service, filter: &PermissionFilter, request: &PageRequest) -> Result<Page<Permission>> {
    store::page(service.database.connection(), filter, request).await
}

/// The number of permissions that match the filter.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn count(service: &Service, filter: &PermissionFilter) -> Result<u64> {
    store::count(service.database.connection(), filter).await
}

/// The names of all permissions, in no order. Needs no service that is started.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn registered(database: &Database) -> Result<Vec<PermissionName>> {
    store::names(database.background()).await
}
