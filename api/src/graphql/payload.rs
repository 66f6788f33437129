//! What mutations give: the object as it is now, or why not.

use super::assignments::RoleMembersPayload;
use super::auth::{AuthPayload, LogoutPayload, PasswordResetPayload, RequestPayload};
use super::constraints::SodConstraintPayload;
use super::context::request;
use super::error::refused;
use super::keys::SigningKeyPayload;
use super::permissions::PermissionPayload;
use super::roles::RolePayload;
use super::sessions::{SessionPayload, SessionsPayload};
use super::user_error::UserError;
use super::users::UserPayload;
use async_graphql::{Context, ID, Interface, Result, SimpleObject};
use engine::Policy;
use std::sync::Arc;

/// What every mutation returns. One fragment on it reads the errors of any mutation.
#[derive(Debug, Interface)]
#[graphql(field(
    name = "user_errors",
    ty = "Vec<UserError>",
    desc = "Empty on success; then, and only then, the change was made."
))]
pub enum Payload {
    /// Of signing in.
    Auth(AuthPayload),
    /// Of logging out.
    Logout(LogoutPayload),
    /// Of a request that answers alike in every case.
    Request(RequestPayload),
    /// Of issuing a reset of a password.
    PasswordReset(PasswordResetPayload),
    /// Of a deletion.
    Delete(DeletePayload),
    /// Of changing a user.
    User(UserPayload),
    /// Of changing a role.
    Role(RolePayload),
    /// Of changing a role's members.
    RoleMembers(RoleMembersPayload),
    /// Of changing a permission.
    Permission(PermissionPayload),
    /// Of changing a constraint.
    SodConstraint(SodConstraintPayload),
    /// Of changing a session.
    Session(SessionPayload),
    /// Of ending sessions.
    Sessions(SessionsPayload),
    /// Of changing the signing keys.
    SigningKey(SigningKeyPayload),
}

/// Result of a deletion.
#[derive(Debug, SimpleObject)]
pub struct DeletePayload {
    /// Id of what is gone, for client caches; null on failure.
    deleted_id: Option<ID>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// What a mutation came to, seen with the policy as it is afterwards.
#[derive(Debug)]
pub struct Done<T> {
    /// What was changed; `None` when it was refused.
    pub value: Option<T>,
    /// Why it was refused.
    pub user_errors: Vec<UserError>,
    /// The policy after it.
    pub policy: Arc<Policy>,
}

impl<T> Done<T> {
    /// Takes what a use case gave. Whatever was read before it is forgotten.
    ///
    /// # Errors
    /// Whatever is not a refusal.
    pub fn new(ctx: &Context<'_>, result: service::Result<T>) -> Result<Self> {
        let request = request(ctx);
        request.loaders.forget();
        let policy = request.policy_now();
        match refused(result)? {
            Ok(value) => Ok(Self { value: Some(value), user_errors: Vec::new(), policy }),
            Err(refusals) => {
                let user_errors = refusals.into_iter().map(|refusal| UserError::new(refusal, &policy)).collect();
                Ok(Self { value: None, user_errors, policy })
            }
        }
    }
}

impl DeletePayload {
    /// The deletion of the object with `id`.
    #[must_use]
    pub fn new(id: ID, done: Done<()>) -> Self {
        Self { deleted_id: done.value.map(|()| id), user_errors: done.user_errors }
    }
}
