//! Each cure of random denials applied: it allows the access, and adds as much as it says; or it is refused by its
//! constraint.

use super::ask;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{App, Client};

const ROLES: usize = 6;
const PERMISSIONS: usize = 4;
const USERS: usize = 4;
/// Random policies.
const WORLDS: usize = 10;

/// Numbers of roles, permissions and users that are linked.
#[derive(Clone, Debug)]
struct World {
    inherits: BTreeSet<(usize, usize)>,
    grants: BTreeSet<(usize, usize)>,
    assigned: BTreeSet<(usize, usize)>,
    granted: BTreeSet<(usize, usize)>,
    /// Patterns of roles: each matches one permission.
    patterns: BTreeSet<(usize, usize)>,
    constraints: Vec<BTreeSet<usize>>,
    /// Permissions of a constraint.
    apart: BTreeSet<usize>,
}

fn worlds() -> impl Strategy<Value = World> {
    let inherits = btree_set((0..ROLES, 0..ROLES), 2..6);
    let grants = btree_set((0..ROLES, 0..PERMISSIONS), 3..8);
    let assigned = btree_set((0..USERS, 0..ROLES), 3..7);
    let granted = btree_set((0..USERS, 0..PERMISSIONS), 0..3);
    let constraints = vec(btree_set(0..ROLES, 2..=2), 4..8);
    let on_permissions = (btree_set((0..ROLES, 0..PERMISSIONS), 0..3), btree_set(0..PERMISSIONS, 2..=2));
    (inherits, grants, assigned, granted, constraints, on_permissions).prop_map(
        |(inherits, grants, assigned, granted, constraints, (patterns, apart))| World {
            inherits,
            grants,
            assigned,
            granted,
            patterns,
            constraints,
            apart,
        },
    )
}

/// Permissions of each user, by id.
type Held = BTreeMap<String, BTreeSet<String>>;

/// A service with the objects of a world.
struct Built {
    app: App,
    root: Client,
    users: Vec<String>,
}

fn seconds(pairs: &BTreeSet<(usize, usize)>, first: usize) -> impl Iterator<Item = usize> {
    pairs.iter().filter(move |pair| pair.0 == first).map(|pair| pair.1)
}

impl Built {
    /// Constraints that something of the world violates are left out.
    async fn of(world: &World) -> Self {
        let app = App::start().await;
        // The juniors first: each role inherits from lower numbers only.
        for number in 0..ROLES {
            let juniors = seconds(&world.inherits, number).filter(|&junior| junior < number);
            let role = juniors
                .fold(app.role(&format!("role {number}")), |role, junior| role.inheriting(&format!("role {junior}")));
            seconds(&world.grants, number).fold(role, |role, held| role.granting(&format!("p:{held}"))).create().await;
        }
        for (role, permission) in &world.patterns {
            let role = app.role_id(&format!("role {role}")).await;
            let patterns = json!({ "roleId": role, "patterns": [format!("*:{permission}")] });
            let _ = app.admin().await.mutate("roleGrantPatterns", patterns).await.done();
        }
        let mut users = Vec::new();
        for number in 0..USERS {
            let user = app.user(&format!("user{number}"));
            let user =
                seconds(&world.assigned, number).fold(user, |user, role| user.with_role(&format!("role {role}")));
            let user =
                seconds(&world.granted, number).fold(user, |user, held| user.with_permission(&format!("p:{held}")));
            users.push(user.create().await.id.clone());
        }
        let mut apart = Vec::new();
        for permission in &world.apart {
            apart.push(app.permission_id(&format!("p:{permission}")).await);
        }
        let input = json!({ "name": "apart", "kind": "STATIC", "permissionIds": apart });
        app.admin().await.mutate("sodConstraintCreate", json!({ "input": input })).await;
        for (number, roles) in world.constraints.iter().enumerate() {
            let mut ids = Vec::new();
            for role in roles {
                ids.push(app.role_id(&format!("role {role}")).await);
            }
            let input = json!({ "name": format!("set {number}"), "kind": "STATIC", "roleIds": ids, "limit": 2 });
            app.admin().await.mutate("sodConstraintCreate", json!({ "input": input })).await;
        }
        let root = Client::clone(app.admin().await);
        Self { app, root, users }
    }

