use crate::ConstraintKind::{Dynamic, Static};
use crate::sample::*;
use crate::{Conflict, Constraint, Facts, Policy, PolicyError, Subject};

/// A cashier and an auditor, each with a senior, and a role that inherits from neither.
const SHOP: &str = "
    chief > cashier = till:close
    cashier = till:use
    head > auditor
    auditor = books:read
    clerk = desk:use
";

fn shop() -> Policy {
    policy_apart(SHOP, &[ssd("money", 2, "cashier auditor"), dsd("three", 3, "cashier auditor clerk")])
}

fn conflict(name: &str, names: &[&str]) -> Conflict {
    Conflict { constraint: constraint(name), roles: roles(names), permissions: Vec::new() }
}

fn broken_by(subject: &Subject) -> Vec<Conflict> {
    shop().static_conflicts(subject, now())
}

fn refused(text: &str, constraints: &[Constraint]) -> PolicyError {
    Policy::build(Facts { constraints: constraints.to_vec(), ..facts(text) }).expect_err("no policy")
}

#[test]
fn no_user_may_hold_as_many_roles_as_the_limit() {
    assert_eq!(broken_by(&holder_of(&["cashier", "clerk"])), []);
    assert_eq!(broken_by(&holder_of(&["cashier", "auditor"])), [conflict("money", &["auditor", "cashier"])]);
    assert_eq!(shop().static_conflicts_of(&roles(&["cashier", "clerk", "ghost"])), []);
    assert_eq!(shop().static_conflicts_of(&roles(&["chief", "head"])), [conflict("money", &["auditor", "cashier"])]);
}

#[test]
fn inherited_roles_count() {
    assert_eq!(broken_by(&holder_of(&["chief", "head"])), [conflict("money", &["auditor", "cashier"])]);
    assert_eq!(broken_by(&holder_of(&["chief", "cashier"])), []);
}

#[test]
fn what_begins_later_counts_from_now_on_and_what_has_ended_does_not() {
    let cashier = holder_of(&["cashier"]);
    assert_eq!(broken_by(&with_role(cashier.clone(), "auditor", not_yet())).len(), 1);
    assert_eq!(broken_by(&with_role(cashier, "auditor", ended())), []);
}

#[test]
fn direct_grants_and_what_a_session_has_active_are_irrelevant_to_static_constraints() {
    assert_eq!(broken_by(&with_grant(holder_of(&["cashier"]), "books:read", PERMANENT)), []);
    assert_eq!(broken_by(&choosing(holder_of(&["cashier", "auditor"]), &[])).len(), 1);
}

#[test]
fn a_limit_above_two_allows_fewer_roles() {
    let policy = shop();
    assert_eq!(policy.dynamic_conflicts(&roles(&["chief", "clerk", "ghost"])), []);
    let all = policy.dynamic_conflicts(&roles(&["chief", "clerk", "head"]));
    assert_eq!(all, [conflict("three", &["auditor", "cashier", "clerk"])]);
}

#[test]
fn a_choice_counts_as_far_as_the_user_is_authorized() {
    let policy = policy_apart(SHOP, &[dsd("money", 2, "cashier auditor")]);
    let both = with_role(holder_of(&["chief"]), "auditor", not_yet());
    let conflicts = |subject: &Subject| policy.session_conflicts(subject, now());
    assert_eq!(conflicts(&choosing(both.clone(), &["cashier", "auditor"])).len(), 1);
    assert_eq!(conflicts(&choosing(both.clone(), &["cashier"])), []);
    assert_eq!(conflicts(&choosing(holder_of(&["chief"]), &["cashier", "auditor"])), []);
    assert_eq!(conflicts(&by_default(both)), []);
}

#[test]
fn constraints_and_their_roles_are_sorted_by_name() {
    let policy = policy_apart(SHOP, &[ssd("b", 2, "head clerk head"), dsd("A", 2, "clerk cashier")]);
    let names: Vec<&str> = policy.constraints().iter().map(|known| known.name.as_str()).collect();
    assert_eq!(names, ["A", "b"]);
    assert_eq!(policy.constraint(constraint("b")).expect("there").roles, roles(&["clerk", "head"]));
    assert!(policy.constraint(constraint("ghost")).is_none());
    assert_eq!(policy.constraints_of(role("clerk")).count(), 2);
    assert_eq!(policy.constraints_of(role("head")).count(), 1);
}

#[test]
fn a_user_who_can_violate_a_static_constraint_holds_two_of_these_roles() {
    assert_eq!(shop().separated_roles(Static), roles(&["auditor", "cashier", "chief", "head"]));
    assert_eq!(shop().separated_roles(Dynamic), roles(&["auditor", "cashier", "chief", "clerk", "head"]));
    assert!(policy(SHOP).separated_roles(Static).is_empty());
}

#[test]
fn superadmin_is_treated_like_any_role() {
    let policy = policy_apart("superadmin \n clerk = a:1", &[ssd("power", 2, "superadmin clerk")]);
    assert_eq!(policy.static_conflicts(&holder_of(&["superadmin"]), now()), []);
    assert_eq!(policy.static_conflicts(&holder_of(&["superadmin", "clerk"]), now()).len(), 1);
}

#[test]
fn a_limit_lies_between_two_and_the_number_of_roles() {
    for (limit, names) in [(0, "clerk head"), (1, "clerk head"), (3, "clerk head"), (2, "clerk clerk"), (2, "")] {
        assert_eq!(refused(SHOP, &[ssd("odd", limit, names)]), PolicyError::LimitOutOfRange("odd".into()));
    }
}

#[test]
fn a_constraint_names_roles_that_exist() {
    let expected = PolicyError::UnknownConstrainedRole { constraint: "odd".into(), role: role("ghost") };
    assert_eq!(refused(SHOP, &[dsd("odd", 2, "clerk ghost")]), expected);
}

#[test]
fn two_constraints_cannot_share_a_name_or_an_id() {
    let (one, mut other) = (ssd("One", 2, "clerk head"), dsd("one", 2, "clerk head"));
    assert_eq!(refused(SHOP, &[one.clone(), other.clone()]), PolicyError::DuplicateConstraint("one".into()));
    (other.name, other.id) = ("two".into(), one.id);
    assert_eq!(refused(SHOP, &[one, other]), PolicyError::DuplicateConstraint("two".into()));
}

#[test]
fn a_constraint_that_one_role_violates_by_itself_is_refused() {
    let expected =
        PolicyError::ViolatedByOneRole { role: role("chief"), conflict: conflict("own", &["cashier", "chief"]) };
    assert_eq!(refused(SHOP, &[ssd("own", 2, "chief cashier")]), expected);
    let boss = "boss > chief head";
    let expected =
        PolicyError::ViolatedByOneRole { role: role("boss"), conflict: conflict("money", &["auditor", "cashier"]) };
    assert_eq!(refused(&format!("{SHOP}{boss}"), &[dsd("money", 2, "cashier auditor")]), expected);
}
