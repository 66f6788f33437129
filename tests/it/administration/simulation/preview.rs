//! Dry runs: each mutation that has one is previewed before it is made. The preview changes nothing, its outcome is that of
//! the mutation, and its impact is the difference between the effective permissions of all users before and after.

use super::answers::outcome;
use super::invariants::{CheckResult, Violation};
use super::patterns::is_permission;
use super::requests::{document, is_argument};
use super::runner::{Outcome, Runner, VIEWER};
use super::step::{Operation, Step};
use super::world::{Names, World};
use entity::audit_event;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::App;

/// Actions of built-in permissions that do not make an administrator.
const READING: [&str; 3] = ["read", "check", "explain"];

/// The outcome and the impact of a mutation or of its dry run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Result {
    pub outcome: Outcome,
    pub impact: Value,
}

impl Runner {
    /// Runs the mutation of a step dry, if it can be.
    pub(super) async fn preview(&mut self, step: &Step) -> std::result::Result<Option<Result>, Violation> {
        let Step::Do { by, operation } = step else { return Ok(None) };
        let field = operation.field();
        if !is_argument(field, "dryRun") {
            return Ok(None);
        }
        let mut arguments = self.ids.arguments(operation).expect("everything is there");
        arguments["dryRun"] = json!(true);
        // An expired access token is refreshed, which is audited, before the traces are counted.
        self.send(by, VIEWER, json!({})).await;
        let traces = traces(self.app()).await;
        let answer = self.send(by, &document(field, &arguments), arguments).await;
        let outcome = outcome(&answer, field);
        // A denial by the guard is audited in any case.
        let is_denied = matches!(outcome.as_deref(), Some("FORBIDDEN" | "REAUTHENTICATION_REQUIRED"));
        let left = self::traces(self.app()).await;
        if if is_denied { left.revision != traces.revision } else { left != traces } {
            return Err(violation(format!("a dry run of {field} left a trace")));
        }
        let payload = &answer.body["data"][field];
        if !payload["deletedId"].is_null() {
            return Err(violation(format!("a dry run says that it deleted: {payload}")));
        }
        Ok(Some(Result { outcome, impact: payload["impact"].clone() }))
    }

    /// Ids of users, deleted ones included.
    fn id_of(&self, user: &str) -> &str {
        self.ids.users.get(user).or_else(|| self.former_users.get(user)).expect("an id")
    }

    /// The mutation had the outcome and the impact of its preview, and the impact is the difference of the worlds.
    pub(super) fn check_impact(
        &self,
        step: &Step,
        preview: Option<&Result>,
        made: &Result,
        after: &World,
    ) -> CheckResult {
        let Step::Do { operation, .. } = step else { return Ok(()) };
        if let Some(preview) = preview
            && !same(preview, made)
        {
            return Err(violation(format!("the preview was {preview:?}, the mutation {made:?}")));
        }
        if made.outcome.is_some() || !is_assessed(operation) {
            return Ok(());
        }
        let expected = self.impact(after);
        let is_equal = |field: &str| made.impact[field].is_null() || made.impact[field] == expected[field];
        let fields = [
            "usersAffected",
            "sessionsAffected",
            "permissionsGained",
            "permissionsLost",
            "newAdministrators",
            "deltas",
        ];
        let is_there = !made.impact["usersAffected"].is_null();
        if is_there && fields.into_iter().all(is_equal) {
            return Ok(());
        }
        Err(violation(format!("the impact is {}, predicted {expected}", made.impact)))
    }

    /// What the difference between this world and the one after does to users.
    fn impact(&self, after: &World) -> Value {
        let before = &self.world;
        let held = |world: &World, user: &str| -> Names {
            world.potential(user).into_iter().filter(|name| is_permission(name)).collect()
        };
        let users: Names = before.users.keys().chain(after.users.keys()).cloned().collect();
        let (mut gained, mut lost, mut sessions) = (0, 0, 0);
        let (mut deltas, mut administrators) = (BTreeMap::new(), BTreeMap::new());
        for user in &users {
            let (held_before, held_after) = (held(before, user), held(after, user));
            let new: Names = held_after.difference(&held_before).cloned().collect();
            let gone: Names = held_before.difference(&held_after).cloned().collect();
            let id = self.id_of(user).to_owned();
            if is_usable(before, user) != is_usable(after, user) || !new.is_empty() || !gone.is_empty() {
                sessions += before.sessions.values().filter(|session| session.user == *user).count();
            }
            if !administers(before, &held_before) && administers(after, &held_after) {
                administrators.insert(id.clone(), json!({ "id": id }));
            }
            if !new.is_empty() || !gone.is_empty() {
                let counts = (new.len(), gone.len());
                let delta = json!({ "user": { "id": id }, "gained": new, "lost": gone, "gainedCount": counts.0, "lostCount": counts.1 });
                deltas.insert(id, delta);
            }
            gained += new.len();
            lost += gone.len();
        }
        json!({
            "usersAffected": deltas.len(),
            "sessionsAffected": sessions,
            "permissionsGained": gained,
            "permissionsLost": lost,
            "newAdministrators": Vec::from_iter(administrators.into_values()),
            "deltas": Vec::from_iter(deltas.into_values()),
        })
    }
}

/// What a change leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct Traces {
    events: u64,
    revision: u64,
}

async fn traces(app: &App) -> Traces {
    // In the background the service audits the ends of assignments and the number of repeated refusals.
    let events = audit_event::Entity::find()
        .filter(audit_event::Column::ActorLabel.ne("system"))
        .filter(audit_event::Column::Outcome.eq(audit_event::Outcome::Success));
    let events = events.count(app.database.connection()).await.expect("counts");
    Traces { events, revision: app.service.policy().revision() }
}

/// Whether the payload of the mutation has an impact.
fn is_assessed(operation: &Operation) -> bool {
    super::requests::has_impact(operation.field())
}

/// The payload of a mutation is resolved with the rights that the caller has after it, that of a preview with those before.
fn same(preview: &Result, made: &Result) -> bool {
    let of = |result: &Result| {
        let mut impact = result.impact.clone();
        for guarded in ["newAdministrators", "deltas"] {
            if preview.impact[guarded].is_null() || made.impact[guarded].is_null() {
                impact[guarded] = Value::Null;
            }
        }
        impact
    };
    preview.outcome == made.outcome && of(preview) == of(made)
}

fn is_usable(world: &World, user: &str) -> bool {
    world.users.get(user).is_some_and(|user| !user.is_suspended)
}

fn administers(world: &World, held: &Names) -> bool {
    let is_reading = |name: &String| name.rsplit(':').next().is_some_and(|action| READING.contains(&action));
    held.iter().any(|name| world.permissions.get(name) == Some(&true) && !is_reading(name))
}

fn violation(details: String) -> Violation {
    Violation { invariant: "predicted impact", details }
}
