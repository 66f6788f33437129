//! All answers of a policy as text, to compare two policies by.

use crate::NUMBERS;
use crate::worlds::{PERMISSIONS, ROLES, all_patterns, asked_names, now, permission, role};
use engine::{ConstraintKind, Inheritance, Policy, Proposal, RoleId, Subject};
use std::fmt::Debug;

/// Everything that a policy answers.
pub(crate) fn answers(policy: &Policy, subjects: &[Subject]) -> Vec<String> {
    let roles: Vec<RoleId> = (0..NUMBERS).map(role).collect();
    let mut answers = vec![format!("{:?} {:?}", policy.to_facts(), policy.superadmin())];
    let mut note = |answer: &dyn Debug| answers.push(format!("{answer:?}"));
    for kind in [ConstraintKind::Static, ConstraintKind::Dynamic] {
        note(&(policy.separated_roles(kind), policy.separated_permissions(kind)));
    }
    for &id in &roles {
        note(&(policy.inherits_from(id), policy.inherits_from_all(id)));
        note(&(policy.inherited_by(id), policy.inherited_by_all(id)));
        note(&(policy.granted_permissions(id), policy.role_permissions(id)));
        let held = policy.permissions_of_role(id);
        note(&(policy.ids_in(&held).collect::<Vec<_>>(), held.len()));
        note(&policy.constraints_of(id).map(|set| set.id).collect::<Vec<_>>());
        note(&(policy.granted_patterns(id), policy.role_patterns(id)));
    }
    for pattern in all_patterns() {
        let matched = policy.permissions_matched_by(&pattern);
        note(&(policy.roles_with_pattern(&pattern), policy.ids_in(&matched).collect::<Vec<_>>()));
    }
    for id in (0..NUMBERS).map(permission) {
        note(&(policy.granted_roles(id), policy.roles_with_grant(id), policy.authorized_roles_for(id)));
        note(&policy.constraints_of_permission(id).map(|set| set.id).collect::<Vec<_>>());
    }
    note(&policy.static_conflicts_of(&roles[2..5]));
    note(&policy.dynamic_conflicts(&roles[3..6]));
    let link = |senior: usize, junior: usize| Inheritance { senior: role(senior), junior: role(junior) };
    note(&policy.cycles_closed_by(&[link(0, 1), link(1, 2), link(2, 0), link(5, 4), link(4, 5)], 5));
    for subject in subjects {
        subject_answers(policy, subject, &mut note);
    }
    answers
}

fn subject_answers(policy: &Policy, subject: &Subject, note: &mut impl FnMut(&dyn Debug)) {
    for name in asked_names() {
        note(&policy.explain(subject, &name, now(), 20));
    }
    note(&policy.ids_in(&policy.permissions_of(subject, now())).collect::<Vec<_>>());
    note(&(policy.authorized_roles(subject, now()), policy.assigned_roles(subject, now())));
    note(&(policy.active_roles(subject, now()), policy.active_role_closure(subject, now())));
    note(&(policy.inactive_roles(subject, now()), policy.rights_revision(subject)));
    note(&(policy.static_conflicts(subject, now()), policy.session_conflicts(subject, now())));
    note(&(policy.choose_roles(subject, &[role(1), role(2)], now()), policy.rights_valid_until(subject, now())));
    note(&policy.bypassed_constraints(subject, now()).map(|set| set.id).collect::<Vec<_>>());
    let authority = policy.authority(subject, now());
    note(&authority.may_grant_patterns(&all_patterns()));
    note(&authority.assignable_roles());
    note(&authority.remedies_for(subject, "p:1"));
    for number in 0..ROLES {
        let juniors = [role((number + 1) % ROLES), role((number + 3) % ROLES)];
        note(&(authority.may_manage_role(role(number)), authority.may_constrain(role(number))));
        let add = Proposal::AddInheritance { senior: role(number), juniors: &juniors };
        note(&authority.permit(add).map(|_| ()));
        let create =
            Proposal::CreateRole { juniors: &juniors[..1], seniors: &[role(number)], grants: &[permission(1)] };
        note(&authority.permit(create).map(|_| ()));
        let grant = Proposal::ChangeGrants { role: role(number), added: &[permission(2)] };
        note(&authority.permit(grant).map(|_| ()));
        let open = Proposal::ChangePatterns { role: role(number), added: &all_patterns()[1..2] };
        note(&authority.permit(open).map(|_| ()));
    }
    for number in 0..PERMISSIONS {
        note(&authority.permit(Proposal::DeletePermission(permission(number))).map(|_| ()));
        note(&authority.permit(Proposal::ConstrainPermission(permission(number))).map(|_| ()));
    }
}
