//! The authority over patterns, and over constraints on permissions.

use crate::sample::*;
use crate::{
    Constraint, Facts, PermissionPattern, Policy, Proposal, Subject, UserId, Validity, Violation, check_lock_out,
};
use uuid::Uuid;

const OFFICE: &str = "
    superadmin
    all = *:*
    billing = invoice:*
    reads = *:read
    named = invoice:read invoice:pay
    boss > billing = desk:use
    empty
    = book:read storage.objects.get
";

fn office() -> Policy {
    policy(OFFICE)
}

fn verdict(actor: &Subject, proposal: Proposal<'_>) -> Result<(), Violation> {
    office().authority(actor, now()).permit(proposal).map(|_permit| ())
}

fn patterns(texts: &[&str]) -> Vec<PermissionPattern> {
    texts.iter().map(|text| pattern(text)).collect()
}

fn grant(actor: &Subject, name: &str, texts: &[&str]) -> Result<(), Violation> {
    verdict(actor, Proposal::ChangePatterns { role: role(name), added: &patterns(texts) })
}

fn lacking(texts: &[&str]) -> Result<(), Violation> {
    Err(Violation::BeyondAuthority { missing: Vec::new(), patterns: patterns(texts), role: None })
}

#[test]
fn a_pattern_is_granted_by_those_who_hold_one_that_covers_it() {
    let billing = holder_of(&["billing"]);
    assert_eq!(grant(&billing, "empty", &["invoice:*"]), Ok(()));
    assert_eq!(grant(&billing, "empty", &["*:read", "invoice:*", "*:*"]), lacking(&["*:*", "*:read"]));
    assert_eq!(grant(&holder_of(&["all"]), "empty", &["*:*", "*:read", "invoice:*", "order:*"]), Ok(()));
    assert_eq!(grant(&holder_of(&["all"]), "empty", &["*.*"]), lacking(&["*.*"]));
    assert_eq!(grant(&holder_of(&["superadmin"]), "empty", &["*:*", "*.*"]), Ok(()));
    assert!(grant(&billing, "reads", &[]).is_err());
    assert!(
        office()
            .operator(now())
            .permit(Proposal::ChangePatterns { role: role("empty"), added: &patterns(&["*:*"]) })
            .is_ok()
    );
}

#[test]
fn escalation_lifts_the_limit_on_granting_patterns_and_a_pattern_may_match_it() {
    let policy = policy(&format!("{OFFICE} regent = rbac:escalate"));
    let added = patterns(&["*.*"]);
    for (name, is_permitted) in [("regent", true), ("all", true), ("reads", false)] {
        let actor = holder_of(&[name]);
        let authority = policy.authority(&actor, now());
        let change = Proposal::ChangePatterns { role: role("empty"), added: &added };
        assert_eq!(authority.permit(change).is_ok(), is_permitted, "{name}");
    }
    let regent = holder_of(&["regent"]);
    assert!(policy.authority(&regent, now()).permit(Proposal::DeleteRole(role("billing"))).is_err());
}

#[test]
fn holding_all_that_matches_today_is_not_holding_the_pattern() {
    let named = holder_of(&["named"]);
    assert_eq!(grant(&named, "empty", &["invoice:*"]), lacking(&["invoice:*"]));
    let user = Subject { user: UserId::new(Uuid::from_u128(7)), ..new_user() };
    let assign = |actor: &Subject, name: &str, until| {
        verdict(actor, Proposal::AssignRoles { user: &user, roles: &[role(name)], until })
    };
    assert_eq!(assign(&named, "billing", None), lacking(&["invoice:*"]));
    assert_eq!(assign(&holder_of(&["billing"]), "named", None), Ok(()));
    assert_eq!(assign(&holder_of(&["boss"]), "billing", None), Ok(()));
    let inherit = Proposal::AddInheritance { senior: role("empty"), juniors: &[role("billing")] };
    assert_eq!(verdict(&named, inherit), lacking(&["invoice:*"]));
    let create = Proposal::CreateRole { juniors: &[role("reads")], seniors: &[], grants: &[] };
    assert!(matches!(verdict(&holder_of(&["billing"]), create), Err(Violation::BeyondAuthority { .. })));
    assert_eq!(verdict(&named, Proposal::MakeDefault(role("billing"))), lacking(&["invoice:*"]));
}

#[test]
fn a_pattern_is_granted_permanently_and_by_an_assignment_as_long_as_it_is_held() {
    let hour = Validity { from: None, until: Some(minutes(60)) };
    let brief = with_role(new_user(), "billing", hour);
    assert_eq!(grant(&brief, "empty", &["invoice:*"]), lacking(&["invoice:*"]));
    let user = Subject { user: UserId::new(Uuid::from_u128(7)), ..new_user() };
    let assign = |until| verdict(&brief, Proposal::AssignRoles { user: &user, roles: &[role("billing")], until });
    assert_eq!(assign(Some(minutes(60))), Ok(()));
    assert_eq!(assign(Some(minutes(61))), lacking(&["invoice:*"]));
}

