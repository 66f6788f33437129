//! Users who bypass a constraint over roles by direct grants, as [`Policy::bypassed_constraints`] has it for one user.

use super::index::Index;
use super::read;
use crate::{Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::{Constraint, PermissionId, Policy};
use roaring::RoaringBitmap;

/// Number of users who bypass a constraint at the present time. None bypasses a constraint over permissions.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the index cannot be brought up to date.
#[boxed]
pub async fn count_bypassing(service: &Service, policy: &Policy, constraint: &Constraint) -> Result<u64> {
    if constraint.roles.is_empty() {
        return Ok(0);
    }
    let index = read::up_to(service, policy.revision()).await?;
    Ok(bypassing(&index, policy, constraint, service.now()).len())
}

fn bypassing(index: &Index, policy: &Policy, constraint: &Constraint, now: DateTime<Utc>) -> RoaringBitmap {
    let (mut with_grants, mut without_grants) = (Vec::new(), Vec::new());
    for &role in &constraint.roles {
        let seniors = policy.inherited_by_all(role);
        let had = index.assigned(seniors.into_iter().chain([role]), now);
        let held = policy.permissions_of_role(role);
        let permissions: Vec<PermissionId> = policy.ids_in(&held).collect();
        let by_roles = |permission| index.assigned(policy.roles_bringing(permission).into_iter(), now);
        let all = |holders: &dyn Fn(PermissionId) -> RoaringBitmap| common(&permissions, holders);
        without_grants.push(&had | all(&by_roles));
        with_grants
            .push(had | all(&|permission| by_roles(permission) | index.granted([permission].into_iter(), policy, now)));
    }
    let present = index.present();
    (at_least(constraint.limit, &with_grants) - at_least(constraint.limit, &without_grants)) & present
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
fn at_least(limit: usize, sets: &[RoaringBitmap]) -> RoaringBitmap {
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
