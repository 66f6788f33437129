//! The authority of an actor over changes of many objects at once (invariants R1 and R3).

use super::scope::{Scope, built_in};
use super::{Authority, Violation, beyond};
use crate::{PermissionFacts, PermissionName, PermissionPattern, Policy, RoleId};
use fixedbitset::FixedBitSet;

impl Authority<'_> {
    /// Requires that every role of `after` holds at most what it held before and what the actor may grant
    /// permanently (R1, R3). For changes of many objects at once, such as an import; `after` may hold roles,
    /// permissions and patterns that the actor's policy does not.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`] about the first role that gains too much.
    pub fn may_change_policy_to(&self, after: &Policy) -> Result<(), Violation> {
        let lasting = self.lasting_scope(None);
        if self.escalates() || lasting.is_by_rule(self.policy) {
            return Ok(());
        }
        for role in after.all_roles().filter(|&role| after.superadmin() != after.role_id(role)) {
            let before = after.role_id(role).and_then(|id| self.policy.role_position(id));
            let before = before.map(|role| Scope::of_role(self.policy, role));
            let mut allowed = before.unwrap_or_default();
            allowed.join(&lasting);
            // A role that inherits from `superadmin` gains nothing that it did not hold by rule.
            if allowed.is_by_rule(self.policy) {
                continue;
            }
            let is_known =
                |id: &RoleId| self.policy.role_position(*id).is_some_and(|place| allowed.roles.contains(place));
            let gained_role = built_in(after, role).filter_map(|role| after.role_id(role)).find(|id| !is_known(id));
            beyond(self.gained(after, role, &allowed), self.gained_patterns(after, role, &allowed), gained_role)?;
        }
        Ok(())
    }

    /// Permissions of a role of `after` that are not allowed. A pattern allows those that are yet to be registered.
    fn gained(&self, after: &Policy, role: usize, allowed: &Scope) -> Vec<PermissionName> {
        let is_allowed = |known: &PermissionFacts| {
            let place = self.policy.permission_position(known.id);
            place.is_some_and(|place| allowed.permissions.contains(place)) || allowed.matches(self.policy, &known.name)
        };
        let held = after.held(role);
        let is_gained = |place: &usize| after.permission_at(*place).is_some_and(|known| !is_allowed(known));
        after.permissions_by_name(held.ones().filter(is_gained)).map(|known| known.name.clone()).collect()
    }

    /// Patterns of a role of `after` that no allowed pattern covers.
    fn gained_patterns(&self, after: &Policy, role: usize, allowed: &Scope) -> Vec<PermissionPattern> {
        let roles = after.hierarchy.closure(role).ones();
        let held: FixedBitSet = roles.flat_map(|role| after.patterns.of_role(role)).collect();
        let mut gained = after.patterns.texts(held.ones());
        gained.retain(|pattern| !allowed.covers(self.policy, pattern));
        gained
    }
}
