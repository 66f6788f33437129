use crate::sample::*;
use crate::{AccountStatus, Facts, PermissionName, Policy, Proposal, RoleId, Subject, UserId, Validity, Violation};
use uuid::Uuid;

/// A desk that manages users, an aide below it, a boss above, and a role that may assign and grant anything.
const OFFICE: &str = "
    superadmin
    boss > desk = money:move
    desk > aide = user:write role:assign
    aide = user:read
    regent = rbac:escalate
    empty
    = app:use
";

fn office() -> Policy {
    policy(OFFICE)
}

/// The same holdings for another user.
fn other(subject: Subject) -> Subject {
    Subject { user: UserId::new(Uuid::from_u128(7)), ..subject }
}

fn beyond(names: &[&str]) -> Violation {
    let missing = names.iter().map(|name| PermissionName::parse(name).expect("a name")).collect();
    Violation::BeyondAuthority { missing, patterns: Vec::new(), role: None }
}

fn verdict(actor: &Subject, proposal: Proposal<'_>) -> Result<(), Violation> {
    office().authority(actor, now()).permit(proposal).map(|_permit| ())
}

fn assign(actor: &Subject, names: &[&str], until: Option<i64>) -> Result<(), Violation> {
    let user = other(new_user());
    verdict(actor, Proposal::AssignRoles { user: &user, roles: &roles(names), until: until.map(minutes) })
}

#[test]
fn a_role_that_holds_more_than_the_actor_cannot_be_assigned() {
    let desk = holder_of(&["desk"]);
    assert_eq!(assign(&desk, &["desk", "aide", "empty", "ghost"], None), Ok(()));
    assert_eq!(assign(&desk, &["aide", "boss"], None), Err(beyond(&["money:move"])));
    assert_eq!(assign(&new_user(), &["empty"], None), Ok(()));
    assert_eq!(assign(&new_user(), &["aide"], None), Err(beyond(&["user:read"])));
}

#[test]
fn a_direct_grant_confers_authority_and_a_suspended_account_has_none() {
    let desk = with_grant(holder_of(&["desk"]), "money:move", PERMANENT);
    assert_eq!(assign(&desk, &["boss"], None), Ok(()));
    let suspended = Subject { status: AccountStatus::Suspended, ..desk };
    assert!(assign(&suspended, &["aide"], None).is_err());
}

#[test]
fn authority_comes_from_active_roles() {
    let boss = choosing(holder_of(&["boss"]), &["aide"]);
    assert_eq!(assign(&boss, &["aide"], None), Ok(()));
    assert_eq!(assign(&boss, &["desk"], None), Err(beyond(&["role:assign", "user:write"])));
}

#[test]
fn an_assignment_cannot_outlast_what_the_actor_holds() {
    let hour = Validity { from: None, until: Some(minutes(60)) };
    let brief = with_role(new_user(), "aide", hour);
    assert_eq!(assign(&brief, &["aide"], Some(60)), Ok(()));
    assert_eq!(assign(&brief, &["aide"], Some(61)), Err(beyond(&["user:read"])));
    assert_eq!(assign(&brief, &["aide"], None), Err(beyond(&["user:read"])));
    let twice = with_grant(brief, "user:read", Validity { from: None, until: Some(minutes(90)) });
    assert_eq!(assign(&twice, &["aide"], Some(90)), Ok(()));
    let policy = office();
    assert_eq!(policy.authority(&twice, now()).may_assign(role("aide")), Ok(()));
    assert!(assign(&with_role(new_user(), "aide", not_yet()), &["aide"], None).is_err());
}

#[test]
fn actors_cannot_extend_their_own_assignments() {
    let brief = with_role(new_user(), "aide", Validity { from: None, until: Some(minutes(60)) });
    let extend = |until| verdict(&brief, Proposal::AssignRoles { user: &brief, roles: &roles(&["aide"]), until });
    assert_eq!(extend(None), Err(beyond(&["user:read"])));
    assert_eq!(extend(Some(minutes(60))), Ok(()));
}

