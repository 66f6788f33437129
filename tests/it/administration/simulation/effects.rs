//! The effects of an allowed step.

use super::step::{Operation, RoleUpdate, Step};
use super::world::{Constraint, HeldRole, Names, Reset, Role, Second, Session, Term, User, World};

/// Lifetime of a password reset.
const RESET_LASTS: Second = 24 * 60 * 60;

/// The world after a step, allowed or not.
pub(super) fn after(world: &World, step: &Step) -> World {
    let mut after = world.clone();
    match step {
        Step::Wait(seconds) => {
            after.now += seconds;
            let now = after.now;
            after.resets.retain(|_, reset| reset.until > now);
        }
        Step::Reset { user } => {
            after.users.entry(user.clone()).and_modify(|user| user.has_password = true);
            after.end_sessions(user);
        }
        Step::SignUp { user, session } => {
            after.add_user(user, Names::new());
            after.users.entry(user.clone()).and_modify(|user| user.has_password = true);
            after.open(user, session, None);
        }
        Step::LogIn { user, roles, session } => after.open(user, session, roles.clone()),
        Step::Do { by, operation } => after.take(by, operation),
        Step::Together { .. } => unreachable!("taken operation by operation"),
    }
    after
}

impl World {
    fn open(&mut self, user: &str, session: &str, chosen: Option<Names>) {
        let opened = Session { user: user.to_owned(), authenticated: self.now, chosen };
        self.sessions.insert(session.to_owned(), opened);
    }

    /// Ends the sessions of a user, with the pending resets of the user and by the user.
    fn end_sessions(&mut self, user: &str) {
        self.sessions.retain(|_, session| session.user != user);
        self.end_resets(user);
    }

    fn end_resets(&mut self, user: &str) {
        self.resets.retain(|name, reset| name != user && reset.issuer.as_deref() != Some(user));
    }

    fn add_user(&mut self, name: &str, mut roles: Names) {
        roles.extend(self.roles.iter().filter(|(_, role)| role.is_default).map(|(name, _)| name.clone()));
        let held = HeldRole { since: self.now, term: Term::PERMANENT };
        let roles = roles.into_iter().map(|role| (role, held)).collect();
        self.users.insert(name.to_owned(), User { roles, ..User::default() });
    }

    fn assign(&mut self, user: &str, role: &str, term: Term) {
        let since = self.now;
        let Some(user) = self.users.get_mut(user) else { return };
        // A repeated assignment keeps its age and replaces the terms.
        user.roles.entry(role.to_owned()).and_modify(|held| held.term = term).or_insert(HeldRole { since, term });
    }

    fn take(&mut self, by: &str, operation: &Operation) {
        match operation {
            Operation::AssignRoles { user, roles, term } => {
                roles.iter().for_each(|role| self.assign(user, role, *term));
            }
            Operation::AssignUsers { role, users, term } => {
                users.iter().for_each(|user| self.assign(user, role, *term));
            }
            Operation::UnassignRoles { user, roles } => {
                self.user(user).roles.retain(|role, _| !roles.contains(role));
            }
            Operation::UnassignUsers { role, users } => {
                users.iter().for_each(|user| self.user(user).roles.retain(|held, _| held != role));
            }
            Operation::GrantDirectly { user, permissions, term } => {
                self.user(user).grants.extend(permissions.iter().map(|permission| (permission.clone(), *term)));
            }
            Operation::RevokeDirectly { user, permissions } => {
                self.user(user).grants.retain(|permission, _| !permissions.contains(permission));
            }
            Operation::CreateUser { name, roles } => self.add_user(name, roles.clone()),
            Operation::UpdateUser { user, display_name } => self.user(user).display_name = Some(display_name.clone()),
            Operation::Reactivate { user } => self.user(user).is_suspended = false,
            Operation::Suspend { user } => {
                // Suspending twice has no effect, and there are no sessions to end.
                self.user(user).is_suspended = true;
                self.end_sessions(user);
            }
            Operation::DeleteUser { user } => {
                self.users.remove(user);
                self.end_sessions(user);
            }
            Operation::IssueReset { user } => {
                let issuer = self.sessions.get(by).map(|session| session.user.clone());
                self.resets.insert(user.clone(), Reset { issuer, until: self.now + RESET_LASTS });
            }
            Operation::EndSessions { user } => self.end_sessions(user),
            Operation::EndSession { session } => {
                if let Some(Session { user, .. }) = self.sessions.remove(session) {
                    self.end_resets(&user);
                }
            }
            Operation::Activate { roles } => {
                let active = self.active(by).union(roles).cloned().collect();
                self.choose(by, active);
            }
            Operation::Deactivate { roles } => {
                let active = self.active(by).difference(roles).cloned().collect();
                self.choose(by, active);
            }
            policy => self.change_policy(policy),
        }
    }

