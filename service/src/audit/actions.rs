//! The registry of actions: every name that an event can have, and no other.

use crate::{Error, Result};

/// Most actions in a filter.
const MAX_ACTIONS: usize = 100;

/// All actions, sorted.
pub const ACTIONS: [&str; 55] = [
    "access.deny",
    "administrator.create",
    "bootstrap",
    "demo.load",
    "demo.remove",
    "permission.create",
    "permission.delete",
    "permission.update",
    "policy.apply",
    "policy.import",
    "policy.rollback",
    "profile.update",
    "role.add_inheritance",
    "role.assign_users",
    "role.create",
    "role.delete",
    "role.grant_patterns",
    "role.grant_permissions",
    "role.remove_inheritance",
    "role.revoke_patterns",
    "role.revoke_permissions",
    "role.set_permissions",
    "role.unassign_users",
    "role.update",
    "session.activate_roles",
    "session.deactivate_roles",
    "session.displace",
    "session.login",
    "session.logout",
    "session.reauthenticate",
    "session.refresh_reuse",
    "session.revoke",
    "signing_key.revoke",
    "signing_key.rotate",
    "sod_constraint.add_roles",
    "sod_constraint.create",
    "sod_constraint.delete",
    "sod_constraint.remove_roles",
    "sod_constraint.update",
    "user.assign_roles",
    "user.assignment_expired",
    "user.change_password",
    "user.create",
    "user.delete",
    "user.grant_expired",
    "user.grant_permissions",
    "user.issue_password_reset",
    "user.reactivate",
    "user.recover",
    "user.reset_password",
    "user.revoke_permissions",
    "user.signup",
    "user.suspend",
    "user.unassign_roles",
    "user.update",
];

/// Checks the actions of a filter: names of the registry, and `kind.*` for a kind that it has.
///
/// # Errors
/// [`Error::BadInput`] for a name or kind that does not exist, and for more than 100.
pub(super) fn check(actions: &[String]) -> Result<()> {
    if actions.len() > MAX_ACTIONS {
        return Err(Error::BadInput(format!("the filter names more than {MAX_ACTIONS} actions")));
    }
    match actions.iter().find(|action| !exists(action)) {
        Some(unknown) => Err(Error::BadInput(format!("unknown action `{unknown}`: `auditActions` lists all actions"))),
        None => Ok(()),
    }
}

fn exists(action: &str) -> bool {
    match action.strip_suffix(".*") {
        Some(kind) => ACTIONS.iter().any(|known| known.strip_prefix(kind).is_some_and(|rest| rest.starts_with('.'))),
        None => ACTIONS.binary_search(&action).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_sorted_and_has_no_duplicate() {
        assert!(ACTIONS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_filter_takes_names_and_kinds_that_exist() {
        for action in ACTIONS.into_iter().chain(["role.*", "signing_key.*", "access.*"]) {
            assert!(exists(action), "{action}");
        }
        let unknown = [
            "",
            "*",
            ".*",
            "role",
            "role.",
            "role.*.*",
            "ro.*",
            "role.c*",
            "ROLE.CREATE",
            "ROLE.*",
            "bootstrap.*",
            "%.*",
        ];
        for action in unknown {
            assert!(!exists(action), "{action}");
            let error = check(&["role.*".to_owned(), action.to_owned()]).expect_err(action);
            assert_eq!(error.to_string(), format!("unknown action `{action}`: `auditActions` lists all actions"));
        }
    }

    #[test]
    fn a_filter_has_at_most_a_hundred_actions() {
        let many = |count: usize| vec!["role.*".to_owned(); count];
        assert!(check(&many(0)).is_ok() && check(&many(100)).is_ok());
        assert!(check(&many(101)).is_err());
    }
}
