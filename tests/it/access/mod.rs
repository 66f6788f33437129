//! Access control over everything that the schema publishes.

mod coverage;
mod execution;
mod field_guards;
mod matrix;
mod ownership;
mod recent_login;
mod roles;
mod selections;
mod startup;
mod visibility;

pub(crate) use execution::sender;
use serde_json::Value;
use tests::{Actor, App};

/// A second user with a role and a permission, whose objects other callers try to reach.
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
