use crate::sample::*;
use crate::{AccountStatus, Change, Facts, PermissionName, Policy, RoleId, Subject, UserId, Validity, Violation};
use uuid::Uuid;

/// A desk that manages users, an aide below it, a boss above, and a role that may hand out anything.
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

/// The same person under another name.
fn other(subject: Subject) -> Subject {
    Subject { user: UserId::new(Uuid::from_u128(7)), ..subject }
}

fn beyond(names: &[&str]) -> Violation {
    let missing = names.iter().map(|name| PermissionName::parse(name).expect("a name")).collect();
    Violation::BeyondAuthority { missing, role: None }
}

fn verdict(actor: &Subject, change: Change<'_>) -> Result<(), Violation> {
    office().authority(actor, now()).permit(change).map(|_permit| ())
}

fn assign(actor: &Subject, names: &[&str], until: Option<i64>) -> Result<(), Violation> {
    let user = other(nobody());
    verdict(actor, Change::AssignRoles { user: &user, roles: &roles(names), until: until.map(minutes) })
}

#[test]
fn nobody_assigns_a_role_that_holds_more_than_they_do() {
    let desk = holder_of(&["desk"]);
    assert_eq!(assign(&desk, &["desk", "aide", "empty", "ghost"], None), Ok(()));
    assert_eq!(assign(&desk, &["aide", "boss"], None), Err(beyond(&["money:move"])));
    assert_eq!(assign(&nobody(), &["empty"], None), Ok(()));
    assert_eq!(assign(&nobody(), &["aide"], None), Err(beyond(&["user:read"])));
}

#[test]
fn a_direct_grant_is_power_too_and_a_suspended_account_has_none() {
    let desk = with_grant(holder_of(&["desk"]), "money:move", FOR_GOOD);
    assert_eq!(assign(&desk, &["boss"], None), Ok(()));
    let suspended = Subject { status: AccountStatus::Suspended, ..desk };
    assert!(assign(&suspended, &["aide"], None).is_err());
}

#[test]
fn power_is_what_the_session_has_active() {
    let boss = choosing(holder_of(&["boss"]), &["aide"]);
    assert_eq!(assign(&boss, &["aide"], None), Ok(()));
    assert_eq!(assign(&boss, &["desk"], None), Err(beyond(&["role:assign", "user:write"])));
}

#[test]
fn nobody_hands_out_for_longer_than_they_hold_it() {
    let hour = Validity { from: None, until: Some(minutes(60)) };
    let brief = with_role(nobody(), "aide", hour);
    assert_eq!(assign(&brief, &["aide"], Some(60)), Ok(()));
    assert_eq!(assign(&brief, &["aide"], Some(61)), Err(beyond(&["user:read"])));
    assert_eq!(assign(&brief, &["aide"], None), Err(beyond(&["user:read"])));
    let twice = with_grant(brief, "user:read", Validity { from: None, until: Some(minutes(90)) });
    assert_eq!(assign(&twice, &["aide"], Some(90)), Ok(()));
    let policy = office();
    assert_eq!(policy.authority(&twice, now()).may_assign(role("aide")), Ok(()));
    assert!(assign(&with_role(nobody(), "aide", not_yet()), &["aide"], None).is_err());
}

#[test]
fn nobody_extends_what_they_have_themselves() {
    let brief = with_role(nobody(), "aide", Validity { from: None, until: Some(minutes(60)) });
    let extend = |until| verdict(&brief, Change::AssignRoles { user: &brief, roles: &roles(&["aide"]), until });
    assert_eq!(extend(None), Err(beyond(&["user:read"])));
    assert_eq!(extend(Some(minutes(60))), Ok(()));
}

#[test]
fn a_direct_grant_is_handed_out_only_by_who_holds_it() {
    let desk = holder_of(&["desk"]);
    let user = other(nobody());
    let grant = |names: &[&str], until| {
        let permissions: Vec<_> = names.iter().map(|name| permission(name)).collect();
        verdict(&desk, Change::GrantDirectly { user: &user, permissions: &permissions, until })
    };
    assert_eq!(grant(&["user:read", "user:write"], None), Ok(()));
    assert_eq!(grant(&["app:use"], Some(minutes(1))), Err(beyond(&["app:use"])));
}

#[test]
fn a_role_grows_only_within_the_power_of_who_changes_it() {
    let desk = holder_of(&["desk"]);
    let grant = |name, added| verdict(&desk, Change::ChangeGrants { role: role(name), added: &[permission(added)] });
    assert_eq!(grant("empty", "user:read"), Ok(()));
    assert_eq!(grant("empty", "money:move"), Err(beyond(&["money:move"])));
    assert_eq!(grant("boss", "user:read"), Err(beyond(&["money:move"])));
    let inherit =
        |senior, junior| verdict(&desk, Change::AddInheritance { senior: role(senior), juniors: &roles(&[junior]) });
    assert_eq!(inherit("empty", "desk"), Ok(()));
    assert_eq!(inherit("empty", "boss"), Err(beyond(&["money:move"])));
    assert_eq!(inherit("boss", "empty"), Err(beyond(&["money:move"])));
    let brief = with_role(nobody(), "desk", Validity { from: None, until: Some(minutes(1)) });
    let brief = verdict(&brief, Change::ChangeGrants { role: role("empty"), added: &[permission("user:read")] });
    assert_eq!(brief, Err(beyond(&["user:read"])));
}

