//! Whether the facts after a change make a policy, with all that contradicts.

use crate::RefusalCode::{HierarchyCycle, Invalid, SodViolation};
use crate::policy_document::document::Document;
use crate::policy_document::problem::{Position, Problem, Problems};
use crate::policy_document::state::Current;
use engine::{
    Conflict, ConstraintId, Inheritance, Policy, PolicyChanges, PolicyError, RoleId, Violation, check_default_roles,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Most cycles, and most conflicting constraints, that are looked for.
const MAX_FOUND: usize = 20;
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
    for _ in 0..=2 * MAX_FOUND {
        match current.policy.update(judge.changes.clone()) {
            Ok(policy) => {
                judge.check_default_roles(&policy);
                return Some(policy);
            }
            Err(PolicyError::Cycle(_)) => judge.refuse_cycles()?,
            Err(PolicyError::ViolatedByOneRole { role, conflict }) => judge.refuse_role(role, &conflict),
            Err(error) => {
                let (at, code) = (None, Invalid);
                judge.problems.add(Problem { at, code, message: error.to_string() });
                return None;
            }
        }
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
        let mut without = self.changes.clone();
        without.changed.roles.iter_mut().for_each(|role| role.inherits_from.clear());
        without.deleted_constraints.extend(self.current.policy.constraints().iter().map(|known| known.id));
        without.changed.constraints.clear();
        let base = self.current.policy.update(without).ok()?;
        let changed = self.changes.changed.roles.iter();
        let edges: Vec<Inheritance> = changed
            .flat_map(|role| role.inherits_from.iter().map(|&junior| Inheritance { senior: role.id, junior }))
            .collect();
        let cycles = base.cycles_closed_by(&edges, MAX_FOUND);
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

    /// Reports a role that violates a constraint by itself, and takes the constraint out.
    fn refuse_role(&mut self, role: RoleId, conflict: &Conflict) {
        let (role, roles) = (self.role_name(role), self.conflicting(conflict));
        let (constraint, at) = self.constraint(conflict.constraint);
        let message =
            format!("role `{role}` violates constraint `{constraint}` by itself: it is or inherits from {roles}");
        let at = at.or_else(|| self.role_position(&role));
        self.problems.add(Problem { at, code: SodViolation, message });
        self.changes.changed.constraints.retain(|changed| changed.id != conflict.constraint);
        self.changes.deleted_constraints.push(conflict.constraint);
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
        let names: Vec<String> = conflict.roles.iter().map(|&role| format!("`{}`", self.role_name(role))).collect();
        names.join(", ")
    }

    fn role_name(&self, id: RoleId) -> String {
        let changed = self.changes.changed.roles.iter().find(|role| role.id == id).map(|role| &role.name);
        let known = || self.current.policy.role(id).map(|role| &role.name);
        changed.or_else(known).map(ToString::to_string).unwrap_or_default()
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
