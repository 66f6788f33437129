//! Authority compared with a plain reading of invariants R1, R4 and R5 on random worlds.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod invariants;
#[expect(dead_code, reason = "other properties use the rest")]
mod reference;
#[expect(dead_code, reason = "other properties use the rest")]
mod worlds;

use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    Assignment, AssignmentId, Facts, PermissionFacts, PermissionId, PermissionName, Policy, Proposal, RoleId, Subject,
    UserId, Validity, Violation,
};
use invariants::Rules;
use proptest::prelude::*;
use proptest::sample::subsequence;
use reference::Reference;
use std::collections::BTreeSet;
use uuid::Uuid;
use worlds::{PERMISSIONS, ROLES, World, all_patterns, now, permission, permission_name, role, subjects, worlds};

/// The facts, whose first permission may be `rbac:escalate`, which lifts R1.
fn with_escalation(mut facts: Facts, is_registered: bool) -> Facts {
    if is_registered {
        facts.permissions[0].name = PermissionName::parse(engine::ESCALATE).expect("a name");
    }
    facts
}

fn ends() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    proptest::option::of((1_i64..4).prop_map(|minutes| now() + TimeDelta::minutes(minutes)))
}

fn target() -> impl Strategy<Value = Subject> {
    subjects().prop_map(|subject| Subject { user: UserId::new(Uuid::from_u128(1)), ..subject })
}

/// Whether authority suffices; `None` when another rule refuses the change.
fn verdict(outcome: Result<engine::Permit, Violation>) -> Option<bool> {
    match outcome {
        Ok(_permit) => Some(true),
        Err(Violation::BeyondAuthority { .. }) => Some(false),
        Err(_) => None,
    }
}

fn attainable(policy: &Policy, user: &Subject) -> BTreeSet<PermissionId> {
    policy.ids_in(&policy.attainable_permissions(user, now())).collect()
}

/// The user with one more role.
fn with_role(user: &Subject, assigned: usize, until: Option<DateTime<Utc>>) -> Subject {
    let mut user = user.clone();
    user.assignments.push(Assignment {
        id: AssignmentId::new(Uuid::nil()),
        role: role(assigned),
        assigned_at: now(),
        validity: Validity { from: None, until },
    });
    user
}

