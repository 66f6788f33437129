//! Rights are read again for each root field of a mutation and for its payload: what a field took, or another user
//! meanwhile, neither runs a further field nor shows in a payload.

use super::DESK;
use crate::access::sender;
use api::graphql::schema;
use async_graphql::Variables;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App, PASSWORD};

/// What only readers may see of another user.
const PRIVATE: &str = "username sessions { nodes { ipAddress data } } auditTrail { nodes { action } }";

/// An administrator who may assign roles, and reads users, sessions and the audit log through the role `readers`.
struct Fixture {
    app: App,
    admin: Actor,
    victim: Actor,
    readers: String,
    empty: String,
}

async fn fixture() -> Fixture {
    let app = App::start().await;
    let mut readers = app.role("readers");
    for permission in ["user:read", "session:read", "audit:read", "role:read"] {
        readers = readers.granting(permission);
    }
    let readers = readers.create().await;
    let empty = app.role("empty").create().await;
    let admin = app.user("mallory").with_role("readers").with_permission("role:assign").create().await;
    let victim = app.user("victim").create().await;
    Fixture { app, admin, victim, readers, empty }
}

impl Fixture {
    /// Gives up the role of readers, then assigns a role to the victim and asks for what only readers may see.
    fn document(&self, order: [&str; 2]) -> String {
        let Self { admin, victim, readers, empty, .. } = self;
        let fields = order.map(|field| match field {
            "lose" => format!(
                r#"lose: userUnassignRoles(userId: "{}", roleIds: ["{readers}"]) {{ user {{ username }} userErrors {{ code }} }}"#,
                admin.id
            ),
            _ => format!(
                r#"assign: userAssignRoles(userId: "{}", roleIds: ["{empty}"]) {{ user {{ {PRIVATE} }} userErrors {{ code }} }}"#,
                victim.id
            ),
        });
        format!("mutation {{ {} }}", fields.join(" "))
    }

    async fn roles_of_victim(&self) -> Vec<Value> {
        let document = "query ($id: ID!) { user(id: $id) { roles { name } } }";
        let answer = self.app.admin().await.graphql(document, json!({ "id": self.victim.id })).await;
        answer.data()["user"]["roles"].as_array().expect("roles").clone()
    }
}

#[tokio::test]
async fn a_payload_shows_nothing_that_an_earlier_field_took_from_the_caller() {
    let fixture = fixture().await;
    let answer = fixture.admin.ask(&fixture.document(["lose", "assign"])).await;
    // The caller still sees itself, and the assignment is done.
    assert_eq!(answer.data()["lose"], json!({ "user": { "username": "mallory" }, "userErrors": [] }));
    assert_eq!(answer.data()["assign"], json!({ "user": null, "userErrors": [] }));
    assert!(fixture.roles_of_victim().await.contains(&json!({ "name": "empty" })));
}

#[tokio::test]
async fn a_payload_shows_what_the_caller_may_read_until_a_later_field_takes_it() {
    let fixture = fixture().await;
    let answer = fixture.admin.ask(&fixture.document(["assign", "lose"])).await;
    let seen = &answer.data()["assign"]["user"];
    assert_eq!(
        (&seen["username"], &seen["sessions"]["nodes"][0]["ipAddress"]),
        (&json!("victim"), &json!("127.0.0.1"))
    );
    assert!(seen["auditTrail"]["nodes"].as_array().is_some_and(|events| !events.is_empty()), "{seen}");
}

#[tokio::test]
async fn a_field_s_own_payload_is_judged_with_the_rights_after_its_change() {
    let fixture = fixture().await;
    // Assigned to both: the role is taken from the caller and from the victim by one field.
    let root = fixture.app.admin().await;
    let both = json!({ "userId": fixture.victim.id, "roleIds": [fixture.readers] });
    let _ = root.mutate("userAssignRoles", both).await.done();
    let document = format!(
        r#"mutation {{ roleUnassignUsers(roleId: "{}", userIds: ["{}", "{}"]) {{
            role {{ name }} users {{ username sessions {{ nodes {{ ipAddress }} }} }} userErrors {{ code }} }} }}"#,
        fixture.readers, fixture.admin.id, fixture.victim.id
    );
    let answer = fixture.admin.ask(&document).await;
    let own = json!({ "username": "mallory", "sessions": { "nodes": [{ "ipAddress": "127.0.0.1" }] } });
    assert_eq!(answer.data()["roleUnassignUsers"], json!({ "role": null, "users": [own], "userErrors": [] }));
}

