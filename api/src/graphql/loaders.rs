//! What the resolvers of one request read by id: all that siblings ask for, in one statement.

mod batch;
mod lists;

use super::error::to_graphql;
use async_graphql::{Error, Result};
use batch::Batch;
use engine::{
    AssignmentId, AuditEventId, ConstraintId, PermissionId, RoleId, SessionId, SigningKeyId, Subject, UserId,
};
use lists::Lists;
use service::assignments::{PermissionGrant, RoleAssignment};
use service::audit::{AuditEvent, AuditFilter};
use service::constraints::Constraint;
use service::keys::SigningKey;
use service::page::{Direction, Page, PageRequest};
use service::permissions::Permission;
use service::roles::Role;
use service::sessions::{Session, SessionFilter};
use service::users::{User, UserFilter, UserOrder};
use service::{Service, assignments, audit, constraints, decisions, keys, permissions, roles, sessions, users};
use std::sync::Arc;

/// The loaders of one request, so that nothing read outlives it. What was read stays read until
/// [`Loaders::forget`].
#[derive(Debug)]
pub struct Loaders {
    service: Service,
    users: Batch<UserId, Arc<User>>,
    subjects: Batch<UserId, Arc<Subject>>,
    assigned: Batch<UserId, Arc<[RoleAssignment]>>,
    granted: Batch<UserId, Arc<[PermissionGrant]>>,
    roles: Batch<RoleId, Arc<Role>>,
    permissions: Batch<PermissionId, Arc<Permission>>,
    assignments: Batch<AssignmentId, Arc<RoleAssignment>>,
    sessions: Batch<SessionId, Arc<Session>>,
    constraints: Batch<ConstraintId, Arc<Constraint>>,
    audit_events: Batch<AuditEventId, Arc<AuditEvent>>,
    user_lists: Lists<UserFilter>,
    session_lists: Lists<SessionFilter>,
    audit_lists: Lists<AuditFilter>,
    signing_keys: Batch<SigningKeyId, Arc<SigningKey>>,
}

/// Each gives `None` for what does not exist, and `SERVICE_UNAVAILABLE` for what cannot be read.
impl Loaders {
    /// Fresh loaders that read from `service`.
    #[must_use]
    pub fn new(service: &Service) -> Self {
        Self {
            service: service.clone(),
            users: Batch::default(),
            subjects: Batch::default(),
            assigned: Batch::default(),
            granted: Batch::default(),
            roles: Batch::default(),
            permissions: Batch::default(),
            assignments: Batch::default(),
            sessions: Batch::default(),
            constraints: Batch::default(),
            audit_events: Batch::default(),
            user_lists: Lists::default(),
            session_lists: Lists::default(),
            audit_lists: Lists::default(),
            signing_keys: Batch::default(),
        }
    }

    /// Forgets everything: the fields of a mutation run one after the other, and each sees what the
    /// ones before it did.
    pub fn forget(&self) {
        self.users.forget();
        self.subjects.forget();
        self.assigned.forget();
        self.granted.forget();
        self.roles.forget();
        self.permissions.forget();
        self.assignments.forget();
        self.sessions.forget();
        self.constraints.forget();
        self.audit_events.forget();
        self.user_lists.forget();
        self.session_lists.forget();
        self.audit_lists.forget();
        self.signing_keys.forget();
    }

    /// A user, deleted ones included.
    pub async fn user(&self, id: UserId) -> Result<Option<Arc<User>>> {
        self.users.get(id, async |ids| Ok(shared(users::by_ids(&self.service, &ids).await?))).await
    }

    /// What a user holds in all. Whoever is in memory need not wait for siblings to ask: stepping back
    /// costs a warm request more than all the rest of it.
    pub async fn subject(&self, user: UserId) -> Result<Option<Arc<Subject>>> {
        if let Some(subject) = decisions::subject_in_memory(&self.service, user) {
            return Ok(Some(subject));
        }
        self.subjects.get(user, async |users| Ok(same(decisions::subjects(&self.service, &users).await?))).await
    }

    /// All assignments of a user, ended and future ones included.
    pub async fn assigned(&self, user: UserId) -> Result<Option<Arc<[RoleAssignment]>>> {
        self.assigned.get(user, async |users| Ok(shared(assignments::of_users(&self.service, &users).await?))).await
    }

