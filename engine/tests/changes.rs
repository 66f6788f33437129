//! The rules of changing a policy: a permitted change gives a valid policy, and a refused one would not.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the properties of decisions use the rest")]
mod worlds;

use engine::{
    Facts, PermanentHolders, Policy, PolicyError, Proposal, RoleFacts, RoleId, RoleName, Violation, check_lock_out,
};
use proptest::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use worlds::{ROLES, now, permission, role};

/// The facts with one more role between others.
fn with_new_role(facts: &Facts, juniors: &[RoleId], seniors: &[RoleId]) -> Facts {
    let mut facts = facts.clone();
    let new = role(ROLES);
    for senior in facts.roles.iter_mut().filter(|role| seniors.contains(&role.id)) {
        senior.inherits_from.push(new);
    }
    facts.roles.push(RoleFacts {
        id: new,
        name: RoleName::parse("new").expect("a name"),
        is_system: false,
        is_default: false,
        requires_activation: false,
        revision: 1,
        grants: Vec::new(),
        patterns: Vec::new(),
        inherits_from: juniors.to_vec(),
    });
    facts
}

fn with_inheritance(facts: &Facts, senior: RoleId, juniors: &[RoleId]) -> Facts {
    let mut facts = facts.clone();
    for role in facts.roles.iter_mut().filter(|role| role.id == senior) {
        role.inherits_from.extend(juniors);
    }
    facts
}

fn inherits_at_once(facts: &Facts, senior: RoleId, junior: RoleId) -> bool {
    facts.roles.iter().any(|role| role.id == senior && role.inherits_from.contains(&junior))
}

/// Whether it is a cycle of immediate inheritance in which no role occurs twice in between.
fn is_cycle(facts: &Facts, cycle: &[RoleId]) -> bool {
    let is_closed = cycle.len() > 1 && cycle.first() == cycle.last();
    let distinct: BTreeSet<_> = cycle.iter().collect();
    is_closed
        && distinct.len() == cycle.len() - 1
        && cycle.windows(2).all(|step| inherits_at_once(facts, step[0], step[1]))
}

/// Facts without a `superadmin`, whose inheritance cannot change anyway, and without constraints.
fn plain_facts() -> impl Strategy<Value = Facts> {
    worlds::bare_facts().prop_filter("no built-in role", |facts| facts.roles.iter().all(|role| !role.is_system))
}

fn some_roles() -> impl Strategy<Value = Vec<RoleId>> {
    proptest::collection::vec((0..ROLES).prop_map(role), 0..3)
}

proptest! {
    #[test]
    fn an_inheritance_is_permitted_when_it_closes_no_cycle(
        facts in plain_facts(), senior in 0..ROLES, juniors in some_roles()
    ) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let changed = with_inheritance(&facts, role(senior), &juniors);
        match (policy.operator(now()).permit(Proposal::AddInheritance { senior: role(senior), juniors: &juniors }), Policy::build(changed.clone())) {
            (Ok(_permit), Ok(_)) => {}
            (Err(Violation::Cycle(reported)), Err(PolicyError::Cycle(built))) => {
                prop_assert!(is_cycle(&changed, &reported), "{reported:?}");
                prop_assert!(is_cycle(&changed, &built), "{built:?}");
            }
            (verdict, built) => prop_assert!(false, "{verdict:?} against {built:?}"),
        }
    }

    #[test]
    fn a_new_role_is_permitted_when_it_closes_no_cycle(
        facts in plain_facts(), juniors in some_roles(), seniors in some_roles()
    ) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let changed = with_new_role(&facts, &juniors, &seniors);
        match (policy.operator(now()).permit(Proposal::CreateRole { juniors: &juniors, seniors: &seniors, grants: &[] }), Policy::build(changed.clone())) {
            (Ok(_permit), Ok(_)) => {}
            (Err(Violation::Cycle(mut reported)), Err(PolicyError::Cycle(built))) => {
                reported.insert(1, role(ROLES));
                prop_assert!(is_cycle(&changed, &reported), "{reported:?}");
                prop_assert!(is_cycle(&changed, &built), "{built:?}");
            }
            (verdict, built) => prop_assert!(false, "{verdict:?} against {built:?}"),
        }
    }

    #[test]
    fn a_chain_closed_is_a_cycle_of_its_length(length in 1_usize..60) {
        let mut facts = with_new_role(&Facts::default(), &[], &[]);
        let template = facts.roles.remove(0);
        facts.roles.extend((0..length).map(|number| RoleFacts {
            id: role(number),
            name: RoleName::parse(&format!("r{number:02}")).expect("a name"),
            inherits_from: if number + 1 < length { vec![role(number + 1)] } else { Vec::new() },
            ..template.clone()
        }));
        let policy = Policy::build(facts.clone()).expect("a chain");
        let (last, first) = (role(length - 1), role(0));
        let closing = Proposal::AddInheritance { senior: last, juniors: &[first] };
        let chain: Vec<RoleId> = (0..length).map(role).collect();
        let from_last = [vec![last], chain.clone()].concat();
        prop_assert_eq!(policy.operator(now()).permit(closing).map(|_permit| ()), Err(Violation::Cycle(from_last)));
        let built = Policy::build(with_inheritance(&facts, last, &[first])).map(|_policy| ());
        prop_assert_eq!(built, Err(PolicyError::Cycle([chain, vec![first]].concat())));
    }

    #[test]
    fn a_system_permission_keeps_a_permanent_human_holder(
        facts in worlds::facts(), before in some_roles(), after in some_roles(), direct in 0..worlds::PERMISSIONS
    ) {
        let policy = Policy::build(facts.clone()).expect("no contradictions");
        let holders = |roles: &[RoleId], direct: &[usize]| PermanentHolders {
            roles: roles.iter().copied().collect(),
            permissions: direct.iter().map(|&number| permission(number)).collect::<FxHashSet<_>>(),
        };
        let (before, after) = (holders(&before, &[direct]), holders(&after, &[]));
        let held = |holders: &PermanentHolders, id| {
            holders.permissions.contains(&id)
                || holders.roles.iter().any(|&role| policy.contains(&policy.permissions_of_role(role), id))
        };
        let guarded = policy.permissions().filter(|known| known.is_system);
        let lost: Vec<_> = guarded
            .filter(|known| held(&before, known.id) && !held(&after, known.id))
            .map(|known| known.name.clone())
            .collect();
        let expected = if lost.is_empty() { Ok(()) } else { Err(Violation::LockOut(lost)) };
        prop_assert_eq!(check_lock_out(&policy, &before, &policy, &after), expected);
    }
}