#[test]
fn a_new_role_brings_nothing_beyond_the_power_of_who_makes_it() {
    let desk = holder_of(&["desk"]);
    let create = |juniors: &[&str], seniors: &[&str], grants: &[&str]| {
        let grants: Vec<_> = grants.iter().map(|name| permission(name)).collect();
        verdict(&desk, Change::CreateRole { juniors: &roles(juniors), seniors: &roles(seniors), grants: &grants })
    };
    assert_eq!(create(&["aide"], &["desk"], &["user:write"]), Ok(()));
    assert_eq!(create(&["boss"], &[], &[]), Err(beyond(&["money:move"])));
    assert_eq!(create(&[], &["boss"], &[]), Err(beyond(&["money:move"])));
    assert_eq!(create(&[], &[], &["app:use"]), Err(beyond(&["app:use"])));
}

#[test]
fn a_role_is_touched_only_by_who_holds_all_of_it() {
    let desk = holder_of(&["desk"]);
    let changes = |id| {
        [
            Change::RenameRole(id),
            Change::DescribeRole(id),
            Change::DeleteRole(id),
            Change::MakeDefault(id),
            Change::RemoveInheritance { senior: id },
        ]
    };
    for (name, expected) in [("aide", Ok(())), ("ghost", Ok(())), ("boss", Err(beyond(&["money:move"])))] {
        for change in changes(role(name)) {
            assert_eq!(verdict(&desk, change), expected, "{change:?}");
        }
    }
    assert_eq!(verdict(&desk, Change::DeletePermission(permission("user:read"))), Ok(()));
    assert_eq!(verdict(&desk, Change::DeletePermission(permission("money:move"))), Err(beyond(&["money:move"])));
}

#[test]
fn a_user_is_touched_only_by_who_reaches_as_far() {
    let desk = holder_of(&["desk"]);
    let manage = |target: Subject| verdict(&desk, Change::ManageUser(&target));
    assert_eq!(manage(other(holder_of(&["aide"]))), Ok(()));
    assert_eq!(manage(other(holder_of(&["boss"]))), Err(beyond(&["money:move"])));
    assert_eq!(manage(other(with_role(nobody(), "boss", not_yet()))), Err(beyond(&["money:move"])));
    assert_eq!(manage(other(with_role(nobody(), "boss", ended()))), Ok(()));
    assert_eq!(manage(other(with_grant(nobody(), "app:use", not_yet()))), Err(beyond(&["app:use"])));
    assert_eq!(manage(other(choosing(holder_of(&["boss"]), &[]))), Err(beyond(&["money:move"])));
    let suspended = Subject { status: AccountStatus::Suspended, ..other(holder_of(&["boss"])) };
    assert_eq!(manage(suspended), Err(beyond(&["money:move"])));
}

#[test]
fn one_may_touch_oneself_whatever_is_active() {
    let narrow = choosing(holder_of(&["boss"]), &["aide"]);
    assert_eq!(verdict(&narrow, Change::ManageUser(&narrow)), Ok(()));
}

#[test]
fn escalation_frees_from_handing_out_and_not_from_whom_one_touches() {
    let regent = holder_of(&["regent"]);
    assert_eq!(assign(&regent, &["boss", "superadmin"], None), Ok(()));
    let boss = other(holder_of(&["boss"]));
    assert!(verdict(&regent, Change::ManageUser(&boss)).is_err());
    assert!(verdict(&regent, Change::AssignRoles { user: &boss, roles: &[], until: None }).is_err());
    assert!(verdict(&regent, Change::RenameRole(role("boss"))).is_err());
    assert_eq!(office().authority(&regent, now()).assignable_roles().len(), 6);
}

#[test]
fn holding_every_permission_is_not_being_superadmin() {
    let policy = policy("superadmin \n all = a:1 b:1 \n above > superadmin");
    let all = holder_of(&["all"]);
    let authority = policy.authority(&all, now());
    let lacks = Err(Violation::BeyondAuthority { missing: Vec::new(), role: Some(role("superadmin")) });
    assert_eq!(authority.may_assign(role("superadmin")), lacks);
    assert_eq!(authority.may_assign(role("above")), lacks);
    assert_eq!(authority.may_manage_user(&other(holder_of(&["superadmin"]))), lacks);
    assert_eq!(authority.assignable_roles(), roles(&["all"]));
    let superadmin = holder_of(&["superadmin"]);
    assert_eq!(policy.authority(&superadmin, now()).may_assign(role("above")), Ok(()));
}

