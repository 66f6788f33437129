//! The authority of an actor (R1 to R5), by the letter of the rules.

use super::patterns::includes;
use super::step::{Operation, RoleUpdate};
use super::world::{Constraint, ESCALATE, FOREVER, Names, Second, World};
use std::collections::BTreeMap;

/// The actor of a step, and its permissions.
#[derive(Debug)]
pub(super) struct Actor<'w> {
    world: &'w World,
    pub(super) user: &'w str,
    authority: BTreeMap<String, Second>,
}

impl<'w> Actor<'w> {
    pub(super) fn new(world: &'w World, by: &str) -> Self {
        let user = world.sessions.get(by).map_or("", |session| session.user.as_str());
        Self { world, user, authority: world.authority(by) }
    }

    /// The latest end of what the actor holds that includes a permission or a pattern.
    fn end_of(&self, wanted: &str) -> Option<Second> {
        self.authority.iter().filter(|(held, _)| includes(held, wanted)).map(|(_, end)| *end).max()
    }

    fn holds(&self, wanted: &str) -> bool {
        self.end_of(wanted).is_some()
    }

    /// R1: a grant requires the permission, or a pattern that covers the pattern, for at least as long.
    pub(super) fn may_grant(&self, wanted: &str, until: Second) -> bool {
        self.holds(ESCALATE) || self.end_of(wanted).is_some_and(|end| end >= until)
    }

    fn may_grant_role(&self, role: &str, until: Second) -> bool {
        self.world.held_by(role).iter().all(|permission| self.may_grant(permission, until))
    }

    fn may_grant_all(&self, roles: &Names, permissions: &Names, until: Second) -> bool {
        roles.iter().all(|role| self.may_grant_role(role, until))
            && permissions.iter().all(|permission| self.may_grant(permission, until))
    }

    /// R4: the target's permissions are within the actor's authority, or the target is the actor.
    pub(super) fn may_change_user(&self, user: &str) -> bool {
        user == self.user || self.world.potential_ends(user).keys().all(|permission| self.holds(permission))
    }

    /// R4: the role's permissions are within the actor's authority.
    pub(super) fn may_change_role(&self, role: &str) -> bool {
        self.world.held_by(role).iter().all(|permission| self.holds(permission))
    }

    /// R4: these roles, and all roles that inherit from one, are within the actor's authority; these permissions are the
    /// actor's, and all roles that bring one are within its authority.
    pub(super) fn may_constrain(&self, roles: &Names, permissions: &Names) -> bool {
        let concerns = |role: &&String| {
            !self.world.closure(role).is_disjoint(roles) || !self.world.brought_by(role).is_disjoint(permissions)
        };
        permissions.iter().all(|permission| self.holds(permission))
            && self.world.roles.keys().filter(concerns).all(|role| self.may_change_role(role))
    }

    fn may_change_constraint(&self, constraint: &str) -> bool {
        let known = &self.world.constraints[constraint];
        self.may_constrain(&known.roles, &known.permissions)
    }

    /// R4: the seniors, and the roles above them, that would conflict with further roles, or bring further permissions of
    /// constraints, are within the actor's authority.
    fn may_extend_conflicts(&self, seniors: &Names, juniors: &Names, granted: &Names) -> bool {
        let named = |of: fn(&Constraint) -> &Names| -> Names {
            self.world.constraints.values().flat_map(|known| of(known).iter().cloned()).collect()
        };
        let juniors = self.world.closure_of(juniors);
        let roles: Names = juniors.intersection(&named(|known| &known.roles)).cloned().collect();
        let brought =
            self.world.granted_by(&juniors).union(&self.world.with_matches(granted)).cloned().collect::<Names>();
        let permissions: Names = brought.intersection(&named(|known| &known.permissions)).cloned().collect();
        let concerned = self.world.roles.keys().filter(|role| {
            let closure = self.world.closure(role);
            let gains = !roles.is_subset(&closure) || !permissions.is_subset(&self.world.granted_by(&closure));
            !closure.is_disjoint(seniors) && gains
        });
        concerned.into_iter().all(|role| self.may_change_role(role))
    }

