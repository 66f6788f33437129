//! Users who bypass a constraint over roles by direct grants, as [`Policy::bypassed_constraints`] has it for one user.

use super::index::Index;
use super::people::Order;
use super::read;
use crate::page::{Direction, PageEnd, PageRequest};
use crate::{Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::{Constraint, PermissionId, Policy, UserId};
use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

/// Users who bypass a constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BypassingUsers {
    /// Number of all.
    pub count: u64,
    /// The first by username.
    pub first: Vec<UserId>,
}

/// The users who bypass a constraint at the present time, and the first `limit` of them. The policy need not have the
/// constraint. None bypasses a constraint over permissions.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the index cannot be brought up to date.
#[boxed]
pub async fn bypassing_users(
    service: &Service,
    policy: &Policy,
    constraint: &Constraint,
    limit: usize,
) -> Result<BypassingUsers> {
    if constraint.roles.is_empty() {
        return Ok(BypassingUsers::default());
    }
    let index = read::up_to(service, policy.revision()).await?;
    let users = bypassing(&index, policy, constraint, service.now());
    let page = PageRequest { limit, from: PageEnd::Start, after: None, before: None };
    let first = index.page(&users, Order::Username, Direction::Ascending, &page)?;
    let first = first.users.into_iter().map(|number| index.id(number)).collect();
    Ok(BypassingUsers { count: users.len(), first })
}

fn bypassing(index: &Index, policy: &Policy, constraint: &Constraint, now: DateTime<Utc>) -> RoaringBitmap {
    let permissions_of = |role| policy.ids_in(&policy.permissions_of_role(role)).collect::<Vec<PermissionId>>();
    let all: FxHashSet<PermissionId> = constraint.roles.iter().flat_map(|&role| permissions_of(role)).collect();
    // Without a direct grant of one of these, nobody bypasses it.
    let concerned = index.granted(all.into_iter(), policy, now) & index.present();
    if concerned.is_empty() {
        return concerned;
    }
    let (mut with_grants, mut without_grants) = (Vec::new(), Vec::new());
    for &role in &constraint.roles {
        let seniors = policy.inherited_by_all(role);
        let had = index.assigned(seniors.into_iter().chain([role]), now) & &concerned;
        let permissions = permissions_of(role);
        let by_roles = |permission| index.assigned(policy.roles_bringing(permission).into_iter(), now) & &concerned;
        let all = |holders: &dyn Fn(PermissionId) -> RoaringBitmap| common(&permissions, holders);
        without_grants.push(&had | all(&by_roles));
        with_grants
            .push(had | all(&|permission| by_roles(permission) | index.granted([permission].into_iter(), policy, now)));
    }
    (at_least(constraint.limit, &with_grants) & &concerned) - at_least(constraint.limit, &without_grants)
}

/// Users who hold all of some permissions; nobody when there are none.
fn common(permissions: &[PermissionId], holders: &dyn Fn(PermissionId) -> RoaringBitmap) -> RoaringBitmap {
    let Some((&first, others)) = permissions.split_first() else { return RoaringBitmap::new() };
    let mut common = holders(first);
    for &permission in others {
        if common.is_empty() {
            break;
        }
        common &= holders(permission);
    }
    common
}

/// Users who are in at least `limit` of some sets.
pub(super) fn at_least(limit: usize, sets: &[RoaringBitmap]) -> RoaringBitmap {
    // By number: users who are in at least one more than that many of the sets so far.
    let mut reached = vec![RoaringBitmap::new(); limit];
    for set in sets {
        for more in (1..limit).rev() {
            let fewer = reached.get(more - 1).map(|fewer| fewer & set).unwrap_or_default();
            if let Some(reached) = reached.get_mut(more) {
                *reached |= fewer;
            }
        }
        if let Some(first) = reached.first_mut() {
            *first |= set;
        }
    }
    reached.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_in_enough_sets_are_counted() {
        let sets: Vec<RoaringBitmap> =
            [&[1, 2, 3][..], &[2, 3], &[3, 4]].map(|set| set.iter().copied().collect()).into();
        let found = |limit| at_least(limit, &sets).iter().collect::<Vec<u32>>();
        assert_eq!(found(1), [1, 2, 3, 4]);
        assert_eq!(found(2), [2, 3]);
        assert_eq!(found(3), [3]);
        assert!(found(4).is_empty());
    }
}
