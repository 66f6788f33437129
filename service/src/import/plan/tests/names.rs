//! Names and attributes: what exists is matched exactly, and what is built in only when it is declared.

use super::*;

fn attempted(document: &Document, built_in: &[&str]) -> Vec<(u64, String)> {
    let built_in = built_in.iter().map(|&name| name.to_owned()).collect();
    let draft = draft(&Document { rules: Rules { built_in, ..Rules::default() }, ..document.clone() });
    draft.problems.into_first().into_iter().map(|problem| (problem.line, problem.message)).collect()
}

#[test]
fn existing_roles_and_users_in_another_case_are_problems() {
    let document = Document {
        user_roles: pairs("ANA,clerk\nbob,SuperAdmin"),
        role_permissions: pairs("bOSS,file"),
        ..Document::default()
    };
    let expected = [
        (2, "user `ANA`: it exists as `ana`, which differs in case: use that spelling"),
        (2, "role `bOSS`: it exists as `Boss`, which differs in case: use that spelling"),
        (3, "role `SuperAdmin`: it exists as `superadmin`, which differs in case: use that spelling"),
    ];
    let mut found = problems(&document);
    found.sort();
    let mut expected = expected.map(|(line, message)| (line, message.to_owned()));
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn what_is_built_in_is_a_problem_until_it_is_declared() {
    let declare = |what: &str, name: &str| format!("{what}: if it is meant, add `--built-in {name}`");
    let superadmin = Document { user_roles: pairs("bob,superadmin"), ..Document::default() };
    assert_eq!(attempted(&superadmin, &[]), [(2, declare("role `superadmin` is built in", "superadmin"))]);
    assert_eq!(attempted(&superadmin, &["user"]).len(), 1);
    assert!(attempted(&superadmin, &["superadmin"]).is_empty());
    let junior = Document { role_hierarchy: pairs("clerk,user"), ..Document::default() };
    assert_eq!(attempted(&junior, &[]), [(2, declare("role `user` is built in", "user"))]);
    let listed =
        Document { roles: vec![ImportRow { file: 0, line: 2, value: entry("user", None) }], ..Document::default() };
    assert_eq!(attempted(&listed, &[]).len(), 1);
    for document in [
        Document { role_permissions: pairs("clerk,read"), ..Document::default() },
        Document { user_permissions: pairs("bob,read"), ..Document::default() },
    ] {
        assert_eq!(attempted(&document, &[]), [(2, declare("permission `read` is built in", "read"))]);
        assert!(attempted(&document, &["read"]).is_empty());
    }
}

#[test]
fn default_roles_that_are_not_built_in_are_declared_too() {
    let name = RoleName::parse("member").expect("a name");
    let facts = RoleFacts { is_default: true, ..RoleFacts::new(RoleId::new(Uuid::from_u128(9)), name) };
    let mut role = engine::KnownRole::from(&facts);
    let permitted = |role: &engine::KnownRole, built_in: &[String]| {
        let rules = Rules { built_in: built_in.to_vec(), ..Rules::default() };
        crate::import::plan::names::permitted_role(role, "member", &rules)
    };
    let message = "role `member` is a default role, which every new account is assigned: if it is meant, add \
        `--built-in member`";
    assert_eq!(permitted(&role, &[]), Err(message.to_owned()));
    assert_eq!(permitted(&role, &["member".to_owned()]), Ok(role.id));
    role.is_default = false;
    assert_eq!(permitted(&role, &[]), Ok(role.id));
}

#[test]
fn attributes_are_for_new_roles_and_do_not_contradict() {
    let row = |line, value| ImportRow { file: 0, line, value };
    let flagged = RoleEntry { is_default: Some(true), requires_activation: Some(false), ..entry("clerk", None) };
    let rows = vec![row(2, entry("clerk", None)), row(3, entry("clerk", Some("files"))), row(4, flagged.clone())];
    let planned = plan(&Document { roles: rows.clone(), ..Document::default() }).expect("the document is sound");
    let role = &planned.roles[0];
    assert_eq!(role.description.as_deref(), Some("files"));
    assert_eq!((role.is_default, role.requires_activation), (Some(true), Some(false)));

    let other = |value: RoleEntry| {
        problem(&Document { roles: [rows.clone(), vec![row(5, value)]].concat(), ..Document::default() })
    };
    assert_eq!(
        other(entry("clerk", Some("shreds"))),
        (5, "duplicate role `clerk` with another description".to_owned())
    );
    let message = "duplicate role `clerk` with another value of `is_default`";
    assert_eq!(other(RoleEntry { is_default: Some(false), ..flagged }), (5, message.to_owned()));
    assert_eq!(other(entry("other", Some("a\0b"))).0, 5);
}

#[test]
fn an_existing_role_must_have_the_same_flags_and_keeps_its_description() {
    let row = |value| vec![ImportRow { file: 0, line: 2, value }];
    let flagged = RoleEntry { is_default: Some(true), ..entry("Boss", None) };
    let message = "role `Boss` exists with `is_default` false: an import does not change it, `roleUpdate` does";
    assert_eq!(problem(&Document { roles: row(flagged), ..Document::default() }), (2, message.to_owned()));
    let same = RoleEntry { requires_activation: Some(false), ..entry("user", Some("everybody")) };
    assert_eq!(plan(&Document { roles: row(same), ..Document::default() }).expect("sound").left.descriptions, 0);
    let other = Document { roles: row(entry("user", Some("another"))), ..Document::default() };
    let planned = plan(&other).expect("sound");
    assert!(planned.is_empty() && planned.left.descriptions == 1);
}

#[test]
fn permissions_have_descriptions_too() {
    let entry = |name: &str, text: &str| PermissionEntry { name: name.to_owned(), description: Some(text.to_owned()) };
    let rows = |entries: Vec<PermissionEntry>| {
        (2..).zip(entries).map(|(line, value)| ImportRow { file: 0, line, value }).collect::<Vec<_>>()
    };
    let document = Document {
        permissions: rows(vec![entry("file:read", "reads files"), entry("read", "reads")]),
        role_permissions: pairs("clerk,file:read"),
        ..Document::default()
    };
    let planned = plan(&document).expect("the document is sound");
    assert_eq!(planned.permissions[0].description.as_deref(), Some("reads files"));
    assert_eq!((planned.permissions.len(), planned.left.descriptions), (1, 1));
    let twice = Document { permissions: rows(vec![entry("a", "x"), entry("a", "y")]), ..Document::default() };
    assert_eq!(problem(&twice), (3, "duplicate permission `a` with another description".to_owned()));
}

#[test]
fn existing_users_who_are_given_something_are_noted_with_their_first_row() {
    let document = Document {
        user_roles: pairs("bob,clerk\nana,user\nana,clerk\nana,auditor"),
        user_permissions: pairs("ana,file"),
        ..Document::default()
    };
    let planned = plan(&document).expect("the document is sound");
    let touched: Vec<_> = planned.touched.iter().map(|user| (user.username.as_str(), user.place.line)).collect();
    assert_eq!(touched, [("ana", 4)]);
    let nothing = Document { user_roles: pairs("ana,user"), ..Document::default() };
    assert!(plan(&nothing).expect("the document is sound").touched.is_empty());
}
