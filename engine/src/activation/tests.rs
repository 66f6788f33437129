use crate::sample::*;
use crate::{ActivationError, Conflict, Facts, Policy, Reason, RoleId, Subject, Validity};

const SHOP: &str = "
    chief > cashier = till:close
    cashier = till:use
    head > auditor
    auditor = books:read
    clerk = desk:use
    vault = vault:open
";

/// Cashiers and auditors conflict in a session, and `vault` requires activation.
fn shop() -> Policy {
    let facts = flagged(facts(SHOP), &["vault"]);
    Policy::build(Facts { constraints: vec![dsd("money", 2, "cashier auditor")], ..facts }).expect("a policy")
}

fn active(subject: &Subject) -> Vec<RoleId> {
    shop().active_roles(subject, now())
}

#[test]
fn without_a_session_all_roles_are_active() {
    let subject = holder_of(&["cashier", "auditor", "vault"]);
    assert_eq!(active(&subject), roles(&["auditor", "cashier", "vault"]));
    assert!(shop().check(&subject, "vault:open", now()).allowed);
}

#[test]
fn a_default_session_leaves_out_what_requires_activation() {
    let subject = by_default(holder_of(&["vault", "clerk"]));
    assert_eq!(active(&subject), roles(&["clerk"]));
    assert_eq!(shop().check(&subject, "vault:open", now()).reason, Reason::RoleNotActive);
    assert_eq!(shop().inactive_roles(&subject, now()), roles(&["vault"]));
}

#[test]
fn of_roles_that_conflict_a_default_session_has_the_oldest() {
    let subject = by_default(holder_of(&["head", "chief", "clerk"]));
    assert_eq!(active(&subject), roles(&["clerk", "head"]));
    assert_eq!(shop().check(&subject, "till:use", now()).reason, Reason::RoleNotActive);
    assert_eq!(active(&by_default(holder_of(&["clerk", "cashier", "head"]))), roles(&["cashier", "clerk"]));
}

#[test]
fn a_role_that_becomes_valid_later_does_not_displace_an_active_one() {
    let from = |minute| Validity { from: Some(minutes(minute)), until: None };
    // Assigned first, it begins last.
    let subject = by_default(with_role(with_role(new_user(), "cashier", from(10)), "auditor", from(5)));
    let policy = shop();
    assert_eq!(policy.active_roles(&subject, minutes(4)), []);
    assert_eq!(policy.active_roles(&subject, minutes(9)), roles(&["auditor"]));
    assert_eq!(policy.active_roles(&subject, minutes(10)), roles(&["auditor"]));
    // A validity that starts before the assignment was made gives no precedence.
    let subject = by_default(with_role(with_role(new_user(), "cashier", PERMANENT), "auditor", from(-10_000)));
    assert_eq!(policy.active_roles(&subject, now()), roles(&["cashier"]));
}

#[test]
fn of_roles_effective_from_the_same_time_the_first_by_name_is_active() {
    let mut subject = by_default(holder_of(&["cashier", "auditor"]));
    subject.assignments.iter_mut().for_each(|held| held.assigned_at = now());
    assert_eq!(active(&subject), roles(&["auditor"]));
}

#[test]
fn a_session_depends_on_the_first_grant_that_expires() {
    let until = |minute| Validity { from: None, until: Some(minutes(minute)) };
    let policy = shop();
    let relies = |subject: &Subject| policy.rights_valid_until(subject, now());
    assert_eq!(relies(&by_default(holder_of(&["chief", "clerk"]))), None);
    let subject = with_role(with_role(new_user(), "clerk", until(9)), "chief", until(7));
    assert_eq!(relies(&by_default(subject.clone())), Some(minutes(7)));
    assert_eq!(relies(&by_default(with_grant(subject.clone(), "vault:open", until(5)))), Some(minutes(5)));
    // Grants that are expired, not yet valid or inactive are irrelevant.
    let later = Validity { from: Some(minutes(1)), until: Some(minutes(2)) };
    let idle = with_grant(with_role(with_role(subject, "vault", until(1)), "auditor", later), "desk:use", ended());
    assert_eq!(relies(&by_default(idle.clone())), Some(minutes(7)));
    assert_eq!(relies(&choosing(idle.clone(), &["vault"])), Some(minutes(1)));
    // A chosen role depends on the assignment that it is inherited from.
    assert_eq!(relies(&choosing(idle, &["cashier"])), Some(minutes(7)));
}

