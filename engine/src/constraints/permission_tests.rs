//! Constraints over permissions.

use crate::ConstraintKind::{Dynamic, Static};
use crate::sample::*;
use crate::{
    ActivationError, Conflict, Constraint, Facts, Policy, PolicyChanges, PolicyError, Reason, Subject, check_separation,
};

/// `chief` inherits what controllers hold.
const SHOP: &str = "
    superadmin
    chief > controller
    controller = invoice:approve
    payer = invoice:pay
    accountant = invoice:read
    reader = *:read
    desk = desk:use
";

fn approve_and_pay() -> Constraint {
    over_permissions(ssd("duties", 2, ""), "invoice:pay invoice:approve")
}

fn in_sessions() -> Constraint {
    over_permissions(dsd("duties", 2, ""), "invoice:pay invoice:approve")
}

fn shop() -> Policy {
    policy_apart(SHOP, &[approve_and_pay()])
}

fn sessions() -> Policy {
    policy_apart(SHOP, &[in_sessions()])
}

fn conflict(names: &[&str]) -> Conflict {
    let permissions = names.iter().map(|name| permission(name)).collect();
    Conflict { constraint: constraint("duties"), roles: Vec::new(), permissions }
}

fn both() -> Conflict {
    conflict(&["invoice:approve", "invoice:pay"])
}

fn broken_by(subject: &Subject) -> Vec<Conflict> {
    shop().static_conflicts(subject, now())
}

fn refused(text: &str, set: Constraint) -> PolicyError {
    Policy::build(Facts { constraints: vec![set], ..facts(text) }).expect_err("no policy")
}

#[test]
fn an_accountant_with_a_direct_grant_cannot_be_made_a_payer() {
    let accountant = with_grant(holder_of(&["accountant"]), "invoice:approve", PERMANENT);
    assert_eq!(broken_by(&accountant), []);
    let payer = with_role(accountant, "payer", PERMANENT);
    assert_eq!(broken_by(&payer), [both()]);
    assert!(check_separation(&shop(), [&payer], now()).is_err());
    // The constraint on the roles alone sees nothing.
    let of_roles = policy_apart(SHOP, &[ssd("duties", 2, "controller payer")]);
    assert_eq!(of_roles.static_conflicts(&payer, now()), []);
}

#[test]
fn a_permission_counts_by_whatever_path_it_is_held() {
    assert_eq!(broken_by(&holder_of(&["chief", "payer"])), [both()]);
    let direct = with_grant(with_grant(new_user(), "invoice:pay", PERMANENT), "invoice:approve", PERMANENT);
    assert_eq!(broken_by(&direct), [both()]);
    let one = with_grant(holder_of(&["payer"]), "invoice:pay", PERMANENT);
    assert_eq!(broken_by(&one), []);
}

#[test]
fn what_a_pattern_matches_counts() {
    let text = format!("{SHOP} = book:pay");
    let set = || over_permissions(ssd("duties", 2, ""), "invoice:approve book:pay");
    let policy = policy_apart(&format!("{text}\n pays = *:pay"), &[set()]);
    let found = policy.static_conflicts_of(&roles(&["pays", "chief"]));
    assert_eq!(found, [conflict(&["book:pay", "invoice:approve"])]);
    let broken = conflict(&["book:pay", "invoice:approve"]);
    let by_itself = PolicyError::ViolatedByOneRole { role: role("all"), conflict: broken };
    assert_eq!(refused(&format!("{text}\n all = *:*"), set()), by_itself);
}

#[test]
fn what_begins_later_counts_from_now_on_and_what_has_ended_does_not() {
    let payer = holder_of(&["payer"]);
    assert_eq!(broken_by(&with_grant(payer.clone(), "invoice:approve", not_yet())), [both()]);
    assert_eq!(broken_by(&with_grant(payer.clone(), "invoice:approve", ended())), []);
    assert_eq!(broken_by(&with_role(payer.clone(), "chief", not_yet())), [both()]);
    assert_eq!(broken_by(&with_role(payer, "chief", ended())), []);
}

