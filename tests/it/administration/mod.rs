//! Administration that cannot be used to escalate: invariants R1 to R5 and R9, on every mutation.

mod conferral;
mod import;
mod incidents;
mod late;
mod scheming;
mod truth;

use serde_json::{Value, json};
use tests::{Actor, App};

/// Every permission that a mutation asks for, but none of what an application's boss may do.
pub(crate) const DESK: [&str; 12] = [
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
];

/// What the boss may do and the delegated manager may not.
pub(crate) const VAULT: &str = "vault:open";

/// An installation with somebody who may do all that a mutation asks for (`manager`), and somebody and
/// something that are beyond them.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) manager: Actor,
    /// Has the role `boss`.
    pub(crate) boss: Actor,
    /// Has nothing.
    pub(crate) clerk: Actor,
    /// The id of the role `boss`, which opens the vault.
    pub(crate) boss_role: String,
    /// The id of the role `desk`, which the manager has.
    pub(crate) desk_role: String,
    /// The id of a role that holds nothing.
    pub(crate) empty_role: String,
    /// The id of the permission.
    pub(crate) vault: String,
}

impl House {
    pub(crate) async fn build() -> Self {
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
        Self { app, manager, boss, clerk, boss_role, desk_role, empty_role, vault }
    }

    /// The whole of what decisions rest on, as the administrator sees it, sessions included.
    pub(crate) async fn facts(&self) -> Value {
        let document = "{
            users(first: 10) { nodes { id username email status displayName roles { name }
                directPermissions { name } sessions(first: 5) { nodes { id } } } }
            roles(first: 10) { nodes { id name description isDefault version permissions { name } inheritsFrom { name } } }
            permissions(first: 50) { nodes { id name description } } }";
        self.app.admin().await.ask(document).await.data().clone()
    }

    /// The names in what the manager tried last that was refused, newest first.
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