proptest! {
    #[test]
    fn authority_is_that_of_the_invariants(
        World { facts, subject: actor } in worlds(), target in target(), escalation in any::<bool>(), until in ends()
    ) {
        let facts = with_escalation(facts, escalation);
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let rules = Rules { reference: Reference { facts: &facts, now: now() }, actor: &actor };
        prop_assert_eq!(authority.may_manage_user(&target).is_ok(), rules.may_manage_user(&target));
        prop_assert!(authority.may_manage_user(&actor).is_ok());
        let attainable: BTreeSet<PermissionId> = policy.ids_in(&policy.attainable_permissions(&target, now())).collect();
        prop_assert_eq!(attainable, rules.reference.attainable(&target));
        for number in 0..ROLES {
            let id = role(number);
            prop_assert_eq!(authority.may_manage_role(id).is_ok(), rules.may_manage_role(id));
            prop_assert_eq!(authority.may_grant(&[id], &[], until).is_ok(), rules.may_grant(&[id], &[], until));
            // Assigning for an instant only requires to hold the role now.
            prop_assert_eq!(authority.may_assign(id).is_ok(), rules.may_grant(&[id], &[], Some(now())));
            prop_assert_eq!(authority.may_assign(id).is_ok(), authority.assignable_roles().contains(&id));
            let assign = Proposal::AssignRoles { user: &target, roles: &[id], until };
            let expected = rules.may_manage_user(&target) && rules.may_grant(&[id], &[], until);
            prop_assert_eq!(authority.permit(assign).is_ok(), expected);
        }
        for number in 0..PERMISSIONS {
            let granted = [permission(number)];
            let grant = Proposal::GrantDirectly { user: &target, permissions: &granted, until };
            let expected = rules.may_manage_user(&target) && rules.may_grant(&[], &granted, until);
            prop_assert_eq!(authority.permit(grant).is_ok(), expected);
        }
    }

    #[test]
    fn roles_change_within_authority(
        World { facts, subject: actor } in worlds(), at in 0..ROLES, below in 0..ROLES, granted in 0..PERMISSIONS,
        patterns in subsequence(all_patterns(), 1), escalation in any::<bool>()
    ) {
        let facts = with_escalation(facts, escalation);
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let rules = Rules { reference: Reference { facts: &facts, now: now() }, actor: &actor };
        let (at, below, granted) = (role(at), [role(below)], [permission(granted)]);
        let manages = rules.may_manage_role(at);
        let granted_set = BTreeSet::from(granted);
        let gains = |juniors: &[RoleId], granted: &BTreeSet<PermissionId>| rules.may_gain_constraints(at, juniors, granted);
        let nothing = BTreeSet::new();
        let [pattern] = &patterns[..] else { unreachable!("one pattern") };
        let matched: BTreeSet<PermissionId> =
            facts.permissions.iter().filter(|known| pattern.matches(&known.name)).map(|known| known.id).collect();
        let may_grant_pattern = rules.escalates() || rules.covers(&patterns.iter().cloned().collect(), None);
        let judged = [
            (Proposal::ChangeGrants { role: at, added: &granted }, gains(&[], &granted_set) && rules.may_grant(&[], &granted, None)),
            (Proposal::ChangePatterns { role: at, added: &patterns }, gains(&[], &matched) && may_grant_pattern),
            (Proposal::AddInheritance { senior: at, juniors: &below }, gains(&below, &nothing) && rules.may_grant(&below, &[], None)),
            (Proposal::CreateRole { juniors: &below, seniors: &[at], grants: &granted }, gains(&below, &granted_set) && rules.may_grant(&below, &granted, None)),
            (Proposal::MakeDefault(at), rules.may_grant(&[at], &[], None)),
            (Proposal::RemoveInheritance { senior: at }, true),
            (Proposal::DeleteRole(at), true),
        ];
        for (change, confers) in judged {
            let verdict = verdict(authority.permit(change));
            prop_assert!(verdict.is_none_or(|verdict| verdict == (manages && confers)), "{:?}", change);
        }
    }

    /// R1 by its effect: a permitted change adds only permissions that the actor holds to those a user can attain.
    #[test]
    fn a_permitted_change_adds_nothing_beyond_the_authority_of_the_actor(
        World { mut facts, subject: actor } in worlds(), target in target(), assigned in 0..ROLES, at in 0..ROLES,
        granted in 0..PERMISSIONS, until in ends()
    ) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let scope: BTreeSet<PermissionId> = policy.ids_in(&policy.permissions_of(&actor, now())).collect();
        let before = attainable(&policy, &target);
        if authority.permit(Proposal::AssignRoles { user: &target, roles: &[role(assigned)], until }).is_ok() {
            let after = with_role(&target, assigned, until);
            prop_assert!(attainable(&policy, &after).difference(&before).all(|gained| scope.contains(gained)));
        }
        let change = Proposal::ChangeGrants { role: role(at), added: &[permission(granted)] };
        let verdict = authority.permit(change);
        facts.roles[at].grants.push(permission(granted));
        if verdict.is_ok() {
            let after = Policy::build(facts).expect("no contradictions");
            prop_assert!(attainable(&after, &target).difference(&before).all(|gained| scope.contains(gained)));
            prop_assert!(authority.may_change_policy_to(&after).is_ok());
        }
    }

    /// R1 in time: after a permitted change, whatever is registered later reaches nobody but through what the actor holds.
    #[test]
    fn what_is_registered_later_is_within_authority_as_well(
        World { facts, subject: actor } in worlds(), target in target(), assigned in 0..ROLES, at in 0..ROLES,
        patterns in subsequence(all_patterns(), 1), until in ends()
    ) {
        let later = |facts: &Facts| {
            let mut facts = facts.clone();
            let new = |number| PermissionFacts::new(permission(number), PermissionName::parse(&permission_name(number)).expect("a name"));
            facts.permissions.extend((PERMISSIONS..3 * PERMISSIONS).map(new));
            Policy::build(facts).expect("no contradictions")
        };
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let unchanged = later(&facts);
        let scope: BTreeSet<PermissionId> = unchanged.ids_in(&unchanged.permissions_of(&actor, now())).collect();
        let before = attainable(&unchanged, &target);
        if authority.permit(Proposal::AssignRoles { user: &target, roles: &[role(assigned)], until }).is_ok() {
            let after = with_role(&target, assigned, until);
            prop_assert!(attainable(&unchanged, &after).difference(&before).all(|gained| scope.contains(gained)));
        }
        if authority.permit(Proposal::ChangePatterns { role: role(at), added: &patterns }).is_ok() {
            let mut changed = facts.clone();
            changed.roles[at].patterns.extend(patterns);
            let after = later(&changed);
            prop_assert!(attainable(&after, &target).difference(&before).all(|gained| scope.contains(gained)));
            prop_assert!(authority.may_change_policy_to(&after).is_ok());
        }
    }

    #[test]
    fn a_remedy_is_assignable_and_grants_what_is_missing(
        World { facts, subject: actor } in worlds(), target in target(), asked in 0..PERMISSIONS
    ) {
        let policy = Policy::build(facts).expect("no contradictions");
        let authority = policy.authority(&actor, now());
        let name = permission_name(asked);
        let remedies = authority.remedies_for(&target, &name);
        let scope = |id: &RoleId| policy.permissions_of_role(*id).len();
        prop_assert!(remedies.roles.is_sorted_by_key(scope));
        for &id in &remedies.roles {
            let assign = Proposal::AssignRoles { user: &target, roles: &[id], until: Some(now()) };
            prop_assert!(authority.permit(assign).is_ok());
            let mut helped = target.clone();
            helped.activation = engine::Activation::All;
            helped.assignments.push(Assignment {
                id: AssignmentId::new(Uuid::nil()),
                role: id,
                assigned_at: now(),
                validity: Validity::default(),
            });
            prop_assert!(policy.check(&helped, &name, now()).allowed);
            let broken = policy.static_conflicts(&helped, now());
            prop_assert!(broken.iter().all(|conflict| remedies.conflicts.contains(&conflict.constraint)));
        }
        prop_assert!(remedies.conflicts.is_empty() || !remedies.roles.is_empty());
    }
}
