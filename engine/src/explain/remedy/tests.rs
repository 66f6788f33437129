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
    policy.authority(&actor, now()).remedies_for(subject, permission)
}

#[test]
fn roles_with_the_fewest_permissions_come_first() {
    let helped = asked(&["boss", "auditor"], &new_user(), "invoice:pay");
    assert_eq!(helped, Remedies { roles: roles(&["payer", "clerk", "boss", "chief"]), conflicts: Vec::new() });
}

#[test]
fn only_roles_that_the_actor_may_assign_to_the_user_are_remedies() {
    assert_eq!(asked(&["clerk"], &new_user(), "invoice:pay").roles, roles(&["payer", "clerk"]));
    assert_eq!(asked(&["auditor"], &new_user(), "invoice:pay"), Remedies::default());
    let beyond = with_role(new_user(), "boss", not_yet());
    assert_eq!(asked(&["clerk"], &beyond, "invoice:pay"), Remedies::default());
}

#[test]
fn constraints_that_a_remedy_would_violate_are_reported() {
    let auditor = holder_of(&["auditor"]);
    let helped = asked(&["boss", "auditor"], &auditor, "invoice:pay");
    assert_eq!(helped.roles, roles(&["payer", "clerk", "boss", "chief"]));
    assert_eq!(helped.conflicts, [constraint("sessions"), constraint("users")]);
    let aside = asked(&["boss", "auditor"], &choosing(auditor, &[]), "invoice:pay");
    assert_eq!(aside.conflicts, [constraint("users")]);
}

#[test]
fn where_no_assignment_helps_there_is_no_remedy() {
    let clerk = holder_of(&["clerk"]);
    assert_eq!(asked(&["boss"], &clerk, "invoice:pay"), Remedies::default());
    assert_eq!(asked(&["boss"], &clerk, "no:such"), Remedies::default());
    let suspended = Subject { status: AccountStatus::Suspended, ..new_user() };
    assert_eq!(asked(&["boss"], &suspended, "invoice:pay"), Remedies::default());
    let idle = choosing(clerk, &[]);
    assert_eq!(asked(&["boss"], &idle, "invoice:pay").roles, roles(&["payer", "boss"]));
}