#[test]
fn what_superadmin_holds_by_rule_is_exempt() {
    assert_eq!(broken_by(&holder_of(&["superadmin"])), []);
    assert_eq!(broken_by(&holder_of(&["superadmin", "payer"])), []);
    assert_eq!(broken_by(&with_grant(holder_of(&["superadmin"]), "invoice:pay", PERMANENT)), []);
    assert_eq!(broken_by(&holder_of(&["superadmin", "payer", "chief"])), [both()]);
    let session = by_default(with_grant(holder_of(&["superadmin"]), "invoice:pay", PERMANENT));
    assert_eq!(sessions().active_roles(&session, now()), roles(&["superadmin"]));
    // Roles above `superadmin` hold everything by that rule, and are exempt likewise.
    let policy = policy_apart(&format!("{SHOP} root > superadmin"), &[approve_and_pay()]);
    assert_eq!(policy.static_conflicts(&holder_of(&["root", "payer"]), now()), []);
}

#[test]
fn a_role_that_reaches_the_limit_by_itself_is_refused() {
    for set in [approve_and_pay(), in_sessions()] {
        let alone = |name: &str| PolicyError::ViolatedByOneRole { role: role(name), conflict: both() };
        assert_eq!(refused(&format!("{SHOP} boss > controller payer"), set.clone()), alone("boss"));
        assert_eq!(refused(&format!("{SHOP} chief = invoice:pay"), set.clone()), alone("chief"));
        assert_eq!(refused(&format!("{SHOP} all = invoice:*"), set.clone()), alone("all"));
        assert!(Policy::build(Facts { constraints: vec![set], ..facts(SHOP) }).is_ok());
    }
}

#[test]
fn a_constraint_names_either_roles_or_permissions_that_exist() {
    let mixed = Constraint { roles: roles(&["payer", "desk"]), ..approve_and_pay() };
    assert_eq!(refused(SHOP, mixed), PolicyError::MixedConstraint("duties".into()));
    let ghost = over_permissions(ssd("odd", 2, ""), "invoice:pay ghost:see");
    let unknown =
        PolicyError::UnknownConstrainedPermission { constraint: "odd".into(), permission: permission("ghost:see") };
    assert_eq!(refused(SHOP, ghost), unknown);
    for (limit, names) in [(1, "invoice:pay desk:use"), (3, "invoice:pay desk:use"), (2, "invoice:pay invoice:pay")] {
        let odd = over_permissions(ssd("odd", limit, ""), names);
        assert_eq!(refused(SHOP, odd), PolicyError::LimitOutOfRange("odd".into()), "{limit} of {names}");
    }
    assert!(Policy::build(Facts { constraints: vec![approve_and_pay()], ..facts(SHOP) }).is_ok());
}

#[test]
fn who_can_be_concerned_is_said_by_roles_and_by_permissions() {
    let policy = shop();
    assert_eq!(policy.separated_roles(Static), roles(&["chief", "controller", "payer"]));
    let named = [permission("invoice:approve"), permission("invoice:pay")];
    assert_eq!(policy.separated_permissions(Static), named);
    assert!(policy.separated_roles(Dynamic).is_empty() && policy.separated_permissions(Dynamic).is_empty());
    assert_eq!(policy.constraint(constraint("duties")).expect("there").permissions, named);
    assert_eq!(policy.constraints_of_permission(named[0]).count(), 1);
    assert_eq!(policy.constraints_of_permission(permission("desk:use")).count(), 0);
    assert_eq!(policy.constraints_of(role("payer")).count(), 0);
}

#[test]
fn a_default_session_leaves_out_roles_that_conflict_with_others_or_with_direct_grants() {
    let policy = sessions();
    let active = |subject: &Subject| policy.active_roles(subject, now());
    assert_eq!(active(&by_default(holder_of(&["payer", "chief", "desk"]))), roles(&["desk", "payer"]));
    let direct = with_grant(holder_of(&["desk", "payer"]), "invoice:approve", PERMANENT);
    assert_eq!(active(&direct), roles(&["desk", "payer"]));
    let session = by_default(direct.clone());
    assert_eq!(active(&session), roles(&["desk"]));
    assert_eq!(policy.check(&session, "invoice:pay", now()).reason, Reason::RoleNotActive);
    assert!(policy.check(&session, "invoice:approve", now()).allowed);
    assert_eq!(active(&choosing(direct, &["payer", "desk"])), roles(&["desk"]));
    // The direct grant of what the role brings itself adds nothing.
    assert_eq!(active(&by_default(with_grant(holder_of(&["payer"]), "invoice:pay", PERMANENT))), roles(&["payer"]));
    let idle = by_default(with_grant(holder_of(&["payer"]), "invoice:approve", not_yet()));
    assert_eq!(active(&idle), roles(&["payer"]));
    assert_eq!(policy.active_roles(&idle, minutes(60)), []);
    assert_eq!(policy.rights_valid_until(&idle, now()), Some(minutes(60)));
    assert_eq!(shop().rights_valid_until(&idle, now()), None);
}

