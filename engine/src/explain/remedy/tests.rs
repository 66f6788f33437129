use crate::sample::*;
use crate::{AccountStatus, Policy, Remedies, Subject, UserId};
use uuid::Uuid;

const SHOP: &str = "
    boss > clerk = money:move
    clerk = invoice:pay desk:use
    payer = invoice:pay
    auditor = books:read
    chief > clerk auditor
";

fn shop() -> Policy {
    policy_apart(SHOP, &[ssd("users", 2, "auditor payer"), dsd("sessions", 2, "auditor boss")])
}

fn asked(actor: &[&str], subject: &Subject, permission: &str) -> Remedies {
    let policy = shop();
    let actor = Subject { user: UserId::new(Uuid::from_u128(7)), ..holder_of(actor) };
    policy.authority(&actor, now()).would_be_granted_by(subject, permission)
}

#[test]
fn roles_that_would_help_come_with_least_other_power_first() {
    let helped = asked(&["boss", "auditor"], &nobody(), "invoice:pay");
    assert_eq!(helped, Remedies { roles: roles(&["payer", "clerk", "boss", "chief"]), conflicts: Vec::new() });
}

#[test]
fn only_what_the_actor_may_assign_to_that_user_is_told() {
    assert_eq!(asked(&["clerk"], &nobody(), "invoice:pay").roles, roles(&["payer", "clerk"]));
    assert_eq!(asked(&["auditor"], &nobody(), "invoice:pay"), Remedies::default());
    let beyond = with_role(nobody(), "boss", not_yet());
    assert_eq!(asked(&["clerk"], &beyond, "invoice:pay"), Remedies::default());
}

#[test]
fn constraints_in_the_way_are_told() {
    let auditor = holder_of(&["auditor"]);
    let helped = asked(&["boss", "auditor"], &auditor, "invoice:pay");
    assert_eq!(helped.roles, roles(&["payer", "clerk", "boss", "chief"]));
    assert_eq!(helped.conflicts, [constraint("sessions"), constraint("users")]);
    let aside = asked(&["boss", "auditor"], &choosing(auditor, &[]), "invoice:pay");
    assert_eq!(aside.conflicts, [constraint("users")]);
}

#[test]
fn where_no_assignment_helps_none_is_told() {
    let clerk = holder_of(&["clerk"]);
    assert_eq!(asked(&["boss"], &clerk, "invoice:pay"), Remedies::default());
    assert_eq!(asked(&["boss"], &clerk, "no:such"), Remedies::default());
    let suspended = Subject { status: AccountStatus::Suspended, ..nobody() };
    assert_eq!(asked(&["boss"], &suspended, "invoice:pay"), Remedies::default());
    let idle = choosing(clerk, &[]);
    assert_eq!(asked(&["boss"], &idle, "invoice:pay").roles, roles(&["payer", "boss"]));
}
