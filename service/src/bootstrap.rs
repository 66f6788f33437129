//! The bootstrap of an installation: the permissions and roles that guards name, `rbac:escalate`, the role
//! `superadmin`, which holds every permission by rule, and the default role `user`, which holds none.

use crate::audit::{self, Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::permissions;
use crate::roles;
use crate::{Error, Result, Service, boxed};
use engine::{PermissionId, PermissionName, Permit, PermitKind, Policy, Proposal, RoleId, RoleName, SUPERADMIN};
use std::collections::BTreeSet;

/// The permission that lifts the limits of authority.
pub use engine::ESCALATE;
/// The role that every new account is assigned.
pub const DEFAULT_ROLE: &str = "user";

/// Creates what is missing; a second run changes nothing. `user` is created only together with `superadmin`, so that a
/// deleted default role stays deleted.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn run(
    service: &Service,
    system_permissions: &[PermissionName],
    system_roles: &[RoleName],
) -> Result<()> {
    let mut required =
        Required { permissions: system_permissions.iter().cloned().collect(), roles: system_roles.to_vec() };
    required.permissions.insert(PermissionName::parse(ESCALATE).map_err(|error| Error::Internal(error.into()))?);
    // Read without the lock first, so that an ordinary startup waits for no change.
    if Missing::in_policy(&service.policy(), &required).is_empty() {
        return Ok(());
    }
    let act = Act::new("bootstrap", Target::new(TargetType::Policy, None, None));
    service.change(&service.as_system(), act, Ok(required), |change, required| create_missing(change, required)).await
}

#[boxed]
async fn create_missing(change: &mut Change<'_>, required: Required) -> Result<()> {
    let missing = Missing::in_policy(change.policy(), &required);
    if missing.is_empty() {
        return Ok(());
    }
    let permit = change.permit(Proposal::Unrestricted, &[])?;
    missing.create_permissions(change, &permit).await?;
    missing.create_roles(change, &permit).await
}

/// Permissions and roles that guards name.
#[derive(Debug)]
struct Required {
    permissions: BTreeSet<PermissionName>,
    roles: Vec<RoleName>,
}

/// Permissions and roles that an installation lacks.
#[derive(Debug)]
struct Missing {
    /// Permissions that are not registered.
    permissions: Vec<PermissionName>,
    /// Permissions that were registered before a guard named them.
    custom_permissions: Vec<PermissionId>,
    /// Roles that guards name, `superadmin` excepted.
    roles: Vec<RoleName>,
    /// Roles that were created before a guard named them.
    custom_roles: Vec<RoleId>,
    /// Whether `superadmin` is missing, and `user` with it.
    first_roles: bool,
}

impl Missing {
    fn in_policy(policy: &Policy, required: &Required) -> Self {
        let known = |name: &PermissionName| policy.permission_named(name.as_str());
        let role = |name: &RoleName| policy.role_named(name.as_str());
        let named = || required.roles.iter().filter(|name| name.as_str() != SUPERADMIN);
        let required = &required.permissions;
        Self {
            permissions: required.iter().filter(|name| known(name).is_none()).cloned().collect(),
            custom_permissions: required
                .iter()
                .filter_map(known)
                .filter(|known| !known.is_system)
                .map(|known| known.id)
                .collect(),
            roles: named().filter(|name| role(name).is_none()).cloned().collect(),
            custom_roles: named().filter_map(role).filter(|role| !role.is_system).map(|role| role.id).collect(),
            first_roles: policy.superadmin().is_none(),
        }
    }

    fn is_empty(&self) -> bool {
        let permissions = self.permissions.is_empty() && self.custom_permissions.is_empty();
        permissions && self.roles.is_empty() && self.custom_roles.is_empty() && !self.first_roles
    }

    async fn create_permissions(&self, change: &mut Change<'_>, permit: &Permit) -> Result<()> {
        let now = change.now();
        let row = |name: &PermissionName| permissions::PermissionInsert {
            id: change.next_id(),
            name: name.clone(),
            description: (name.as_str() == ESCALATE).then(|| "assign and grant beyond one's own authority".to_owned()),
            is_system: true,
        };
        let rows: Vec<permissions::PermissionInsert> = self.permissions.iter().map(row).collect();
        let connection = change.write(permit, PermitKind::Unrestricted)?;
        permissions::insert(connection, &rows, now).await?;
        if !self.custom_permissions.is_empty() {
            permissions::make_system(connection, &self.custom_permissions).await?;
        }
        for id in rows.iter().map(|row| row.id).chain(self.custom_permissions.iter().copied()) {
            change.touch_permission(id);
        }
        if !rows.is_empty() {
            let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            let entry = Entry::done(format!("registered the permissions in guards: {}", audit::listed(&names)));
            change.record(entry.concerning(rows.iter().map(|row| row.id.uuid())));
        }
        if !self.custom_permissions.is_empty() {
            let entry = Entry::done("made permissions in guards built-in");
            change.record(entry.concerning(self.custom_permissions.iter().map(|id| id.uuid())));
        }
        Ok(())
    }

    async fn create_roles(&self, change: &mut Change<'_>, permit: &Permit) -> Result<()> {
        let now = change.now();
        let row = |name: &RoleName, description: &str| roles::RoleInsert {
            id: change.next_id(),
            name: name.clone(),
            description: Some(description.to_owned()),
            is_system: name.as_str() == SUPERADMIN,
            is_default: name.as_str() == DEFAULT_ROLE,
            requires_activation: false,
        };
        let guarding = |name| roles::RoleInsert { is_system: true, ..row(name, "required by guards") };
        let mut rows: Vec<roles::RoleInsert> = self.roles.iter().map(guarding).collect();
        if self.first_roles {
            rows.push(row(&name(SUPERADMIN)?, "holds every permission, future ones included"));
            // Unless a guard names it as well.
            if rows.iter().all(|row| row.name.as_str() != DEFAULT_ROLE) {
                rows.push(row(&name(DEFAULT_ROLE)?, "assigned to every new account"));
            }
        }
        let connection = change.write(permit, PermitKind::Unrestricted)?;
        roles::insert(connection, &rows, now).await?;
        if !self.custom_roles.is_empty() {
            roles::make_system(connection, &self.custom_roles).await?;
        }
        for id in rows.iter().map(|row| row.id).chain(self.custom_roles.iter().copied()) {
            change.touch_role(id);
        }
        if !rows.is_empty() {
            let mut names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            names.sort_unstable();
            let entry = Entry::done(format!("created the roles {}", audit::listed(&names)));
            change.record(entry.concerning(rows.iter().map(|row| row.id.uuid())));
        }
        if !self.custom_roles.is_empty() {
            let entry = Entry::done("made roles in guards built-in");
            change.record(entry.concerning(self.custom_roles.iter().map(|id| id.uuid())));
        }
        Ok(())
    }
}

fn name(text: &str) -> Result<RoleName> {
    RoleName::parse(text).map_err(|error| Error::Internal(error.into()))
}
