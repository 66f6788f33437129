//! The policy: all of its facts at startup, then exactly those that changed.

mod feed;
mod subjects;
#[cfg(test)]
mod tests;

pub(crate) use feed::{
    append_to_feed, delete_feed_before, locked_revision, revision, set_revision, shared_locked_revision,
};
pub(crate) use subjects::subjects;

pub(super) use feed::{revision_column, revision_of, revision_query};

use super::{constraints, permissions, roles};
use crate::database::Connection;
use crate::decisions::ChangedObject;
use crate::{Error, Result};
use engine::{ConstraintId, Facts, PermissionId, Policy, PolicyChanges, PolicyError, RoleId};
use rustc_hash::FxHashSet;
use uuid::Uuid;

/// Why a policy cannot be brought up to date.
#[derive(Debug)]
pub(crate) enum PolicyUpdateError {
    /// The facts contradict each other.
    Invalid(PolicyError),
    /// The facts cannot be read.
    Unread(Error),
}

impl From<Error> for PolicyUpdateError {
    fn from(error: Error) -> Self {
        Self::Unread(error)
    }
}

/// Invalid facts in the database are a fault of the service.
impl From<PolicyUpdateError> for Error {
    fn from(error: PolicyUpdateError) -> Self {
        match error {
            PolicyUpdateError::Invalid(error) => Self::Internal(error.into()),
            PolicyUpdateError::Unread(error) => error,
        }
    }
}

/// Reads the whole policy; `connection` is to be a snapshot.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be read; [`Error::Internal`] when the facts contradict each other.
pub(crate) async fn policy<C: Connection>(connection: &C) -> Result<Policy> {
    let revision = revision(connection).await?;
    let facts = all_facts(connection, revision).await?;
    Ok(compute(move || Policy::build(facts)).await?)
}

/// The policy at `revision`, where `changed` differs from `base`: reads only those objects, none when all are users, and
/// replaces nothing else.
///
/// # Errors
/// [`PolicyUpdateError`], since the facts may be those of a change that is not committed.
pub(crate) async fn policy_after<C: Connection>(
    connection: &C,
    base: &Policy,
    changed: &[ChangedObject],
    revision: u64,
) -> Result<Policy, PolicyUpdateError> {
    let Some(changed) = ChangedIds::of(changed) else {
        let facts = all_facts(connection, revision).await?;
        return compute(move || Policy::build(facts)).await;
    };
    if changed.is_empty() {
        return Ok(base.at_revision(revision));
    }
    policy_with(base, changed.read(connection, revision).await?).await
}

/// The policy with some changes, without reading anything.
///
/// # Errors
/// [`PolicyUpdateError::Invalid`] when the changes contradict the policy.
pub(crate) async fn policy_with(base: &Policy, changes: PolicyChanges) -> Result<Policy, PolicyUpdateError> {
    if changes.is_empty() {
        return Ok(base.at_revision(changes.changed.revision));
    }
    let base = base.clone();
    compute(move || base.update(changes)).await
}

/// Objects of the policy that changed.
#[derive(Debug, Default)]
struct ChangedIds {
    roles: FxHashSet<Uuid>,
    permissions: FxHashSet<Uuid>,
    constraints: FxHashSet<Uuid>,
}

impl ChangedIds {
    /// `None` when everything changed.
    fn of(changed: &[ChangedObject]) -> Option<Self> {
        let mut ids = Self::default();
        for changed in changed {
            match *changed {
                ChangedObject::Role(role) => drop(ids.roles.insert(role.uuid())),
                ChangedObject::Permission(permission) => drop(ids.permissions.insert(permission.uuid())),
                ChangedObject::Constraint(constraint) => drop(ids.constraints.insert(constraint.uuid())),
                ChangedObject::User(_) => {}
                ChangedObject::Everything => return None,
            }
        }
        Some(ids)
    }

    fn is_empty(&self) -> bool {
        self.roles.is_empty() && self.permissions.is_empty() && self.constraints.is_empty()
    }

    /// Reads the objects. Those that are not found no longer exist.
    async fn read<C: Connection>(mut self, connection: &C, revision: u64) -> Result<PolicyChanges> {
        let mut changed = Facts { revision, ..Facts::default() };
        let listed = |ids: &FxHashSet<Uuid>| (!ids.is_empty()).then(|| Vec::from_iter(ids.iter().copied()));
        if let Some(ids) = listed(&self.roles) {
            changed.roles = roles::facts(connection, Some(&ids)).await?;
        }
        if let Some(ids) = listed(&self.permissions) {
            changed.permissions = permissions::facts(connection, Some(&ids)).await?;
        }
        if let Some(ids) = listed(&self.constraints) {
            changed.constraints = constraints::facts(connection, Some(&ids)).await?;
        }
        for role in &changed.roles {
            self.roles.remove(&role.id.uuid());
        }
        for permission in &changed.permissions {
            self.permissions.remove(&permission.id.uuid());
        }
        for constraint in &changed.constraints {
            self.constraints.remove(&constraint.id.uuid());
        }
        Ok(PolicyChanges {
            changed,
            deleted_roles: self.roles.into_iter().map(RoleId::new).collect(),
            deleted_permissions: self.permissions.into_iter().map(PermissionId::new).collect(),
            deleted_constraints: self.constraints.into_iter().map(ConstraintId::new).collect(),
        })
    }
}

/// The latest policy and what changed since `base`; `None` when `base` is the latest. `connection` is to be a snapshot.
///
/// # Errors
/// As [`policy`].
pub(crate) async fn catch_up<C: Connection>(
    connection: &C,
    base: &Policy,
) -> Result<Option<(Policy, Vec<ChangedObject>)>> {
    let revision = revision(connection).await?;
    if revision == base.revision() {
        return Ok(None);
    }
    let changed = feed::changed_between(connection, base.revision(), revision).await?;
    let policy = policy_after(connection, base, &changed, revision).await?;
    Ok(Some((policy, changed)))
}

async fn all_facts<C: Connection>(connection: &C, revision: u64) -> Result<Facts> {
    Ok(Facts {
        revision,
        roles: roles::facts(connection, None).await?,
        permissions: permissions::facts(connection, None).await?,
        constraints: constraints::facts(connection, None).await?,
    })
}

/// Computes a policy, away from the threads that serve requests.
async fn compute(
    work: impl FnOnce() -> Result<Policy, PolicyError> + Send + 'static,
) -> Result<Policy, PolicyUpdateError> {
    let computed = tokio::task::spawn_blocking(work).await;
    let computed = computed.map_err(|error| PolicyUpdateError::Unread(Error::Internal(error.into())))?;
    computed.map_err(PolicyUpdateError::Invalid)
}
