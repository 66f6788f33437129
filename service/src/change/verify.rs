//! In builds with debug assertions: what a change declares is what it has written.

use super::Change;
use crate::decisions::{ChangedObject, policy_after, read_subjects};
use crate::{Error, Result};
use engine::{Policy, Subject};

impl Change<'_> {
    /// Reads again what was touched, and compares it with the policy and the users as declared.
    ///
    /// # Errors
    /// [`Error::Internal`] with the first object that differs.
    pub(super) async fn verify(&self, declared: &Policy, touched: &[ChangedObject]) -> Result<()> {
        if self.is_preview() || !self.effect.describes(touched) {
            return Ok(());
        }
        let written = policy_after(&self.transaction, &self.policy, touched, self.revision).await?;
        for &object in touched {
            let (declared, written) = match object {
                ChangedObject::User(user) => {
                    let written = read_subjects(&self.transaction, &[user]).await?;
                    (self.effect.subject(user).map(shown), written.first().map(shown))
                }
                _ => (Some(state(declared, object)), Some(state(&written, object))),
            };
            if declared != written {
                let text = format!("a change declared {declared:?} and wrote {written:?}");
                return Err(Error::Internal(text.into()));
            }
        }
        Ok(())
    }
}

/// An object of a policy as text.
fn state(policy: &Policy, object: ChangedObject) -> String {
    match object {
        ChangedObject::Role(role) => format!("{:?}", policy.role_facts(role)),
        ChangedObject::Permission(permission) => format!("{:?}", policy.permission(permission)),
        ChangedObject::Constraint(constraint) => {
            let constraint = policy.constraint(constraint).cloned().map(|mut constraint| {
                constraint.roles.sort_unstable();
                constraint.permissions.sort_unstable();
                constraint
            });
            format!("{constraint:?}")
        }
        ChangedObject::User(_) | ChangedObject::Everything => String::new(),
    }
}

/// A user as text, links in one order.
fn shown(subject: &Subject) -> String {
    let Subject { status, revision, .. } = subject;
    let mut roles: Vec<_> = subject.assignments.iter().map(|held| format!("{held:?}")).collect();
    let mut grants: Vec<_> = subject.grants.iter().map(|held| format!("{held:?}")).collect();
    roles.sort_unstable();
    grants.sort_unstable();
    format!("{status:?} at {revision} with {roles:?} and {grants:?}")
}