#[test]
fn users_and_roles_with_a_pattern_are_managed_by_those_who_hold_one_that_covers_it() {
    let target = Subject { user: UserId::new(Uuid::from_u128(7)), ..holder_of(&["billing"]) };
    assert_eq!(verdict(&holder_of(&["named"]), Proposal::ManageUser(&target)), lacking(&["invoice:*"]));
    assert_eq!(verdict(&holder_of(&["all"]), Proposal::ManageUser(&target)), Ok(()));
    assert_eq!(verdict(&holder_of(&["named"]), Proposal::DeleteRole(role("billing"))), lacking(&["invoice:*"]));
    assert_eq!(verdict(&holder_of(&["billing"]), Proposal::DeleteRole(role("billing"))), Ok(()));
    let policy = office();
    for actor in [holder_of(&["named"]), holder_of(&["billing"]), holder_of(&["all"]), holder_of(&["superadmin"])] {
        let authority = policy.authority(&actor, now());
        let assignable = authority.assignable_roles();
        for known in policy.roles() {
            assert_eq!(authority.may_assign(known.id).is_ok(), assignable.contains(&known.id), "{}", known.name);
        }
    }
    assert_eq!(
        policy.authority(&holder_of(&["billing"]), now()).assignable_roles(),
        roles(&["billing", "empty", "named"])
    );
}

#[test]
fn deleting_a_permission_takes_authority_over_roles_whose_patterns_match_it() {
    let delete = |actor: &[&str], name: &str| verdict(&holder_of(actor), Proposal::DeletePermission(permission(name)));
    assert_eq!(delete(&["billing"], "invoice:pay"), lacking(&["*:*"]));
    assert_eq!(delete(&["all"], "invoice:pay"), Ok(()));
    assert_eq!(delete(&["billing"], "storage.objects.get"), Ok(()));
}

#[test]
fn a_whole_policy_gains_no_pattern_beyond_the_authority_of_the_actor() {
    let grown = |actor: &[&str], more: &str| {
        office().authority(&holder_of(actor), now()).may_change_policy_to(&policy(&format!("{OFFICE}{more}")))
    };
    assert_eq!(grown(&["billing"], "new = invoice:* invoice:sign"), Ok(()));
    assert_eq!(grown(&["named"], "new = invoice:*"), lacking(&["invoice:*"]));
    assert_eq!(grown(&["billing"], "new > reads"), lacking(&["*:read"]));
    // Roles with patterns gain what is registered, and so does what inherits from `superadmin`.
    assert_eq!(grown(&["named"], "= invoice:sign order:read"), Ok(()));
    let before = policy(&format!("{OFFICE} root > superadmin"));
    let after = policy(&format!("{OFFICE} root > superadmin \n = fresh:one"));
    assert_eq!(before.authority(&new_user(), now()).may_change_policy_to(&after), Ok(()));
    assert_eq!(grown(&["superadmin"], "new = *:* fresh:one"), Ok(()));
}

#[test]
fn what_a_pattern_matches_counts_against_lock_out() {
    let mut facts = facts("manager = user:* \n = user:write");
    facts.permissions.iter_mut().for_each(|known| known.is_system = true);
    let before = Policy::build(facts.clone()).expect("a policy");
    let holders = crate::PermanentHolders { roles: [role("manager")].into_iter().collect(), ..Default::default() };
    assert_eq!(check_lock_out(&before, &holders, &before, &holders), Ok(()));
    facts.roles[0].patterns.clear();
    let after = Policy::build(facts).expect("a policy");
    assert!(
        matches!(check_lock_out(&before, &holders, &after, &holders), Err(Violation::LockOut(lost)) if lost.len() == 1)
    );
}

/// `chief` inherits from `payer` and holds more.
const DUTIES: &str = "
    superadmin
    chief > payer = vault:open
    payer = invoice:pay
    controller = invoice:approve
    spare = spare:use
    aide
    aide-chief > aide = vault:open
";

fn duties() -> Constraint {
    over_permissions(ssd("duties", 2, ""), "invoice:approve invoice:pay")
}

fn judged(holds: &[&str], proposal: Proposal<'_>) -> Result<(), Violation> {
    let policy = Policy::build(Facts { constraints: vec![duties()], ..facts(DUTIES) }).expect("a policy");
    let actor = holds.iter().fold(new_user(), |actor, name| with_grant(actor, name, PERMANENT));
    policy.authority(&actor, now()).permit(proposal).map(|_permit| ())
}

