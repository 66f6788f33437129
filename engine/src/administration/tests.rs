use super::permit;
use crate::PermitKind;
use crate::sample::*;
use crate::{
    Conflict, PermanentHolders, PermissionName, Policy, Proposal, Subject, Violation, check_lock_out, check_separation,
};

const HIERARCHY: &str = "
    superadmin
    head > clerk
    clerk > intern = invoice:read
    intern
    = role:read
";

/// The hierarchy with `user` and `role:read` built in.
fn hierarchy() -> Policy {
    let mut facts = facts(HIERARCHY);
    facts.roles.extend(crate::sample::facts("user").roles);
    for role in facts.roles.iter_mut().filter(|role| role.name.as_str() == "user") {
        role.is_system = true;
    }
    for permission in facts.permissions.iter_mut().filter(|known| known.name.as_str() == "role:read") {
        permission.is_system = true;
    }
    Policy::build(facts).expect("a policy")
}

fn verdict(proposal: Proposal<'_>) -> Result<(), Violation> {
    permit(&hierarchy(), proposal).map(|_permit| ())
}

fn cycle(names: &[&str]) -> Result<(), Violation> {
    Err(Violation::Cycle(roles(names)))
}

#[test]
fn a_role_cannot_inherit_from_itself() {
    let add =
        |senior, juniors: &[&str]| verdict(Proposal::AddInheritance { senior: role(senior), juniors: &roles(juniors) });
    assert_eq!(add("clerk", &["clerk"]), cycle(&["clerk", "clerk"]));
    assert_eq!(add("clerk", &["head"]), cycle(&["clerk", "head", "clerk"]));
    assert_eq!(add("intern", &["user", "head"]), cycle(&["intern", "head", "clerk", "intern"]));
    assert_eq!(add("head", &["intern", "user", "superadmin"]), Ok(()));
}

#[test]
fn a_new_role_cannot_close_a_cycle() {
    let create = |juniors: &[&str], seniors: &[&str]| {
        verdict(Proposal::CreateRole { juniors: &roles(juniors), seniors: &roles(seniors), grants: &[] })
    };
    assert_eq!(create(&[], &[]), Ok(()));
    assert_eq!(create(&["intern"], &["head"]), Ok(()));
    assert_eq!(create(&["clerk"], &["clerk"]), cycle(&["clerk", "clerk"]));
    assert_eq!(create(&["head"], &["user", "intern"]), cycle(&["intern", "head", "clerk", "intern"]));
}

#[test]
fn built_in_roles_cannot_be_renamed_or_deleted() {
    for name in ["user", "superadmin"] {
        assert_eq!(verdict(Proposal::RenameRole(role(name))), Err(Violation::Immutable));
        assert_eq!(verdict(Proposal::DeleteRole(role(name))), Err(Violation::Immutable));
        assert_eq!(verdict(Proposal::DescribeRole(role(name))), Ok(()));
    }
    assert_eq!(verdict(Proposal::RenameRole(role("clerk"))), Ok(()));
    assert_eq!(verdict(Proposal::DeleteRole(role("clerk"))), Ok(()));
}

#[test]
fn superadmin_cannot_require_activation() {
    assert_eq!(verdict(Proposal::RequireActivation(role("superadmin"))), Err(Violation::Immutable));
    for name in ["user", "clerk"] {
        assert_eq!(verdict(Proposal::RequireActivation(role(name))), Ok(()));
    }
}

#[test]
fn superadmin_cannot_be_a_default_role() {
    assert_eq!(verdict(Proposal::MakeDefault(role("superadmin"))), Err(Violation::Immutable));
    assert_eq!(verdict(Proposal::MakeDefault(role("clerk"))), Ok(()));
}

#[test]
fn grants_and_inheritance_of_superadmin_cannot_change() {
    let boss = role("superadmin");
    let junior = roles(&["user"]);
    assert_eq!(verdict(Proposal::ChangeGrants { role: boss, added: &[] }), Err(Violation::Immutable));
    assert_eq!(verdict(Proposal::ChangePatterns { role: boss, added: &[] }), Err(Violation::Immutable));
    assert_eq!(verdict(Proposal::AddInheritance { senior: boss, juniors: &junior }), Err(Violation::Immutable));
    assert_eq!(verdict(Proposal::RemoveInheritance { senior: boss }), Err(Violation::Immutable));
    assert_eq!(
        verdict(Proposal::CreateRole { juniors: &[], seniors: &[boss], grants: &[] }),
        Err(Violation::Immutable)
    );
    assert_eq!(verdict(Proposal::CreateRole { juniors: &[boss], seniors: &[], grants: &[] }), Ok(()));
}

