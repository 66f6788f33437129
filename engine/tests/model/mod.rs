//! A model by names: users, roles, permissions and the relations between them.

use chrono::DateTime;
use engine::{
    AccountStatus, Activation, Assignment, AssignmentId, Facts, PermissionFacts, PermissionId, PermissionName, Policy,
    RoleFacts, RoleId, RoleName, Subject, UserId, Validity,
};
use uuid::Uuid;

/// One end of a relation, and the other.
type Pairs = Vec<(String, String)>;

/// A model whose roles are to be spoken of by id.
pub(crate) struct Model {
    pub(crate) users: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) permissions: Vec<String>,
    pub(crate) user_roles: Pairs,
    pub(crate) role_permissions: Pairs,
    /// Seniors and juniors.
    pub(crate) role_hierarchy: Pairs,
}

impl Model {
    /// The policy that the model makes.
    pub(crate) fn policy(&self) -> Policy {
        let roles = self.roles.iter().map(|name| self.role_facts(name)).collect();
        let permissions = self.permissions.iter().map(|name| PermissionFacts {
            id: self.permission(name),
            name: PermissionName::parse(name).expect("a permission's name"),
            is_system: false,
        });
        let facts = Facts { revision: 1, roles, permissions: permissions.collect(), constraints: Vec::new() };
        Policy::build(facts).expect("the model makes a policy")
    }

    /// One user, without rights when the model lacks the name.
    pub(crate) fn subject(&self, user: &str) -> Subject {
        let assignments = seconds(&self.user_roles, user).map(|role| Assignment {
            id: AssignmentId::new(Uuid::nil()),
            role: self.role(role),
            assigned_at: DateTime::UNIX_EPOCH,
            validity: Validity::default(),
        });
        Subject {
            user: UserId::new(place(&self.users, user).unwrap_or(Uuid::nil())),
            status: AccountStatus::Active,
            revision: 1,
            assignments: assignments.collect(),
            grants: Vec::new(),
            activation: Activation::All,
        }
    }

    pub(crate) fn role(&self, name: &str) -> RoleId {
        RoleId::new(place(&self.roles, name).expect("a role of the model"))
    }

    fn permission(&self, name: &str) -> PermissionId {
        PermissionId::new(place(&self.permissions, name).expect("a permission of the model"))
    }

    fn role_facts(&self, name: &str) -> RoleFacts {
        RoleFacts {
            id: self.role(name),
            name: RoleName::parse(name).expect("a role's name"),
            is_system: false,
            is_default: false,
            requires_activation: false,
            revision: 1,
            grants: seconds(&self.role_permissions, name).map(|name| self.permission(name)).collect(),
            inherits_from: seconds(&self.role_hierarchy, name).map(|name| self.role(name)).collect(),
        }
    }
}

/// What stands beside a name in a relation.
fn seconds<'a>(pairs: &'a Pairs, first: &'a str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |pair| pair.0 == first).map(|pair| pair.1.as_str())
}

/// A name's place in a list as an id.
fn place(names: &[String], name: &str) -> Option<Uuid> {
    let place = names.iter().position(|known| known == name)?;
    Some(Uuid::from_u128(place as u128 + 1))
}
