//! What the guards of an operation require.

use super::super::guard::{FieldInfo, Rule};
use super::ownership::PathOwnership;
use async_graphql::parser::types::Field;
use std::sync::Arc;

/// What the guards of a part of a document require.
#[derive(Clone, Debug, Default)]
pub(super) struct Requirements {
    /// Rules that pre-authorized execution requires the caller to meet, distinct.
    pub(super) rules: Vec<Arc<Rule>>,
    /// Whether enforced execution is required.
    pub(super) is_enforced: bool,
    /// Whether a field is introspection.
    pub(super) is_introspection: bool,
    /// Whether an argument is `@sensitive`.
    pub(super) has_secrets: bool,
}

impl Requirements {
    /// Adds the requirements of a sibling.
    pub(super) fn add(&mut self, other: &Self) {
        other.rules.iter().for_each(|rule| self.add_rule(rule));
        self.is_enforced |= other.is_enforced;
        self.is_introspection |= other.is_introspection;
        self.has_secrets |= other.has_secrets;
    }

    /// Adds a field of the type `parent`.
    pub(super) fn add_field(
        &mut self,
        field: &Field,
        parent: &str,
        ownership: PathOwnership,
        info: Option<&FieldInfo>,
    ) {
        let name = field.name.node.as_str();
        self.is_introspection |= matches!(name, "__schema" | "__type");
        let Some(info) = info else {
            // Unknown: validation rejects it, and enforced execution would deny it.
            self.is_enforced |= !name.starts_with("__") && !parent.starts_with("__");
            return;
        };
        let is_secret = |argument: &str| info.arguments.get(argument).is_some_and(|argument| argument.is_sensitive);
        self.has_secrets |= field.arguments.iter().any(|(argument, _)| is_secret(&argument.node));
        self.is_enforced |= info.recent_login.is_some();
        match info.rule.as_ref() {
            Some(rule) if !rule.never_denies() && !ownership.meets(rule) => self.add_rule(rule),
            _ => {}
        }
    }

    fn add_rule(&mut self, rule: &Arc<Rule>) {
        if !self.rules.contains(rule) {
            self.rules.push(Arc::clone(rule));
        }
    }
}