#[tokio::test]
async fn what_another_administrator_took_meanwhile_neither_runs_nor_shows() {
    let fixture = fixture().await;
    let schemas = schema::build().expect("a schema");
    let run = async |text: String, taken: Value, field: &str| {
        // Authenticated before the change, executed after it.
        let request = sender(&fixture.app, Some(&fixture.admin)).await;
        let _ = fixture.app.admin().await.mutate(field, taken).await.done();
        let prepared = schemas.prepare(text, None, Variables::default()).expect("a document");
        serde_json::to_value(schemas.execute(&prepared, &request).await).expect("JSON")
    };
    let assign = format!(
        r#"mutation {{ assign: userAssignRoles(userId: "{}", roleIds: ["{}"]) {{ user {{ {PRIVATE} }} userErrors {{ code }} }} }}"#,
        fixture.victim.id, fixture.empty
    );
    let readers = json!({ "userId": fixture.admin.id, "roleIds": [fixture.readers] });
    let answer = run(assign.clone(), readers, "userUnassignRoles").await;
    assert_eq!(answer["data"]["assign"], json!({ "user": null, "userErrors": [] }), "{answer:#}");

    let assigning = fixture.app.permission_id("role:assign").await;
    let grant = json!({ "userId": fixture.admin.id, "permissionIds": [assigning] });
    let answer = run(assign.clone(), grant.clone(), "userRevokePermissions").await;
    assert_eq!((&answer["data"]["assign"], code(&answer)), (&Value::Null, "FORBIDDEN"), "{answer:#}");

    let _ = fixture.app.admin().await.mutate("userGrantPermissions", grant).await.done();
    let answer = run(assign, json!({ "id": fixture.admin.id }), "userRevokeSessions").await;
    assert_eq!((&answer["data"]["assign"], code(&answer)), (&Value::Null, "UNAUTHENTICATED"), "{answer:#}");
    assert_eq!(answer["errors"][0]["extensions"]["reason"], "REVOKED");
}

