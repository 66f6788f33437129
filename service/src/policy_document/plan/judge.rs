//! Whether the facts after a change make a policy, with all that contradicts.

use crate::RefusalCode::{HierarchyCycle, Invalid, SodViolation};
use crate::policy_document::document::Document;
use crate::policy_document::problem::{Position, Problem, Problems};
use crate::policy_document::state::Current;
use engine::{
    Conflict, Constraint, ConstraintId, Inheritance, KnownRole, PermissionId, Policy, PolicyChanges, PolicyError,
    RoleId, RoleName, Violation, check_default_roles,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Most cycles that are looked for. Each takes some passes over the new inheritance.
const MAX_CYCLES: usize = 20;
/// Inheritances that are looked at for cycles, in all: a large document has fewer cycles reported.
const MAX_EFFORT: usize = 1_000_000;
/// Names at either end of a long cycle that a message shows.
const ENDS: usize = 4;

/// The policy after the changes; with problems, `None` or a policy without what is at fault.
pub(super) fn judge(
    document: &Document,
    current: &Current<'_>,
    changes: &PolicyChanges,
    problems: &mut Problems,
) -> Option<Policy> {
    let mut judge = Judge { document, current, changes: changes.clone(), problems };
    let mut updated = current.policy.update(judge.changes.clone());
    if let Err(PolicyError::Cycle(_)) = updated {
        judge.refuse_cycles()?;
        updated = current.policy.update(judge.changes.clone());
    }
    if let Err(PolicyError::ViolatedByOneRole { .. }) = updated {
        judge.refuse_violated()?;
        updated = current.policy.update(judge.changes.clone());
    }
    match updated {
        Ok(policy) => {
            judge.check_default_roles(&policy);
            return Some(policy);
        }
        // There are more cycles than are looked for.
        Err(PolicyError::Cycle(_)) => {}
        Err(error) => judge.problems.add(Problem { at: None, code: Invalid, message: error.to_string() }),
    }
    None
}

struct Judge<'a> {
    document: &'a Document,
    current: &'a Current<'a>,
    changes: PolicyChanges,
    problems: &'a mut Problems,
}