#[test]
fn a_permission_that_the_actor_lacks_cannot_be_granted_directly() {
    let desk = holder_of(&["desk"]);
    let user = other(new_user());
    let grant = |names: &[&str], until| {
        let permissions: Vec<_> = names.iter().map(|name| permission(name)).collect();
        verdict(&desk, Proposal::GrantDirectly { user: &user, permissions: &permissions, until })
    };
    assert_eq!(grant(&["user:read", "user:write"], None), Ok(()));
    assert_eq!(grant(&["app:use"], Some(minutes(1))), Err(beyond(&["app:use"])));
}

#[test]
fn a_role_gains_nothing_beyond_the_authority_of_the_actor() {
    let desk = holder_of(&["desk"]);
    let grant = |name, added| verdict(&desk, Proposal::ChangeGrants { role: role(name), added: &[permission(added)] });
    assert_eq!(grant("empty", "user:read"), Ok(()));
    assert_eq!(grant("empty", "money:move"), Err(beyond(&["money:move"])));
    assert_eq!(grant("boss", "user:read"), Err(beyond(&["money:move"])));
    let inherit =
        |senior, junior| verdict(&desk, Proposal::AddInheritance { senior: role(senior), juniors: &roles(&[junior]) });
    assert_eq!(inherit("empty", "desk"), Ok(()));
    assert_eq!(inherit("empty", "boss"), Err(beyond(&["money:move"])));
    assert_eq!(inherit("boss", "empty"), Err(beyond(&["money:move"])));
    let brief = with_role(new_user(), "desk", Validity { from: None, until: Some(minutes(1)) });
    let brief = verdict(&brief, Proposal::ChangeGrants { role: role("empty"), added: &[permission("user:read")] });
    assert_eq!(brief, Err(beyond(&["user:read"])));
}

#[test]
fn a_new_role_holds_nothing_beyond_the_authority_of_the_actor() {
    let desk = holder_of(&["desk"]);
    let create = |juniors: &[&str], seniors: &[&str], grants: &[&str]| {
        let grants: Vec<_> = grants.iter().map(|name| permission(name)).collect();
        verdict(&desk, Proposal::CreateRole { juniors: &roles(juniors), seniors: &roles(seniors), grants: &grants })
    };
    assert_eq!(create(&["aide"], &["desk"], &["user:write"]), Ok(()));
    assert_eq!(create(&["boss"], &[], &[]), Err(beyond(&["money:move"])));
    assert_eq!(create(&[], &["boss"], &[]), Err(beyond(&["money:move"])));
    assert_eq!(create(&[], &[], &["app:use"]), Err(beyond(&["app:use"])));
}

#[test]
fn a_role_beyond_authority_cannot_be_changed() {
    let desk = holder_of(&["desk"]);
    let changes = |id| {
        [
            Proposal::RenameRole(id),
            Proposal::DescribeRole(id),
            Proposal::RequireActivation(id),
            Proposal::DeleteRole(id),
            Proposal::MakeDefault(id),
            Proposal::RemoveInheritance { senior: id },
        ]
    };
    for (name, expected) in [("aide", Ok(())), ("ghost", Ok(())), ("boss", Err(beyond(&["money:move"])))] {
        for proposal in changes(role(name)) {
            assert_eq!(verdict(&desk, proposal), expected, "{proposal:?}");
        }
    }
    assert_eq!(verdict(&desk, Proposal::DeletePermission(permission("user:read"))), Ok(()));
    assert_eq!(verdict(&desk, Proposal::DeletePermission(permission("money:move"))), Err(beyond(&["money:move"])));
}

