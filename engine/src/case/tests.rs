use super::*;

/// A relation of pairs `left-right`.
fn pairs<T: From<(String, String)>>(text: &str) -> Vec<T> {
    let pair = |pair: &str| pair.split_once('-').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a pair");
    text.split_whitespace().map(|text| pair(text).into()).collect()
}

fn names(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn set(name: &str, roles: &str, cardinality: usize) -> SodSet {
    SodSet { name: name.to_owned(), roles: names(roles), permissions: Vec::new(), cardinality }
}

fn set_of_permissions(name: &str, permissions: &str, cardinality: usize) -> SodSet {
    SodSet { roles: Vec::new(), permissions: names(permissions), ..set(name, "", cardinality) }
}

fn shop() -> Model {
    Model {
        users: names("ana ben"),
        roles: names("boss clerk auditor"),
        permissions: names("pay read"),
        user_roles: pairs("ana-boss ben-auditor ben-clerk"),
        role_permissions: pairs("clerk-pay auditor-read"),
        role_hierarchy: pairs("boss-clerk"),
        ..Model::default()
    }
}

#[test]
fn names_may_be_any_text() {
    let (user, role, permission) = (" \u{1f600}\n", "", "caf\u{e9} *\"\\");
    let world = Model {
        users: vec![user.into(), user.into()],
        roles: vec![role.into(), "Boss".into(), "boss".into()],
        permissions: vec![permission.into(), "superadmin".into()],
        user_roles: vec![UserRole { user: user.into(), role: role.into() }],
        role_permissions: vec![
            RoleGrant { role: role.into(), permission: permission.into() },
            RoleGrant { role: "boss".into(), permission: "superadmin".into() },
        ],
        ..Model::default()
    };
    let world = world.build().expect("it holds together");
    assert!(world.allows(user, permission));
    assert!(!world.allows(user, "superadmin"));
    assert!(!world.allows("000000000", permission) && !world.allows(user, "000000000"));
}

#[test]
fn nothing_is_built_in() {
    let model = Model { roles: names("superadmin"), user_roles: pairs("ana-superadmin"), ..shop() };
    let model = Model { role_permissions: Vec::new(), role_hierarchy: Vec::new(), ..model };
    assert!(!model.build().expect("it holds together").allows("ana", "pay"));
}

#[test]
fn of_roles_in_a_dynamic_set_the_first_listed_is_active() {
    let model = Model { dsd: vec![set("", "clerk auditor", 2)], ..shop() };
    let world = model.build().expect("it holds together");
    assert!(world.allows("ben", "read") && !world.allows("ben", "pay"));
    assert!(world.allows("ana", "pay"));
}

#[test]
fn a_model_that_no_commands_could_create_is_refused() {
    let refused = |model: Model| model.build().expect_err("refused").to_string();
    let ssd = |roles, cardinality| Model { ssd: vec![set("s", roles, cardinality)], ..shop() };
    assert_eq!(refused(ssd("clerk auditor", 2)), "user `ben` violates set `s`");
    assert_eq!(refused(ssd("clerk boss", 2)), "role `boss` violates set `s` by itself");
    assert_eq!(
        refused(ssd("clerk auditor", 1)),
        "the cardinality of set `s` is not between 2 and the number of its roles or permissions"
    );
    assert_eq!(refused(ssd("clerk ghost", 2)), "role `ghost` is used but not listed");
    let cycle = Model { role_hierarchy: pairs("boss-clerk clerk-boss"), ..shop() };
    assert_eq!(refused(cycle), "the role hierarchy has a cycle: boss > clerk > boss");
    let unknown = Model { user_roles: pairs("eve-clerk"), ..shop() };
    assert_eq!(refused(unknown), "user `eve` is used but not listed");
    let unknown = Model { user_permissions: pairs("ana-fly"), ..shop() };
    assert_eq!(refused(unknown), "permission `fly` is used but not listed");
}

#[test]
fn patterns_match_permissions_with_valid_names() {
    let permissions = ["invoice:read", "invoice:*", "caf\u{e9}:read", "\u{1}0"];
    let permissions: Vec<String> = permissions.into_iter().map(str::to_owned).collect();
    let model = Model { permissions: permissions.clone(), role_permissions: Vec::new(), ..shop() };
    let world = Model { role_patterns: pairs("clerk-*:read clerk-invoice:*"), ..model.clone() };
    let world = world.build().expect("it holds together");
    let allowed: Vec<&String> = permissions.iter().filter(|name| world.allows("ana", name)).collect();
    assert_eq!(allowed, ["invoice:read"]);

    let refused = Model { role_patterns: pairs("clerk-inv*:read"), ..model }.build().expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "pattern `inv*:read` of role `clerk`: a pattern is a resource and an action of which one or both are `*`, such \
         as `invoice:*`, `*:read` or `storage.objects.*`"
    );
}

#[test]
fn sets_of_permissions_count_every_path() {
    let refused = |model: Model| model.build().expect_err("refused").to_string();
    let ssd = |set| Model { ssd: vec![set], ..shop() };
    let apart = || set_of_permissions("s", "pay read", 2);
    assert_eq!(refused(ssd(apart())), "user `ben` violates set `s`");
    let direct = Model { user_roles: pairs("ana-boss"), user_permissions: pairs("ana-read"), ..ssd(apart()) };
    assert_eq!(refused(direct.clone()), "user `ana` violates set `s`");
    let session = Model { dsd: vec![apart()], ssd: Vec::new(), ..direct.clone() };
    let session = session.build().expect("it holds together");
    assert!(session.allows("ana", "read") && !session.allows("ana", "pay"));
    let always = Model { dsd: vec![apart()], user_permissions: pairs("ana-read ana-pay"), ..shop() };
    assert_eq!(refused(always), "user `ana` violates set `s`");
    let alone = Model { role_permissions: pairs("clerk-pay boss-read"), ..ssd(apart()) };
    assert_eq!(refused(alone), "role `boss` violates set `s` by itself");

    assert_eq!(
        refused(ssd(SodSet { roles: names("clerk auditor"), ..apart() })),
        "set `s` has both roles and permissions"
    );
    let cardinality = "the cardinality of set `s` is not between 2 and the number of its roles or permissions";
    assert_eq!(refused(ssd(set_of_permissions("s", "pay read", 3))), cardinality);
    assert_eq!(refused(ssd(set_of_permissions("s", "pay fly", 2))), "permission `fly` is used but not listed");
}
