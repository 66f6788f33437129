use super::*;
use engine::{Facts, PermissionFacts, RoleFacts};

/// A policy with `superadmin`, `user` (granted `read`, which is there) and `boss`, who inherits from `user`.
fn policy() -> Policy {
    let role = |number, name: &str, is_system| RoleFacts {
        id: RoleId::new(Uuid::from_u128(number)),
        name: RoleName::parse(name).expect("a name"),
        is_system,
        is_default: false,
        requires_activation: false,
        revision: 1,
        grants: Vec::new(),
        inherits_from: Vec::new(),
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

/// Rows of pairs, one a line of `left,right`, the first in line 2.
fn pairs(text: &str) -> Vec<Row<(String, String)>> {
    let pair = |line: &str| {
        let (left, right) = line.trim().split_once(',').expect("two columns");
        (left.to_owned(), right.to_owned())
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.zip(2..).map(|(text, line)| Row { file: 0, line, value: pair(text) }).collect()
}

fn plan(document: &Document) -> Result<Plan, Vec<Problem>> {
    let policy = policy();
    let accounts = [("ana".to_owned(), Account::Named(ana())), ("ana@example.org".to_owned(), Account::Addressed)];
    let existing = Existing {
        policy: &policy,
        authority: policy.operator(chrono::DateTime::UNIX_EPOCH),
        accounts: accounts.into_iter().collect(),
        user_roles: [((ana(), RoleId::new(Uuid::from_u128(2))), Validity::default())].into_iter().collect(),
        user_permissions: [(ana(), PermissionId::new(Uuid::from_u128(10)))].into_iter().collect(),
        now: DateTime::UNIX_EPOCH,
    };
    let mut number = 100;
    let mut next = || {
        number += 1;
        Uuid::from_u128(number)
    };
    Plan::make(document, &existing, &mut next)
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
fn new_things_are_made_once() {
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
fn repeated_rows_are_harmless() {
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
fn what_is_there_already_is_nothing_to_do() {
    let document = Document {
        roles: vec![Row { file: 0, line: 2, value: ("user".to_owned(), Some("another description".to_owned())) }],
        user_roles: pairs("ana,user"),
        role_permissions: pairs("user,read"),
        role_hierarchy: pairs("Boss,user"),
        user_permissions: pairs("ana,read"),
        unreadable: Vec::new(),
    };
    assert!(plan(&document).expect("the document is sound").is_empty());
}

#[test]
fn roles_and_users_that_are_there_are_found_without_regard_to_case() {
    let document =
        Document { user_roles: pairs("ANA,USER"), role_permissions: pairs("bOSS,read"), ..Document::default() };
    assert_eq!(summary(&document), Summary { role_permissions: 1, ..Summary::default() });
}

#[test]
fn permissions_are_told_apart_by_case() {
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
fn rows_that_could_not_be_read_are_told_with_the_rest_in_order() {
    let unreadable = |line| Problem { file: 0, line, message: "the row is not UTF-8".to_owned() };
    let document = Document {
        role_permissions: pairs("clerk,*"),
        unreadable: vec![unreadable(3), unreadable(1)],
        ..Document::default()
    };
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
    let message = "role `superadmin` is built in: what it inherits from cannot be changed";
    assert_eq!(problem(&links), (2, message.to_owned()));
}

#[test]
fn a_link_that_closes_a_circle_is_named() {
    let with_known = Document { role_hierarchy: pairs("clerk,Boss\nuser,clerk"), ..Document::default() };
    let message = "closes a circle of inheritance: `user` → `clerk` → `Boss` → `user`";
    assert_eq!(problem(&with_known), (3, message.to_owned()));
    let with_itself = Document { role_hierarchy: pairs("clerk,CLERK"), ..Document::default() };
    assert_eq!(problem(&with_itself).1, "`CLERK` is also written `clerk`: use one spelling");
    let with_itself = Document { role_hierarchy: pairs("user,User"), ..Document::default() };
    assert_eq!(problem(&with_itself).1, "a role cannot inherit from itself");
}

#[test]
fn a_long_circle_is_told_by_its_ends() {
    let mut text: String = (0..50).map(|n| format!("r{n},r{}\n", n + 1)).collect();
    text.push_str("r50,r0\n");
    let message = problem(&Document { role_hierarchy: pairs(&text), ..Document::default() }).1;
    assert!(message.contains("`r50` → `r0` → `r1` → `r2` → … → `r47` → `r48` → `r49` → `r50`"), "{message}");
}

#[test]
fn descriptions_are_for_new_roles_and_do_not_contradict() {
    let row =
        |line, name: &str, text: Option<&str>| Row { file: 0, line, value: (name.to_owned(), text.map(str::to_owned)) };
    let rows = vec![row(2, "clerk", None), row(3, "clerk", Some("files")), row(4, "clerk", Some("files"))];
    let planned = plan(&Document { roles: rows.clone(), ..Document::default() }).expect("the document is sound");
    assert_eq!(planned.roles[0].description.as_deref(), Some("files"));

    let roles = [rows, vec![row(5, "clerk", Some("shreds"))]].concat();
    let expected = (5, "role `clerk` is described twice, differently".to_owned());
    assert_eq!(problem(&Document { roles, ..Document::default() }), expected);
    let roles = vec![row(2, "clerk", Some("a\0b"))];
    assert_eq!(problem(&Document { roles, ..Document::default() }).0, 2);
}

#[test]
fn new_ids_follow_the_order_of_the_document() {
    let planned = plan(&Document { role_permissions: pairs("b,x\na,y"), ..Document::default() });
    let planned = planned.expect("the document is sound");
    let names: Vec<&str> = planned.roles.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert!(planned.roles[0].id < planned.roles[1].id);
}
