//! The audit log: changes, logins and denials, their visibility, and the absence of secrets.

mod accounts;
mod actions;
mod denials;
mod events;
mod filters;
mod retention;
mod secrets;
mod targets;
mod visibility;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use tests::{App, Client};

/// An instant from which the log is read.
struct Since(String);

impl Since {
    /// Now, after all changes so far.
    fn now(app: &App) -> Self {
        app.clock.advance(TimeDelta::milliseconds(1));
        Self(app.service.now().to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    /// The entries written since then, oldest first.
    async fn entries(&self, reader: &Client) -> Vec<Value> {
        log(reader, json!({ "since": self.0 })).await
    }
}

/// The entries that match a filter, oldest first.
async fn log(reader: &Client, filter: Value) -> Vec<Value> {
    let document = "query ($filter: AuditFilter) {
        auditLog(first: 100, filter: $filter, orderBy: { direction: ASC }) { totalCount nodes {
            id at action outcome actor { id } actorLabel targetType targetId targetLabel summary before after
            reason ipAddress userAgent requestId } } }";
    let answer = reader.graphql(document, json!({ "filter": filter })).await;
    let found = &answer.data()["auditLog"];
    let entries = found["nodes"].as_array().expect("entries").clone();
    assert_eq!(found["totalCount"], entries.len());
    entries
}

/// The actions of entries, in order.
fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["action"].as_str().expect("an action")).collect()
}
