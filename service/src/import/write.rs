//! Writes a plan, step by step.

use super::Progress;
use super::apply::Listener;
use super::plan::{ImportPlan, PlannedAssignment, PlannedGrant, PlannedPermission, PlannedRole, PlannedUser};
use super::trail::{Object, Trail};
use crate::audit::{self, Act, Events};
use crate::change::Change;
use crate::database::Transaction;
use crate::{Result, assignments, permissions, roles, users};
use futures_util::future::join;

/// Records between two reports of progress.
const STRIDE: usize = 5_000;

/// Entries of the audit log that are written at once.
const ENTRIES: usize = 2_000;

/// Writes a plan whose records are sorted.
pub(super) struct Writer<'a> {
    pub(super) change: &'a Change<'a>,
    pub(super) transaction: &'a Transaction,
    pub(super) plan: &'a ImportPlan,
    pub(super) act: &'a Act,
    pub(super) progress: Listener<'a>,
}

/// Entries of some objects.
struct TrailPart {
    events: Events,
    /// Number of the objects.
    objects: usize,
}

impl Writer<'_> {
    pub(super) async fn write(&self) -> Result<()> {
        self.names().await?;
        self.roles().await?;
        self.users().await?;
        self.trail().await
    }

    /// New users, roles and permissions.
    async fn names(&self) -> Result<()> {
        let Self { transaction, plan, .. } = *self;
        let at = self.change.now();
        for (done, new) in strides(&plan.users) {
            let rows: Vec<_> = new.iter().map(new_user).collect();
            users::insert(transaction, &rows, at).await?;
            self.report("users", done, plan.users.len());
        }
        for (done, new) in strides(&plan.roles) {
            let rows: Vec<_> = new.iter().map(new_role).collect();
            roles::insert(transaction, &rows, at).await?;
            self.report("roles", done, plan.roles.len());
        }
        for (done, new) in strides(&plan.permissions) {
            let rows: Vec<_> = new.iter().map(new_permission).collect();
            permissions::insert(transaction, &rows, at).await?;
            self.report("permissions", done, plan.permissions.len());
        }
        Ok(())
    }

    /// Inheritance and grants of roles.
    async fn roles(&self) -> Result<()> {
        let Self { transaction, plan, .. } = *self;
        for (done, added) in strides(&plan.role_hierarchy) {
            let links: Vec<_> = added.iter().map(|added| (added.senior, added.junior)).collect();
            roles::insert_inheritance(transaction, &links, self.change.stamp()).await?;
            self.report("role hierarchy", done, plan.role_hierarchy.len());
        }
        for (done, grants) in strides(&plan.role_permissions) {
            roles::insert_grants(transaction, grants, self.change.stamp()).await?;
            self.report("role permissions", done, plan.role_permissions.len());
        }
        Ok(())
    }

    /// Assignments and direct grants of users.
    async fn users(&self) -> Result<()> {
        let Self { transaction, plan, change, .. } = *self;
        for (done, new) in strides(&plan.user_roles) {
            let row = |new: &PlannedAssignment| assignments::AssignmentInsert {
                id: change.next_id(),
                user: new.user,
                role: new.role,
                terms: new.terms.as_ref().clone(),
            };
            let rows: Vec<_> = new.iter().map(row).collect();
            assignments::insert(transaction, &rows, change.stamp()).await?;
            self.report("user roles", done, plan.user_roles.len());
        }
        for (done, new) in strides(&plan.user_permissions) {
            let row = |new: &PlannedGrant| assignments::GrantInsert {
                user: new.user,
                permission: new.permission,
                terms: new.terms.as_ref().clone(),
            };
            let rows: Vec<_> = new.iter().map(row).collect();
            assignments::insert_grants(transaction, &rows, change.stamp()).await?;
            self.report("user permissions", done, plan.user_permissions.len());
        }
        Ok(())
    }

    /// The entries of the audit log, written in parts: there may be as many as records. Each part is made while the database
    /// writes the one before.
    async fn trail(&self) -> Result<()> {
        let trail = Trail::new(self.plan, self.change.policy(), self.act.reason.as_deref());
        let mut objects = trail.objects();
        let mut done = 0;
        let mut next = self.part(&trail, &mut objects);
        while let Some(part) = next {
            let (written, following) =
                join(audit::insert(&part.events, self.transaction), async { self.part(&trail, &mut objects) }).await;
            written?;
            done += part.objects;
            self.report("audit log", done, trail.len());
            next = following;
        }
        Ok(())
    }

    /// The entries of the next objects; `None` when there are no more.
    fn part<'p>(&self, trail: &Trail<'p>, objects: &mut impl Iterator<Item = Object<'p>>) -> Option<TrailPart> {
        let (mut entries, mut count) = (Vec::new(), 0);
        while entries.len() < ENTRIES
            && let Some(object) = objects.next()
        {
            trail.extend(&mut entries, object);
            count += 1;
        }
        let events = audit::events_of(self.change.service(), self.change.context(), self.act, entries);
        (count > 0).then_some(TrailPart { events, objects: count })
    }

    fn report(&self, step: &'static str, done: usize, total: usize) {
        (self.progress)(Progress::Written { step, done, total });
    }
}

fn new_user(user: &PlannedUser) -> users::UserInsert {
    let PlannedUser { id, username, .. } = user.clone();
    users::UserInsert { id, username, email: None, display_name: None, password_hash: None }
}

fn new_role(role: &PlannedRole) -> roles::RoleInsert {
    let PlannedRole { id, name, description, is_default, requires_activation, .. } = role.clone();
    roles::RoleInsert {
        id,
        name,
        description,
        is_system: false,
        is_default: is_default.unwrap_or_default(),
        requires_activation: requires_activation.unwrap_or_default(),
    }
}

fn new_permission(permission: &PlannedPermission) -> permissions::PermissionInsert {
    let PlannedPermission { id, name, description, .. } = permission.clone();
    permissions::PermissionInsert { id, name, description, is_system: false }
}

/// Parts of a list, each with the number of items up to its end.
fn strides<T>(items: &[T]) -> impl Iterator<Item = (usize, &[T])> {
    items.chunks(STRIDE).enumerate().map(|(number, part)| (number * STRIDE + part.len(), part))
}
