//! Static and dynamic separation of duty: the same functions over assignments and over live sessions.

use super::Desk;
use serde_json::{Value, json};
use tests::{Acted, Actor, Client, input};

/// Static sets judge assignments, dynamic ones what sessions have active.
const KINDS: [&str; 2] = ["STATIC", "DYNAMIC"];

/// A desk with the roles `payer`, `buyer` and `keeper`, and `boss`, who inherits from the payer.
struct Separation {
    desk: Desk,
    payer: String,
    buyer: String,
    keeper: String,
    boss: String,
}

impl Separation {
    async fn open() -> Self {
        let desk = Desk::open().await;
        let payer = desk.app.role("payer").create().await;
        let buyer = desk.app.role("buyer").create().await;
        let keeper = desk.app.role("keeper").create().await;
        let boss = desk.app.role("boss").inheriting("payer").create().await;
        Self { desk, payer, buyer, keeper, boss }
    }

    async fn create(&self, kind: &str, roles: &[&String], limit: i32) -> Acted {
        let new = json!({ "name": "set", "kind": kind, "roleIds": roles, "limit": limit });
        self.desk.root().await.act("sodConstraintCreate", input(new)).await
    }

    async fn act(&self, field: &str, arguments: Value) -> Acted {
        self.desk.root().await.act(field, arguments).await
    }

    /// Ana, who has these roles and has chosen them all in a session that lives.
    async fn ana(&self, roles: &[&str]) -> Client {
        let ana: Actor = self.desk.app.user("ana").create().await;
        for role in roles {
            let role = self.desk.app.role_id(role).await;
            let _ = self.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.done();
        }
        self.desk.signed_in(&self.desk.log_in("ana", roles).await)
    }

    /// The name, the limit and the roles of each set.
    async fn sets(&self, kind: &str) -> Value {
        let ask = "query ($kind: SodKind) { sodConstraints(kind: $kind) { name limit roles { name } } }";
        let answer = self.desk.root().await.graphql(ask, json!({ "kind": kind })).await;
        answer.data()["sodConstraints"].clone()
    }
}

