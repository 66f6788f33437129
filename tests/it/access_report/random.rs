//! Pages and numbers of the report against a naive reading of random data.

use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Actor, App};

const ROLES: usize = 7;
const USERS: usize = 24;
const PERMISSIONS: usize = 4;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("a small number") % sides
    }
}

/// What a user has: a role or a permission, by id.
#[derive(Clone, Debug)]
struct Row {
    user: String,
    object: String,
    is_direct: bool,
    /// Hours until it ends.
    ends_in: Option<i64>,
    is_used: bool,
}

struct World {
    app: App,
    rows: Vec<Row>,
    /// Permissions by role, inherited ones included.
    held: BTreeMap<String, BTreeSet<String>>,
    default_role: String,
}

async fn world(dice: &mut Dice) -> World {
    let app = App::start().await;
    let root = app.admin().await;
    let mut held: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut roles: Vec<String> = Vec::new();
    for number in 0..ROLES {
        let mut role = app.role(&format!("role{number}"));
        let mut permissions = BTreeSet::new();
        for permission in (0..PERMISSIONS).filter(|_| dice.roll(4) == 0).map(|number| format!("thing:do{number}")) {
            role = role.granting(&permission);
            permissions.insert(permission);
        }
        if number > 0 && dice.roll(2) == 0 {
            let junior = dice.roll(number);
            role = role.inheriting(&format!("role{junior}"));
            permissions.extend(held[&roles[junior]].clone());
        }
        roles.push(role.create().await);
        held.insert(roles[number].clone(), permissions);
    }
    let mut names = Vec::new();
    for number in 0..PERMISSIONS {
        names.push((format!("thing:do{number}"), app.permission_id(&format!("thing:do{number}")).await));
    }
    let (default_role, superadmin) = (app.role_id("user").await, app.role_id("superadmin").await);
    held.insert(superadmin.clone(), names.iter().map(|(name, _)| name.clone()).collect());
    let row = |user: &str, object: &str| Row {
        user: user.to_owned(),
        object: object.to_owned(),
        is_direct: false,
        ends_in: None,
        is_used: false,
    };
    let mut rows = vec![row(&root.id, &superadmin), row(&root.id, &default_role)];
    let now = app.service.now();
    for number in 0..USERS {
        let user = app.user(&format!("user{number}")).create().await.id;
        rows.push(row(&user, &default_role));
        // One role is common, and the others are not.
        let assigned = roles.iter().enumerate().filter(|(at, _)| dice.roll(if *at == 0 { 1 } else { 6 }) == 0);
        let assigned: Vec<_> = assigned.map(|(_, role)| ("userAssignRoles", "roleIds", role.clone())).collect();
        let granted = names.iter().filter(|_| dice.roll(9) == 0);
        let granted = granted.map(|(_, id)| ("userGrantPermissions", "permissionIds", id.clone()));
        for (mutation, argument, object) in assigned.into_iter().chain(granted.collect::<Vec<_>>()) {
            let ends_in = (dice.roll(3) == 0).then(|| 1 + i64::try_from(dice.roll(4)).expect("a small number"));
            let end = ends_in.map(|hours| (now + TimeDelta::hours(hours)).to_rfc3339());
            let terms = json!({ "userId": user, argument: [object], "expiresAt": end });
            let _ = root.mutate(mutation, terms).await.done();
            rows.push(Row { is_direct: argument == "permissionIds", ends_in, ..row(&user, &object) });
        }
    }
    let mut world = World { app, rows, held, default_role };
    world.use_some(dice, &names).await;
    world
}

impl World {
    /// Lets users use permissions, and notes by what they had them.
    async fn use_some(&mut self, dice: &mut Dice, names: &[(String, String)]) {
        let root = self.app.admin().await;
        let users: BTreeSet<String> = self.rows.iter().map(|row| row.user.clone()).collect();
        let check =
            "query ($id: ID!, $name: PermissionName!) { checkAccess(userId: $id, permission: $name) { allowed } }";
        for user in users {
            for (name, id) in names.iter().filter(|_| dice.roll(3) == 0) {
                let variables = json!({ "id": user, "name": name });
                let allowed = root.graphql(check, variables).await.data()["checkAccess"]["allowed"] == true;
                let leads = |row: &Row| self.held.get(&row.object).is_some_and(|held| held.contains(name));
                let mut found = false;
                let leading: Vec<bool> =
                    self.rows.iter().map(|row| row.user == user && (row.object == *id || leads(row))).collect();
                for (row, leads) in self.rows.iter_mut().zip(leading) {
                    found |= leads;
                    row.is_used |= leads;
                }
                assert_eq!(allowed, found, "{user} {name}");
                if found {
                    // A grant counts as used with its permission, whatever it was held by.
                    self.rows
                        .iter_mut()
                        .filter(|row| row.user == user && row.object == *id)
                        .for_each(|row| row.is_used = true);
                }
            }
        }
        // The report itself is a use of superadmin.
        self.rows[0].is_used = true;
        self.app.service.flush().await.expect("a database");
    }

