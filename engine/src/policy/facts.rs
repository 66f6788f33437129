//! The facts that a policy was made from.

use super::Policy;
use crate::table::Entry;
use crate::{Facts, PermissionFacts, PermissionId, RoleFacts, RoleId, RoleName};

/// A role of a policy, without its links: those are functions of [`Policy`].
///
/// ```
/// # use uuid::Uuid;
/// # use engine::{Facts, Policy, RoleFacts, RoleName};
/// let clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// let policy = Policy::build(Facts { roles: vec![clerk], ..Facts::default() })?;
/// let names: Vec<&str> = policy.roles().map(|role| role.name.as_str()).collect();
/// assert_eq!(names, ["clerk"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KnownRole {
    /// Identifier.
    pub id: RoleId,
    /// Unique name.
    pub name: RoleName,
    /// Whether the role is built in: it cannot be deleted or renamed.
    pub is_system: bool,
    /// Whether every new account is assigned the role.
    pub is_default: bool,
    /// Whether the role is inactive at login until it is activated.
    pub requires_activation: bool,
    /// Policy revision at which the role, its grants or its inheritance last changed.
    pub revision: u64,
}

impl From<&RoleFacts> for KnownRole {
    fn from(facts: &RoleFacts) -> Self {
        Self {
            id: facts.id,
            name: facts.name.clone(),
            is_system: facts.is_system,
            is_default: facts.is_default,
            requires_activation: facts.requires_activation,
            revision: facts.revision,
        }
    }
}

impl Entry for KnownRole {
    type Id = RoleId;
    const IGNORES_CASE: bool = true;

    fn id(&self) -> RoleId {
        self.id
    }

    fn name(&self) -> &str {
        self.name.as_str()
    }
}

impl Entry for PermissionFacts {
    type Id = PermissionId;
    const IGNORES_CASE: bool = false;

    fn id(&self) -> PermissionId {
        self.id
    }

    fn name(&self) -> &str {
        self.name.as_str()
    }
}

/// Facts.
impl Policy {
    /// All facts, sorted by name and without duplicates: `roles`, `permissions` and `constraints`, each role's `grants`,
    /// `patterns` and `inherits_from`, each constraint's `roles` and `permissions`.
    #[must_use]
    pub fn to_facts(&self) -> Facts {
        Facts {
            revision: self.revision,
            roles: self.roles().filter_map(|role| self.role_facts(role.id)).collect(),
            permissions: self.permissions().cloned().collect(),
            constraints: self.constraints().to_vec(),
        }
    }

    /// The facts of a role: its attributes, and its grants, patterns and immediate juniors by name.
    #[must_use]
    pub fn role_facts(&self, role: RoleId) -> Option<RoleFacts> {
        let position = self.role_position(role)?;
        let KnownRole { id, name, is_system, is_default, requires_activation, revision } = self.role(role)?.clone();
        let granted = self.grants.of_role(position).iter().map(|&permission| permission as usize);
        Some(RoleFacts {
            id,
            name,
            is_system,
            is_default,
            requires_activation,
            revision,
            grants: self.permissions_by_name(granted).map(|permission| permission.id).collect(),
            patterns: self.patterns.of_role_by_text(position),
            inherits_from: self.inherits_from(id),
        })
    }
}
