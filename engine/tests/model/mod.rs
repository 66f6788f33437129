//! A model by names whose roles are found by id.

use chrono::DateTime;
use engine::case::{RoleGrant, RoleInheritance, UserRole};
use engine::{
    Assignment, AssignmentId, Facts, PermissionFacts, PermissionId, PermissionName, Policy, RoleFacts, RoleId,
    RoleName, Subject, UserId, Validity,
};
use uuid::Uuid;

/// Users, roles, permissions and the relations between them.
pub(crate) struct Model {
    pub(crate) users: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) permissions: Vec<String>,
    pub(crate) user_roles: Vec<UserRole>,
    pub(crate) role_permissions: Vec<RoleGrant>,
    pub(crate) role_hierarchy: Vec<RoleInheritance>,
}

impl Model {
    /// The policy of the model.
    pub(crate) fn policy(&self) -> Policy {
        let roles = self.roles.iter().map(|name| self.role_facts(name)).collect();
        let permissions = self.permissions.iter().map(|name| {
            PermissionFacts::new(self.permission(name), PermissionName::parse(name).expect("a permission's name"))
        });
        let facts = Facts { revision: 1, roles, permissions: permissions.collect(), constraints: Vec::new() };
        Policy::build(facts).expect("the model makes a policy")
    }

    /// A user; without assignments when the model lacks the name.
    pub(crate) fn subject(&self, user: &str) -> Subject {
        let assignments = self.user_roles.iter().filter(|held| held.user == user).map(|held| Assignment {
            id: AssignmentId::new(Uuid::nil()),
            role: self.role(&held.role),
            assigned_at: DateTime::UNIX_EPOCH,
            validity: Validity::default(),
        });
        let id = UserId::new(id(&self.users, user).unwrap_or(Uuid::nil()));
        Subject { assignments: assignments.collect(), ..Subject::new(id) }
    }

    pub(crate) fn role(&self, name: &str) -> RoleId {
        RoleId::new(id(&self.roles, name).expect("a role of the model"))
    }

    fn permission(&self, name: &str) -> PermissionId {
        PermissionId::new(id(&self.permissions, name).expect("a permission of the model"))
    }

    fn role_facts(&self, name: &str) -> RoleFacts {
        let grants = self.role_permissions.iter().filter(|grant| grant.role == name);
        let juniors = self.role_hierarchy.iter().filter(|inheritance| inheritance.senior == name);
        RoleFacts {
            grants: grants.map(|grant| self.permission(&grant.permission)).collect(),
            inherits_from: juniors.map(|inheritance| self.role(&inheritance.junior)).collect(),
            ..RoleFacts::new(self.role(name), RoleName::parse(name).expect("a role's name"))
        }
    }
}

/// The id that stands for a name's position in a list.
fn id(names: &[String], name: &str) -> Option<Uuid> {
    let position = names.iter().position(|known| known == name)?;
    Some(Uuid::from_u128(position as u128 + 1))
}