#[test]
fn choosing_roles_that_conflict_with_direct_grants_is_refused() {
    let policy = sessions();
    let refused = Err(ActivationError::SeparationOfDuty(both()));
    for validity in [PERMANENT, not_yet()] {
        let subject = with_grant(holder_of(&["payer", "desk"]), "invoice:approve", validity);
        assert_eq!(policy.choose_roles(&subject, &roles(&["payer"]), now()), refused);
        assert_eq!(policy.choose_roles(&subject, &roles(&["desk"]), now()), Ok(roles(&["desk"])));
        assert_eq!(policy.session_conflicts(&choosing(subject.clone(), &["payer"]), now()), [both()]);
        assert_eq!(policy.session_conflicts(&by_default(subject), now()), []);
    }
    let subject = with_grant(holder_of(&["payer"]), "invoice:approve", ended());
    assert_eq!(policy.choose_roles(&subject, &roles(&["payer"]), now()), Ok(roles(&["payer"])));
    assert_eq!(policy.choose_roles(&holder_of(&["payer", "chief"]), &roles(&["payer", "chief"]), now()), refused);
}

#[test]
fn direct_grants_that_reach_a_dynamic_limit_by_themselves_are_refused() {
    let direct = with_grant(with_grant(new_user(), "invoice:pay", PERMANENT), "invoice:approve", not_yet());
    assert_eq!(sessions().session_conflicts(&direct, now()), [both()]);
    assert!(check_separation(&sessions(), [&direct], now()).is_err());
    let one = with_grant(new_user(), "invoice:pay", PERMANENT);
    assert_eq!(check_separation(&sessions(), [&one], now()), Ok(()));
}

#[test]
fn a_change_of_grants_is_followed() {
    let policy = sessions();
    let grant = |name: &str, granted: &[&str], open: &[&str]| {
        let mut changed = policy.role_facts(role(name)).expect("there");
        changed.grants.extend(granted.iter().map(|name| permission(name)));
        changed.patterns.extend(open.iter().map(|text| pattern(text)));
        let changed = Facts { roles: vec![changed], ..Facts::default() };
        policy.update(PolicyChanges { changed, ..PolicyChanges::default() })
    };
    let after = grant("desk", &["invoice:pay"], &[]).expect("a policy");
    let session = by_default(holder_of(&["controller", "desk"]));
    assert_eq!(policy.active_roles(&session, now()), roles(&["controller", "desk"]));
    assert_eq!(after.active_roles(&session, now()), roles(&["controller"]));
    let after = grant("desk", &[], &["*:pay"]).expect("a policy");
    assert_eq!(after.active_roles(&session, now()), roles(&["controller"]));
    let broken = PolicyError::ViolatedByOneRole { role: role("chief"), conflict: both() };
    assert_eq!(grant("controller", &["invoice:pay"], &[]).map(|_| ()), Err(broken.clone()));
    assert_eq!(grant("controller", &[], &["invoice:*"]).map(|_| ()), Err(broken));

    let delete = |ids| policy.update(PolicyChanges { deleted_permissions: ids, ..PolicyChanges::default() });
    assert!(delete(vec![permission("desk:ghost")]).is_ok());
    let mut gone = policy.to_facts();
    gone.roles.iter_mut().for_each(|role| role.grants.retain(|&granted| granted != permission("invoice:pay")));
    let bare = Policy::build(gone).expect("a policy");
    let deleted = vec![permission("invoice:pay")];
    let refused = bare.update(PolicyChanges { deleted_permissions: deleted, ..PolicyChanges::default() });
    assert!(matches!(refused, Err(PolicyError::UnknownConstrainedPermission { .. })));
}

#[test]
fn a_choice_that_conflicts_with_a_direct_grant_to_come_is_not_made_by_deactivation() {
    let policy = sessions();
    let subject = by_default(with_grant(holder_of(&["payer", "desk"]), "invoice:approve", not_yet()));
    assert_eq!(policy.active_roles(&subject, now()), roles(&["desk", "payer"]));
    let without = |names: &[&str]| policy.deactivate_roles(&subject, &roles(names), now());
    assert_eq!(without(&["desk"]), Err(ActivationError::SeparationOfDuty(both())));
    assert_eq!(without(&["payer"]), Ok(roles(&["desk"])));
    assert_eq!(without(&["desk", "payer"]), Ok(Vec::new()));
}
