//! Random changes of roles, permissions and constraints.

use super::generator::Drawing;
use super::patterns::widened;
use super::random::Random;
use super::requests::has_flag;
use super::step::{Operation, RoleUpdate};
use super::world::{BY_RULE, Names};

/// Number of objects of a kind above which some are deleted.
const ROLES: usize = 24;
const PERMISSIONS: usize = 13;
const CONSTRAINTS: usize = 6;

impl Drawing<'_> {
    pub(super) fn role_operation(&self, random: &mut Random) -> Option<Operation> {
        let is_full = self.world.roles.len() >= ROLES;
        Some(match random.below(6) {
            0 | 1 if !is_full => Operation::CreateRole {
                name: self.new_or(random, "role", &self.world.roles)?,
                permissions: if random.percent(50) { self.permissions(random, 1) } else { Names::new() },
                juniors: if random.percent(50) { self.roles(random, 1) } else { Names::new() },
                seniors: if random.percent(40) { self.roles(random, 1) } else { Names::new() },
            },
            2 if is_full || random.percent(30) => Operation::DeleteRole { role: self.role(random)? },
            _ => Operation::UpdateRole { role: self.role(random)?, update: self.role_update(random)? },
        })
    }

    fn role_update(&self, random: &mut Random) -> Option<RoleUpdate> {
        Some(match random.below(6) {
            0 => RoleUpdate::Name(self.new_or(random, "role", &self.world.roles)?),
            1 => RoleUpdate::Description(format!("described in step {}", self.number)),
            2 | 3 => RoleUpdate::IsDefault(random.percent(40)),
            _ if has_flag() => RoleUpdate::RequiresActivation(random.percent(50)),
            _ => return None,
        })
    }

    pub(super) fn grant_operation(&self, random: &mut Random) -> Option<Operation> {
        let role = self.role(random)?;
        let known = &self.world.roles[&role];
        let is_full = self.world.permissions.values().filter(|is_built_in| !**is_built_in).count() >= PERMISSIONS;
        Some(match random.below(12) {
            0 | 1 => Operation::GrantToRole { role, permissions: self.permissions(random, 1) },
            2 => Operation::RevokeFromRole {
                permissions: self.these_or(random, &known.grants, &self.world.permissions)?,
                role,
            },
            3 | 4 => Operation::Inherit { role, juniors: self.roles(random, 1) },
            5 => Operation::Disinherit { juniors: self.these_or(random, &known.juniors, &self.world.roles)?, role },
            6 | 7 if !is_full => {
                Operation::CreatePermission { name: self.new_or(random, "thing", &self.world.permissions)? }
            }
            8 | 9 => Operation::GrantPatterns { role, patterns: self.patterns(random) },
            10 if !known.patterns.is_empty() || random.percent(30) => {
                let patterns = random.some(&known.patterns, 1);
                Operation::RevokePatterns {
                    patterns: if patterns.is_empty() { self.patterns(random) } else { patterns },
                    role,
                }
            }
            _ if is_full || random.percent(40) => {
                Operation::DeletePermission { permission: self.permissions(random, 1).pop_first()? }
            }
            _ => return None,
        })
    }

    pub(super) fn constraint_operation(&self, random: &mut Random) -> Option<Operation> {
        let known = random.one(self.world.constraints.iter().map(|(name, known)| (name.clone(), known.clone())));
        let is_full = self.world.constraints.len() >= CONSTRAINTS;
        Some(match (random.below(7), known) {
            (0..3, _) if !is_full => {
                let is_over_permissions = random.percent(40);
                let roles = if is_over_permissions { Names::new() } else { self.roles(random, 2) };
                let permissions = if is_over_permissions { self.permissions(random, 2) } else { Names::new() };
                let limit = if random.percent(90) { 2 + usize::from(random.percent(20)) } else { random.below(5) };
                let name = self.new_or(random, "constraint", &self.world.constraints)?;
                Operation::Constrain { name, is_dynamic: random.percent(50), roles, permissions, limit }
            }
            (3, Some((constraint, _))) => Operation::SetLimit { constraint, limit: 1 + random.below(4) },
            (4, Some((constraint, _))) => Operation::AddMembers { constraint, roles: self.roles(random, 1) },
            // A constraint with more roles than its limit.
            (5, Some((constraint, known))) if known.roles.len() > known.limit => {
                Operation::RemoveMembers { constraint, roles: random.one(known.roles).into_iter().collect() }
            }
            (5, Some((constraint, known))) => {
                Operation::RemoveMembers { constraint, roles: self.these_or(random, &known.roles, &self.world.roles)? }
            }
            (6, Some((constraint, _))) => Operation::Unconstrain { constraint },
            _ => return None,
        })
    }

    /// A user who holds a permission of a constraint would hold another one, by one of the paths.
    pub(super) fn conflicting_operation(&self, random: &mut Random) -> Option<Operation> {
        let named = self.world.constraints.values().map(|known| &known.permissions);
        let named = random.one(named.filter(|permissions| !permissions.is_empty()))?;
        let is_concerned = |user: &&String| {
            let held = self.world.potential(user);
            !held.contains(BY_RULE) && !held.is_disjoint(named) && !named.is_subset(&held)
        };
        let user = random.one(self.world.users.keys().filter(is_concerned).cloned())?;
        let held = self.world.potential(&user);
        let permission = random.one(named.difference(&held).cloned())?;
        let role = random.one(self.world.users[&user].roles.keys().cloned());
        let bringing = self.world.roles.keys().filter(|role| self.world.brought_by(role).contains(&permission));
        Some(match (random.below(5), role) {
            (0, Some(role)) => Operation::GrantToRole { role, permissions: Names::from([permission]) },
            (1, Some(role)) => {
                let patterns = widened(&permission, random.below(6)).into_iter().collect();
                Operation::GrantPatterns { role, patterns }
            }
            (2, _) => {
                let roles = Names::from([random.one(bringing.cloned())?]);
                Operation::AssignRoles { user, roles, term: self.term(random) }
            }
            _ => Operation::GrantDirectly { user, permissions: Names::from([permission]), term: self.term(random) },
        })
    }

    /// One pattern or two, each matching a permission.
    fn patterns(&self, random: &mut Random) -> Names {
        let matched = self.permissions(random, 1);
        matched.iter().filter_map(|permission| widened(permission, random.below(6))).collect()
    }
}
