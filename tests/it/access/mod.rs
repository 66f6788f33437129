//! Who reaches what: proved by going through everything the schema publishes.

mod boot;
mod coverage;
mod lanes;
mod matrix;
mod own;
mod recent_login;
mod roles;
mod veil;
mod wraps;

use serde_json::Value;
use tests::{Actor, App};

/// A second person with a role and a permission of its own, for others to try to reach.
#[derive(Debug)]
struct Victim {
    user: Actor,
    role: String,
    permission: String,
    session: String,
    assignment: String,
    event: String,
}

impl Victim {
    async fn create(app: &App) -> Self {
        let role = app.role("victims").granting("vault:open").create().await;
        let user = app.user("victim").with_role("victims").create().await;
        let document = "{ me { roleAssignments { id role { name } } auditTrail(first: 1) { nodes { id } } }
            viewer { session { id } } }";
        let answer = user.ask(document).await;
        let data = answer.data();
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let assignments = data["me"]["roleAssignments"].as_array().expect("a list");
        let assignment = assignments.iter().find(|held| held["role"]["name"] == "victims").expect("the assignment");
        Self {
            role,
            permission: app.permission_id("vault:open").await,
            session: text(&data["viewer"]["session"]["id"]),
            assignment: text(&assignment["id"]),
            event: text(&data["me"]["auditTrail"]["nodes"][0]["id"]),
            user,
        }
    }
}
