//! The authority of an actor over separation of duty (invariant R4).
//!
//! A constraint takes roles from others: a session has not all of its roles active, and a user is not assigned all of
//! them. So it takes authority over each of its roles and over every role that inherits from one, whether the
//! constraint becomes tighter or looser: an actor who may not assign these roles decides neither that they conflict
//! nor that they no longer do.
//!
//! A constraint over permissions likewise takes each of its permissions, and authority over every role that brings one,
//! by a grant, a pattern or inheritance. `superadmin` is exempt, as it is from the constraint.

use super::{Actor, Authority, Scope, Violation};
use crate::constraints::Gain;
use crate::{Constraint, PermissionId, Policy, RoleId};

impl Authority<'_> {
    /// Requires that the actor may decide on the conflicts of a role: it has authority over the role and over all that
    /// inherit from it.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_constrain(&self, role: RoleId) -> Result<(), Violation> {
        self.policy.including(role).into_iter().try_for_each(|role| self.may_manage_role(role))
    }

    /// Requires that the actor may decide on the conflicts of a permission: it holds the permission, and has authority
    /// over all roles that bring it.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_constrain_permission(&self, permission: PermissionId) -> Result<(), Violation> {
        if let Actor::Session { .. } = self.actor {
            let wanted = Scope { permissions: self.policy.permission_set([permission]), ..Scope::default() };
            self.within(&wanted, &self.scope())?;
        }
        self.policy.roles_bringing(permission).into_iter().try_for_each(|role| self.may_manage_role(role))
    }

    /// Requires authority over each role of the actor's policy that constraints would newly concern in `after`: it comes to
    /// include further roles, or to bring further permissions, of a constraint that both policies have. For changes of many
    /// objects at once; constraints that change themselves are judged with their members.
    ///
    /// # Errors
    /// [`Violation::BeyondAuthority`].
    pub fn may_extend_constraints_to(&self, after: &Policy) -> Result<(), Violation> {
        let concerned = self.policy.newly_constrained_in(after);
        concerned.into_iter().try_for_each(|role| self.may_manage_role(role))
    }

    pub(super) fn may_constrain_all(&self, constraint: &Constraint) -> Result<(), Violation> {
        constraint.roles.iter().try_for_each(|&role| self.may_constrain(role))?;
        constraint.permissions.iter().try_for_each(|&permission| self.may_constrain_permission(permission))
    }

    /// Requires authority over each role that constraints would newly concern if each of `seniors` had the gain.
    pub(super) fn may_gain_constraints(&self, seniors: &[RoleId], gain: &Gain) -> Result<(), Violation> {
        let concerned = self.policy.newly_constrained(seniors, gain);
        concerned.into_iter().try_for_each(|role| self.may_manage_role(role))
    }

    /// Requires authority over the roles that a permission is granted to, itself or by a pattern, since they lose it; and
    /// over the constraints that name it, since it leaves them.
    pub(super) fn may_delete_permission(&self, permission: PermissionId) -> Result<(), Violation> {
        let holders = self.policy.roles_granted(permission);
        holders.into_iter().try_for_each(|role| self.may_manage_role(role))?;
        match self.policy.constraints_of_permission(permission).next() {
            Some(_) => self.may_constrain_permission(permission),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::*;
    use crate::{Policy, Proposal, Violation};

    /// `chief` inherits from `aide` and holds more.
    const OFFICE: &str = "
        superadmin
        chief > aide = vault:open
        aide = desk:use
        clerk = desk:use
        user
    ";

    fn office() -> Policy {
        policy_apart(OFFICE, &[dsd("desks", 2, "clerk user"), ssd("vaults", 2, "chief user")])
    }

    fn verdict(holds: &str, proposal: Proposal<'_>) -> Result<(), Violation> {
        let policy = office();
        let actor = with_grant(new_user(), holds, PERMANENT);
        policy.authority(&actor, now()).permit(proposal).map(|_permit| ())
    }

    fn lacks(name: &str) -> Result<(), Violation> {
        let missing = office().permission(permission(name)).map(|known| known.name.clone());
        Err(Violation::BeyondAuthority { missing: missing.into_iter().collect(), patterns: Vec::new(), role: None })
    }

    #[test]
    fn a_constraint_takes_authority_over_each_of_its_roles() {
        assert_eq!(verdict("desk:use", Proposal::SetConstraint(&dsd("new", 2, "clerk user"))), Ok(()));
        assert_eq!(verdict("a:b", Proposal::SetConstraint(&dsd("new", 2, "clerk user"))), lacks("desk:use"));
        let both = ssd("new", 2, "superadmin user");
        assert!(matches!(
            verdict("desk:use", Proposal::SetConstraint(&both)),
            Err(Violation::BeyondAuthority { role: Some(lacking), .. }) if lacking == role("superadmin")
        ));
        let policy = office();
        for proposal in [Proposal::SetConstraint(&both), Proposal::ChangeConstraint(constraint("vaults"))] {
            assert!(policy.authority(&holder_of(&["superadmin"]), now()).permit(proposal).is_ok());
            assert!(policy.operator(now()).permit(proposal).is_ok());
        }
    }

    #[test]
    fn a_role_that_inherits_from_a_constrained_one_counts_as_well() {
        assert_eq!(verdict("desk:use", Proposal::ConstrainRole(role("clerk"))), Ok(()));
        assert_eq!(verdict("desk:use", Proposal::ConstrainRole(role("aide"))), lacks("vault:open"));
        assert_eq!(verdict("desk:use", Proposal::SetConstraint(&dsd("new", 2, "aide user"))), lacks("vault:open"));
    }

    #[test]
    fn a_change_that_loosens_or_deletes_takes_the_same_authority() {
        assert_eq!(verdict("desk:use", Proposal::ChangeConstraint(constraint("desks"))), Ok(()));
        assert_eq!(verdict("desk:use", Proposal::ChangeConstraint(constraint("vaults"))), lacks("vault:open"));
        assert_eq!(verdict("a:b", Proposal::ChangeConstraint(constraint("desks"))), lacks("desk:use"));
    }

    #[test]
    fn inheritance_brings_no_constraint_to_roles_beyond_authority() {
        let inherit = |senior, junior: &str| {
            verdict("desk:use", Proposal::AddInheritance { senior: role(senior), juniors: &[role(junior)] })
        };
        // `chief` inherits from `aide`, and would conflict with `user`.
        assert_eq!(inherit("aide", "clerk"), lacks("vault:open"));
        assert_eq!(inherit("user", "clerk"), Err(alone(&["clerk", "user"])));
        // No constraint names the junior.
        assert_eq!(inherit("clerk", "aide"), Ok(()));
        let create = |juniors: &[&str], seniors: &[&str]| {
            let (juniors, seniors) = (roles(juniors), roles(seniors));
            verdict("desk:use", Proposal::CreateRole { juniors: &juniors, seniors: &seniors, grants: &[] })
        };
        assert_eq!(create(&["clerk"], &["aide"]), lacks("vault:open"));
        assert_eq!(create(&["clerk"], &[]), Ok(()));
        assert_eq!(create(&[], &["aide"]), Ok(()));
    }

    fn alone(names: &[&str]) -> Violation {
        let conflict =
            crate::Conflict { constraint: constraint("desks"), roles: roles(names), permissions: Vec::new() };
        Violation::SeparationOfDuty { conflict, user: None }
    }

    /// The office after changes of roles: `name > juniors = grants`, with all that the role has.
    fn after(text: &str) -> Policy {
        policy_apart(text, &[dsd("desks", 2, "clerk user"), ssd("vaults", 2, "chief user")])
    }

    #[test]
    fn no_path_through_several_changes_brings_a_constraint_to_roles_beyond_authority() {
        let policy = office();
        let actor = with_grant(new_user(), "desk:use", PERMANENT);
        let verdict = |text: &str| policy.authority(&actor, now()).may_extend_constraints_to(&after(text));
        assert_eq!(verdict(OFFICE), Ok(()));
        // `chief` inherits from `aide`, which comes to include `clerk` by way of a new role.
        let through = OFFICE.replace("aide = desk:use", "aide > fresh = desk:use\n fresh > clerk");
        assert_eq!(verdict(&through), lacks("vault:open"));
        // The new role alone is no role of the policy.
        assert_eq!(verdict(&format!("{OFFICE} fresh > clerk")), Ok(()));
        let twice = OFFICE.replace("aide = desk:use", "aide > clerk = desk:use");
        assert_eq!(verdict(&twice), lacks("vault:open"));
        assert!(policy.operator(now()).may_extend_constraints_to(&after(&twice)).is_ok());
    }

    #[test]
    fn permissions_and_patterns_of_new_roles_bring_constraints_as_well() {
        let set = || over_permissions(dsd("keys", 2, ""), "desk:use key:turn");
        let policy = |text: &str| policy_apart(text, &[set()]);
        let text = "
            superadmin
            chief > aide = vault:open
            aide
            clerk = desk:use
            turner = key:turn
        ";
        let (before, actor) = (policy(text), with_grant(new_user(), "desk:use", PERMANENT));
        let verdict = |text: &str| before.authority(&actor, now()).may_extend_constraints_to(&policy(text));
        assert_eq!(verdict(text), Ok(()));
        for fresh in ["fresh = desk:use", "fresh = *:use"] {
            let through =
                text.replace("            aide\n", &format!("            aide > fresh\n            {fresh}\n"));
            assert_eq!(verdict(&through), Err(beyond("vault:open")), "{fresh}");
            assert_eq!(verdict(&format!("{text} {fresh}")), Ok(()), "{fresh}");
        }
    }

    fn beyond(name: &str) -> Violation {
        let missing = vec![crate::PermissionName::parse(name).expect("a name")];
        Violation::BeyondAuthority { missing, patterns: Vec::new(), role: None }
    }
}
