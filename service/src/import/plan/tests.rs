use super::*;
use crate::import::{ImportRow, PermissionEntry, RoleEntry, Summary};
use chrono::DateTime;
use engine::{Facts, PermissionFacts, PermissionName, Policy, RoleFacts, Validity};

mod names;
mod terms;

/// A policy with `superadmin`, `user` (granted `read`) and `Boss`, which inherits from `user`.
fn policy() -> Policy {
    let role = |number, name: &str, is_system| RoleFacts {
        is_system,
        ..RoleFacts::new(RoleId::new(Uuid::from_u128(number)), RoleName::parse(name).expect("a name"))
    };
    let read = PermissionId::new(Uuid::from_u128(10));
    let user = RoleFacts { grants: vec![read], ..role(2, "user", true) };
    let boss = RoleFacts { inherits_from: vec![user.id], ..role(3, "Boss", false) };
    let name = PermissionName::parse("read").expect("a name");
    let permissions = vec![PermissionFacts { id: read, name, is_system: true }];
    let facts = Facts {
        revision: 1,
        roles: vec![role(1, "superadmin", true), user, boss],
        permissions,
        constraints: Vec::new(),
    };
    Policy::build(facts).expect("the policy is sound")
}

fn ana() -> UserId {
    UserId::new(Uuid::from_u128(20))
}

fn entry(name: &str, description: Option<&str>) -> RoleEntry {
    RoleEntry { name: name.to_owned(), description: description.map(str::to_owned), ..RoleEntry::default() }
}

/// Rows of pairs, one a line of `left,right`, the first in line 2.
fn pairs<T: From<(String, String)>>(text: &str) -> Vec<ImportRow<T>> {
    let pair = |line: &str| {
        let (left, right) = line.trim().split_once(',').expect("two columns");
        (left.to_owned(), right.to_owned())
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.zip(2..).map(|(text, line)| ImportRow { file: 0, line, value: pair(text).into() }).collect()
}

/// The time of the import, in seconds since 1970.
const NOW: i64 = 1_000;

fn at(second: i64) -> Option<DateTime<chrono::Utc>> {
    DateTime::from_timestamp(second, 0)
}

fn draft(document: &Document) -> Draft {
    let policy = policy();
    let named = Account::Named { user: ana(), username: "ana".to_owned() };
    let accounts = [("ana".to_owned(), named), ("ana@example.org".to_owned(), Account::Addressed)];
    let (user, boss) = (RoleId::new(Uuid::from_u128(2)), RoleId::new(Uuid::from_u128(3)));
    let until = Validity { from: None, until: at(2_000) };
    let existing = Existing {
        policy: &policy,
        authority: policy.operator(DateTime::UNIX_EPOCH),
        accounts: accounts.into_iter().collect(),
        user_roles: [((ana(), user), Validity::default()), ((ana(), boss), until)].into_iter().collect(),
        user_permissions: [((ana(), PermissionId::new(Uuid::from_u128(10))), Validity::default())]
            .into_iter()
            .collect(),
        role_descriptions: [(user, Some("everybody".to_owned()))].into_iter().collect(),
        permission_descriptions: [(PermissionId::new(Uuid::from_u128(10)), None)].into_iter().collect(),
        now: at(NOW).expect("a small number of seconds"),
    };
    let mut number = 100;
    let mut next = || {
        number += 1;
        Uuid::from_u128(number)
    };
    Draft::new(document, &existing, &mut next)
}

/// Plans a document that may name everything built in.
fn plan(document: &Document) -> Result<ImportPlan, Vec<Problem>> {
    let built_in = ["superadmin", "user", "read"].map(str::to_owned).to_vec();
    let rules = Rules { built_in, ..document.rules.clone() };
    let Draft { plan, problems } = draft(&Document { rules, ..document.clone() });
    if problems.is_empty() { Ok(plan) } else { Err(problems.into_first()) }
}

fn summary(document: &Document) -> Summary {
    plan(document).expect("the document is sound").summary()
}

fn problems(document: &Document) -> Vec<(u64, String)> {
    let problems = plan(document).expect_err("something is wrong");
    problems.into_iter().map(|problem| (problem.line, problem.message)).collect()
}

fn problem(document: &Document) -> (u64, String) {
    let mut all = problems(document);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn new_records_are_planned_once() {
    let document = Document {
        user_roles: pairs("bob,clerk\nbob,auditor\nana,clerk"),
        role_permissions: pairs("clerk,file\nauditor,file\nauditor,read"),
        ..Document::default()
    };
    let expected =
        Summary { users: 1, roles: 2, permissions: 1, user_roles: 3, role_permissions: 3, ..Summary::default() };
    assert_eq!(summary(&document), expected);
}

#[test]
fn duplicate_rows_are_ignored() {
    let document = Document {
        user_roles: pairs("bob,clerk\nbob,clerk"),
        role_permissions: pairs("clerk,file\nclerk,file"),
        role_hierarchy: pairs("clerk,user\nclerk,user"),
        user_permissions: pairs("bob,file\nbob,file"),
        ..Document::default()
    };
    let Summary { user_roles, role_permissions, role_hierarchy, user_permissions, .. } = summary(&document);
    assert_eq!([user_roles, role_permissions, role_hierarchy, user_permissions], [1; 4]);
}

#[test]
fn existing_records_need_no_change() {
    let document = Document {
        roles: vec![ImportRow { file: 0, line: 2, value: entry("user", Some("another description")) }],
        user_roles: pairs("ana,user"),
        role_permissions: pairs("user,read"),
        role_hierarchy: pairs("Boss,user"),
        user_permissions: pairs("ana,read"),
        ..Document::default()
    };
    assert!(plan(&document).expect("the document is sound").is_empty());
}

#[test]
fn permissions_are_compared_exactly() {
    let document = Document { role_permissions: pairs("user,Read\nuser,READ"), ..Document::default() };
    assert_eq!(summary(&document), Summary { permissions: 2, role_permissions: 2, ..Summary::default() });
}

#[test]
fn two_spellings_of_a_new_name_are_a_problem() {
    let document = Document { user_roles: pairs("bob,clerk\nBob,Clerk"), ..Document::default() };
    let expected =
        ["`Bob` is also written `bob`: use one spelling", "`Clerk` is also written `clerk`: use one spelling"];
    assert_eq!(problems(&document), expected.map(|message| (3, message.to_owned())));
}

#[test]
fn every_malformed_name_is_reported_with_its_line() {
    let document = Document {
        user_roles: pairs("a b,clerk\nbob, clerk"),
        role_permissions: pairs("clerk,*\n,file"),
        ..Document::default()
    };
    let lines: Vec<u64> = problems(&document).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 2, 3, 3]);
    let long = "x".repeat(2_000_000);
    let document = Document { role_permissions: pairs(&format!("{long},read")), ..Document::default() };
    assert!(problem(&document).1.len() < 200);
}