#[test]
fn a_conflicting_role_becomes_active_when_the_other_expires() {
    let hour = Validity { from: None, until: Some(minutes(60)) };
    let subject = by_default(with_role(with_role(new_user(), "cashier", hour), "auditor", PERMANENT));
    let policy = shop();
    assert_eq!(policy.active_roles(&subject, minutes(59)), roles(&["cashier"]));
    assert_eq!(policy.active_roles(&subject, minutes(60)), roles(&["auditor"]));
}

#[test]
fn forty_conflicting_roles_are_no_special_case() {
    let names: Vec<String> = (0..40).map(|number| format!("r{number:02}")).collect();
    let text: String = names.iter().map(|name| format!("{name} = p:{name}\n")).collect();
    let policy = policy_apart(&text, &[dsd("many", 39, &names.join(" "))]);
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let subject = by_default(holder_of(&all));
    assert_eq!(policy.active_roles(&subject, now()), roles(&all[..38]));
    assert!(policy.check(&subject, "p:r37", now()).allowed);
    assert_eq!(policy.check(&subject, "p:r38", now()).reason, Reason::RoleNotActive);
}

#[test]
fn a_path_is_active_when_an_active_role_lies_on_it() {
    let policy = policy_apart("a > c \n c = p:1 \n b > c", &[dsd("apart", 2, "a b")]);
    let subject = by_default(holder_of(&["b", "a"]));
    let are_active = |subject: &Subject| -> Vec<bool> {
        let found = policy.paths(subject, permission("p:1"), now(), 9);
        found.paths.iter().map(|path| path.is_active).collect()
    };
    assert_eq!(are_active(&subject), [false, true]);
    assert_eq!(are_active(&choosing(subject, &["c"])), [true, true]);
}

fn chosen(subject: &Subject, wanted: &[&str]) -> Result<Vec<RoleId>, ActivationError> {
    shop().choose_roles(subject, &roles(wanted), now())
}

fn conflict() -> ActivationError {
    let roles = roles(&["auditor", "cashier"]);
    ActivationError::SeparationOfDuty(Conflict { constraint: constraint("money"), roles, permissions: Vec::new() })
}

#[test]
fn a_session_may_choose_any_roles_it_is_authorized_for_that_do_not_conflict() {
    let subject = holder_of(&["chief", "auditor", "vault"]);
    assert_eq!(chosen(&subject, &["vault", "cashier", "vault"]), Ok(roles(&["cashier", "vault"])));
    assert_eq!(chosen(&subject, &[]), Ok(Vec::new()));
    assert_eq!(chosen(&subject, &["clerk"]), Err(ActivationError::NotAssigned(role("clerk"))));
    assert_eq!(chosen(&subject, &["auditor", "ghost"]), Err(ActivationError::NotAssigned(role("ghost"))));
    assert_eq!(chosen(&subject, &["auditor", "chief"]), Err(conflict()));
    let later = with_role(new_user(), "clerk", not_yet());
    assert_eq!(chosen(&later, &["clerk"]), Err(ActivationError::NotAssigned(role("clerk"))));
}

#[test]
fn roles_are_activated_beside_active_ones_and_deactivated() {
    let policy = shop();
    let subject = by_default(holder_of(&["chief", "auditor", "vault"]));
    assert_eq!(policy.activate_roles(&subject, &roles(&["vault"]), now()), Ok(roles(&["chief", "vault"])));
    assert_eq!(policy.activate_roles(&subject, &roles(&["auditor"]), now()), Err(conflict()));
    assert_eq!(policy.deactivate_roles(&subject, &roles(&["chief", "vault"]), now()), Ok(Vec::new()));
    let without = choosing(subject, &[]);
    assert_eq!(policy.activate_roles(&without, &roles(&["auditor"]), now()), Ok(roles(&["auditor"])));
}

#[test]
fn a_lost_role_leaves_the_choice_at_the_next_activation() {
    let subject = choosing(holder_of(&["auditor", "clerk"]), &["cashier", "clerk"]);
    assert_eq!(shop().activate_roles(&subject, &roles(&["auditor"]), now()), Ok(roles(&["auditor", "clerk"])));
}

#[test]
fn a_choice_in_conflict_is_reduced_by_name() {
    let subject = choosing(holder_of(&["chief", "auditor", "clerk"]), &["cashier", "auditor", "clerk"]);
    assert_eq!(active(&subject), roles(&["auditor", "clerk"]));
    assert!(!shop().check(&subject, "till:use", now()).allowed);
}
