//! Batched reads of one request: all values that sibling fields request, in one statement.

mod batch;
mod lists;

use super::error::to_graphql;
use async_graphql::{Error, Result};
use batch::Batch;
use chrono::{DateTime, Utc};
use engine::{
    AssignmentId, AuditEventId, ConstraintId, PermissionId, RevisionId, RoleId, SessionId, SigningKeyId, Subject,
    UserId,
};
use lists::{Lists, Part};
use service::access_report::Holding;
use service::assignments::{PermissionGrant, RoleAssignment};
use service::audit::{AuditEvent, AuditFilter};
use service::constraints::Constraint;
use service::keys::SigningKey;
use service::page::{Direction, Page, PageRequest};
use service::permissions::Permission;
use service::revisions::PolicyRevision;
use service::roles::Role;
use service::sessions::{Session, SessionFilter};
use service::users::{User, UserFilter, UserOrder, UserView};
use service::{
    Service, assignments, audit, constraints, decisions, keys, last_uses, permissions, revisions, roles, sessions,
    users,
};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Declares the loaders of values by key: the field, the method, and the query of the service that reads many.
macro_rules! loaders {
    ($($(#[doc = $doc:literal])+ $name:ident: $key:ty => $value:ty = $read:path;)+) => {
        /// The loaders of one request, which share its lifetime. Values are cached until [`Loaders::forget`].
        #[derive(Debug)]
        pub struct Loaders {
            service: Service,
            subjects: Batch<UserId, Arc<Subject>>,
            /// What the lists of users are read from.
            user_view: Mutex<Arc<OnceCell<Arc<UserView>>>>,
            user_lists: Lists<UserFilter>,
            session_lists: Lists<SessionFilter>,
            audit_lists: Lists<AuditFilter>,
            $($name: Batch<$key, Arc<$value>>,)+
        }

        impl Loaders {
            /// Empty loaders.
            #[must_use]
            pub fn new(service: &Service) -> Self {
                Self {
                    service: service.clone(),
                    subjects: Batch::default(),
                    user_view: Mutex::default(),
                    user_lists: Lists::default(),
                    session_lists: Lists::default(),
                    audit_lists: Lists::default(),
                    $($name: Batch::default(),)+
                }
            }

            /// Drops all cached values: the fields of a mutation are executed in order, and each sees the effects of
            /// the fields before it.
            pub fn forget(&self) {
                self.subjects.forget();
                *self.user_view.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
                self.user_lists.forget();
                self.session_lists.forget();
                self.audit_lists.forget();
                $(self.$name.forget();)+
            }

            $(
                $(#[doc = $doc])+
                ///
                /// # Errors
                /// `SERVICE_UNAVAILABLE` when it cannot be read.
                pub async fn $name(&self, key: $key) -> Result<Option<Arc<$value>>> {
                    self.$name.get(key, async |keys| Ok(shared($read(&self.service, &keys).await?))).await
                }
            )+
        }
    };
}

loaders! {
    /// A user, deleted users included; `None` when it does not exist.
    user: UserId => User = users::by_ids;
    /// All assignments of a user, expired and future ones included.
    assignments_of: UserId => [RoleAssignment] = assignments::of_users;
    /// All direct grants of a user, expired and future ones included.
    direct_grants_of: UserId => [PermissionGrant] = assignments::grants_of_users;
    /// The record of a role; `None` when it does not exist.
    role: RoleId => Role = roles::by_ids;
    /// The record of a permission; `None` when it does not exist.
    permission: PermissionId => Permission = permissions::by_ids;
    /// An assignment; `None` when it does not exist.
    assignment: AssignmentId => RoleAssignment = assignments::by_ids;
    /// The start of the last day on which a role or permission of a user was used; `None` when it never was.
    last_use: Holding => DateTime<Utc> = last_uses::by_holdings;
    /// A session, ended sessions included; `None` when it does not exist.
    session: SessionId => Session = sessions::by_ids;
    /// The record of a constraint; `None` when it does not exist.
    constraint: ConstraintId => Constraint = constraints::by_ids;
    /// An event of the audit log; `None` when it does not exist.
    audit_event: AuditEventId => AuditEvent = audit::by_ids;
    /// A signing key; `None` when it does not exist.
    signing_key: SigningKeyId => SigningKey = keys::by_ids;
    /// A past revision of the policy; `None` when it does not exist.
    revision: RevisionId => PolicyRevision = revisions::by_ids;
}

/// Loaders with a shape of their own. All fail with `SERVICE_UNAVAILABLE` when the database cannot be read.
impl Loaders {
    /// The subject of a user with all assignments and grants. Subjects in memory are returned at once: yielding to
    /// sibling fields costs a warm request more than all its other work.
    pub async fn subject(&self, user: UserId) -> Result<Option<Arc<Subject>>> {
        if let Some(subject) = decisions::subject_in_memory(&self.service, user) {
            return Ok(Some(subject));
        }
        let read = async |users: Vec<UserId>| {
            Ok(decisions::subjects(&self.service, &users).await?.into_iter().collect::<Vec<_>>())
        };
        self.subjects.get(user, read).await
    }

    /// A page of users; the pages of all sibling fields in one statement.
    pub async fn users(&self, list: UserFilter, order: UserOrder, page: &PageRequest) -> Result<Page<Arc<User>>> {
        let view = self.user_view().await?;
        self.user_lists.page(&view, list, Part { order, page: page.clone() }).await
    }

    /// The number of users in a list.
    pub async fn user_count(&self, list: UserFilter) -> Result<u64> {
        let view = self.user_view().await?;
        self.user_lists.length(&view, list).await
    }

    /// The state that all lists of users of the request show: a page and the number of its list agree.
    async fn user_view(&self) -> Result<Arc<UserView>> {
        let cell = Arc::clone(&self.user_view.lock().unwrap_or_else(PoisonError::into_inner));
        let read = async || users::view(&self.service).await.map(Arc::new);
        cell.get_or_try_init(read).await.cloned().map_err(to_graphql)
    }

    /// A page of live sessions.
    pub async fn sessions(&self, list: SessionFilter, page: &PageRequest) -> Result<Page<Arc<Session>>> {
        self.session_lists.page(&self.service, list, Part { order: (), page: page.clone() }).await
    }

    /// The number of live sessions in a list.
    pub async fn session_count(&self, list: SessionFilter) -> Result<u64> {
        self.session_lists.length(&self.service, list).await
    }

    /// A page of audit events.
    pub async fn audit_trail(
        &self,
        list: AuditFilter,
        order: Direction,
        page: &PageRequest,
    ) -> Result<Page<Arc<AuditEvent>>> {
        self.audit_lists.page(&self.service, list, Part { order, page: page.clone() }).await
    }

    /// The number of audit events in a list.
    pub async fn audit_count(&self, list: AuditFilter) -> Result<u64> {
        self.audit_lists.length(&self.service, list).await
    }
}

/// The error of an object that was deleted between two reads of one request.
#[must_use]
pub fn gone(what: &str) -> Error {
    to_graphql(service::Error::Unavailable(format!("the {what} was deleted while it was read").into()))
}

fn shared<K, V, S: ?Sized>(found: impl IntoIterator<Item = (K, V)>) -> Vec<(K, Arc<S>)>
where
    Arc<S>: From<V>,
{
    found.into_iter().map(|(key, value)| (key, value.into())).collect()
}