    /// All direct grants of a user, ended and future ones included.
    pub async fn granted(&self, user: UserId) -> Result<Option<Arc<[PermissionGrant]>>> {
        self.granted
            .get(user, async |users| Ok(shared(assignments::grants_of_users(&self.service, &users).await?)))
            .await
    }

    /// What is stored of a role.
    pub async fn role(&self, id: RoleId) -> Result<Option<Arc<Role>>> {
        self.roles.get(id, async |ids| Ok(shared(roles::by_ids(&self.service, &ids).await?))).await
    }

    /// What is stored of a permission.
    pub async fn permission(&self, id: PermissionId) -> Result<Option<Arc<Permission>>> {
        self.permissions.get(id, async |ids| Ok(shared(permissions::by_ids(&self.service, &ids).await?))).await
    }

    /// An assignment.
    pub async fn assignment(&self, id: AssignmentId) -> Result<Option<Arc<RoleAssignment>>> {
        self.assignments.get(id, async |ids| Ok(shared(assignments::by_ids(&self.service, &ids).await?))).await
    }

    /// A session, ended ones included.
    pub async fn session(&self, id: SessionId) -> Result<Option<Arc<Session>>> {
        self.sessions.get(id, async |ids| Ok(shared(sessions::by_ids(&self.service, &ids).await?))).await
    }

    /// What is stored of a constraint.
    pub async fn constraint(&self, id: ConstraintId) -> Result<Option<Arc<Constraint>>> {
        self.constraints.get(id, async |ids| Ok(shared(constraints::by_ids(&self.service, &ids).await?))).await
    }

    /// An entry of the audit log.
    pub async fn audit_event(&self, id: AuditEventId) -> Result<Option<Arc<AuditEvent>>> {
        self.audit_events.get(id, async |ids| Ok(shared(audit::by_ids(&self.service, &ids).await?))).await
    }

    /// A page of a list of users; the lists of all siblings in one statement.
    pub async fn users(&self, list: UserFilter, order: UserOrder, page: &PageRequest) -> Result<Page<Arc<User>>> {
        self.user_lists.page(&self.service, list, (order, page.clone())).await
    }

    /// How many users there are in a list.
    pub async fn user_count(&self, list: UserFilter) -> Result<u64> {
        self.user_lists.length(&self.service, list).await
    }

    /// A page of a list of live sessions.
    pub async fn sessions(&self, list: SessionFilter, page: &PageRequest) -> Result<Page<Arc<Session>>> {
        self.session_lists.page(&self.service, list, ((), page.clone())).await
    }

    /// How many live sessions there are in a list.
    pub async fn session_count(&self, list: SessionFilter) -> Result<u64> {
        self.session_lists.length(&self.service, list).await
    }

    /// A page of entries of the audit log.
    pub async fn audit_trail(
        &self,
        list: AuditFilter,
        order: Direction,
        page: &PageRequest,
    ) -> Result<Page<Arc<AuditEvent>>> {
        self.audit_lists.page(&self.service, list, (order, page.clone())).await
    }

    /// How many entries there are in a list.
    pub async fn audit_count(&self, list: AuditFilter) -> Result<u64> {
        self.audit_lists.length(&self.service, list).await
    }

    /// A signing key.
    pub async fn signing_key(&self, id: SigningKeyId) -> Result<Option<Arc<SigningKey>>> {
        self.signing_keys.get(id, async |ids| Ok(shared(keys::by_ids(&self.service, &ids).await?))).await
    }
}

/// An error for something that was deleted between two reads of one request.
#[must_use]
pub fn gone(what: &str) -> Error {
    to_graphql(service::Error::Unavailable(format!("the {what} was deleted while it was read").into()))
}

fn same<K, V>(found: impl IntoIterator<Item = (K, V)>) -> Vec<(K, V)> {
    found.into_iter().collect()
}

fn shared<K, V, S: From<V>>(found: impl IntoIterator<Item = (K, V)>) -> Vec<(K, S)> {
    found.into_iter().map(|(key, value)| (key, value.into())).collect()
}
