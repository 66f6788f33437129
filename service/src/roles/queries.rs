//! Reading roles.

use super::{Role, RoleFilter, RoleOrder, store};
use crate::last_uses::{Day, day_of};
use crate::page::{Page, PageRequest};
use crate::review::roles_without_members;
use crate::{Error, Result, Service, boxed};
use engine::RoleId;
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// Numbers of days that `unused_for_days` takes.
const UNUSED_DAYS: RangeInclusive<i32> = 1..=3_650;

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
/// As [`by_ids`]; [`Error::BadInput`] for a cursor of another list, and for a number of days out of range.
#[boxed]
pub async fn page(
    service: &Service,
    filter: &RoleFilter,
    order: RoleOrder,
    request: &PageRequest,
) -> Result<Page<Role>> {
    let resolved = Resolved::new(service, filter).await?;
    store::page(service.database.connection(), resolved.selection(filter), order, request).await
}

/// The number of roles that match the filter.
///
/// # Errors
/// As [`page`].
#[boxed]
pub async fn count(service: &Service, filter: &RoleFilter) -> Result<u64> {
    let resolved = Resolved::new(service, filter).await?;
    store::count(service.database.connection(), resolved.selection(filter)).await
}

/// What a filter depends on that is not in SQL: inheritance is in the policy, and members are in the review index.
struct Resolved {
    holders: Option<Vec<RoleId>>,
    /// The last day on which a role may have been used, and roles without members.
    unused: Option<(Day, Vec<RoleId>)>,
}

impl Resolved {
    async fn new(service: &Service, filter: &RoleFilter) -> Result<Self> {
        let roles = |permission| service.policy().authorized_roles_for(permission);
        let holders = filter.permission.map(|permission| permission.map(roles).unwrap_or_default());
        let unused = match filter.unused_for_days {
            Some(days) if UNUSED_DAYS.contains(&days) => {
                Some((day_of(service.now()) - days, roles_without_members(service).await?))
            }
            Some(_) => {
                let [least, most] = [UNUSED_DAYS.start(), UNUSED_DAYS.end()];
                let message = format!("`filter.unusedForDays` is out of range; pass a number from {least} to {most}");
                return Err(Error::BadInput(message));
            }
            None => None,
        };
        Ok(Self { holders, unused })
    }

    fn selection<'a>(&'a self, filter: &'a RoleFilter) -> store::RoleSelection<'a> {
        let unused = self.unused.as_ref().map(|(day, memberless)| (*day, memberless.as_slice()));
        store::RoleSelection { filter, holders: self.holders.as_deref(), unused }
    }
}