    fn change_policy(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateRole { name, permissions, juniors, seniors } => {
                let role = Role { grants: permissions.clone(), juniors: juniors.clone(), ..Role::default() };
                self.roles.insert(name.clone(), role);
                seniors.iter().for_each(|senior| self.role(senior).juniors.extend([name.clone()]));
            }
            Operation::UpdateRole { role, update: RoleUpdate::Name(name) } => self.rename_role(role, name),
            Operation::UpdateRole { role, update } => self.role(role).update(update),
            Operation::DeleteRole { role } => self.delete_role(role),
            Operation::GrantToRole { role, permissions } => self.role(role).grants.extend(permissions.iter().cloned()),
            Operation::RevokeFromRole { role, permissions } => {
                self.role(role).grants.retain(|p| !permissions.contains(p));
            }
            Operation::GrantPatterns { role, patterns } => self.role(role).patterns.extend(patterns.iter().cloned()),
            Operation::RevokePatterns { role, patterns } => self.role(role).patterns.retain(|p| !patterns.contains(p)),
            Operation::Inherit { role, juniors } => self.role(role).juniors.extend(juniors.iter().cloned()),
            Operation::Disinherit { role, juniors } => {
                self.role(role).juniors.retain(|junior| !juniors.contains(junior));
            }
            Operation::CreatePermission { name } => self.permissions.extend([(name.clone(), false)]),
            Operation::DeletePermission { permission } => {
                self.permissions.remove(permission);
                self.roles.values_mut().for_each(|role| role.grants.retain(|known| known != permission));
                self.users.values_mut().for_each(|user| user.grants.retain(|known, _| known != permission));
                self.constraints.values_mut().for_each(|known| known.permissions.retain(|known| known != permission));
            }
            Operation::Constrain { name, is_dynamic, roles, permissions, limit } => {
                let (roles, permissions) = (roles.clone(), permissions.clone());
                let constraint = Constraint { is_dynamic: *is_dynamic, roles, permissions, limit: *limit };
                self.constraints.insert(name.clone(), constraint);
            }
            Operation::SetLimit { constraint, limit } => self.constraint(constraint).limit = *limit,
            Operation::AddMembers { constraint, roles } => {
                self.constraint(constraint).roles.extend(roles.iter().cloned());
            }
            Operation::RemoveMembers { constraint, roles } => {
                self.constraint(constraint).roles.retain(|role| !roles.contains(role));
            }
            Operation::Unconstrain { constraint } => self.constraints.retain(|known, _| known != constraint),
            other => unreachable!("no change of the policy: {other:?}"),
        }
    }

    pub(super) fn rename_role(&mut self, old: &str, new: &str) {
        let rename = |names: &mut Names| {
            if names.remove(old) {
                names.insert(new.to_owned());
            }
        };
        if let Some(role) = self.roles.remove(old) {
            self.roles.insert(new.to_owned(), role);
        }
        self.roles.values_mut().for_each(|role| rename(&mut role.juniors));
        self.constraints.values_mut().for_each(|constraint| rename(&mut constraint.roles));
        self.sessions.values_mut().filter_map(|session| session.chosen.as_mut()).for_each(rename);
        for user in self.users.values_mut() {
            if let Some(held) = user.roles.remove(old) {
                user.roles.insert(new.to_owned(), held);
            }
        }
    }

    fn delete_role(&mut self, gone: &str) {
        self.roles.remove(gone);
        self.roles.values_mut().for_each(|role| role.juniors.retain(|role| role != gone));
        self.constraints.values_mut().for_each(|constraint| constraint.roles.retain(|role| role != gone));
        self.sessions
            .values_mut()
            .filter_map(|session| session.chosen.as_mut())
            .for_each(|roles| roles.retain(|role| role != gone));
        self.users.values_mut().for_each(|user| user.roles.retain(|role, _| role != gone));
    }

    fn choose(&mut self, session: &str, roles: Names) {
        if let Some(session) = self.sessions.get_mut(session) {
            session.chosen = Some(roles);
        }
    }

    fn user(&mut self, name: &str) -> &mut User {
        self.users.get_mut(name).expect("a user that is there")
    }

    fn role(&mut self, name: &str) -> &mut Role {
        self.roles.get_mut(name).expect("a role that is there")
    }

    fn constraint(&mut self, name: &str) -> &mut Constraint {
        self.constraints.get_mut(name).expect("a constraint that is there")
    }
}

impl Role {
    fn update(&mut self, update: &RoleUpdate) {
        match update {
            RoleUpdate::Name(_) => {}
            RoleUpdate::Description(description) => self.description = Some(description.clone()),
            RoleUpdate::IsDefault(is_default) => self.is_default = *is_default,
            RoleUpdate::RequiresActivation(requires) => self.requires_activation = *requires,
        }
    }
}