    /// R4: all roles that the permission is granted to, themselves or by a pattern, all users who have it directly, and all
    /// constraints that name it are within the actor's authority.
    fn may_delete_permission(&self, permission: &String) -> bool {
        let alone = Names::from([permission.clone()]);
        let roles = self.world.roles.iter().filter(|(_, role)| {
            let granted = role.grants.union(&role.patterns).cloned().collect();
            self.world.with_matches(&granted).contains(permission)
        });
        let users = self.world.users.iter().filter(|(_, user)| user.grants.contains_key(permission));
        let is_named = self.world.constraints.values().any(|known| known.permissions.contains(permission));
        roles.into_iter().all(|(role, _)| self.may_change_role(role))
            && users.into_iter().all(|(user, _)| self.may_change_user(user))
            && (!is_named || self.may_constrain(&Names::new(), &alone))
    }

    /// R1 to R5; an input that does the work of another mutation also requires that mutation's permission.
    pub(super) fn exceeds_authority(&self, operation: &Operation) -> bool {
        let none = Names::new();
        let allowed = match operation {
            Operation::AssignRoles { user, roles, term } => {
                self.may_change_user(user) && self.may_grant_all(roles, &none, term.until)
            }
            Operation::AssignUsers { role, users, term } => {
                users.iter().all(|user| self.may_change_user(user)) && self.may_grant_role(role, term.until)
            }
            Operation::GrantDirectly { user, permissions, term } => {
                self.may_change_user(user) && self.may_grant_all(&none, permissions, term.until)
            }
            Operation::UnassignUsers { users, .. } => users.iter().all(|user| self.may_change_user(user)),
            Operation::UnassignRoles { user, .. }
            | Operation::RevokeDirectly { user, .. }
            | Operation::UpdateUser { user, .. }
            | Operation::Suspend { user }
            | Operation::Reactivate { user }
            | Operation::DeleteUser { user }
            | Operation::IssueReset { user }
            | Operation::EndSessions { user } => self.may_change_user(user),
            Operation::EndSession { session } => {
                self.world.sessions.get(session).is_none_or(|session| self.may_change_user(&session.user))
            }
            Operation::CreateUser { roles, .. } => {
                roles.is_empty() || self.holds("role:assign") && self.may_grant_all(roles, &none, FOREVER)
            }
            Operation::CreateRole { permissions, juniors, seniors, .. } => {
                (permissions.is_empty() || self.holds("permission:grant"))
                    && seniors.iter().all(|senior| self.may_change_role(senior))
                    && self.may_extend_conflicts(seniors, juniors, permissions)
                    && self.may_grant_all(juniors, permissions, FOREVER)
            }
            Operation::UpdateRole { role, update: RoleUpdate::IsDefault(is_default) } => {
                self.holds("role:assign")
                    && self.may_change_role(role)
                    && (!is_default || self.may_grant_role(role, FOREVER))
            }
            Operation::UpdateRole { role, .. }
            | Operation::DeleteRole { role }
            | Operation::RevokeFromRole { role, .. }
            | Operation::RevokePatterns { role, .. }
            | Operation::Disinherit { role, .. } => self.may_change_role(role),
            Operation::GrantToRole { role, permissions } | Operation::GrantPatterns { role, patterns: permissions } => {
                self.may_change_role(role)
                    && self.may_grant_all(&none, permissions, FOREVER)
                    && self.may_extend_conflicts(&Names::from([role.clone()]), &none, permissions)
            }
            Operation::Inherit { role, juniors } => {
                self.may_change_role(role)
                    && self.may_grant_all(juniors, &none, FOREVER)
                    && self.may_extend_conflicts(&Names::from([role.clone()]), juniors, &none)
            }
            Operation::DeletePermission { permission } => self.may_delete_permission(permission),
            Operation::Constrain { roles, permissions, .. } => self.may_constrain(roles, permissions),
            Operation::AddMembers { constraint, roles } => {
                self.may_change_constraint(constraint) && self.may_constrain(roles, &none)
            }
            Operation::SetLimit { constraint, .. }
            | Operation::RemoveMembers { constraint, .. }
            | Operation::Unconstrain { constraint } => self.may_change_constraint(constraint),
            Operation::CreatePermission { .. } | Operation::Activate { .. } | Operation::Deactivate { .. } => true,
        };
        !allowed
    }
}