#[tokio::test]
async fn deactivated_roles_neither_run_a_further_field_nor_show_its_payload() {
    let app = App::start().await;
    let desk = DESK.iter().fold(app.role("desk"), |role, permission| role.granting(permission)).create().await;
    let manager = app.user("manager").with_role("desk").create().await;
    let document = |names: [&str; 2]| {
        let fields = names.map(|name| match name {
            "off" => format!(r#"off: sessionDeactivateRoles(roleIds: ["{desk}"]) {{ userErrors {{ code }} }}"#),
            name => format!(
                r#"{name}: userCreate(input: {{ username: "{name}" }}) {{ user {{ username }} userErrors {{ code }} }}"#
            ),
        });
        format!("mutation {{ {} }}", fields.join(" "))
    };
    let answer = manager.ask(&document(["off", "anna"])).await;
    assert_eq!(answer.body["data"]["off"], json!({ "userErrors": [] }));
    assert_eq!((&answer.body["data"]["anna"], answer.error()), (&Value::Null, "FORBIDDEN"));
    let again = app.login("manager").await;
    let answer = again.ask(&document(["anna", "off"])).await;
    assert_eq!(answer.data()["anna"], json!({ "user": { "username": "anna" }, "userErrors": [] }));
}

#[tokio::test]
async fn rights_that_an_earlier_field_gave_count_for_the_next() {
    let app = App::start().await;
    let root = app.admin().await;
    let victim = app.user("victim").create().await;
    app.clock.advance(TimeDelta::minutes(11));
    let refreshed = app.anonymous().mutate("refresh", json!({ "refreshToken": root.refresh_token })).await;
    let late = app.anonymous().with_token(refreshed.done()["accessToken"].as_str().expect("a token"));
    let delete = format!(r#"gone: userDelete(id: "{}") {{ deletedId userErrors {{ code }} }}"#, victim.id);
    let alone = late.ask(&format!("mutation {{ {delete} }}")).await;
    assert_eq!(alone.error(), "REAUTHENTICATION_REQUIRED");
    let confirm = format!(r#"confirm: reauthenticate(password: "{PASSWORD}") {{ userErrors {{ code }} }}"#);
    let both = late.ask(&format!("mutation {{ {confirm} {delete} }}")).await;
    assert_eq!(both.data()["gone"], json!({ "deletedId": victim.id, "userErrors": [] }));
}

#[tokio::test]
async fn after_its_session_has_ended_a_caller_runs_no_guarded_field_and_sees_only_its_own() {
    let app = App::start().await;
    let ends = [
        ("logout", r#"end: logout(everywhere: true) { endedSessions userErrors { code } }"#.to_owned()),
        ("userRevokeSessions", r#"end: userRevokeSessions(id: "ME") { endedSessions { id user { username } } userErrors { code } }"#.to_owned()),
        ("userSuspend", r#"end: userSuspend(id: "ME") { user { username roles { assignedUsers { totalCount } } } userErrors { code } }"#.to_owned()),
    ];
    for (name, end) in ends {
        let mut manager = app.user(&format!("manager-{}", name.to_lowercase()));
        for permission in DESK {
            manager = manager.with_permission(permission);
        }
        let manager = manager.with_role("user").create().await;
        let end = end.replace("ME", &manager.id);
        let next = r#"next: userCreate(input: { username: "late" }) { user { username } userErrors { code } }"#;
        let answer = manager.ask(&format!("mutation {{ {end} {next} }}")).await;
        let data = &answer.body["data"];
        assert_eq!(
            (&data["end"]["userErrors"], &data["next"]),
            (&json!([]), &Value::Null),
            "{name}: {:#}",
            answer.body
        );
        let errors = answer.body["errors"].as_array().expect("errors");
        let denied = errors.iter().find(|error| error["path"] == json!(["next"])).expect("the next field is denied");
        assert_eq!(denied["extensions"]["code"], "UNAUTHENTICATED", "{name}");
        assert_eq!(denied["extensions"]["reason"], "REVOKED", "{name}");
        match name {
            "userRevokeSessions" => {
                assert_eq!(data["end"]["endedSessions"][0]["user"]["username"], json!(manager.name));
            }
            "userSuspend" => {
                let user = &data["end"]["user"];
                assert_eq!(user["username"], json!(manager.name));
                // Reading roles took `role:read`, which the session has no more.
                let others = user["roles"]
                    .as_array()
                    .map_or(0, |roles| roles.iter().filter(|role| !role["assignedUsers"].is_null()).count());
                assert_eq!(others, 0, "{user}");
            }
            _ => {}
        }
    }
    assert_eq!(
        app.anonymous().mutate("login", json!({ "username": "late", "password": PASSWORD })).await.refused(),
        "INVALID_CREDENTIALS"
    );
}

#[tokio::test]
async fn a_denied_later_field_is_audited_like_any_other() {
    let fixture = fixture().await;
    let assigning = fixture.app.permission_id("role:assign").await;
    let granting =
        json!({ "userId": fixture.admin.id, "permissionIds": [fixture.app.permission_id("permission:grant").await] });
    let _ = fixture.app.admin().await.mutate("userGrantPermissions", granting).await.done();
    let document = format!(
        r#"mutation {{ lose: userRevokePermissions(userId: "{0}", permissionIds: ["{assigning}"]) {{ userErrors {{ code }} }}
            assign: userAssignRoles(userId: "{1}", roleIds: ["{2}"]) {{ userErrors {{ code }} }} }}"#,
        fixture.admin.id, fixture.victim.id, fixture.empty
    );
    let answer = fixture.admin.ask(&document).await;
    assert_eq!(answer.error(), "FORBIDDEN");
    let log = "query ($actor: ID!) { auditLog(first: 1, filter: { actorId: $actor, outcome: DENIED }) {
        nodes { summary reason } } }";
    let log = fixture.app.admin().await.graphql(log, json!({ "actor": fixture.admin.id })).await;
    let entry = log.data()["auditLog"]["nodes"][0].clone();
    assert!(entry.to_string().contains("userAssignRoles") && entry.to_string().contains("role:assign"), "{entry}");
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}