    async fn held(&self) -> Held {
        let answer = self.root.ask("{ users(first: 100) { nodes { id permissionNames } } }").await;
        let nodes = answer.data()["users"]["nodes"].as_array().expect("users").clone();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let names = |user: &Value| user["permissionNames"].as_array().expect("names").iter().map(text).collect();
        nodes.iter().map(|user| (text(&user["id"]), names(user))).collect()
    }

    async fn is_allowed(&self, user: &str, permission: &str) -> bool {
        let document = "query ($user: ID!, $permission: PermissionName!) {
            checkAccess(userId: $user, permission: $permission) { allowed } }";
        let answer = self.root.graphql(document, json!({ "user": user, "permission": permission })).await;
        answer.data()["checkAccess"]["allowed"] == true
    }

    /// Applies a cure, compares what it does with what it says, and takes it back. Returns whether it was refused.
    async fn apply(&self, user: &str, permission: &str, cure: &Value) -> bool {
        let (role, held) = (&cure["role"]["id"], self.app.permission_id(permission).await);
        let direct = json!({ "userId": user, "permissionIds": [held] });
        let (field, undo, arguments) = match cure["kind"].as_str().expect("a kind") {
            "ASSIGN_ROLE" => ("userAssignRoles", "userUnassignRoles", json!({ "userId": user, "roleIds": [role] })),
            "GRANT_DIRECTLY" => ("userGrantPermissions", "userRevokePermissions", direct),
            "GRANT_TO_ROLE" => {
                ("roleGrantPermissions", "roleRevokePermissions", json!({ "roleId": role, "permissionIds": [held] }))
            }
            kind => panic!("{kind} without a session"),
        };
        let before = self.held().await;
        let result = self.root.mutate(field, arguments.clone()).await;
        let is_blocked = !cure["blockedBy"].is_null();
        assert_eq!(cure["viewerCanApply"], json!(!is_blocked), "{cure}");
        if is_blocked {
            assert!(result.refused().starts_with("SOD_VIOLATION"), "{cure}");
            let message = result.user_errors()[0]["message"].as_str().expect("a message");
            let name = cure["blockedBy"]["name"].as_str().expect("a name");
            assert!(message.contains(&format!("`{name}`")), "{name}: {message}");
            return true;
        }
        let _ = result.done();
        assert!(self.is_allowed(user, permission).await, "{cure}");
        let after = self.held().await;
        let gained = |of: &str| after[of].difference(&before[of]).count();
        assert_eq!(cure["permissionsAdded"], json!(gained(user)), "{cure}");
        assert_eq!(cure["usersAffected"], json!(after.keys().filter(|of| gained(of) > 0).count()), "{cure}");
        let _ = self.root.mutate(undo, arguments).await.done();
        assert_eq!(self.held().await, before, "taken back");
        false
    }
}

#[tokio::test]
async fn a_cure_allows_and_adds_what_it_says_or_is_refused_by_its_constraint() {
    let mut runner = TestRunner::deterministic();
    let (mut applied, mut refused) = (0, 0);
    for _ in 0..WORLDS {
        let world = worlds().new_tree(&mut runner).expect("a world").current();
        let built = Built::of(&world).await;
        for (number, user) in built.users.iter().enumerate().take(2) {
            let permission = format!("p:{}", (number + 1) % PERMISSIONS);
            built.app.permission_id(&permission).await;
            let answer = ask(&built.root, user, &permission, None).await;
            let explained = &answer.data()["explainAccess"];
            let cures = explained["cures"].as_array().expect("cures");
            assert_eq!(cures.is_empty(), explained["decision"]["allowed"] == true);
            let numbers = |cure: &Value| (cure["permissionsAdded"].as_u64(), cure["usersAffected"].as_u64());
            assert!(cures.is_sorted_by_key(numbers) && cures.len() <= 10);
            for cure in cures {
                *(if built.apply(user, &permission, cure).await { &mut refused } else { &mut applied }) += 1;
            }
        }
    }
    assert!(applied > 20 && refused > 2, "{applied} applied, {refused} refused");
}
