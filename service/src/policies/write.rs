//! Writing a prepared document: what is deleted first, then what is created and changed.

use super::prepare::Prepared;
use crate::change::Change;
use crate::database::Transaction;
use crate::policy_document::{Described, Outcome, UserLinks};
use crate::store::assignments::{AssignmentInsert, AssignmentKeys, GrantInsert};
use crate::store::constraints::ConstraintChanges;
use crate::store::permissions::PermissionInsert;
use crate::store::roles::{RoleChanges, RoleInsert};
use crate::store::{assignments, constraints, permissions, roles};
use crate::{Error, Result, boxed};
use engine::{AuditEventId, Constraint, PermissionId, PermitKind, Proposal, RoleFacts, RoleId, RoleName};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;
use uuid::Uuid;

/// Writes all that the outcome changes. `event` is the audit entry to which users of deleted objects are added.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be written.
#[boxed]
pub(super) async fn write(
    change: &Change<'_>,
    prepared: &Prepared,
    outcome: &Outcome,
    event: AuditEventId,
) -> Result<()> {
    // The document was judged as a whole.
    let permit = change.permit(Proposal::Unrestricted, &[])?;
    let writer = Writer { change, prepared, outcome, connection: change.write(&permit, PermitKind::Unrestricted)? };
    writer.delete(event).await?;
    writer.permissions().await?;
    writer.roles().await?;
    writer.constraints().await?;
    for user in &outcome.users {
        writer.user(user).await?;
    }
    Ok(())
}

struct Writer<'a> {
    change: &'a Change<'a>,
    prepared: &'a Prepared,
    outcome: &'a Outcome,
    connection: &'a Transaction,
}