#[test]
fn grants_and_inheritance_of_other_built_in_roles_can_change() {
    let user = role("user");
    assert_eq!(verdict(Proposal::ChangeGrants { role: user, added: &[] }), Ok(()));
    assert_eq!(verdict(Proposal::AddInheritance { senior: user, juniors: &roles(&["intern"]) }), Ok(()));
    assert_eq!(verdict(Proposal::RemoveInheritance { senior: user }), Ok(()));
}

#[test]
fn built_in_permissions_cannot_be_deleted() {
    assert_eq!(verdict(Proposal::DeletePermission(permission("role:read"))), Err(Violation::Immutable));
    assert_eq!(verdict(Proposal::DeletePermission(permission("invoice:read"))), Ok(()));
}

#[test]
fn unknown_roles_and_permissions_violate_no_rule() {
    let ghost = role("ghost");
    assert_eq!(verdict(Proposal::DeleteRole(ghost)), Ok(()));
    assert_eq!(verdict(Proposal::AddInheritance { senior: ghost, juniors: &[role("clerk")] }), Ok(()));
    assert_eq!(verdict(Proposal::DeletePermission(permission("ghost"))), Ok(()));
    assert_eq!(verdict(Proposal::Unrestricted), Ok(()));
}

#[test]
fn a_permit_covers_the_kind_of_its_proposal_and_no_other() {
    let (subject, constraint, ids) = (new_user(), ssd("apart", 2, "head user"), roles(&["intern"]));
    let (id, permission) = (role("clerk"), permission("invoice:read"));
    let proposals = [
        (Proposal::CreateRole { juniors: &[], seniors: &[], grants: &[] }, PermitKind::CreateRole),
        (Proposal::RenameRole(id), PermitKind::RenameRole),
        (Proposal::DescribeRole(id), PermitKind::DescribeRole),
        (Proposal::RequireActivation(id), PermitKind::RequireActivation),
        (Proposal::MakeDefault(id), PermitKind::MakeDefault),
        (Proposal::DeleteRole(id), PermitKind::DeleteRole),
        (Proposal::ChangeGrants { role: id, added: &[] }, PermitKind::ChangeGrants),
        (Proposal::ChangePatterns { role: id, added: &[] }, PermitKind::ChangePatterns),
        (Proposal::AddInheritance { senior: id, juniors: &ids }, PermitKind::AddInheritance),
        (Proposal::RemoveInheritance { senior: id }, PermitKind::RemoveInheritance),
        (Proposal::DeletePermission(permission), PermitKind::DeletePermission),
        (Proposal::SetConstraint(&constraint), PermitKind::SetConstraint),
        (Proposal::ChangeConstraint(constraint.id), PermitKind::ChangeConstraint),
        (Proposal::ConstrainRole(id), PermitKind::ConstrainRole),
        (Proposal::ConstrainPermission(permission), PermitKind::ConstrainPermission),
        (Proposal::AssignRoles { user: &subject, roles: &ids, until: None }, PermitKind::AssignRoles),
        (Proposal::GrantDirectly { user: &subject, permissions: &[], until: None }, PermitKind::GrantDirectly),
        (Proposal::ManageUser(&subject), PermitKind::ManageUser),
        (Proposal::Unrestricted, PermitKind::Unrestricted),
    ];
    for (proposal, kind) in proposals {
        let permit = permit(&hierarchy(), proposal).expect("is permitted");
        for (_, other) in proposals {
            assert_eq!(permit.covers(other), other == kind, "{kind:?} and {other:?}");
        }
    }
}

#[test]
fn joined_permits_cover_the_kinds_of_both() {
    let permit_for = |proposal| permit(&hierarchy(), proposal).expect("is permitted");
    let clerk = role("clerk");
    let both = permit_for(Proposal::RenameRole(clerk)).and(permit_for(Proposal::MakeDefault(clerk)));
    assert!(both.covers(PermitKind::RenameRole) && both.covers(PermitKind::MakeDefault));
    assert!(!both.covers(PermitKind::DeleteRole));
}