#[test]
fn the_operator_is_free_of_authority_and_not_of_shape() {
    let policy = office();
    let operator = policy.operator(now());
    let boss = other(holder_of(&["boss"]));
    let change = Change::AssignRoles { user: &boss, roles: &roles(&["superadmin"]), until: None };
    assert!(operator.permit(change).is_ok());
    assert!(operator.permit(Change::DeleteRole(role("boss"))).is_ok());
    assert_eq!(operator.permit(Change::DeleteRole(role("superadmin"))).expect_err("built in"), Violation::Immutable);
    assert_eq!(operator.assignable_roles().len(), 6);
}

#[test]
fn what_may_be_assigned_is_told_as_it_is_judged() {
    let policy = office();
    let desk = holder_of(&["desk"]);
    let authority = policy.authority(&desk, now());
    assert_eq!(authority.assignable_roles(), roles(&["aide", "desk", "empty"]));
    for known in &policy.facts().roles {
        let told = authority.assignable_roles().contains(&known.id);
        assert_eq!(authority.may_assign(known.id).is_ok(), told);
        assert_eq!(assign(&desk, &[known.name.as_str()], None).is_ok(), told);
    }
}

fn grown(actor: &Subject, more: &str) -> Result<(), Violation> {
    let policy = office();
    policy.authority(actor, now()).may_grow_into(&self::policy(&format!("{OFFICE}{more}")))
}

#[test]
fn a_whole_policy_grows_only_within_the_power_of_who_changes_it() {
    let desk = holder_of(&["desk"]);
    assert_eq!(grown(&desk, ""), Ok(()));
    assert_eq!(grown(&desk, "new > aide = user:write \n empty > new"), Ok(()));
    assert_eq!(grown(&desk, "new > boss"), Err(beyond(&["money:move"])));
    assert_eq!(grown(&desk, "new = fresh:one"), Err(beyond(&["fresh:one"])));
    assert_eq!(grown(&desk, "= fresh:one"), Ok(()));
    assert_eq!(grown(&holder_of(&["superadmin"]), "new = fresh:one"), Ok(()));
}

/// The roles that one role would bring together by itself.
fn alone(policy: &Policy, change: Change<'_>) -> Vec<RoleId> {
    match policy.operator(now()).permit(change) {
        Err(Violation::SeparationOfDuty { conflict, user: None }) => conflict.roles,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_role_that_would_break_a_constraint_by_itself_does_not_come_about() {
    let constraints = vec![dsd("apart", 2, "boss empty")];
    let policy = Policy::build(Facts { constraints, ..facts(OFFICE) }).expect("a policy");
    let both: Vec<RoleId> = roles(&["boss", "empty"]);
    for senior in ["boss", "aide"] {
        let change = Change::AddInheritance { senior: role(senior), juniors: &roles(&["empty"]) };
        assert_eq!(alone(&policy, change), both);
    }
    assert_eq!(alone(&policy, Change::CreateRole { juniors: &both, seniors: &[], grants: &[] }), both);
    let between = Change::CreateRole { juniors: &roles(&["empty"]), seniors: &roles(&["desk"]), grants: &[] };
    assert_eq!(alone(&policy, between), both);
    let set = ssd("new", 2, "boss aide");
    assert_eq!(alone(&policy, Change::SetConstraint(&set)), roles(&["aide", "boss"]));
    assert!(policy.operator(now()).permit(Change::SetConstraint(&ssd("new", 2, "boss regent"))).is_ok());
}

#[test]
fn a_role_that_guards_name_counts_as_a_permission() {
    let mut facts = office().facts().clone();
    let aide = facts.roles.iter_mut().find(|role| role.name.as_str() == "aide").expect("the role");
    aide.is_system = true;
    let policy = Policy::build(facts).expect("a policy");
    let may_assign = |actor: &Subject, name: &str| {
        let role = policy.role_named(name).expect("the role").id;
        policy.authority(actor, now()).may_assign(role)
    };
    // All that the role holds, and not the role.
    let as_strong = with_grant(nobody(), "user:read", FOR_GOOD);
    let lacking = policy.role_named("aide").map(|role| role.id);
    let refused = Violation::BeyondAuthority { missing: Vec::new(), role: lacking };
    assert_eq!(may_assign(&as_strong, "aide"), Err(refused.clone()));
    assert_eq!(may_assign(&with_grant(as_strong, "rbac:escalate", FOR_GOOD), "aide"), Ok(()));
    for holder in ["aide", "desk", "superadmin"] {
        assert_eq!(may_assign(&holder_of(&[holder]), "aide"), Ok(()), "{holder}");
    }
    // Inheriting it, or touching who has it, is no way round.
    let clerk = with_grant(with_grant(nobody(), "user:read", FOR_GOOD), "role:write", FOR_GOOD);
    let authority = policy.authority(&clerk, now());
    let juniors = [lacking.expect("the role")];
    let create = Change::CreateRole { juniors: &juniors, seniors: &[], grants: &[] };
    assert_eq!(authority.permit(create).map(|_permit| ()), Err(refused.clone()));
    let target = other(holder_of(&["aide"]));
    assert_eq!(authority.permit(Change::ManageUser(&target)).map(|_permit| ()), Err(refused));
}