#[test]
fn a_user_beyond_authority_cannot_be_managed() {
    let desk = holder_of(&["desk"]);
    let manage = |target: Subject| verdict(&desk, Proposal::ManageUser(&target));
    assert_eq!(manage(other(holder_of(&["aide"]))), Ok(()));
    assert_eq!(manage(other(holder_of(&["boss"]))), Err(beyond(&["money:move"])));
    assert_eq!(manage(other(with_role(new_user(), "boss", not_yet()))), Err(beyond(&["money:move"])));
    assert_eq!(manage(other(with_role(new_user(), "boss", ended()))), Ok(()));
    assert_eq!(manage(other(with_grant(new_user(), "app:use", not_yet()))), Err(beyond(&["app:use"])));
    assert_eq!(manage(other(choosing(holder_of(&["boss"]), &[]))), Err(beyond(&["money:move"])));
    let suspended = Subject { status: AccountStatus::Suspended, ..other(holder_of(&["boss"])) };
    assert_eq!(manage(suspended), Err(beyond(&["money:move"])));
}

#[test]
fn actors_may_manage_themselves_whatever_is_active() {
    let narrow = choosing(holder_of(&["boss"]), &["aide"]);
    assert_eq!(verdict(&narrow, Proposal::ManageUser(&narrow)), Ok(()));
}

#[test]
fn escalation_lifts_limits_on_assigning_and_not_on_managing() {
    let regent = holder_of(&["regent"]);
    assert_eq!(assign(&regent, &["boss", "superadmin"], None), Ok(()));
    let boss = other(holder_of(&["boss"]));
    assert!(verdict(&regent, Proposal::ManageUser(&boss)).is_err());
    assert!(verdict(&regent, Proposal::AssignRoles { user: &boss, roles: &[], until: None }).is_err());
    assert!(verdict(&regent, Proposal::RenameRole(role("boss"))).is_err());
    assert_eq!(office().authority(&regent, now()).assignable_roles().len(), 6);
}

#[test]
fn holding_every_permission_is_not_superadmin() {
    let policy = policy("superadmin \n all = a:1 b:1 \n above > superadmin");
    let all = holder_of(&["all"]);
    let authority = policy.authority(&all, now());
    let lacks =
        Err(Violation::BeyondAuthority { missing: Vec::new(), patterns: Vec::new(), role: Some(role("superadmin")) });
    assert_eq!(authority.may_assign(role("superadmin")), lacks);
    assert_eq!(authority.may_assign(role("above")), lacks);
    assert_eq!(authority.may_manage_user(&other(holder_of(&["superadmin"]))), lacks);
    assert_eq!(authority.assignable_roles(), roles(&["all"]));
    let superadmin = holder_of(&["superadmin"]);
    assert_eq!(policy.authority(&superadmin, now()).may_assign(role("above")), Ok(()));
}

#[test]
fn authority_does_not_limit_the_operator_and_other_rules_do() {
    let policy = office();
    let operator = policy.operator(now());
    let boss = other(holder_of(&["boss"]));
    let proposal = Proposal::AssignRoles { user: &boss, roles: &roles(&["superadmin"]), until: None };
    assert!(operator.permit(proposal).is_ok());
    assert!(operator.permit(Proposal::DeleteRole(role("boss"))).is_ok());
    assert_eq!(operator.permit(Proposal::DeleteRole(role("superadmin"))).expect_err("built in"), Violation::Immutable);
    assert_eq!(operator.assignable_roles().len(), 6);
}

#[test]
fn assignable_roles_agree_with_decisions() {
    let policy = office();
    let desk = holder_of(&["desk"]);
    let authority = policy.authority(&desk, now());
    assert_eq!(authority.assignable_roles(), roles(&["aide", "desk", "empty"]));
    for known in policy.roles() {
        let assignable = authority.assignable_roles().contains(&known.id);
        assert_eq!(authority.may_assign(known.id).is_ok(), assignable);
        assert_eq!(assign(&desk, &[known.name.as_str()], None).is_ok(), assignable);
    }
}

fn grown(actor: &Subject, more: &str) -> Result<(), Violation> {
    let policy = office();
    policy.authority(actor, now()).may_change_policy_to(&self::policy(&format!("{OFFICE}{more}")))
}