impl Judge<'_> {
    /// Reports the inheritances that close cycles, and takes them out.
    fn refuse_cycles(&mut self) -> Option<()> {
        let mut without = self.without_constraints();
        without.changed.roles.iter_mut().for_each(|role| role.inherits_from.clear());
        let base = self.current.policy.update(without).ok()?;
        let changed = self.changes.changed.roles.iter();
        let edges: Vec<Inheritance> = changed
            .flat_map(|role| role.inherits_from.iter().map(|&junior| Inheritance { senior: role.id, junior }))
            .collect();
        let limit = (MAX_EFFORT / edges.len().max(1)).clamp(1, MAX_CYCLES);
        let cycles = base.cycles_closed_by(&edges, limit);
        let names = Names::new(&base);
        for cycle in &cycles {
            let Some(edge) = edges.get(cycle.position) else { continue };
            let at = self.inheritance_position(names.of(edge.senior), names.of(edge.junior));
            let message = format!("the role hierarchy has a cycle: {}", names.cycle(&cycle.roles));
            self.problems.add(Problem { at, code: HierarchyCycle, message });
        }
        let closing: FxHashSet<Inheritance> =
            cycles.iter().filter_map(|cycle| edges.get(cycle.position).copied()).collect();
        for role in &mut self.changes.changed.roles {
            let senior = role.id;
            role.inherits_from.retain(|&junior| !closing.contains(&Inheritance { senior, junior }));
        }
        (!closing.is_empty()).then_some(())
    }

    /// Reports every constraint that one role violates by itself, and takes it out.
    fn refuse_violated(&mut self) -> Option<()> {
        let base = self.current.policy.update(self.without_constraints()).ok()?;
        let changes = &self.changes;
        let is_same = |known: &&Constraint| {
            !changes.deleted_constraints.contains(&known.id)
                && !changes.changed.constraints.iter().any(|changed| changed.id == known.id)
        };
        let known = self.current.policy.constraints().iter().filter(is_same);
        let constraints: Vec<Constraint> = changes.changed.constraints.iter().chain(known).cloned().collect();
        let found = self.problems.total();
        for constraint in &constraints {
            let Some(role) = violating(&base, constraint) else { continue };
            let juniors = base.inherits_from_all(role.id);
            let is_part = |member: &RoleId| *member == role.id || juniors.contains(member);
            let roles = constraint.roles.iter().copied().filter(is_part).collect();
            let is_brought = |permission: &PermissionId| base.roles_bringing(*permission).contains(&role.id);
            let permissions = constraint.permissions.iter().copied().filter(is_brought).collect();
            self.refuse_role(&role.name, &Conflict { constraint: constraint.id, roles, permissions });
        }
        (self.problems.total() > found).then_some(())
    }

    fn refuse_role(&mut self, role: &RoleName, conflict: &Conflict) {
        let members = self.conflicting(conflict);
        let (constraint, at) = self.constraint(conflict.constraint);
        let has = if conflict.permissions.is_empty() { "is or inherits from" } else { "holds" };
        let message = format!("role `{role}` violates constraint `{constraint}` by itself: it {has} {members}");
        let at = at.or_else(|| self.role_position(role.as_str()));
        self.problems.add(Problem { at, code: SodViolation, message });
        self.changes.changed.constraints.retain(|changed| changed.id != conflict.constraint);
        self.changes.deleted_constraints.push(conflict.constraint);
    }

    /// The changes, and no constraints afterwards.
    fn without_constraints(&self) -> PolicyChanges {
        let mut without = self.changes.clone();
        without.changed.constraints.clear();
        without.deleted_constraints = self.current.policy.constraints().iter().map(|known| known.id).collect();
        without
    }

    fn check_default_roles(&mut self, after: &Policy) {
        if let Err(Violation::AgainstSuperadmin(conflict)) = check_default_roles(self.current.policy, after) {
            let (constraint, at) = self.constraint(conflict.constraint);
            let roles = self.conflicting(&conflict);
            let message = format!("constraint `{constraint}` would set `superadmin` against a default role: {roles}");
            self.problems.add(Problem { at, code: SodViolation, message });
        }
    }

    fn conflicting(&self, conflict: &Conflict) -> String {
        let roles = conflict.roles.iter().map(|&role| self.role_name(role));
        let permissions = conflict.permissions.iter().map(|&permission| self.permission_name(permission));
        let mut names: Vec<String> = roles.chain(permissions).collect();
        names.sort_by_key(|name| name.to_ascii_lowercase());
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }

    fn role_name(&self, id: RoleId) -> String {
        let changed = self.changes.changed.roles.iter().find(|role| role.id == id).map(|role| &role.name);
        let known = || self.current.policy.role(id).map(|role| &role.name);
        changed.or_else(known).map(ToString::to_string).unwrap_or_default()
    }

    fn permission_name(&self, id: PermissionId) -> String {
        let changed = self.changes.changed.permissions.iter().find(|permission| permission.id == id);
        let known = changed.or_else(|| self.current.policy.permission(id));
        known.map(|permission| permission.name.to_string()).unwrap_or_default()
    }

    /// The name of a constraint, and where the document has it.
    fn constraint(&self, id: ConstraintId) -> (String, Option<Position>) {
        let changed = self.changes.changed.constraints.iter().find(|constraint| constraint.id == id);
        let known = changed.or_else(|| self.current.policy.constraint(id));
        let name = known.map(|constraint| constraint.name.clone()).unwrap_or_default();
        let mut entries = self.document.constraints.iter().flatten();
        let entry = entries.find(|entry| entry.name.value == name);
        let at = entry.map(|entry| entry.name.at);
        (name, at)
    }

    fn role_position(&self, name: &str) -> Option<Position> {
        let mut entries = self.document.roles.iter().flatten();
        Some(entries.find(|entry| entry.name.value.as_str() == name)?.name.at)
    }

    fn inheritance_position(&self, senior: &str, junior: &str) -> Option<Position> {
        let mut entries = self.document.roles.iter().flatten();
        let entry = entries.find(|entry| entry.name.value.as_str() == senior)?;
        let item = entry.inherits.iter().flatten().find(|name| name.value.as_str() == junior);
        Some(item.map_or(entry.name.at, |name| name.at))
    }
}

/// The first role, by name, that is or inherits from as many roles of a constraint as its limit, or holds as many of its
/// permissions.
fn violating(policy: &Policy, constraint: &Constraint) -> Option<KnownRole> {
    let mut members: FxHashMap<RoleId, usize> = FxHashMap::default();
    for &member in &constraint.roles {
        for role in policy.inherited_by_all(member).into_iter().chain([member]) {
            *members.entry(role).or_default() += 1;
        }
    }
    for &permission in &constraint.permissions {
        for role in policy.roles_bringing(permission) {
            *members.entry(role).or_default() += 1;
        }
    }
    let reached = members.into_iter().filter(|(_, count)| *count >= constraint.limit);
    let roles = reached.filter_map(|(role, _)| policy.role(role));
    roles.min_by_key(|role| role.name.key()).cloned()
}

/// Names of roles by id.
struct Names<'p>(FxHashMap<RoleId, &'p str>);

impl<'p> Names<'p> {
    fn new(policy: &'p Policy) -> Self {
        Self(policy.roles().map(|role| (role.id, role.name.as_str())).collect())
    }

    fn of(&self, id: RoleId) -> &'p str {
        self.0.get(&id).copied().unwrap_or_default()
    }

    /// A cycle in names; the middle of a long one is left out.
    fn cycle(&self, cycle: &[RoleId]) -> String {
        let mut names: Vec<String> = cycle.iter().map(|&role| format!("`{}`", self.of(role))).collect();
        if names.len() > 2 * ENDS + 1 {
            names.splice(ENDS..names.len() - ENDS, ["…".to_owned()]);
        }
        names.join(" → ")
    }
}
