//! Administration without privilege escalation: invariants R1 to R5 and R9, on every mutation.

mod authority;
mod concurrency;
mod deletions;
mod import;
mod incidents;
mod present_rights;
mod preview;
mod simulation;
mod user_errors;
mod viewer_fields;

use serde_json::{Value, json};
use tests::{Actor, App};

/// Every permission that a mutation requires.
pub(crate) const DESK: [&str; 14] = [
    "user:read",
    "user:write",
    "user:delete",
    "role:read",
    "role:write",
    "role:delete",
    "role:assign",
    "permission:read",
    "permission:write",
    "permission:grant",
    "session:read",
    "session:revoke",
    "sod:read",
    "sod:write",
];

/// The permission that the boss holds and the delegated manager lacks.
pub(crate) const VAULT: &str = "vault:open";

/// An installation with a manager who holds every permission that a mutation requires, and with a user and a role
/// beyond that manager's authority.
#[derive(Debug)]
pub(crate) struct Fixture {
    pub(crate) app: App,
    pub(crate) manager: Actor,
    /// Has the role `boss`.
    pub(crate) boss: Actor,
    /// A user without roles.
    pub(crate) clerk: Actor,
    /// The id of the role `boss`, which grants `vault:open`.
    pub(crate) boss_role: String,
    /// The id of the role `desk`, which the manager has.
    pub(crate) desk_role: String,
    /// The id of a role without permissions.
    pub(crate) empty_role: String,
    /// The id of the permission.
    pub(crate) vault: String,
    /// The id of a constraint on `boss` and two roles without permissions.
    pub(crate) boss_set: String,
    /// The id of a constraint on these two roles.
    pub(crate) desk_set: String,
    /// The id of one of these two roles.
    pub(crate) rival: String,
}

impl Fixture {
    pub(crate) async fn create() -> Self {
        let app = App::start().await;
        app.admin().await;
        let mut desk = app.role("desk");
        for name in DESK {
            desk = desk.granting(name);
        }
        let desk_role = desk.create().await;
        let boss_role = app.role("boss").granting(VAULT).create().await;
        let empty_role = app.role("empty").create().await;
        let manager = app.user("manager").with_role("desk").create().await;
        let boss = app.user("boss").with_role("boss").create().await;
        let clerk = app.user("clerk").create().await;
        let vault = app.permission_id(VAULT).await;
        let constrain = async |name: &str, roles: &[&String]| {
            let set = json!({ "name": name, "kind": "DYNAMIC", "roleIds": roles });
            app.admin().await.mutate("sodConstraintCreate", tests::input(set)).await.id("sodConstraint")
        };
        let [rival, other] = [app.role("rival").create().await, app.role("other").create().await];
        let boss_set = constrain("boss set", &[&boss_role, &rival, &other]).await;
        let desk_set = constrain("desk set", &[&rival, &other]).await;
        Self { app, manager, boss, clerk, boss_role, desk_role, empty_role, vault, boss_set, desk_set, rival }
    }

    /// All data that decisions depend on, as the administrator reads it, sessions included.
    pub(crate) async fn facts(&self) -> Value {
        let document = "{
            users(first: 10) { nodes { id username email status displayName roles { name }
                directPermissions { name } sessions(first: 5) { nodes { id } } } }
            roles(first: 10) { nodes { id name description isDefault version permissions { name } inheritsFrom { name } } }
            permissions(first: 50) { nodes { id name description } }
            sodConstraints { id name description limit roles { name } } }";
        self.app.admin().await.ask(document).await.data().clone()
    }

    /// The permission names in the manager's last denied attempt, newest first.
    pub(crate) async fn denials(&self) -> Vec<String> {
        let document = "query ($actor: ID!) { auditLog(first: 50, filter: { actorId: $actor, outcome: DENIED }) {
            nodes { action reason } } }";
        let log = self.app.admin().await.graphql(document, json!({ "actor": self.manager.id })).await;
        let entries = log.data()["auditLog"]["nodes"].as_array().expect("entries").clone();
        entries
            .iter()
            .map(|entry| format!("{} {}", entry["action"].as_str().unwrap_or_default(), entry["reason"]))
            .collect()
    }
}
