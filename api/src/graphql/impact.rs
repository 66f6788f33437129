//! GraphQL types of the impact of a change.

use super::entity::Entity;
use super::guard::directives::{has_permission, inherit};
use super::list::Texts;
use super::scalars::PermissionName;
use super::users::User;
use async_graphql::Object;
use engine::Policy;
use service::impact::{AccessDelta as DeltaRecord, Impact as ImpactRecord};
use std::sync::Arc;

/// The impact of a change.
#[derive(Clone, Debug)]
pub struct Impact {
    record: Arc<ImpactRecord>,
    policy: Arc<Policy>,
}

/// What one user gains and loses by a change.
#[derive(Clone, Debug)]
pub struct AccessDelta {
    record: DeltaRecord,
    policy: Arc<Policy>,
}

impl Impact {
    /// An impact from its record.
    #[must_use]
    pub fn of_record(record: ImpactRecord, policy: Arc<Policy>) -> Self {
        Self { record: Arc::new(record), policy }
    }
}

/// What a change does to users, worked out by the code that decides access: from their effective permissions at the time
/// of the change. Grants and assignments that begin later are not counted. A larger number than 2147483647 is 2147483647.
#[Object]
impl Impact {
    /// Number of users who gain or lose a permission.
    async fn users_affected(&self) -> i32 {
        number(self.record.users_affected)
    }

    /// Number of live sessions of these users, and of users who are suspended, reactivated or deleted.
    async fn sessions_affected(&self) -> i32 {
        number(self.record.sessions_affected)
    }

    /// Number of pairs of a user and a permission that appear.
    async fn permissions_gained(&self) -> i32 {
        number(self.record.permissions_gained)
    }

    /// Number of pairs of a user and a permission that disappear.
    async fn permissions_lost(&self) -> i32 {
        number(self.record.permissions_lost)
    }

    /// Users who held no permission that changes this service (a system permission other than those to read, check and
    /// explain) and come to hold one: the first 100 by age.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn new_administrators(&self) -> Option<Vec<Entity<User>>> {
        let user = |&user| Entity(User::by_id(user, Arc::clone(&self.policy)));
        Some(self.record.new_administrators.iter().map(user).collect())
    }

    /// What each user gains and loses: the first 100 users by age.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn deltas(&self) -> Option<Vec<AccessDelta>> {
        let delta = |delta: &DeltaRecord| AccessDelta { record: delta.clone(), policy: Arc::clone(&self.policy) };
        Some(self.record.deltas.iter().map(delta).collect())
    }
}

/// What one user gains and loses by a change.
#[Object]
impl AccessDelta {
    /// The user.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::by_id(self.record.user, Arc::clone(&self.policy)))
    }

    /// Names of permissions gained, sorted: the first 100.
    async fn gained(&self) -> Texts<'_, PermissionName> {
        self.record.gained.iter().map(String::as_str).collect()
    }

    /// Names of permissions lost, sorted: the first 100.
    async fn lost(&self) -> Texts<'_, PermissionName> {
        self.record.lost.iter().map(String::as_str).collect()
    }

    /// Number of permissions gained.
    async fn gained_count(&self) -> i32 {
        number(self.record.gained_count)
    }

    /// Number of permissions lost.
    async fn lost_count(&self) -> i32 {
        number(self.record.lost_count)
    }
}

/// A number as `Int`, which has 32 bits.
pub(super) fn number(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
