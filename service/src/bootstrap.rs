//! What every installation has: the permissions and roles that guards name, `rbac:escalate`, the role
//! `superadmin`, which holds every permission by rule, and `user`, the default role, without any.

use crate::audit::{self, Entry, Target, TargetType};
use crate::change::{Act, Change};
use crate::permissions;
use crate::roles;
use crate::{Error, Result, Service};
use engine::{PermissionId, PermissionName, Permit, Policy, RoleId, RoleName, SUPERADMIN};
use std::collections::BTreeSet;

/// The permission that lifts the rules of authority.
pub const ESCALATE: &str = "rbac:escalate";
/// The role that every new account gets.
pub const DEFAULT_ROLE: &str = "user";

/// Creates what is missing; a second run changes nothing. `user` is made only on an installation
/// that has no `superadmin` yet, so that deleting it is respected.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
pub(crate) async fn run(
    service: &Service,
    system_permissions: &[PermissionName],
    system_roles: &[RoleName],
) -> Result<()> {
    let mut wanted = Wanted { permissions: system_permissions.iter().cloned().collect(), roles: system_roles.to_vec() };
    wanted.permissions.insert(PermissionName::parse(ESCALATE).map_err(|error| Error::Internal(error.into()))?);
    // Asked first without the lock, so that an ordinary start waits for nobody.
    if Missing::in_policy(&service.policy(), &wanted).is_nothing() {
        return Ok(());
    }
    let act = Act::new("bootstrap", Target::new(TargetType::Policy, None, None));
    let work = |mut change: Change| async move {
        let missing = Missing::in_policy(change.policy(), &wanted);
        if !missing.is_nothing() {
            missing.create(service, &mut change).await?;
        }
        Ok((change, ()))
    };
    service.change(&service.as_system(), act, work).await
}

/// What guards name.
#[derive(Debug)]
struct Wanted {
    permissions: BTreeSet<PermissionName>,
    roles: Vec<RoleName>,
}

/// What an installation lacks.
#[derive(Debug)]
struct Missing {
    /// Permissions not registered.
    permissions: Vec<PermissionName>,
    /// Permissions registered by hand before a guard named them.
    unguarded: Vec<PermissionId>,
    /// Roles that guards name, besides `superadmin`.
    roles: Vec<RoleName>,
    /// Roles made by hand before a guard named them.
    unguarded_roles: Vec<RoleId>,
    /// `superadmin`, and `user`, which comes only with it.
    first_roles: bool,
}

impl Missing {
    fn in_policy(policy: &Policy, wanted: &Wanted) -> Self {
        let known = |name: &PermissionName| policy.permission_named(name.as_str());
        let role = |name: &RoleName| policy.role_named(name.as_str());
        let named = || wanted.roles.iter().filter(|name| name.as_str() != SUPERADMIN);
        let wanted = &wanted.permissions;
        Self {
            permissions: wanted.iter().filter(|name| known(name).is_none()).cloned().collect(),
            unguarded: wanted.iter().filter_map(known).filter(|known| !known.is_system).map(|known| known.id).collect(),
            roles: named().filter(|name| role(name).is_none()).cloned().collect(),
            unguarded_roles: named().filter_map(role).filter(|role| !role.is_system).map(|role| role.id).collect(),
            first_roles: policy.superadmin().is_none(),
        }
    }

    fn is_nothing(&self) -> bool {
        let permissions = self.permissions.is_empty() && self.unguarded.is_empty();
        permissions && self.roles.is_empty() && self.unguarded_roles.is_empty() && !self.first_roles
    }

    async fn create(&self, service: &Service, change: &mut Change) -> Result<()> {
        let permit = change.permit(engine::Change::Other, &[])?;
        self.create_permissions(service, change, &permit).await?;
        self.create_roles(service, change, &permit).await
    }

    async fn create_permissions(&self, service: &Service, change: &mut Change, permit: &Permit) -> Result<()> {
        let now = change.now();
        let row = |name: &PermissionName| permissions::NewRow {
            id: PermissionId::new(service.ids.next(now)),
            name: name.clone(),
            description: (name.as_str() == ESCALATE).then(|| "hand out more than one holds oneself".to_owned()),
            is_system: true,
        };
        let rows: Vec<permissions::NewRow> = self.permissions.iter().map(row).collect();
        permissions::insert(change.write(permit), &rows, now).await?;
        if !self.unguarded.is_empty() {
            permissions::make_system(change.write(permit), &self.unguarded).await?;
        }
        for id in rows.iter().map(|row| row.id).chain(self.unguarded.iter().copied()) {
            change.touch_permission(id);
        }
        if !rows.is_empty() {
            let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            let entry = Entry::done(format!("registered the permissions that guards name: {}", audit::listed(&names)));
            change.record(entry.concerning(rows.iter().map(|row| row.id.uuid())));
        }
        if !self.unguarded.is_empty() {
            let entry = Entry::done("made permissions that guards name built in");
            change.record(entry.concerning(self.unguarded.iter().map(|id| id.uuid())));
        }
        Ok(())
    }

    async fn create_roles(&self, service: &Service, change: &mut Change, permit: &Permit) -> Result<()> {
        let now = change.now();
        let row = |name: &RoleName, description: &str| roles::NewRow {
            id: RoleId::new(service.ids.next(now)),
            name: name.clone(),
            description: Some(description.to_owned()),
            is_system: name.as_str() == SUPERADMIN,
            is_default: name.as_str() == DEFAULT_ROLE,
        };
        let guarding = |name| roles::NewRow { is_system: true, ..row(name, "opens what guards name it for") };
        let mut rows: Vec<roles::NewRow> = self.roles.iter().map(guarding).collect();
        if self.first_roles {
            rows.push(row(&name(SUPERADMIN)?, "holds every permission, also those still to come"));
            // Not when guards name it too.
            if rows.iter().all(|row| row.name.as_str() != DEFAULT_ROLE) {
                rows.push(row(&name(DEFAULT_ROLE)?, "everyone who signs up"));
            }
        }
        roles::insert(change.write(permit), &rows, now).await?;
        if !self.unguarded_roles.is_empty() {
            roles::make_system(change.write(permit), &self.unguarded_roles).await?;
        }
        for id in rows.iter().map(|row| row.id).chain(self.unguarded_roles.iter().copied()) {
            change.touch_role(id);
        }
        if !rows.is_empty() {
            let mut names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            names.sort_unstable();
            let entry = Entry::done(format!("created the roles {}", audit::listed(&names)));
            change.record(entry.concerning(rows.iter().map(|row| row.id.uuid())));
        }
        if !self.unguarded_roles.is_empty() {
            let entry = Entry::done("made roles that guards name built in");
            change.record(entry.concerning(self.unguarded_roles.iter().map(|id| id.uuid())));
        }
        Ok(())
    }
}

fn name(text: &str) -> Result<RoleName> {
    RoleName::parse(text).map_err(|error| Error::Internal(error.into()))
}
