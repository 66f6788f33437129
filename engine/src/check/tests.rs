use crate::sample::*;
use crate::{AccountStatus, Policy, Reason, Subject, Validity};

const SHOP: &str = "
    accountant > clerk = invoice:pay
    clerk > intern = invoice:read
    intern = desk:use
    = invoice:void
";

fn reason(subject: &Subject, permission: &str) -> Reason {
    let decision = policy(SHOP).check(subject, permission, now());
    let is_grant = matches!(decision.reason, Reason::GrantedDirectly | Reason::GrantedByRole);
    assert_eq!(decision.allowed, is_grant, "{decision:?}");
    decision.reason
}

#[test]
fn a_role_grants_what_it_holds_and_inherits_and_nothing_of_its_seniors() {
    let clerk = holder_of(&["clerk"]);
    assert_eq!(reason(&clerk, "invoice:read"), Reason::GrantedByRole);
    assert_eq!(reason(&clerk, "desk:use"), Reason::GrantedByRole);
    assert_eq!(reason(&clerk, "invoice:pay"), Reason::NotGranted);
    assert_eq!(reason(&new_user(), "desk:use"), Reason::NotGranted);
}

#[test]
fn an_account_that_is_not_active_is_denied_before_anything_else() {
    for status in [AccountStatus::Suspended, AccountStatus::Deleted] {
        let subject = Subject { status, ..with_grant(holder_of(&["clerk"]), "invoice:read", PERMANENT) };
        assert_eq!(reason(&subject, "invoice:read"), Reason::AccountNotActive);
        assert_eq!(reason(&subject, "no:such"), Reason::AccountNotActive);
    }
}

#[test]
fn unknown_names_are_denied_and_compared_exactly() {
    let clerk = holder_of(&["clerk"]);
    for name in ["no:such", "", "Invoice:read", "invoice:read ", "invoice:*", "invoice\0:read"] {
        assert_eq!(reason(&clerk, name), Reason::UnknownPermission, "{name:?}");
    }
}

#[test]
fn roles_and_permissions_that_the_policy_lacks_grant_nothing() {
    let unknown = choosing(with_grant(holder_of(&["ghost"]), "no:such", PERMANENT), &["ghost"]);
    assert_eq!(reason(&unknown, "invoice:read"), Reason::NotGranted);
}

#[test]
fn a_direct_grant_is_reported_before_a_role() {
    let both = with_grant(holder_of(&["clerk"]), "invoice:read", PERMANENT);
    assert_eq!(reason(&both, "invoice:read"), Reason::GrantedDirectly);
    let ended = with_grant(holder_of(&["clerk"]), "invoice:read", ended());
    assert_eq!(reason(&ended, "invoice:read"), Reason::GrantedByRole);
}

#[test]
fn times_bound_assignments_and_grants() {
    assert_eq!(reason(&with_role(new_user(), "clerk", not_yet()), "desk:use"), Reason::GrantNotYetValid);
    assert_eq!(reason(&with_role(new_user(), "clerk", ended()), "desk:use"), Reason::GrantExpired);
    assert_eq!(reason(&with_grant(new_user(), "invoice:void", not_yet()), "invoice:void"), Reason::GrantNotYetValid);
    assert_eq!(reason(&with_grant(new_user(), "invoice:void", ended()), "invoice:void"), Reason::GrantExpired);
    let mixed = with_grant(with_role(new_user(), "clerk", ended()), "desk:use", not_yet());
    assert_eq!(reason(&mixed, "desk:use"), Reason::GrantNotYetValid);
}

#[test]
fn a_validity_includes_its_beginning_and_excludes_its_end() {
    let policy = policy(SHOP);
    let hour = Validity { from: Some(now()), until: Some(minutes(60)) };
    let subject = with_role(new_user(), "clerk", hour);
    let at = |minute| policy.check(&subject, "desk:use", minutes(minute)).reason;
    assert_eq!(
        [at(-1), at(0), at(59), at(60)],
        [Reason::GrantNotYetValid, Reason::GrantedByRole, Reason::GrantedByRole, Reason::GrantExpired]
    );
    let never = Validity { from: Some(minutes(60)), until: Some(minutes(30)) };
    assert!(!policy.check(&with_role(new_user(), "clerk", never), "desk:use", minutes(45)).allowed);
}

#[test]
fn a_session_that_chose_roles_has_just_those() {
    let narrow = choosing(holder_of(&["accountant"]), &["intern"]);
    assert_eq!(reason(&narrow, "desk:use"), Reason::GrantedByRole);
    assert_eq!(reason(&narrow, "invoice:read"), Reason::RoleNotActive);
    assert_eq!(reason(&choosing(holder_of(&["accountant"]), &[]), "desk:use"), Reason::RoleNotActive);
}

#[test]
fn a_chosen_role_counts_only_while_the_user_is_authorized_for_it() {
    assert_eq!(reason(&choosing(holder_of(&["intern"]), &["clerk"]), "invoice:read"), Reason::NotGranted);
    assert_eq!(reason(&choosing(new_user(), &["clerk"]), "invoice:read"), Reason::NotGranted);
    let over = choosing(with_role(new_user(), "clerk", ended()), &["clerk"]);
    assert_eq!(reason(&over, "invoice:read"), Reason::GrantExpired);
}

#[test]
fn an_inactive_role_is_reported_before_times() {
    let subject = with_grant(with_role(holder_of(&["clerk"]), "accountant", not_yet()), "desk:use", ended());
    assert_eq!(reason(&choosing(subject, &[]), "desk:use"), Reason::RoleNotActive);
}

#[test]
fn a_direct_grant_is_active_whatever_roles_were_chosen() {
    let subject = choosing(with_grant(new_user(), "invoice:void", PERMANENT), &[]);
    assert_eq!(reason(&subject, "invoice:void"), Reason::GrantedDirectly);
}

#[test]
fn superadmin_and_its_seniors_hold_every_registered_permission() {
    let policy: Policy = policy("root > superadmin \n superadmin \n clerk = a:1 \n = b:1");
    for name in ["superadmin", "root"] {
        assert!(policy.check(&holder_of(&[name]), "b:1", now()).allowed);
        assert_eq!(policy.check(&holder_of(&[name]), "c:1", now()).reason, Reason::UnknownPermission);
    }
    assert!(!policy.check(&holder_of(&["clerk"]), "b:1", now()).allowed);
}

#[test]
fn a_role_counts_when_it_or_a_senior_is_active() {
    let policy = policy(SHOP);
    let has = |subject: &Subject, name: &str| policy.has_role(subject, role(name), now());
    let clerk = holder_of(&["clerk"]);
    assert!(has(&clerk, "clerk") && has(&clerk, "intern"));
    assert!(!has(&clerk, "accountant") && !has(&clerk, "ghost"));
    assert!(!has(&choosing(clerk.clone(), &["intern"]), "clerk"));
    assert!(!has(&with_role(new_user(), "clerk", ended()), "clerk"));
    assert!(!has(&Subject { status: AccountStatus::Suspended, ..clerk }, "clerk"));
}
