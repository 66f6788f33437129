//! What undoes a change, as it is stored: a released form is read for as long as revisions are kept.

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// What one object was before a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Undo {
    /// The permission did not exist.
    PermissionCreated(Uuid),
    /// The permission existed.
    PermissionDeleted {
        id: Uuid,
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// The permission had another description.
    PermissionDescribed { id: Uuid, description: Option<String> },
    /// The role did not exist.
    RoleCreated(Uuid),
    /// The role existed.
    RoleDeleted(RoleState),
    /// The role differed.
    RoleChanged(RoleChange),
    /// The constraint did not exist.
    ConstraintCreated(Uuid),
    /// The constraint existed.
    ConstraintDeleted(ConstraintState),
    /// The constraint differed.
    ConstraintChanged(ConstraintChange),
}

/// A whole role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RoleState {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_default: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) requires_activation: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) grants: Vec<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) patterns: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) inherits_from: Vec<Uuid>,
}

/// How a role differed: former values of what changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RoleChange {
    pub(crate) id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The inner `None` is no description.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mentioned")]
    pub(crate) description: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_default: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requires_activation: Option<bool>,
    #[serde(skip_serializing_if = "Difference::is_empty")]
    pub(crate) grants: Difference<Uuid>,
    #[serde(skip_serializing_if = "Difference::is_empty")]
    pub(crate) patterns: Difference<String>,
    #[serde(skip_serializing_if = "Difference::is_empty")]
    pub(crate) inherits_from: Difference<Uuid>,
}

/// A whole constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstraintState {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) is_dynamic: bool,
    pub(crate) limit: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) roles: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) permissions: Vec<Uuid>,
}

/// How a constraint differed: former values of what changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConstraintChange {
    pub(crate) id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The inner `None` is no description.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mentioned")]
    pub(crate) description: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_dynamic: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<usize>,
    #[serde(skip_serializing_if = "Difference::is_empty")]
    pub(crate) roles: Difference<Uuid>,
    #[serde(skip_serializing_if = "Difference::is_empty")]
    pub(crate) permissions: Difference<Uuid>,
}

/// What a change added to a set and removed from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Difference<T> {
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub(crate) added: Vec<T>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub(crate) removed: Vec<T>,
}

impl<T> Default for Difference<T> {
    fn default() -> Self {
        Self { added: Vec::new(), removed: Vec::new() }
    }
}

impl<T> Difference<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Tells a value that is null from one that is not there.
fn mentioned<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differed_is_stored_and_nothing_is_lost() {
        let id = Uuid::from_u128(1);
        let text = id.to_string();
        let cases = [
            (Undo::RoleCreated(id), json!({ "role_created": text })),
            (
                Undo::RoleChanged(RoleChange { id, description: Some(None), ..RoleChange::default() }),
                json!({ "role_changed": { "id": text, "description": null } }),
            ),
            (
                Undo::RoleChanged(RoleChange {
                    id,
                    is_default: Some(false),
                    grants: Difference { added: vec![id], removed: Vec::new() },
                    ..RoleChange::default()
                }),
                json!({ "role_changed": { "id": text, "is_default": false, "grants": { "added": [text] } } }),
            ),
            (
                Undo::PermissionDescribed { id, description: None },
                json!({ "permission_described": { "id": text, "description": null } }),
            ),
        ];
        for (undo, stored) in cases {
            assert_eq!(serde_json::to_value(&undo).unwrap(), stored);
            assert_eq!(serde_json::from_value::<Undo>(stored).unwrap(), undo);
        }
    }
}