#[test]
fn unreadable_rows_are_reported_with_other_problems_in_order() {
    let mut unreadable = Problems::default();
    for line in [3, 1] {
        unreadable.push(Problem { file: 0, line, message: "the row is not UTF-8".to_owned() });
    }
    let document = Document { role_permissions: pairs("clerk,*"), unreadable, ..Document::default() };
    assert_eq!(problems(&document).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn the_address_of_another_user_is_no_username() {
    let document = Document { user_roles: pairs("Ana@example.org,user"), ..Document::default() };
    let message = "user `Ana@example.org`: this is the e-mail address of a user with another name";
    assert_eq!(problem(&document), (2, message.to_owned()));
}

#[test]
fn built_in_grants_and_inheritance_are_a_problem() {
    let grants = Document { role_permissions: pairs("user,file\nsuperadmin,file"), ..Document::default() };
    let message = "role `superadmin` is built in: its permissions cannot be changed";
    assert_eq!(problem(&grants), (3, message.to_owned()));
    let links = Document { role_hierarchy: pairs("superadmin,Boss"), ..Document::default() };
    let message = "role `superadmin` is built in: its inheritance cannot be changed";
    assert_eq!(problem(&links), (2, message.to_owned()));
}

#[test]
fn an_inheritance_that_closes_a_cycle_is_a_problem() {
    let with_known = Document { role_hierarchy: pairs("clerk,Boss\nuser,clerk"), ..Document::default() };
    let message = "closes a cycle of inheritance: `user` → `clerk` → `Boss` → `user`";
    assert_eq!(problem(&with_known), (3, message.to_owned()));
    let with_itself = Document { role_hierarchy: pairs("clerk,CLERK"), ..Document::default() };
    assert_eq!(problem(&with_itself).1, "`CLERK` is also written `clerk`: use one spelling");
    let with_itself = Document { role_hierarchy: pairs("user,user"), ..Document::default() };
    assert_eq!(problem(&with_itself).1, "a role cannot inherit from itself");
}

#[test]
fn a_long_cycle_is_reported_by_its_ends() {
    let mut text: String = (0..50).map(|n| format!("r{n},r{}\n", n + 1)).collect();
    text.push_str("r50,r0\n");
    let message = problem(&Document { role_hierarchy: pairs(&text), ..Document::default() }).1;
    assert!(message.contains("`r50` → `r0` → `r1` → `r2` → … → `r47` → `r48` → `r49` → `r50`"), "{message}");
}

#[test]
fn new_ids_follow_the_order_of_the_document() {
    let planned = plan(&Document { role_permissions: pairs("b,x\na,y"), ..Document::default() });
    let planned = planned.expect("the document is sound");
    let names: Vec<&str> = planned.roles.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert!(planned.roles[0].id < planned.roles[1].id);
}
