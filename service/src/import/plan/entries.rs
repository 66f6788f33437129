//! Roles and permissions with their attributes.

use super::{MAX_NAME_IN_MESSAGE, Planner};
use crate::import::{Document, PermissionEntry, RoleEntry};
use crate::text::{check_description, excerpt};
use engine::{PermissionId, RoleId};

impl<'d> Planner<'d, '_> {
    pub(super) fn plan_roles(&mut self, document: &'d Document) {
        for row in &document.roles {
            let outcome = self.role(&row.value.name, row.place()).and_then(|role| self.describe_role(role, &row.value));
            self.accept(row, outcome);
        }
    }

    pub(super) fn plan_permissions(&mut self, document: &'d Document) {
        for row in &document.permissions {
            let permission = self.permission(&row.value.name, row.place());
            let outcome = permission.and_then(|permission| self.describe_permission(permission, &row.value));
            self.accept(row, outcome);
        }
    }

    /// Sets the attributes of a new role, and compares those of an existing one.
    fn describe_role(&mut self, role: RoleId, entry: &RoleEntry) -> Result<(), String> {
        let RoleEntry { name, description, is_default, requires_activation } = entry;
        check_description(description.as_deref()).map_err(|refusal| refusal.message)?;
        if let Some(new) = self.new_roles.get(&role).and_then(|&position| self.plan.roles.get_mut(position)) {
            let name = excerpt(name, MAX_NAME_IN_MESSAGE);
            let differs = |attribute: &str| format!("duplicate role `{name}` with another {attribute}");
            set(&mut new.description, description.as_ref(), || differs("description"))?;
            set(&mut new.is_default, is_default.as_ref(), || differs("value of `is_default`"))?;
            return set(&mut new.requires_activation, requires_activation.as_ref(), || {
                differs("value of `requires_activation`")
            });
        }
        let Some(known) = self.existing.policy.role(role) else { return Ok(()) };
        let flags = [
            ("is_default", *is_default, known.is_default),
            ("requires_activation", *requires_activation, known.requires_activation),
        ];
        for (column, given, stored) in flags {
            if given.is_some_and(|given| given != stored) {
                let message = format!("role `{}` exists with `{column}` {stored}", known.name);
                return Err(format!("{message}: an import does not change it, `roleUpdate` does"));
            }
        }
        self.plan.left.descriptions +=
            usize::from(is_other(description.as_ref(), self.existing.role_descriptions.get(&role)));
        Ok(())
    }

    /// Sets the description of a new permission, and compares that of an existing one.
    fn describe_permission(&mut self, permission: PermissionId, entry: &PermissionEntry) -> Result<(), String> {
        let PermissionEntry { name, description } = entry;
        check_description(description.as_deref()).map_err(|refusal| refusal.message)?;
        let new = self.new_permissions.get(&permission);
        if let Some(new) = new.and_then(|&position| self.plan.permissions.get_mut(position)) {
            let name = excerpt(name, MAX_NAME_IN_MESSAGE);
            return set(&mut new.description, description.as_ref(), || {
                format!("duplicate permission `{name}` with another description")
            });
        }
        let stored = self.existing.permission_descriptions.get(&permission);
        self.plan.left.descriptions += usize::from(is_other(description.as_ref(), stored));
        Ok(())
    }
}

/// Sets an attribute of a new record, if there is a value.
///
/// # Errors
/// `problem` when it has another value already.
fn set<T: Clone + PartialEq>(
    attribute: &mut Option<T>,
    value: Option<&T>,
    problem: impl FnOnce() -> String,
) -> Result<(), String> {
    let Some(value) = value else { return Ok(()) };
    if attribute.as_ref().is_some_and(|other| other != value) {
        return Err(problem());
    }
    *attribute = Some(value.clone());
    Ok(())
}

/// Whether there is a description, and another one than the stored.
fn is_other(given: Option<&String>, stored: Option<&Option<String>>) -> bool {
    given.is_some() && stored.is_some_and(|stored| stored.as_ref() != given)
}
