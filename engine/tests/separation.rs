//! Separation of duty and activation compared with a plain reading of the standard on random worlds.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other properties use the rest")]
mod reference;
#[expect(dead_code, reason = "other properties use the rest")]
mod worlds;

use engine::{
    AccountStatus, Activation, ActivationError, Assignment, AssignmentId, Conflict, Constraint, ConstraintKind,
    DirectGrant, Facts, PermissionId, PermissionPattern, Policy, PolicyError, RoleId, Subject, Validity, Violation,
    check_separation,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use reference::Reference;
use reference::separation::Broken;
use std::collections::BTreeSet;
use worlds::{PERMISSIONS, ROLES, World, all_patterns, constraints, now, permission, role, worlds};

/// Conflicts in the form of the reference.
fn reported(conflicts: Vec<Conflict>) -> Vec<Broken> {
    let broken = |Conflict { constraint, roles, permissions }| Broken {
        constraint,
        roles: roles.into_iter().collect(),
        permissions: permissions.into_iter().collect(),
    };
    conflicts.into_iter().map(broken).collect()
}

/// No direct grants.
fn none() -> BTreeSet<PermissionId> {
    BTreeSet::new()
}

fn some_roles() -> impl Strategy<Value = Vec<RoleId>> {
    subsequence((0..ROLES).map(role).collect::<Vec<_>>(), 0..=ROLES)
}

fn some_permissions() -> impl Strategy<Value = Vec<PermissionId>> {
    subsequence((0..PERMISSIONS).map(permission).collect::<Vec<_>>(), 0..=PERMISSIONS)
}

fn session(subject: &Subject, activation: Activation) -> Subject {
    Subject { activation, ..subject.clone() }
}

proptest! {
    #[test]
    fn a_constraint_is_refused_when_one_role_violates_it(facts in worlds::bare_facts(), proposed in constraints()) {
        for known in proposed {
            // Two numbers may stand for the same role.
            let distinct = known.roles.iter().collect::<BTreeSet<_>>().len() + known.permissions.len();
            prop_assume!(distinct >= known.limit);
            let proposed = Facts { constraints: vec![known.clone()], ..facts.clone() };
            let reference = Reference { facts: &proposed, now: now() };
            let below = |number| reference.below(&BTreeSet::from([role(number)]));
            let is_broken = (0..ROLES).any(|number| !reference.broken(known.kind, &below(number), &none()).is_empty());
            match Policy::build(Facts { constraints: vec![known.clone()], ..facts.clone() }) {
                Ok(_) => prop_assert!(!is_broken),
                Err(PolicyError::ViolatedByOneRole { role, conflict }) => {
                    let below = reference.below(&BTreeSet::from([role]));
                    prop_assert_eq!(reported(vec![conflict]), reference.broken(known.kind, &below, &none()));
                }
                Err(other) => prop_assert!(false, "{other:?}"),
            }
            // So is an assignment that begins later.
            let bare = Policy::build(facts.clone()).expect("no contradictions");
            let verdict = bare.operator(now()).permit(engine::Proposal::SetConstraint(&known));
            prop_assert_eq!(verdict.is_err(), is_broken);
        }
    }

    #[test]
    fn an_inheritance_is_refused_when_a_role_would_violate_a_constraint(
        facts in worlds::facts(), senior in 0..ROLES - 1, junior in 1..ROLES
    ) {
        prop_assume!(senior < junior && facts.roles.iter().all(|role| !role.is_system));
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let juniors = [role(junior)];
        let inherit = policy.operator(now()).permit(engine::Proposal::AddInheritance { senior: role(senior), juniors: &juniors });
        let mut changed = facts.clone();
        changed.roles[senior].inherits_from.push(role(junior));
        match (inherit, Policy::build(changed)) {
            (Ok(_permit), Ok(_)) => {}
            (Err(Violation::SeparationOfDuty { user: None, .. }), Err(PolicyError::ViolatedByOneRole { .. })) => {}
            (verdict, built) => prop_assert!(false, "{verdict:?} against {built:?}"),
        }

        let both = [role(senior), role(junior)];
        let create = policy.operator(now()).permit(engine::Proposal::CreateRole { juniors: &both, seniors: &[], grants: &[] });
        let reference = Reference { facts: &facts, now: now() };
        let below = reference.below(&both.into());
        let kinds = [ConstraintKind::Static, ConstraintKind::Dynamic];
        prop_assert_eq!(create.is_err(), kinds.iter().any(|&kind| !reference.broken(kind, &below, &none()).is_empty()));
    }

    #[test]
    fn static_constraints_count_assignments_that_have_not_ended(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let direct = reference.direct_lasting(&subject);
        let expected = reference.broken(ConstraintKind::Static, &reference.lasting_roles(&subject), &direct);
        prop_assert_eq!(reported(policy.static_conflicts(&subject, now())), expected.clone());

        // A user who violates one holds at least two of the separated roles and permissions.
        let separated = policy.separated_roles(ConstraintKind::Static);
        let held = subject.assignments.iter().filter(|held| separated.contains(&held.role)).count();
        let separated = policy.separated_permissions(ConstraintKind::Static);
        let held = held + subject.grants.iter().filter(|held| separated.contains(&held.permission)).count();
        prop_assert!(expected.is_empty() || held >= 2);
        let plain = session(&subject, Activation::All);
        let always = reference.broken(ConstraintKind::Dynamic, &BTreeSet::new(), &direct);
        prop_assert_eq!(check_separation(&policy, [&plain], now()).is_ok(), expected.is_empty() && always.is_empty());
    }

    #[test]
    fn no_session_ever_violates_a_dynamic_constraint(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let active = policy.active_roles(&subject, now());
        let below = reference.below(&active.iter().copied().collect());
        let broken = reported(policy.dynamic_conflicts(&active));
        prop_assert_eq!(&broken, &reference.broken(ConstraintKind::Dynamic, &below, &none()));
        prop_assert!(subject.activation == Activation::All || broken.is_empty());
        let direct = reference.direct_now(&subject);
        let always = reference.broken(ConstraintKind::Dynamic, &BTreeSet::new(), &direct);
        let broken = reference.broken(ConstraintKind::Dynamic, &below, &direct);
        prop_assert!(subject.activation == Activation::All || !always.is_empty() || broken.is_empty());
    }

    #[test]
    fn a_default_session_leaves_out_conflicting_roles_only(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let subject = Subject { status: AccountStatus::Active, ..session(&subject, Activation::Default) };
        let active = policy.active_roles(&subject, now());
        let reference = Reference { facts: &facts, now: now() };
        let direct = reference.direct_now(&subject);
        for left_out in policy.inactive_roles(&subject, now()) {
            let is_flagged = policy.role(left_out).expect("known").requires_activation;
            let with = reference.below(&active.iter().copied().chain([left_out]).collect());
            prop_assert!(is_flagged || !reference.broken(ConstraintKind::Dynamic, &with, &direct).is_empty());
        }
    }

    #[test]
    fn a_new_role_displaces_no_active_role(
        World { facts, subject } in worlds(), comes in 0..ROLES, is_late in any::<bool>()
    ) {
        let policy = Policy::build(facts).expect("no contradictions");
        let mut subject = Subject { status: AccountStatus::Active, ..session(&subject, Activation::Default) };
        subject.assignments.retain(|held| held.role != role(comes));
        let active = policy.active_roles(&subject, now());
        // Assigned now, or long ago to begin now.
        let before = now() - chrono::TimeDelta::minutes(100);
        let (assigned_at, from) = if is_late { (before, Some(now())) } else { (now(), Some(before)) };
        let id = AssignmentId::new(uuid::Uuid::nil());
        subject.assignments.push(Assignment { id, role: role(comes), assigned_at, validity: Validity { from, until: None } });
        let after = policy.active_roles(&subject, now());
        let is_of_an_age = subject.assignments.iter().any(|held| held.role != role(comes) && held.effective_from() == now());
        prop_assert!(is_of_an_age || active.iter().all(|role| after.contains(role)), "{:?} {:?}", active, after);
    }

    #[test]
    fn a_session_loses_nothing_before_the_first_end_that_it_depends_on(World { facts, subject } in worlds()) {
        let policy = Policy::build(facts).expect("no contradictions");
        // A choice in conflict is reduced by name.
        prop_assume!(policy.session_conflicts(&subject, now()).is_empty());
        let last = policy.rights_valid_until(&subject, now()).map(|end| end - chrono::TimeDelta::milliseconds(1));
        let last = last.unwrap_or_else(|| now() + chrono::TimeDelta::days(1));
        let held = policy.permissions_of(&subject, now());
        prop_assert!(held.is_subset(&policy.permissions_of(&subject, last)));
    }

    #[test]
    fn roles_are_activated_when_authorized_and_not_in_conflict(
        World { facts, subject } in worlds(), wanted in some_roles(), unwanted in some_roles()
    ) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let subject = Subject { status: AccountStatus::Active, ..subject };
        let active = reference.active_roles(&subject);
        let all: BTreeSet<RoleId> = active.iter().chain(&wanted).copied().collect();
        let authorized = reference.authorized_roles(&subject);
        let direct = reference.direct_lasting(&subject);
        let broken = reference.broken(ConstraintKind::Dynamic, &reference.below(&all), &direct);
        match policy.activate_roles(&subject, &wanted, now()) {
            Err(ActivationError::NotAssigned(role)) => {
                prop_assert!(!authorized.contains(&role) && wanted.contains(&role));
            }
            Err(ActivationError::SeparationOfDuty(conflict)) => {
                prop_assert!(all.is_subset(&authorized));
                prop_assert_eq!(reported(vec![conflict]), vec![broken[0].clone()]);
            }
            Ok(chosen) => {
                prop_assert!(all.is_subset(&authorized) && broken.is_empty());
                prop_assert_eq!(&chosen.iter().copied().collect::<BTreeSet<_>>(), &all);
                // The choice is what becomes active.
                let chosen = Activation::Chosen(chosen);
                prop_assert_eq!(&policy.active_roles(&session(&subject, chosen), now()).into_iter().collect::<BTreeSet<_>>(), &all);
            }
        }
        let expected: BTreeSet<RoleId> = active.iter().copied().filter(|role| !unwanted.contains(role)).collect();
        // What stays active may conflict with a direct grant to come.
        let broken = reference.broken(ConstraintKind::Dynamic, &reference.below(&expected), &direct);
        match policy.deactivate_roles(&subject, &unwanted, now()) {
            Err(ActivationError::SeparationOfDuty(conflict)) => {
                prop_assert_eq!(reported(vec![conflict]), vec![broken[0].clone()]);
            }
            rest => {
                prop_assert!(broken.is_empty());
                prop_assert_eq!(rest.map(|rest| rest.into_iter().collect::<BTreeSet<_>>()), Ok(expected));
            }
        }
    }

    #[test]
    fn a_choice_is_judged_with_what_the_user_will_have(World { facts, subject } in worlds(), chosen in some_roles()) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let lasting = reference.lasting_roles(&subject);
        let active: BTreeSet<RoleId> = chosen.iter().copied().filter(|role| lasting.contains(role)).collect();
        let direct = reference.direct_lasting(&subject);
        let expected = reference.broken(ConstraintKind::Dynamic, &reference.below(&active), &direct);
        let subject = session(&subject, Activation::Chosen(chosen));
        prop_assert_eq!(reported(policy.session_conflicts(&subject, now())), expected);
    }

    #[test]
    fn a_grant_is_refused_when_a_role_would_violate_a_constraint(
        facts in worlds::facts(), at in 0..ROLES, granted in 0..PERMISSIONS, pattern in select(all_patterns())
    ) {
        prop_assume!(!facts.roles[at].is_system);
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let judge = |change: engine::Proposal<'_>, grants: Option<PermissionId>, patterns: Option<&PermissionPattern>| {
            let mut changed = facts.clone();
            changed.roles[at].grants.extend(grants);
            changed.roles[at].patterns.extend(patterns.cloned());
            let judged = (policy.operator(now()).permit(change), Policy::build(changed));
            matches!(
                judged,
                (Ok(_), Ok(_))
                    | (Err(Violation::SeparationOfDuty { user: None, .. }), Err(PolicyError::ViolatedByOneRole { .. }))
            )
        };
        let (role, permission) = (role(at), permission(granted));
        let by_name = engine::Proposal::ChangeGrants { role, added: &[permission] };
        let by_pattern = engine::Proposal::ChangePatterns { role, added: std::slice::from_ref(&pattern) };
        let agree = [judge(by_name, Some(permission), None), judge(by_pattern, None, Some(&pattern))];
        prop_assert_eq!(agree, [true, true]);
    }

    #[test]
    fn bypassed_constraints_are_those_that_direct_grants_get_round(World { facts, mut subject } in worlds(), direct in some_permissions()) {
        subject.grants.extend(direct.into_iter().map(|permission| DirectGrant { permission, validity: Validity::default() }));
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let reference = Reference { facts: &facts, now: now() };
        let found: BTreeSet<_> = policy.bypassed_constraints(&subject, now()).map(|known| known.id).collect();
        prop_assert_eq!(found, reference.bypassed(&subject));
    }

    #[test]
    fn time_alone_violates_no_static_constraint(World { facts, mut subject } in worlds(), minutes in 0_i64..5) {
        let policy = Policy::build(facts).expect("no contradictions");
        let later = now() + chrono::TimeDelta::minutes(minutes);
        let before = policy.static_conflicts(&subject, now());
        prop_assume!(before.is_empty());
        prop_assert!(policy.static_conflicts(&subject, later).is_empty());
        for held in &mut subject.assignments {
            held.validity = Validity { from: None, ..held.validity };
        }
        for held in &mut subject.grants {
            held.validity = Validity { from: None, ..held.validity };
        }
        prop_assert_eq!(policy.static_conflicts(&subject, now()), before);
    }

    #[test]
    fn constraints_are_returned_as_they_were_built(facts in worlds::facts()) {
        let given: Vec<Constraint> = facts.constraints.clone();
        let policy = Policy::build(facts).expect("no contradictions");
        for known in given {
            let back = policy.constraint(known.id).expect("there");
            prop_assert_eq!((&back.name, back.kind, back.limit), (&known.name, known.kind, known.limit));
            prop_assert_eq!(back.roles.iter().collect::<BTreeSet<_>>(), known.roles.iter().collect::<BTreeSet<_>>());
            prop_assert_eq!(back.permissions.iter().collect::<BTreeSet<_>>(), known.permissions.iter().collect::<BTreeSet<_>>());
        }
    }
}
