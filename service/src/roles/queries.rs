//! Reading roles.

use super::{Role, RoleFilter, RoleOrder, store};
use crate::batch::not_found;
use crate::page::{Page, PageRequest};
use crate::{Result, Service, boxed};
use engine::RoleId;
use rustc_hash::FxHashMap;

/// Roles by id; missing ones are left out. One statement per 500.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[RoleId]) -> Result<FxHashMap<RoleId, Role>> {
    let roles = store::by_ids(service.database.connection(), ids).await?;
    Ok(roles.into_iter().map(|role| (role.id, role)).collect())
}

/// A page of roles; by name means without regard to case, byte by byte.
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
    let wanted = store::Wanted { filter, holders: holders.as_deref() };
    store::page(service.database.connection(), wanted, order, request).await
}

/// How many roles the filter lets through.
///
/// # Errors
/// As [`by_ids`].
#[boxed]
pub async fn count(service: &Service, filter: &RoleFilter) -> Result<u64> {
    let holders = holders(service, filter);
    let wanted = store::Wanted { filter, holders: holders.as_deref() };
    store::count(service.database.connection(), wanted).await
}

/// Inheritance is known to the policy in force, not to SQL.
fn holders(service: &Service, filter: &RoleFilter) -> Option<Vec<RoleId>> {
    filter.permission.map(|permission| service.policy().authorized_roles_for(permission))
}

/// The role as it is now, after it was changed.
pub(super) async fn get(service: &Service, id: RoleId) -> Result<Role> {
    let found = store::find(service.database.connection(), id).await?;
    found.ok_or_else(|| not_found("role", &["id"]).into())
}
