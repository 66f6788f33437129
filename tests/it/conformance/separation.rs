//! Static and dynamic separation of duty: the same functions over assignments and over live sessions.

use super::Suite;
use serde_json::{Value, json};
use tests::{Actor, Client, MutationResult, input};

/// Static sets constrain assignments, dynamic ones active roles of sessions.
const KINDS: [&str; 2] = ["STATIC", "DYNAMIC"];

/// The roles `payer`, `buyer` and `keeper`, and `boss`, which inherits from `payer`.
struct Separation {
    suite: Suite,
    payer: String,
    buyer: String,
    keeper: String,
    boss: String,
}

impl Separation {
    async fn start() -> Self {
        let suite = Suite::start().await;
        let payer = suite.app.role("payer").create().await;
        let buyer = suite.app.role("buyer").create().await;
        let keeper = suite.app.role("keeper").create().await;
        let boss = suite.app.role("boss").inheriting("payer").create().await;
        Self { suite, payer, buyer, keeper, boss }
    }

    async fn create(&self, kind: &str, roles: &[&String], limit: i32) -> MutationResult {
        let new = json!({ "name": "set", "kind": kind, "roleIds": roles, "limit": limit });
        self.suite.root().await.mutate("sodConstraintCreate", input(new)).await
    }

    async fn mutate(&self, field: &str, arguments: Value) -> MutationResult {
        self.suite.root().await.mutate(field, arguments).await
    }

    /// Ana, with these roles assigned and active in a live session.
    async fn ana(&self, roles: &[&str]) -> Client {
        let ana: Actor = self.suite.app.user("ana").create().await;
        for role in roles {
            let role = self.suite.app.role_id(role).await;
            let _ = self.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.done();
        }
        self.suite.logged_in(&self.suite.log_in("ana", roles).await)
    }

    /// The name, the limit and the roles of each set.
    async fn sets(&self, kind: &str) -> Value {
        let ask = "query ($kind: SodKind) { sodConstraints(kind: $kind) { name limit roles { name } } }";
        let answer = self.suite.root().await.graphql(ask, json!({ "kind": kind })).await;
        answer.data()["sodConstraints"].clone()
    }
}

#[tokio::test]
async fn create_set_rejects_names_in_use_unknown_roles_invalid_limits_and_existing_violations() {
    for kind in KINDS {
        let it = Separation::start().await;
        let _ana = it.ana(&["boss", "buyer"]).await;
        for (roles, limit, refused) in [
            (vec![&it.payer, &it.buyer], 1, "INVALID input.limit"),
            (vec![&it.payer, &it.buyer], 3, "INVALID input.limit"),
            (vec![&it.payer, &it.suite.gone_role().await], 2, "NOT_FOUND input.roleIds.1"),
            // Authorized roles count: `boss` inherits from `payer`.
            (vec![&it.payer, &it.buyer], 2, "SOD_VIOLATION input.roleIds"),
            // One role alone would violate it.
            (vec![&it.payer, &it.boss], 2, "SOD_VIOLATION input.roleIds"),
        ] {
            assert_eq!(it.create(kind, &roles, limit).await.refused(), refused, "{kind} {limit}");
        }
        assert_eq!(it.sets(kind).await, json!([]));
        let _ = it.create(kind, &[&it.payer, &it.buyer, &it.keeper], 3).await.done();
        let again = it.create(kind, &[&it.payer, &it.keeper], 2).await;
        assert_eq!(again.refused(), "TAKEN input.name", "{kind}");
    }
}

#[tokio::test]
async fn add_role_member_rejects_unknown_sets_and_roles_and_existing_violations() {
    for kind in KINDS {
        let it = Separation::start().await;
        let _ana = it.ana(&["boss", "keeper"]).await;
        let id = it.create(kind, &[&it.payer, &it.buyer], 2).await.id("sodConstraint");
        let add = async |id: &str, role: &str| {
            it.mutate("sodConstraintAddRoles", json!({ "id": id, "roleIds": [role] })).await
        };
        assert_eq!(add(&it.payer, &it.keeper).await.refused(), "NOT_FOUND id");
        assert_eq!(add(&id, &it.suite.gone_role().await).await.refused(), "NOT_FOUND roleIds.0");
        assert_eq!(add(&id, &it.keeper).await.refused(), "SOD_VIOLATION roleIds", "{kind}");
        let other = it.suite.app.role("other").create().await;
        // The choice for an existing member: success without change.
        for _ in 0..2 {
            let _ = add(&id, &other).await.done();
            let roles = json!([{ "name": "buyer" }, { "name": "other" }, { "name": "payer" }]);
            assert_eq!(it.sets(kind).await, json!([{ "name": "set", "limit": 2, "roles": roles }]));
        }
    }
}

#[tokio::test]
async fn delete_role_member_rejects_unknown_sets_and_fewer_members_than_the_limit() {
    for kind in KINDS {
        let it = Separation::start().await;
        let id = it.create(kind, &[&it.payer, &it.buyer, &it.keeper], 2).await.id("sodConstraint");
        let remove = async |id: &str, role: &str| {
            it.mutate("sodConstraintRemoveRoles", json!({ "id": id, "roleIds": [role] })).await
        };
        assert_eq!(remove(&it.payer, &it.keeper).await.refused(), "NOT_FOUND id");
        // The choice for a missing member: success without change.
        for _ in 0..2 {
            let _ = remove(&id, &it.keeper).await.done();
            let roles = json!([{ "name": "buyer" }, { "name": "payer" }]);
            assert_eq!(it.sets(kind).await, json!([{ "name": "set", "limit": 2, "roles": roles }]));
        }
        assert_eq!(remove(&id, &it.buyer).await.refused(), "INVALID roleIds", "{kind}");
    }
}