    fn is_rare(&self, row: &Row) -> bool {
        let shared = |user: &str| -> BTreeSet<&str> {
            let of_user = self.rows.iter().filter(|row| row.user == user && !row.is_direct);
            of_user.map(|row| row.object.as_str()).filter(|role| *role != self.default_role).collect()
        };
        let own = shared(&row.user);
        let users: BTreeSet<&str> = self.rows.iter().map(|row| row.user.as_str()).collect();
        let peers: Vec<&str> = users.into_iter().filter(|user| !shared(user).is_disjoint(&own)).collect();
        let having = |user: &&&str| self.rows.iter().any(|other| other.user == ***user && other.object == row.object);
        peers.iter().filter(having).count() * 10 < peers.len()
    }

    fn expected(&self, matches: impl Fn(&Row) -> bool) -> Vec<[String; 2]> {
        let mut rows: Vec<&Row> = self.rows.iter().filter(|row| matches(row)).collect();
        rows.sort_by_key(|row| (row.is_direct, row.object.clone(), row.user.clone()));
        rows.into_iter().map(|row| [row.object.clone(), row.user.clone()]).collect()
    }
}

/// Reads the report page by page, forward and backward.
async fn check(root: &Actor, filter: &Value, expected: &[[String; 2]]) {
    let document = "query ($first: Int, $after: String, $last: Int, $before: String, $filter: AccessReportFilter) {
        accessReport(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
            nodes { user { id } role { id } permission { id } } totalCount
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    for size in [1, 4, 7, 100] {
        for (count, cursor, edge, more) in
            [("first", "after", "endCursor", "hasNextPage"), ("last", "before", "startCursor", "hasPreviousPage")]
        {
            let (mut seen, mut from): (Vec<[String; 2]>, Value) = (Vec::new(), Value::Null);
            loop {
                let answer = root.graphql(document, json!({ count: size, cursor: from, "filter": filter })).await;
                let list = &answer.data()["accessReport"];
                assert_eq!(list["totalCount"], expected.len(), "{filter}");
                let id = |value: &Value| value["id"].as_str().map(str::to_owned);
                let row = |row: &Value| {
                    [id(&row["role"]).or(id(&row["permission"])), id(&row["user"])].map(|id| id.expect("an id"))
                };
                let page: Vec<_> = list["nodes"].as_array().expect("rows").iter().map(row).collect();
                let left = expected.len() - seen.len();
                assert_eq!(page.len(), size.min(left), "{filter} {count} {size}");
                if count == "first" {
                    seen.extend(page);
                } else {
                    seen.splice(0..0, page).for_each(drop);
                }
                assert_eq!(list["pageInfo"][more], left > size, "{filter} {count} {size}");
                if left <= size {
                    break;
                }
                from = list["pageInfo"][edge].clone();
            }
            assert_eq!(seen, expected, "{filter} {count} {size}");
        }
    }
}

#[tokio::test]
async fn every_page_is_that_of_a_naive_reading() {
    for seed in [3, 14] {
        let world = world(&mut Dice(seed)).await;
        let root = world.app.admin().await;
        let text = |hours: i64| (world.app.service.now() + TimeDelta::hours(hours)).to_rfc3339();
        let role = world.app.role_id("role0").await;
        let leads = |row: &Row, name: &str| world.held.get(&row.object).is_some_and(|held| held.contains(name));
        let thing = world.app.permission_id("thing:do1").await;
        check(root, &json!({}), &world.expected(|_| true)).await;
        check(root, &json!({ "roleId": role }), &world.expected(|row| row.object == role)).await;
        check(root, &json!({ "directOnly": true }), &world.expected(|row| row.is_direct)).await;
        let unused = json!({ "unusedSince": text(0) });
        check(root, &unused, &world.expected(|row| !row.is_used)).await;
        let ending = json!({ "expiringBefore": text(3) });
        check(root, &ending, &world.expected(|row| row.ends_in.is_some_and(|hours| hours < 3))).await;
        let rare = world.expected(|row| world.is_rare(row));
        check(root, &json!({ "rareAmongPeers": true }), &rare).await;
        let named = json!({ "permission": "thing:do1" });
        check(root, &named, &world.expected(|row| row.object == thing || leads(row, "thing:do1"))).await;
        let both = json!({ "rareAmongPeers": true, "unusedSince": text(0) });
        check(root, &both, &world.expected(|row| world.is_rare(row) && !row.is_used)).await;
        let user = &world.rows[world.rows.len() - 1].user;
        check(root, &json!({ "userId": user }), &world.expected(|row| row.user == *user)).await;
    }
}

#[tokio::test]
async fn cursors_of_other_lists_are_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    for list in ["users(first: 1)", "roles(first: 1)", "roles(first: 1, orderBy: { field: CREATED_AT })"] {
        let answer = root.ask(&format!("{{ list: {list} {{ pageInfo {{ endCursor }} }} }}")).await;
        let cursor = answer.data()["list"]["pageInfo"]["endCursor"].clone();
        for argument in ["after", "before"] {
            let answer = root.ask(&format!("{{ accessReport({argument}: {cursor}) {{ totalCount }} }}")).await;
            assert_eq!(answer.error(), "BAD_USER_INPUT", "{list} {argument}");
        }
    }
}
