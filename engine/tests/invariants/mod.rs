//! A plain reading of invariants R1, R4 and R5.

use crate::reference::Reference;
use crate::worlds::now;
use chrono::{DateTime, Utc};
use engine::{ConstraintKind, Facts, PermissionId, PermissionPattern, RoleId, SUPERADMIN, Subject};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What constraints name, without regard to their kinds and limits.
struct ConstraintKindless<'a> {
    reference: &'a Reference<'a>,
}

impl ConstraintKindless<'_> {
    /// The named roles and permissions that some roles and direct grants bring.
    fn met(&self, roles: &BTreeSet<RoleId>, direct: &BTreeSet<PermissionId>) -> BTreeSet<Uuid> {
        let mut facts = self.reference.facts.clone();
        facts.constraints.iter_mut().for_each(|known| known.limit = 0);
        let reference = Reference { facts: &facts, now: now() };
        let kinds = [ConstraintKind::Static, ConstraintKind::Dynamic];
        let met = kinds.into_iter().flat_map(|kind| reference.broken(kind, roles, direct));
        // Ids of roles and of permissions are numbered alike.
        let apart = |permission: &PermissionId| Uuid::from_u128(permission.uuid().as_u128() + 1_000);
        met.flat_map(|met| {
            met.roles.iter().map(|role| role.uuid()).chain(met.permissions.iter().map(apart)).collect::<Vec<_>>()
        })
        .collect()
    }
}

/// A plain reading of the invariants.
pub(crate) struct Rules<'a> {
    pub(crate) reference: Reference<'a>,
    pub(crate) actor: &'a Subject,
}

impl Rules<'_> {
    fn facts(&self) -> &Facts {
        self.reference.facts
    }

    pub(crate) fn escalates(&self) -> bool {
        let named = self.facts().permissions.iter().find(|known| known.name.as_str() == engine::ESCALATE);
        named.is_some_and(|known| self.reference.permissions_of(self.actor).contains(&known.id))
    }

    /// Does the actor have patterns, active and lasting until then, that cover all of these, or `superadmin`?
    pub(crate) fn covers(&self, patterns: &BTreeSet<PermissionPattern>, until: Option<DateTime<Utc>>) -> bool {
        let held = self.reference.patterns_of(&self.active_until(until));
        let parts = |pattern: &PermissionPattern| (pattern.resource().to_owned(), pattern.action().to_owned());
        let covers = |held: &PermissionPattern, wanted: &PermissionPattern| {
            let ((resource, action), (wanted_resource, wanted_action)) = (parts(held), parts(wanted));
            let is_of_one_kind = held.as_str().contains(':') == wanted.as_str().contains(':');
            is_of_one_kind
                && (resource == "*" || resource == wanted_resource)
                && (action == "*" || action == wanted_action)
        };
        self.rules_until(until) || patterns.iter().all(|wanted| held.iter().any(|held| covers(held, wanted)))
    }

    /// Is `superadmin` among the roles, or below one of them?
    fn is_superadmin(&self, roles: &BTreeSet<RoleId>) -> bool {
        let built_in = self.facts().roles.iter().find(|role| role.is_system && role.name.as_str() == SUPERADMIN);
        built_in.is_some_and(|role| self.reference.below(roles).contains(&role.id))
    }

    fn held_by(&self, roles: &[RoleId]) -> BTreeSet<PermissionId> {
        roles.iter().flat_map(|&role| self.reference.role_permissions(role)).map(|(permission, _)| permission).collect()
    }

    /// R1, R5.
    pub(crate) fn may_grant(
        &self,
        roles: &[RoleId],
        permissions: &[PermissionId],
        until: Option<DateTime<Utc>>,
    ) -> bool {
        let scope = self.reference.power_until(self.actor, until);
        let mut conferred = self.held_by(roles);
        conferred.extend(permissions);
        let patterns = self.reference.patterns_of(&roles.iter().copied().collect());
        self.escalates()
            || conferred.is_subset(&scope)
                && self.covers(&patterns, until)
                && (!self.is_superadmin(&roles.iter().copied().collect()) || self.rules_until(until))
    }

    /// Has the actor `superadmin` active until then?
    fn rules_until(&self, until: Option<DateTime<Utc>>) -> bool {
        self.is_superadmin(&self.active_until(until))
    }

    /// Roles that the actor has active, and keeps until then.
    fn active_until(&self, until: Option<DateTime<Utc>>) -> BTreeSet<RoleId> {
        let mut lasting = self.actor.clone();
        lasting.assignments.retain(|held| match (held.validity.until, until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(end), Some(until)) => end >= until,
        });
        let authorized = self.reference.authorized_roles(&lasting);
        let active = self.reference.active_roles(self.actor);
        active.intersection(&authorized).copied().collect()
    }

    /// R4, users.
    pub(crate) fn may_manage_user(&self, user: &Subject) -> bool {
        let rules = self.is_superadmin(&self.reference.active_roles(self.actor));
        let patterns = self.reference.patterns_of(&self.reference.lasting_roles(user));
        let is_within = self.reference.attainable(user).is_subset(&self.reference.permissions_of(self.actor))
            && self.covers(&patterns, Some(now()));
        user.user == self.actor.user || is_within && (rules || !self.is_superadmin(&self.reference.lasting_roles(user)))
    }

    /// R4, roles.
    pub(crate) fn may_manage_role(&self, role: RoleId) -> bool {
        let rules = self.is_superadmin(&self.reference.active_roles(self.actor));
        let is_within = self.held_by(&[role]).is_subset(&self.reference.permissions_of(self.actor))
            && self.covers(&self.reference.patterns_of(&BTreeSet::from([role])), Some(now()));
        is_within && (rules || !self.is_superadmin(&BTreeSet::from([role])))
    }

    /// R4: every role that would include further roles or permissions of a constraint if `senior` inherited from
    /// `juniors` and was granted `permissions`.
    pub(crate) fn may_gain_constraints(
        &self,
        senior: RoleId,
        juniors: &[RoleId],
        permissions: &BTreeSet<PermissionId>,
    ) -> bool {
        let everything = ConstraintKindless { reference: &self.reference };
        let gained = everything.met(&self.reference.below(&juniors.iter().copied().collect()), permissions);
        let above = self.facts().roles.iter().map(|role| role.id).filter(|&role| self.reference.inherits(role, senior));
        let mut concerned = above.filter(|&role| {
            let own = everything.met(&self.reference.below(&BTreeSet::from([role])), &BTreeSet::new());
            !gained.is_subset(&own)
        });
        concerned.all(|role| self.may_manage_role(role))
    }
}