#[tokio::test]
async fn create_set_refuses_names_in_use_roles_unknown_limits_that_fit_not_and_whoever_breaks_it() {
    for kind in KINDS {
        let it = Separation::open().await;
        let _ana = it.ana(&["boss", "buyer"]).await;
        for (roles, limit, refused) in [
            (vec![&it.payer, &it.buyer], 1, "INVALID input.limit"),
            (vec![&it.payer, &it.buyer], 3, "INVALID input.limit"),
            (vec![&it.payer, &it.desk.gone_role().await], 2, "NOT_FOUND input.roleIds.1"),
            // Authorised roles count: the boss is a payer.
            (vec![&it.payer, &it.buyer], 2, "SOD_VIOLATION input.roleIds"),
            // One role alone would break it.
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
async fn add_role_member_refuses_sets_and_roles_unknown_and_whoever_breaks_it_then() {
    for kind in KINDS {
        let it = Separation::open().await;
        let _ana = it.ana(&["boss", "keeper"]).await;
        let id = it.create(kind, &[&it.payer, &it.buyer], 2).await.id("sodConstraint");
        let add =
            async |id: &str, role: &str| it.act("sodConstraintAddRoles", json!({ "id": id, "roleIds": [role] })).await;
        assert_eq!(add(&it.payer, &it.keeper).await.refused(), "NOT_FOUND id");
        assert_eq!(add(&id, &it.desk.gone_role().await).await.refused(), "NOT_FOUND roleIds.0");
        assert_eq!(add(&id, &it.keeper).await.refused(), "SOD_VIOLATION roleIds", "{kind}");
        let other = it.desk.app.role("other").create().await;
        // The choice for a member that is there already: success without change.
        for _ in 0..2 {
            let _ = add(&id, &other).await.done();
            let roles = json!([{ "name": "buyer" }, { "name": "other" }, { "name": "payer" }]);
            assert_eq!(it.sets(kind).await, json!([{ "name": "set", "limit": 2, "roles": roles }]));
        }
    }
}

#[tokio::test]
async fn delete_role_member_refuses_sets_unknown_and_to_leave_fewer_than_the_limit() {
    for kind in KINDS {
        let it = Separation::open().await;
        let id = it.create(kind, &[&it.payer, &it.buyer, &it.keeper], 2).await.id("sodConstraint");
        let remove = async |id: &str, role: &str| {
            it.act("sodConstraintRemoveRoles", json!({ "id": id, "roleIds": [role] })).await
        };
        assert_eq!(remove(&it.payer, &it.keeper).await.refused(), "NOT_FOUND id");
        // The choice for a member that is not there: success without change.
        for _ in 0..2 {
            let _ = remove(&id, &it.keeper).await.done();
            let roles = json!([{ "name": "buyer" }, { "name": "payer" }]);
            assert_eq!(it.sets(kind).await, json!([{ "name": "set", "limit": 2, "roles": roles }]));
        }
        assert_eq!(remove(&id, &it.buyer).await.refused(), "INVALID roleIds", "{kind}");
    }
}

#[tokio::test]
async fn set_cardinality_refuses_sets_unknown_limits_that_fit_not_and_whoever_breaks_it_then() {
    for kind in KINDS {
        let it = Separation::open().await;
        let _ana = it.ana(&["boss", "buyer"]).await;
        let id = it.create(kind, &[&it.payer, &it.buyer, &it.keeper], 3).await.id("sodConstraint");
        let set = async |id: &str, limit: i32| {
            it.act("sodConstraintUpdate", json!({ "id": id, "input": { "limit": limit } })).await
        };
        assert_eq!(set(&it.payer, 2).await.refused(), "NOT_FOUND id");
        for limit in [1, 4] {
            assert_eq!(set(&id, limit).await.refused(), "INVALID input.limit");
        }
        assert_eq!(set(&id, 2).await.refused(), "SOD_VIOLATION input.limit", "{kind}");
        let ana = it.desk.id_of("ana").await;
        let _ = it.act("userUnassignRoles", json!({ "userId": ana, "roleIds": [it.buyer] })).await.done();
        let _ = set(&id, 2).await.done();
        assert_eq!(it.sets(kind).await[0]["limit"], 2);
    }
}

#[tokio::test]
async fn delete_set_ends_it_and_refuses_one_that_is_not_there() {
    for kind in KINDS {
        let it = Separation::open().await;
        let id = it.create(kind, &[&it.payer, &it.buyer], 2).await.id("sodConstraint");
        let _ = it.act("sodConstraintDelete", json!({ "id": id })).await.done();
        assert_eq!(it.sets(kind).await, json!([]));
        let _ana = it.ana(&["boss", "buyer"]).await;
        assert_eq!(it.act("sodConstraintDelete", json!({ "id": id })).await.refused(), "NOT_FOUND id");
    }
}

#[tokio::test]
async fn sets_are_listed_by_kind_with_their_roles_and_limits() {
    let it = Separation::open().await;
    let id = it.create("STATIC", &[&it.payer, &it.buyer], 2).await.id("sodConstraint");
    let set = json!({ "name": "set", "limit": 2, "roles": [{ "name": "buyer" }, { "name": "payer" }] });
    assert_eq!((it.sets("STATIC").await, it.sets("DYNAMIC").await), (json!([set]), json!([])));
    let ask = "query ($id: ID!) { sodConstraint(id: $id) { name limit roles { name } } }";
    let root = it.desk.root().await;
    assert_eq!(root.graphql(ask, json!({ "id": id })).await.data()["sodConstraint"], set);
    assert!(root.graphql(ask, json!({ "id": it.payer })).await.data()["sodConstraint"].is_null());
}

#[tokio::test]
async fn assign_user_and_add_inheritance_keep_to_static_sets() {
    let it = Separation::open().await;
    let _ = it.create("STATIC", &[&it.payer, &it.buyer], 2).await.done();
    let ana = it.desk.app.user("ana").with_role("boss").create().await;
    let assign = json!({ "userId": ana.id, "roleIds": [it.buyer] });
    assert_eq!(it.act("userAssignRoles", assign).await.refused(), "SOD_VIOLATION roleIds");
    let _ = it.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [it.keeper] })).await.done();
    assert_eq!(it.desk.inherit(&it.keeper, &it.buyer).await.refused(), "SOD_VIOLATION inheritsFromIds");
    // Nobody has it yet, but whoever came to have it would break the set.
    assert_eq!(it.desk.inherit(&it.boss, &it.buyer).await.refused(), "SOD_VIOLATION inheritsFromIds");
}

#[tokio::test]
async fn create_session_and_add_active_role_keep_to_dynamic_sets() {
    let it = Separation::open().await;
    let _ = it.create("DYNAMIC", &[&it.payer, &it.buyer], 2).await.done();
    let ana = it.desk.app.user("ana").with_role("boss").with_role("buyer").create().await;
    // Assigned both, and not both at once, also through what is inherited.
    assert_eq!(it.desk.log_in("ana", &["boss", "buyer"]).await.refused(), "SOD_VIOLATION roles");
    let session = it.desk.signed_in(&it.desk.log_in("ana", &["boss"]).await);
    let refused = session.act("sessionActivateRoles", json!({ "roleIds": [it.buyer] })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    let _ = session.act("sessionDeactivateRoles", json!({ "roleIds": [it.boss] })).await.done();
    let _ = session.act("sessionActivateRoles", json!({ "roleIds": [it.buyer] })).await.done();
    // Without a choice, the older assignment is active.
    let default = it.desk.app.login("ana").await;
    let active = default.ask("{ viewer { roles inactiveRoles { name } } }").await.data()["viewer"].clone();
    assert_eq!(active, json!({ "roles": ["boss", "payer", "user"], "inactiveRoles": [{ "name": "buyer" }] }));
    assert_eq!(it.desk.names("user", &ana.id, "roles { name }").await, ["boss", "buyer", "user"]);
}