fn holders(role_names: &[&str], permission_names: &[&str]) -> PermanentHolders {
    PermanentHolders {
        roles: role_names.iter().map(|name| role(name)).collect(),
        permissions: permission_names.iter().map(|name| permission(name)).collect(),
    }
}

/// A policy with two system permissions and one of an application.
fn office(text: &str) -> Policy {
    let mut facts = facts(text);
    for permission in &mut facts.permissions {
        permission.is_system = permission.name.as_str() != "invoice:read";
    }
    Policy::build(facts).expect("a policy")
}

fn lock_out(names: &[&str]) -> Result<(), Violation> {
    Err(Violation::LockOut(names.iter().map(|name| PermissionName::parse(name).expect("a name")).collect()))
}

const OFFICE: &str = "superadmin \n desk > aide = user:read \n aide = role:read \n = invoice:read";

#[test]
fn a_system_permission_keeps_a_permanent_holder() {
    let policy = office(OFFICE);
    let from_to = |before: &PermanentHolders, after: &PermanentHolders| check_lock_out(&policy, before, &policy, after);
    let boss = holders(&["superadmin"], &[]);
    let nobody = holders(&[], &[]);
    assert_eq!(from_to(&boss, &nobody), lock_out(&["role:read", "user:read"]));
    assert_eq!(from_to(&boss, &holders(&["desk"], &[])), Ok(()));
    assert_eq!(from_to(&boss, &holders(&["aide"], &[])), lock_out(&["user:read"]));
    assert_eq!(from_to(&boss, &holders(&["aide"], &["user:read"])), Ok(()));
    assert_eq!(from_to(&boss, &holders(&["ghost"], &["ghost"])), lock_out(&["role:read", "user:read"]));
}

#[test]
fn a_permission_without_a_holder_before_needs_none_after() {
    let policy = office(OFFICE);
    let nobody = holders(&[], &[]);
    assert_eq!(check_lock_out(&policy, &nobody, &policy, &nobody), Ok(()));
    let aide = holders(&["aide"], &[]);
    assert_eq!(check_lock_out(&policy, &aide, &policy, &nobody), lock_out(&["role:read"]));
}

#[test]
fn a_change_of_the_policy_can_lock_out() {
    let desk = holders(&["desk"], &[]);
    let before = office(OFFICE);
    let after = |text: &str| check_lock_out(&before, &desk, &office(text), &desk);
    assert_eq!(after("desk = user:read \n aide = role:read"), lock_out(&["role:read"]));
    assert_eq!(after("desk > aide = role:read \n aide = user:read"), Ok(()));
    assert_eq!(after("desk > aide"), lock_out(&["role:read", "user:read"]));
}

#[test]
fn users_and_sessions_must_not_have_conflicting_roles() {
    let policy = policy_apart(HIERARCHY, &[ssd("user", 2, "intern superadmin"), dsd("session", 2, "clerk superadmin")]);
    let judged = |subjects: &[Subject]| check_separation(&policy, subjects, now());
    let fine = [holder_of(&["head"]), holder_of(&["superadmin"]), by_default(holder_of(&["clerk"]))];
    assert_eq!(judged(&fine), Ok(()));
    let both = holder_of(&["head", "superadmin"]);
    let broken = |name, names: &[&str]| {
        let conflict = Conflict { constraint: constraint(name), roles: roles(names), permissions: Vec::new() };
        Err(Violation::SeparationOfDuty { conflict, user: Some(both.user) })
    };
    assert_eq!(judged(&[fine[0].clone(), both.clone()]), broken("user", &["intern", "superadmin"]));

    let policy = policy_apart(HIERARCHY, &[dsd("session", 2, "clerk superadmin")]);
    let judged = |subject: Subject| check_separation(&policy, [&subject], now());
    assert_eq!(judged(both.clone()), Ok(()));
    assert_eq!(judged(by_default(both.clone())), Ok(()));
    assert_eq!(judged(choosing(both.clone(), &["intern", "superadmin"])), Ok(()));
    assert_eq!(judged(choosing(both.clone(), &["head", "superadmin"])), broken("session", &["clerk", "superadmin"]));
}