#[tokio::test]
async fn set_cardinality_rejects_unknown_sets_invalid_limits_and_existing_violations() {
    for kind in KINDS {
        let it = Separation::start().await;
        let _ana = it.ana(&["boss", "buyer"]).await;
        let id = it.create(kind, &[&it.payer, &it.buyer, &it.keeper], 3).await.id("sodConstraint");
        let set = async |id: &str, limit: i32| {
            it.mutate("sodConstraintUpdate", json!({ "id": id, "input": { "limit": limit } })).await
        };
        assert_eq!(set(&it.payer, 2).await.refused(), "NOT_FOUND id");
        for limit in [1, 4] {
            assert_eq!(set(&id, limit).await.refused(), "INVALID input.limit");
        }
        assert_eq!(set(&id, 2).await.refused(), "SOD_VIOLATION input.limit", "{kind}");
        let ana = it.suite.id_of("ana").await;
        let _ = it.mutate("userUnassignRoles", json!({ "userId": ana, "roleIds": [it.buyer] })).await.done();
        let _ = set(&id, 2).await.done();
        assert_eq!(it.sets(kind).await[0]["limit"], 2);
    }
}

#[tokio::test]
async fn delete_set_deletes_it_and_rejects_unknown_sets() {
    for kind in KINDS {
        let it = Separation::start().await;
        let id = it.create(kind, &[&it.payer, &it.buyer], 2).await.id("sodConstraint");
        let _ = it.mutate("sodConstraintDelete", json!({ "id": id })).await.done();
        assert_eq!(it.sets(kind).await, json!([]));
        let _ana = it.ana(&["boss", "buyer"]).await;
        assert_eq!(it.mutate("sodConstraintDelete", json!({ "id": id })).await.refused(), "NOT_FOUND id");
    }
}

#[tokio::test]
async fn sets_are_listed_by_kind_with_their_roles_and_limits() {
    let it = Separation::start().await;
    let id = it.create("STATIC", &[&it.payer, &it.buyer], 2).await.id("sodConstraint");
    let set = json!({ "name": "set", "limit": 2, "roles": [{ "name": "buyer" }, { "name": "payer" }] });
    assert_eq!((it.sets("STATIC").await, it.sets("DYNAMIC").await), (json!([set]), json!([])));
    let ask = "query ($id: ID!) { sodConstraint(id: $id) { name limit roles { name } } }";
    let root = it.suite.root().await;
    assert_eq!(root.graphql(ask, json!({ "id": id })).await.data()["sodConstraint"], set);
    assert!(root.graphql(ask, json!({ "id": it.payer })).await.data()["sodConstraint"].is_null());
}

#[tokio::test]
async fn assign_user_and_add_inheritance_enforce_static_sets() {
    let it = Separation::start().await;
    let _ = it.create("STATIC", &[&it.payer, &it.buyer], 2).await.done();
    let ana = it.suite.app.user("ana").with_role("boss").create().await;
    let assign = json!({ "userId": ana.id, "roleIds": [it.buyer] });
    assert_eq!(it.mutate("userAssignRoles", assign).await.refused(), "SOD_VIOLATION roleIds");
    let _ = it.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [it.keeper] })).await.done();
    assert_eq!(it.suite.inherit(&it.keeper, &it.buyer).await.refused(), "SOD_VIOLATION inheritsFromIds");
    // No user has the role yet, but any user with it would violate the set.
    assert_eq!(it.suite.inherit(&it.boss, &it.buyer).await.refused(), "SOD_VIOLATION inheritsFromIds");
}

#[tokio::test]
async fn create_session_and_add_active_role_enforce_dynamic_sets() {
    let it = Separation::start().await;
    let _ = it.create("DYNAMIC", &[&it.payer, &it.buyer], 2).await.done();
    let ana = it.suite.app.user("ana").with_role("boss").with_role("buyer").create().await;
    // Both are assigned, but never active together, also through inheritance.
    assert_eq!(it.suite.log_in("ana", &["boss", "buyer"]).await.refused(), "SOD_VIOLATION roles");
    let session = it.suite.logged_in(&it.suite.log_in("ana", &["boss"]).await);
    let refused = session.mutate("sessionActivateRoles", json!({ "roleIds": [it.buyer] })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    let _ = session.mutate("sessionDeactivateRoles", json!({ "roleIds": [it.boss] })).await.done();
    let _ = session.mutate("sessionActivateRoles", json!({ "roleIds": [it.buyer] })).await.done();
    // By default, the older assignment is active.
    let default = it.suite.app.login("ana").await;
    let active = default.ask("{ viewer { roles inactiveRoles { name } } }").await.data()["viewer"].clone();
    assert_eq!(active, json!({ "roles": ["boss", "payer", "user"], "inactiveRoles": [{ "name": "buyer" }] }));
    assert_eq!(it.suite.names("user", &ana.id, "roles { name }").await, ["boss", "buyer", "user"]);
}
