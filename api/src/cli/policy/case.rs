//! The format of case files.

use engine::case::{Model, SodSet};
use serde::Deserialize;

/// A line: a model and its checks. Other keys, such as a name or a source, are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Case {
    pub(super) model: ModelLine,
    #[serde(default)]
    pub(super) checks: Vec<Check>,
    /// The expected error of an invalid model.
    pub(super) refused: Option<String>,
}

/// A check and its expected decision.
#[derive(Debug, Deserialize)]
pub(super) struct Check {
    pub(super) user: String,
    pub(super) permission: String,
    pub(super) expect: bool,
}

/// A model. Unknown keys are errors, since a misspelt key would change the model.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ModelLine {
    users: Vec<String>,
    roles: Vec<String>,
    permissions: Vec<String>,
    user_roles: Vec<(String, String)>,
    role_permissions: Vec<(String, String)>,
    role_patterns: Vec<(String, String)>,
    role_hierarchy: Vec<(String, String)>,
    user_permissions: Vec<(String, String)>,
    ssd: Vec<SetLine>,
    dsd: Vec<SetLine>,
}

#[derive(Debug, Deserialize)]
struct SetLine {
    #[serde(default)]
    name: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    permissions: Vec<String>,
    cardinality: usize,
}

impl Case {
    /// Parses a line.
    ///
    /// # Errors
    /// What is wrong, and at which column.
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let message = error.to_string();
            format!("{} (column {})", message.strip_suffix(&place).unwrap_or(&message), error.column())
        })
    }
}

impl From<ModelLine> for Model {
    fn from(line: ModelLine) -> Self {
        let set = |SetLine { name, roles, permissions, cardinality }| SodSet { name, roles, permissions, cardinality };
        Self {
            users: line.users,
            roles: line.roles,
            permissions: line.permissions,
            user_roles: line.user_roles.into_iter().map(Into::into).collect(),
            role_permissions: line.role_permissions.into_iter().map(Into::into).collect(),
            role_patterns: line.role_patterns.into_iter().map(Into::into).collect(),
            role_hierarchy: line.role_hierarchy.into_iter().map(Into::into).collect(),
            user_permissions: line.user_permissions.into_iter().map(Into::into).collect(),
            ssd: line.ssd.into_iter().map(set).collect(),
            dsd: line.dsd.into_iter().map(set).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: &str) -> String {
        Case::parse(line.as_bytes()).expect_err("malformed")
    }

    #[test]
    fn omitted_keys_are_empty() {
        let case = Case::parse(br#"{"model": {"ssd": [{"roles": ["a", "b"], "cardinality": 2}]}}"#).expect("a case");
        let model = Model::from(case.model);
        assert!(case.checks.is_empty() && case.refused.is_none() && model.users.is_empty() && model.dsd.is_empty());
        assert_eq!((model.ssd[0].name.as_str(), model.ssd[0].cardinality), ("", 2));
    }

    #[test]
    fn a_malformed_line_is_reported_with_its_column() {
        assert_eq!(fault("{"), "EOF while parsing an object (column 1)");
        assert_eq!(fault("{}"), "missing field `model` (column 2)");
        let message = fault(r#"{"model": {"user_role": []}}"#);
        assert!(message.starts_with("unknown field `user_role`, expected one of `users`"), "{message}");
        let message = fault(r#"{"model": {}, "checks": [{"user": "a", "permission": "p"}]}"#);
        assert_eq!(message, "missing field `expect` (column 57)");
        let message = fault(r#"{"model": {"user_roles": [["a"]]}}"#);
        assert!(message.starts_with("invalid length 1, expected a tuple of size 2"), "{message}");
    }
}
