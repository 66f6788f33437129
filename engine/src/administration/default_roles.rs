//! The rule on `superadmin` and default roles.

use super::Violation;
use crate::{Conflict, Constraint, KnownRole, Policy};

/// Checks that no constraint sets `superadmin` against a default role, directly or by inheritance: every account has
/// the default roles, so that no new account could be assigned `superadmin`, and no session would have it active
/// without a choice of roles. What was so before the change may stay. Constraints over permissions do not concern
/// `superadmin`, whose permissions do not count.
///
/// ```
/// # use engine::{Facts, Policy};
/// use engine::check_default_roles;
///
/// let policy = Policy::build(Facts::default())?;
/// assert!(check_default_roles(&policy, &policy).is_ok());
/// # Ok::<(), engine::PolicyError>(())
/// ```
///
/// # Errors
/// [`Violation::AgainstSuperadmin`] about the first such constraint, by name.
pub fn check_default_roles(before: &Policy, after: &Policy) -> Result<(), Violation> {
    for constraint in after.constraints() {
        for role in after.roles().filter(|role| role.is_default) {
            let found = against_superadmin(after, constraint, role);
            if let Some(conflict) = found.filter(|_| !was_so(before, constraint, role)) {
                return Err(Violation::AgainstSuperadmin(conflict));
            }
        }
    }
    Ok(())
}

fn was_so(before: &Policy, constraint: &Constraint, role: &KnownRole) -> bool {
    let known = before.constraint(constraint.id).zip(before.role(role.id).filter(|role| role.is_default));
    known.is_some_and(|(constraint, role)| against_superadmin(before, constraint, role).is_some())
}

/// The roles of a constraint that `superadmin` is part of, and that the default role is or inherits from.
fn against_superadmin(policy: &Policy, constraint: &Constraint, role: &KnownRole) -> Option<Conflict> {
    let (superadmin, role) = (policy.role_position(policy.superadmin()?)?, policy.role_position(role.id)?);
    let position = |id| policy.role_position(id);
    let includes = |senior, junior| policy.hierarchy.includes(senior, junior);
    let members = || constraint.roles.iter().copied();
    let strong = members().find(|&id| position(id).is_some_and(|member| includes(member, superadmin)))?;
    let ordinary = members().find(|&id| id != strong && position(id).is_some_and(|member| includes(role, member)))?;
    Some(Conflict { constraint: constraint.id, roles: vec![strong, ordinary], permissions: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::*;
    use crate::{Constraint, Facts};

    const ROLES: &str = "
        superadmin
        root > superadmin
        user > guest
        guest
        clerk
    ";

    fn policy_of(constraints: &[Constraint], default: &str) -> Policy {
        let mut facts = Facts { constraints: constraints.to_vec(), ..facts(ROLES) };
        facts.roles.iter_mut().for_each(|role| role.is_default = role.name.as_str() == default);
        Policy::build(facts).expect("a policy")
    }

    fn verdict(after: &Constraint) -> Result<(), Violation> {
        check_default_roles(&policy_of(&[], "user"), &policy_of(std::slice::from_ref(after), "user"))
    }

    fn against(names: [&str; 2]) -> Result<(), Violation> {
        Err(Violation::AgainstSuperadmin(Conflict {
            constraint: constraint("new"),
            roles: roles(&names),
            permissions: Vec::new(),
        }))
    }

    #[test]
    fn no_constraint_names_superadmin_together_with_a_default_role() {
        assert_eq!(verdict(&dsd("new", 2, "superadmin user")), against(["superadmin", "user"]));
        assert_eq!(verdict(&ssd("new", 2, "superadmin user")), against(["superadmin", "user"]));
        assert_eq!(verdict(&dsd("new", 3, "clerk superadmin user")), against(["superadmin", "user"]));
        assert_eq!(verdict(&dsd("new", 2, "superadmin clerk")), Ok(()));
        assert_eq!(verdict(&dsd("new", 2, "user clerk")), Ok(()));
    }

    #[test]
    fn inheritance_counts_on_both_sides() {
        assert_eq!(verdict(&dsd("new", 2, "superadmin guest")), against(["superadmin", "guest"]));
        assert_eq!(verdict(&dsd("new", 2, "root user")), against(["root", "user"]));
    }

    #[test]
    fn a_role_of_such_a_constraint_does_not_become_a_default_role() {
        let set = [dsd("new", 2, "superadmin clerk")];
        let verdict = check_default_roles(&policy_of(&set, "user"), &policy_of(&set, "clerk"));
        assert_eq!(verdict, against(["superadmin", "clerk"]));
    }

    #[test]
    fn what_was_so_before_may_stay() {
        let set = [dsd("new", 2, "superadmin user")];
        assert_eq!(check_default_roles(&policy_of(&set, "user"), &policy_of(&set, "user")), Ok(()));
        let another = [set[0].clone(), dsd("other", 2, "superadmin user")];
        assert!(check_default_roles(&policy_of(&set, "user"), &policy_of(&another, "user")).is_err());
    }
}
