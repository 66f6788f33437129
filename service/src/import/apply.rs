//! Writing what is missing, in one change.

use super::plan::{Existing, NewRole, Plan, username_keys};
use super::{Document, Outcome, Problem, Progress, Summary, authority, store};
use crate::assignments::Terms;
use crate::audit::{Entry, Target, TargetType};
use crate::change::{Act, Change};
use crate::users::Username;
use crate::{Context, Result, Service, assignments, boxed, permissions, roles, users};
use chrono::{DateTime, Utc};
use engine::{AssignmentId, PermissionId, PermissionName, UserId};
use rustc_hash::FxHashSet;
use sea_orm::DatabaseTransaction;
use serde_json::json;
use uuid::Uuid;

/// Rows between two reports of progress.
const STRIDE: usize = 5_000;

/// Is told how far an import is.
type Listener<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Applies a document.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read or written.
#[boxed]
pub async fn apply(
    service: &Service,
    ctx: &Context,
    document: Document,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Outcome> {
    let act = Act::new("policy.import", Target::new(TargetType::Policy, None::<Uuid>, None::<String>));
    let by = ctx.caller().map(|caller| caller.user);
    service.change(ctx, act, |change| import(service, change, (document, by), progress)).await
}

async fn import(
    service: &Service,
    mut change: Change,
    (document, by): (Document, Option<UserId>),
    progress: Listener<'_>,
) -> Result<(Change, Outcome)> {
    let plan = match plan(service, &change, &document).await? {
        Err(problems) => return Ok((change, Outcome::Rejected(problems))),
        Ok(plan) if plan.is_empty() => return Ok((change, Outcome::Applied(Summary::default()))),
        Ok(plan) => plan,
    };
    // Not needed any more, and perhaps large.
    drop(document);
    // The plan asked the engine about the shape of all; what it hands out is judged once it is written.
    let permit = change.permit(engine::Change::Other, &[])?;
    let writer = Writer { transaction: change.write(&permit), plan: &plan, at: change.now(), by, progress };
    writer.write(service).await?;

    authority::judge(&change, &plan).await?;
    let summary = plan.summary();
    touch(&mut change, &plan);
    change.record(entry(&summary));
    Ok((change, Outcome::Applied(summary)))
}

/// What is missing, or everything that is wrong.
async fn plan(service: &Service, change: &Change, document: &Document) -> Result<Result<Plan, Vec<Problem>>> {
    let accounts = store::accounts(change.read(), &username_keys(document)).await?;
    let ids = store::ids(&accounts);
    let now = change.now();
    let existing = Existing {
        policy: change.policy(),
        authority: change.policy().operator(change.now()),
        accounts,
        user_roles: store::user_roles(change.read(), &ids).await?,
        user_permissions: store::user_permissions(change.read(), &ids).await?,
        now,
    };
    Ok(Plan::make(document, &existing, &mut || service.ids.next(now)))
}

/// Writes a plan, step by step.
struct Writer<'a> {
    transaction: &'a DatabaseTransaction,
    plan: &'a Plan,
    at: DateTime<Utc>,
    by: Option<UserId>,
    progress: Listener<'a>,
}

impl Writer<'_> {
    async fn write(&self, service: &Service) -> Result<()> {
        self.names().await?;
        self.roles().await?;
        self.users(service).await
    }

    /// Users, roles and permissions that are new.
    async fn names(&self) -> Result<()> {
        let Self { transaction, plan, at, .. } = *self;
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

    /// What roles inherit and hold.
    async fn roles(&self) -> Result<()> {
        let Self { transaction, plan, .. } = *self;
        let made = roles::Made { at: self.at, by: self.by };
        for (done, links) in strides(&plan.role_hierarchy) {
            roles::insert_inheritance(transaction, links, made).await?;
            self.report("role hierarchy", done, plan.role_hierarchy.len());
        }
        for (done, grants) in strides(&plan.role_permissions) {
            roles::insert_grants(transaction, grants, made).await?;
            self.report("role permissions", done, plan.role_permissions.len());
        }
        Ok(())
    }

    /// What users are assigned and granted, for good.
    async fn users(&self, service: &Service) -> Result<()> {
        let Self { transaction, plan, .. } = *self;
        let made = assignments::Made { at: self.at, by: self.by };
        let terms = Terms::default();
        for (done, pairs) in strides(&plan.user_roles) {
            let assignment = |&(user, role)| assignments::NewRow {
                id: AssignmentId::new(service.ids.next(self.at)),
                user,
                role,
                terms: terms.clone(),
            };
            let rows: Vec<_> = pairs.iter().map(assignment).collect();
            assignments::insert(transaction, &rows, made).await?;
            self.report("user roles", done, plan.user_roles.len());
        }
        for (done, grants) in strides(&plan.user_permissions) {
            assignments::insert_grants(transaction, grants, &terms, made).await?;
            self.report("user permissions", done, plan.user_permissions.len());
        }
        Ok(())
    }

    fn report(&self, step: &'static str, done: usize, total: usize) {
        (self.progress)(Progress { step, done, total });
    }
}

fn new_user((id, username): &(UserId, Username)) -> users::NewRow {
    let username = username.clone();
    users::NewRow { id: *id, username, email: None, display_name: None, password_hash: None }
}

fn new_role(role: &NewRole) -> roles::NewRow {
    let NewRole { id, name, description } = role.clone();
    roles::NewRow { id, name, description, is_system: false, is_default: false }
}

fn new_permission((id, name): &(PermissionId, PermissionName)) -> permissions::NewRow {
    permissions::NewRow { id: *id, name: name.clone(), description: None, is_system: false }
}

/// Parts of a list, each with how much of it is done then.
fn strides<T>(items: &[T]) -> impl Iterator<Item = (usize, &[T])> {
    items.chunks(STRIDE).enumerate().map(|(number, part)| (number * STRIDE + part.len(), part))
}

/// Notes every role and user that changed, for their versions, and that all is to be read again.
fn touch(change: &mut Change, plan: &Plan) {
    let mut roles: FxHashSet<_> = plan.roles.iter().map(|role| role.id).collect();
    roles.extend(plan.role_permissions.iter().map(|&(role, _)| role));
    roles.extend(plan.role_hierarchy.iter().map(|&(senior, _)| senior));
    let mut users: FxHashSet<_> = plan.users.iter().map(|&(user, _)| user).collect();
    users.extend(plan.user_roles.iter().map(|&(user, _)| user));
    users.extend(plan.user_permissions.iter().map(|&(user, _)| user));
    for role in roles {
        change.touch_role(role);
    }
    for user in users {
        change.touch_user(user);
    }
    change.touch_everything();
}

fn entry(summary: &Summary) -> Entry {
    let Summary { users, roles, permissions, user_roles, role_permissions, role_hierarchy, user_permissions } = summary;
    let text = format!("imported {users} users, {roles} roles, {permissions} permissions and their links");
    Entry::done(text).after(json!({
        "users": users,
        "roles": roles,
        "permissions": permissions,
        "userRoles": user_roles,
        "rolePermissions": role_permissions,
        "roleHierarchy": role_hierarchy,
        "userPermissions": user_permissions,
    }))
}
