//! Reading roles.

use super::{Role, RoleFilter, RoleOrder, store};
use crate::page::{Page, PageRequest};
use crate::{Result, Service, boxed};
use engine::RoleId;
use rustc_hash::FxHashMap;

/// Roles by id; unknown ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[RoleId]) -> Result<FxHashMap<RoleId, Role>> {
    let roles = store::by_ids(service.database.connection(), ids).await?;
    Ok(roles.into_iter().map(|role| (role.id, role)).collect())
}

/// A page of roles. Names are compared case-insensitively, byte by byte.
///
/// # Errors
/// As [`by_ids`]; [`crate::Error::BadInput`] for a cursor of another list.
#[boxed]
pub async fn page(
    service: &Service,
    filter: &RoleFilter,
    order: RoleOrder,
    request: &PageRequest,
) -> Result<Page<Role>> {
    let holders = holders(service, filter);
    let wanted = store::RoleSelection { filter, holders: holders.as_deref() };
    store::page(service.database.connection(), wanted, order, request).await
}

/// The number of roles that match the filter.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn count(service: &Service, filter: &RoleFilter) -> Result<u64> {
    let holders = holders(service, filter);
    let wanted = store::RoleSelection { filter, holders: holders.as_deref() };
    store::count(service.database.connection(), wanted).await
}

/// The roles that hold the permission of the filter. Inheritance is in the policy, not in SQL.
fn holders(service: &Service, filter: &RoleFilter) -> Option<Vec<RoleId>> {
    let roles = |permission| service.policy().authorized_roles_for(permission);
    filter.permission.map(|permission| permission.map(roles).unwrap_or_default())
}
