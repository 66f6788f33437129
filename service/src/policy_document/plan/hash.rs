//! The name of a plan.

use super::changes::{PlannedAction, PlannedChange};
use crate::crypto::sha256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Distinguishes hashes of other forms of a plan.
const PREFIX: &str = "keyward policy plan 1";

/// The hash of a plan. It covers the revision of the policy and each change with its states before and after, so that a
/// plan of another policy, or of the same with other descriptions of what it changes, has another hash.
pub(super) fn of(base_revision: u64, changes: &[PlannedChange]) -> String {
    let mut content = Vec::new();
    let mut add = |part: &str| {
        // The length before each part tells parts apart whatever they contain.
        content.extend_from_slice(&(part.len() as u64).to_be_bytes());
        content.extend_from_slice(part.as_bytes());
    };
    add(PREFIX);
    add(&base_revision.to_string());
    for change in changes {
        add(match change.action {
            PlannedAction::Create => "create",
            PlannedAction::Update => "update",
            PlannedAction::Delete => "delete",
        });
        add(change.object_type.as_str());
        add(&change.key);
        add(&change.before.as_ref().map(Value::to_string).unwrap_or_default());
        add(&change.after.as_ref().map(Value::to_string).unwrap_or_default());
    }
    URL_SAFE_NO_PAD.encode(sha256(&content))
}