fn lacks(names: &[&str]) -> Result<(), Violation> {
    let policy = policy(DUTIES);
    let missing = names.iter().map(|name| policy.permission(permission(name)).expect("there").name.clone()).collect();
    Err(Violation::BeyondAuthority { missing, patterns: Vec::new(), role: None })
}

#[test]
fn a_constraint_takes_each_of_its_permissions_and_authority_over_the_roles_that_bring_them() {
    let set = |names: &str| over_permissions(dsd("new", 2, ""), names);
    let set_on = |holds: &[&str], names: &str| judged(holds, Proposal::SetConstraint(&set(names)));
    assert_eq!(set_on(&["spare:use", "invoice:approve"], "spare:use invoice:approve"), Ok(()));
    assert_eq!(set_on(&["spare:use"], "spare:use invoice:approve"), lacks(&["invoice:approve"]));
    assert_eq!(set_on(&["spare:use", "invoice:pay"], "spare:use invoice:pay"), lacks(&["vault:open"]));
    assert_eq!(set_on(&["spare:use", "invoice:pay", "vault:open"], "spare:use invoice:pay"), Ok(()));
    let all = ["invoice:approve", "invoice:pay", "vault:open"];
    assert_eq!(judged(&all, Proposal::ChangeConstraint(constraint("duties"))), Ok(()));
    assert_eq!(judged(&all[..2], Proposal::ChangeConstraint(constraint("duties"))), lacks(&["vault:open"]));
    assert_eq!(judged(&all[..2], Proposal::ConstrainPermission(permission("invoice:pay"))), lacks(&["vault:open"]));
    assert_eq!(judged(&all[..1], Proposal::ConstrainPermission(permission("invoice:approve"))), Ok(()));
    // A constrained permission that no role has leaves the constraint with those who may change it.
    assert_eq!(
        judged(&all[1..2], Proposal::DeletePermission(permission("invoice:approve"))),
        lacks(&["invoice:approve"])
    );
}

#[test]
fn a_role_gains_no_constrained_permission_on_behalf_of_roles_beyond_authority() {
    let add = |holds: &[&str], name: &str| {
        judged(holds, Proposal::ChangeGrants { role: role(name), added: &[permission("invoice:pay")] })
    };
    assert_eq!(add(&["invoice:pay"], "spare"), lacks(&["spare:use"]));
    assert_eq!(add(&["invoice:pay", "spare:use"], "spare"), Ok(()));
    // `aide-chief` would come under the constraint.
    assert_eq!(add(&["invoice:pay"], "aide"), lacks(&["vault:open"]));
    assert_eq!(add(&["invoice:pay", "vault:open"], "aide"), Ok(()));
    let free = Proposal::ChangeGrants { role: role("aide"), added: &[permission("spare:use")] };
    assert_eq!(judged(&["spare:use"], free), Ok(()));
    let inherit = Proposal::AddInheritance { senior: role("aide"), juniors: &[role("controller")] };
    assert_eq!(judged(&["invoice:approve"], inherit), lacks(&["vault:open"]));
}

#[test]
fn a_role_that_would_reach_the_limit_by_itself_is_refused() {
    let policy = Policy::build(Facts { constraints: vec![duties()], ..facts(DUTIES) }).expect("a policy");
    let operator = policy.operator(now());
    let alone = |proposal: Proposal<'_>| match operator.permit(proposal) {
        Err(Violation::SeparationOfDuty { conflict, user: None }) => conflict.permissions.len(),
        other => panic!("{other:?}"),
    };
    let [approve, pay] = ["invoice:approve", "invoice:pay"].map(permission);
    assert_eq!(alone(Proposal::ChangeGrants { role: role("payer"), added: &[approve] }), 2);
    assert_eq!(alone(Proposal::ChangeGrants { role: role("aide"), added: &[approve, pay] }), 2);
    assert_eq!(alone(Proposal::ChangePatterns { role: role("payer"), added: &patterns(&["*:approve"]) }), 2);
    assert_eq!(alone(Proposal::ChangePatterns { role: role("aide"), added: &patterns(&["*:*"]) }), 2);
    assert_eq!(alone(Proposal::AddInheritance { senior: role("payer"), juniors: &[role("controller")] }), 2);
    assert_eq!(alone(Proposal::CreateRole { juniors: &[role("chief")], seniors: &[], grants: &[approve] }), 2);
    assert_eq!(alone(Proposal::CreateRole { juniors: &[], seniors: &[role("payer")], grants: &[approve] }), 2);
    let wider = over_permissions(ssd("new", 2, ""), "vault:open invoice:pay");
    assert_eq!(alone(Proposal::SetConstraint(&wider)), 2);
    assert!(operator.permit(Proposal::ChangeGrants { role: role("aide"), added: &[approve] }).is_ok());
    assert!(operator.permit(Proposal::ChangePatterns { role: role("aide"), added: &patterns(&["*:pay"]) }).is_ok());
}
