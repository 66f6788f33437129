//! Users who get round constraints over roles by direct grants.

use super::Members;
use crate::{Constraint, Policy, Subject};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;

/// Bypassed constraints.
impl Policy {
    /// Constraints over roles, of either kind, that `subject` bypasses by direct grants, by name: it is not authorized for
    /// as many roles of the set as the limit, but holds what as many of them hold, and would not without its direct
    /// grants. Of the roles of the set, those count that the user is authorized for, and those whose permissions, at least
    /// one, the user all holds.
    ///
    /// Assignments and direct grants count as in [`static_conflicts`](Self::static_conflicts). What `superadmin` holds by
    /// rule does not count. A constraint over permissions cannot be bypassed.
    pub fn bypassed_constraints(&self, subject: &Subject, now: DateTime<Utc>) -> impl Iterator<Item = &Constraint> {
        let held = self.lasting(subject, now);
        let without_grants = held.granted(self);
        let with_grants = &without_grants | held.direct();
        let sets = self.constraints.sets.iter().zip(self.constraints());
        let bypassed = sets.filter(move |(set, _)| {
            let Members::Roles(roles) = &set.members else { return false };
            let as_if_had = |permissions: &FixedBitSet| {
                let is_had = |role: usize| {
                    let stands_for = self.held(role);
                    held.has_role(role) || !stands_for.is_clear() && stands_for.is_subset(permissions)
                };
                roles.iter().filter(|&&role| is_had(role)).count()
            };
            let had = roles.iter().filter(|&&role| held.has_role(role)).count();
            had < set.limit && as_if_had(&with_grants) >= set.limit && as_if_had(&without_grants) < set.limit
        });
        bypassed.map(|(_, constraint)| constraint)
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::*;
    use crate::{Policy, Subject};

    /// `head` holds what `payer` holds and does not inherit from it.
    const SHOP: &str = "
        superadmin
        controller = invoice:approve invoice:read
        payer = invoice:pay
        head = invoice:pay desk:use
        accountant = invoice:read
        idle
    ";

    fn shop() -> Policy {
        policy_apart(SHOP, &[ssd("duties", 2, "controller payer"), dsd("odd", 2, "controller idle")])
    }

    fn bypassed(subject: &Subject) -> Vec<String> {
        shop().bypassed_constraints(subject, now()).map(|known| known.name.clone()).collect()
    }

    #[test]
    fn a_user_who_holds_what_conflicting_roles_stand_for_bypasses_the_constraint() {
        let payer = holder_of(&["payer", "accountant"]);
        assert_eq!(bypassed(&payer), Vec::<String>::new());
        assert_eq!(bypassed(&with_grant(payer.clone(), "invoice:approve", PERMANENT)), ["duties"]);
        assert_eq!(bypassed(&with_grant(payer.clone(), "invoice:approve", not_yet())), ["duties"]);
        assert_eq!(bypassed(&with_grant(payer, "invoice:approve", ended())), Vec::<String>::new());
        // A part of what the role holds is not the role.
        assert_eq!(bypassed(&with_grant(holder_of(&["payer"]), "invoice:approve", PERMANENT)), Vec::<String>::new());
        let all = ["invoice:approve", "invoice:read", "invoice:pay"];
        let direct = all.iter().fold(new_user(), |user, name| with_grant(user, name, PERMANENT));
        assert_eq!(bypassed(&direct), ["duties"]);
    }

    #[test]
    fn a_user_who_has_the_roles_violates_the_constraint_and_does_not_bypass_it() {
        let both = with_grant(holder_of(&["payer", "controller"]), "desk:use", PERMANENT);
        assert_eq!(bypassed(&both), Vec::<String>::new());
    }

    #[test]
    fn what_needs_no_direct_grant_and_roles_without_permissions_do_not_count() {
        let head = holder_of(&["head", "controller"]);
        assert_eq!(bypassed(&head), Vec::<String>::new());
        assert_eq!(bypassed(&with_grant(head, "desk:use", PERMANENT)), Vec::<String>::new());
        assert_eq!(bypassed(&with_grant(holder_of(&["controller"]), "desk:use", PERMANENT)), Vec::<String>::new());
    }

    #[test]
    fn superadmin_bypasses_nothing_by_rule() {
        let boss = with_grant(holder_of(&["superadmin", "payer"]), "invoice:read", PERMANENT);
        assert_eq!(bypassed(&boss), Vec::<String>::new());
        assert_eq!(bypassed(&with_grant(boss, "invoice:approve", PERMANENT)), ["duties"]);
    }
}
