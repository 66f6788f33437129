//! The lines of case files.

use engine::case::{Model, Pairs, RoleSet};
use serde::Deserialize;

/// A line: a model and what is asked of it. What else it holds, such as a name or a source, is passed over.
#[derive(Debug, Deserialize)]
pub(super) struct Case {
    pub(super) model: ModelLine,
    #[serde(default)]
    pub(super) checks: Vec<Check>,
    /// Why the model is refused, where it is.
    pub(super) refused: Option<String>,
}

/// A question and the answer expected.
#[derive(Debug, Deserialize)]
pub(super) struct Check {
    pub(super) user: String,
    pub(super) permission: String,
    pub(super) expect: bool,
}

/// A model as it is written. A key that is not one of these is a mistake that would change what the model says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ModelLine {
    users: Vec<String>,
    roles: Vec<String>,
    permissions: Vec<String>,
    user_roles: Pairs,
    role_permissions: Pairs,
    role_hierarchy: Pairs,
    user_permissions: Pairs,
    ssd: Vec<SetLine>,
    dsd: Vec<SetLine>,
}

#[derive(Debug, Deserialize)]
struct SetLine {
    #[serde(default)]
    name: String,
    roles: Vec<String>,
    cardinality: usize,
}

impl Case {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it, and at which column.
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let told = error.to_string();
            format!("{} (column {})", told.strip_suffix(&place).unwrap_or(&told), error.column())
        })
    }
}

impl From<ModelLine> for Model {
    fn from(line: ModelLine) -> Self {
        let set = |SetLine { name, roles, cardinality }| RoleSet { name, roles, cardinality };
        Self {
            users: line.users,
            roles: line.roles,
            permissions: line.permissions,
            user_roles: line.user_roles,
            role_permissions: line.role_permissions,
            role_hierarchy: line.role_hierarchy,
            user_permissions: line.user_permissions,
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
    fn what_is_left_out_is_empty() {
        let case = Case::parse(br#"{"model": {"ssd": [{"roles": ["a", "b"], "cardinality": 2}]}}"#).expect("a case");
        let model = Model::from(case.model);
        assert!(case.checks.is_empty() && case.refused.is_none() && model.users.is_empty() && model.dsd.is_empty());
        assert_eq!((model.ssd[0].name.as_str(), model.ssd[0].cardinality), ("", 2));
    }

    #[test]
    fn what_is_malformed_is_told_with_its_column() {
        assert_eq!(fault("{"), "EOF while parsing an object (column 1)");
        assert_eq!(fault("{}"), "missing field `model` (column 2)");
        let told = fault(r#"{"model": {"user_role": []}}"#);
        assert!(told.starts_with("unknown field `user_role`, expected one of `users`"), "{told}");
        let told = fault(r#"{"model": {}, "checks": [{"user": "a", "permission": "p"}]}"#);
        assert_eq!(told, "missing field `expect` (column 57)");
        let told = fault(r#"{"model": {"user_roles": [["a"]]}}"#);
        assert!(told.starts_with("invalid length 1, expected a tuple of size 2"), "{told}");
    }
}