#[test]
fn a_whole_policy_gains_nothing_beyond_the_authority_of_the_actor() {
    let desk = holder_of(&["desk"]);
    assert_eq!(grown(&desk, ""), Ok(()));
    assert_eq!(grown(&desk, "new > aide = user:write \n empty > new"), Ok(()));
    assert_eq!(grown(&desk, "new > boss"), Err(beyond(&["money:move"])));
    assert_eq!(grown(&desk, "new = fresh:one"), Err(beyond(&["fresh:one"])));
    assert_eq!(grown(&desk, "= fresh:one"), Ok(()));
    assert_eq!(grown(&holder_of(&["superadmin"]), "new = fresh:one"), Ok(()));
}

/// The conflicting roles that one role would have by itself.
fn alone(policy: &Policy, proposal: Proposal<'_>) -> Vec<RoleId> {
    match policy.operator(now()).permit(proposal) {
        Err(Violation::SeparationOfDuty { conflict, user: None }) => conflict.roles,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_role_that_violates_a_constraint_by_itself_is_refused() {
    let constraints = vec![dsd("apart", 2, "boss empty")];
    let policy = Policy::build(Facts { constraints, ..facts(OFFICE) }).expect("a policy");
    let both: Vec<RoleId> = roles(&["boss", "empty"]);
    for senior in ["boss", "aide"] {
        let proposal = Proposal::AddInheritance { senior: role(senior), juniors: &roles(&["empty"]) };
        assert_eq!(alone(&policy, proposal), both);
    }
    assert_eq!(alone(&policy, Proposal::CreateRole { juniors: &both, seniors: &[], grants: &[] }), both);
    let between = Proposal::CreateRole { juniors: &roles(&["empty"]), seniors: &roles(&["desk"]), grants: &[] };
    assert_eq!(alone(&policy, between), both);
    let set = ssd("new", 2, "boss aide");
    assert_eq!(alone(&policy, Proposal::SetConstraint(&set)), roles(&["aide", "boss"]));
    assert!(policy.operator(now()).permit(Proposal::SetConstraint(&ssd("new", 2, "boss regent"))).is_ok());
}

#[test]
fn a_role_that_guards_name_counts_as_a_permission() {
    let mut facts = office().to_facts();
    let aide = facts.roles.iter_mut().find(|role| role.name.as_str() == "aide").expect("the role");
    aide.is_system = true;
    let policy = Policy::build(facts).expect("a policy");
    let may_assign = |actor: &Subject, name: &str| {
        let role = policy.role_named(name).expect("the role").id;
        policy.authority(actor, now()).may_assign(role)
    };
    // Everything that the role holds, but not the role itself.
    let as_strong = with_grant(new_user(), "user:read", PERMANENT);
    let lacking = policy.role_named("aide").map(|role| role.id);
    let refused = Violation::BeyondAuthority { missing: Vec::new(), patterns: Vec::new(), role: lacking };
    assert_eq!(may_assign(&as_strong, "aide"), Err(refused.clone()));
    assert_eq!(may_assign(&with_grant(as_strong, "rbac:escalate", PERMANENT), "aide"), Ok(()));
    for holder in ["aide", "desk", "superadmin"] {
        assert_eq!(may_assign(&holder_of(&[holder]), "aide"), Ok(()), "{holder}");
    }
    // Neither inheriting the role nor managing its holder is permitted either.
    let clerk = with_grant(with_grant(new_user(), "user:read", PERMANENT), "role:write", PERMANENT);
    let authority = policy.authority(&clerk, now());
    let juniors = [lacking.expect("the role")];
    let create = Proposal::CreateRole { juniors: &juniors, seniors: &[], grants: &[] };
    assert_eq!(authority.permit(create).map(|_permit| ()), Err(refused.clone()));
    let target = other(holder_of(&["aide"]));
    assert_eq!(authority.permit(Proposal::ManageUser(&target)).map(|_permit| ()), Err(refused));
}