impl Writer<'_> {
    async fn delete(&self, event: AuditEventId) -> Result<()> {
        let (changes, now) = (&self.outcome.changes, self.change.now());
        for &constraint in &changes.deleted_constraints {
            constraints::delete(self.connection, constraint).await?;
        }
        for &role in &changes.deleted_roles {
            roles::delete(self.connection, role, event, now).await?;
        }
        for &permission in &changes.deleted_permissions {
            permissions::delete(self.connection, permission, event, now).await?;
        }
        Ok(())
    }

    async fn permissions(&self) -> Result<()> {
        let mut described = by_id(&self.outcome.descriptions.permissions);
        let new: Vec<PermissionInsert> = self
            .outcome
            .changes
            .changed
            .permissions
            .iter()
            .map(|permission| PermissionInsert {
                id: permission.id,
                name: permission.name.clone(),
                description: described.remove(&permission.id).flatten(),
                is_system: false,
            })
            .collect();
        permissions::insert(self.connection, &new, self.change.now()).await?;
        for (id, description) in described {
            permissions::describe(self.connection, id, description).await?;
        }
        Ok(())
    }

    async fn roles(&self) -> Result<()> {
        self.release_role_names().await?;
        let (policy, stamp) = (self.change.policy(), self.change.stamp());
        let mut described = by_id(&self.outcome.descriptions.roles);
        let mut new = Vec::new();
        for role in &self.outcome.changes.changed.roles {
            let description = described.remove(&role.id);
            match policy.role_facts(role.id) {
                None => new.push(inserted(role, description.flatten())),
                Some(known) => {
                    let changes = altered(&known, role, description);
                    if changes != RoleChanges::default() {
                        roles::update(self.connection, role.id, changes).await?;
                    }
                }
            }
        }
        roles::insert(self.connection, &new, stamp.at).await?;
        let (mut grants, mut links) = (Vec::new(), Vec::new());
        for role in &self.outcome.changes.changed.roles {
            let known = policy.role_facts(role.id);
            let (granted, patterns, juniors) =
                known.map(|known| (known.grants, known.patterns, known.inherits_from)).unwrap_or_default();
            roles::delete_patterns(self.connection, role.id, &without(&patterns, &role.patterns)).await?;
            roles::insert_patterns(self.connection, role.id, &without(&role.patterns, &patterns), stamp).await?;
            roles::delete_grants(self.connection, role.id, &without(&granted, &role.grants)).await?;
            roles::delete_inheritance(self.connection, role.id, &without(&juniors, &role.inherits_from)).await?;
            grants.extend(without(&role.grants, &granted).into_iter().map(|permission| (role.id, permission)));
            links.extend(without(&role.inherits_from, &juniors).into_iter().map(|junior| (role.id, junior)));
        }
        roles::insert_grants(self.connection, &grants, stamp).await?;
        roles::insert_inheritance(self.connection, &links, stamp).await
    }

    /// Gives roles that are renamed a name that no other has: each may get the name of another, and new ones too.
    async fn release_role_names(&self) -> Result<()> {
        let known = |role: &RoleFacts| self.change.policy().role(role.id).map(|known| &known.name);
        let is_renamed = |role: &&RoleFacts| known(role).is_some_and(|name| *name != role.name);
        for role in self.outcome.changes.changed.roles.iter().filter(is_renamed) {
            let name = RoleName::parse(&released(role.id.uuid())).map_err(|error| Error::Internal(error.into()))?;
            let changes = RoleChanges { name: Some(name), ..RoleChanges::default() };
            roles::update(self.connection, role.id, changes).await?;
        }
        Ok(())
    }

    /// Gives constraints that are renamed a name that no other has, as to roles.
    async fn release_constraint_names(&self) -> Result<()> {
        let known = |constraint: &Constraint| self.change.policy().constraint(constraint.id).map(|known| &known.name);
        let is_renamed = |constraint: &&Constraint| known(constraint).is_some_and(|name| *name != constraint.name);
        for constraint in self.outcome.changes.changed.constraints.iter().filter(is_renamed) {
            let name = Some(released(constraint.id.uuid()));
            let changes = ConstraintChanges { name, ..ConstraintChanges::default() };
            constraints::update(self.connection, constraint.id, changes).await?;
        }
        Ok(())
    }

    async fn constraints(&self) -> Result<()> {
        self.release_constraint_names().await?;
        let mut described = by_id(&self.outcome.descriptions.constraints);
        for constraint in &self.outcome.changes.changed.constraints {
            let description = described.remove(&constraint.id);
            match self.change.policy().constraint(constraint.id) {
                None => {
                    let description = description.flatten();
                    constraints::insert(self.connection, constraint, description, self.change.now()).await?;
                }
                Some(known) => self.constraint(known, constraint, description).await?,
            }
        }
        for (id, description) in described {
            let changes = ConstraintChanges { description: Some(description), ..ConstraintChanges::default() };
            constraints::update(self.connection, id, changes).await?;
        }
        Ok(())
    }

    async fn constraint(
        &self,
        known: &Constraint,
        constraint: &Constraint,
        description: Option<Option<String>>,
    ) -> Result<()> {
        let limit = Some(constraint.limit).filter(|limit| *limit != known.limit);
        let kind = Some(constraint.kind).filter(|kind| *kind != known.kind);
        let name = Some(constraint.name.clone()).filter(|name| *name != known.name);
        let changes = ConstraintChanges { name, description, kind, limit };
        if changes != ConstraintChanges::default() {
            constraints::update(self.connection, constraint.id, changes).await?;
        }
        constraints::delete_roles(self.connection, constraint.id, &without(&known.roles, &constraint.roles)).await?;
        constraints::insert_roles(self.connection, constraint.id, &without(&constraint.roles, &known.roles)).await?;
        let (id, before, after) = (constraint.id, &known.permissions, &constraint.permissions);
        constraints::delete_permissions(self.connection, id, &without(before, after)).await?;
        constraints::insert_permissions(self.connection, id, &without(after, before)).await
    }

    async fn user(&self, user: &UserLinks) -> Result<()> {
        let (id, stamp) = (user.user, self.change.stamp());
        let records = &self.prepared.records;
        let known = records.user(id);
        let roles: Vec<RoleId> = user.roles.iter().map(|link| link.id).collect();
        let former: Vec<RoleId> = known.iter().flat_map(|known| &known.roles).map(|link| link.id).collect();
        assignments::delete(self.connection, AssignmentKeys::Roles(id, &without(&former, &roles))).await?;
        let mut new = Vec::new();
        for link in &user.roles {
            match (records.assigned(id, link.id), self.prepared.new_assignments.get(&(id, link.id))) {
                (Some(terms), _) if *terms == link.terms => {}
                (None, Some(&assignment)) => {
                    new.push(AssignmentInsert { id: assignment, user: id, role: link.id, terms: link.terms.clone() });
                }
                _ => {
                    let keys = AssignmentKeys::Roles(id, std::slice::from_ref(&link.id));
                    assignments::replace_terms(self.connection, keys, &link.terms).await?;
                }
            }
        }
        assignments::insert(self.connection, &new, stamp).await?;
        let permissions: Vec<PermissionId> = user.permissions.iter().map(|link| link.id).collect();
        let former: Vec<PermissionId> = known.iter().flat_map(|known| &known.permissions).map(|link| link.id).collect();
        assignments::delete_grants(self.connection, id, &without(&former, &permissions)).await?;
        let mut new = Vec::new();
        for link in &user.permissions {
            match records.granted(id, link.id) {
                None => new.push(GrantInsert { user: id, permission: link.id, terms: link.terms.clone() }),
                Some(terms) if *terms == link.terms => {}
                Some(_) => {
                    assignments::replace_grant_terms(self.connection, id, &[link.id], &link.terms).await?;
                }
            }
        }
        assignments::insert_grants(self.connection, &new, stamp).await
    }
}

/// A name for as long as others are written.
fn released(id: Uuid) -> String {
    format!("renamed-{id}")
}

fn by_id<Id: Copy + Eq + Hash>(described: &[Described<Id>]) -> FxHashMap<Id, Option<String>> {
    described.iter().map(|described| (described.id, described.description.clone())).collect()
}

/// Those of `ids` that are not among `others`.
fn without<Id: Clone + Eq + Hash>(ids: &[Id], others: &[Id]) -> Vec<Id> {
    let others: FxHashSet<&Id> = others.iter().collect();
    ids.iter().filter(|id| !others.contains(id)).cloned().collect()
}

fn inserted(role: &RoleFacts, description: Option<String>) -> RoleInsert {
    RoleInsert {
        id: role.id,
        name: role.name.clone(),
        description,
        is_system: false,
        is_default: role.is_default,
        requires_activation: role.requires_activation,
    }
}

/// The attributes of a role that differ.
fn altered(known: &RoleFacts, role: &RoleFacts, description: Option<Option<String>>) -> RoleChanges {
    RoleChanges {
        name: Some(role.name.clone()).filter(|name| *name != known.name),
        description,
        is_default: Some(role.is_default).filter(|is_default| *is_default != known.is_default),
        requires_activation: Some(role.requires_activation).filter(|requires| *requires != known.requires_activation),
    }
}
