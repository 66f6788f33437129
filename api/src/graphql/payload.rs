//! Results of mutations: the object after the change, or the errors that prevented it.

use super::assignments::RoleMembersPayload;
use super::auth::{AuthPayload, LogoutPayload, PasswordResetPayload, RequestPayload};
use super::constraints::SodConstraintPayload;
use super::context::request;
use super::error::refusals;
use super::keys::SigningKeyPayload;
use super::permissions::PermissionPayload;
use super::roles::RolePayload;
use super::sessions::{SessionPayload, SessionsPayload};
use super::user_error::UserError;
use super::users::UserPayload;
use async_graphql::{Context, ID, Interface, Result, SimpleObject};
use engine::Policy;
use std::sync::Arc;

/// Result of a mutation. A fragment on this interface reads the errors of any mutation.
#[derive(Debug, Interface)]
#[graphql(field(
    name = "user_errors",
    ty = "Vec<UserError>",
    desc = "Errors that prevented the change. Empty on success."
))]
pub enum Payload {
    /// Of a mutation that issues tokens.
    Auth(AuthPayload),
    /// Of logging out.
    Logout(LogoutPayload),
    /// Of a mutation that returns no object.
    Request(RequestPayload),
    /// Of issuing a password reset token.
    PasswordReset(PasswordResetPayload),
    /// Of a deletion.
    Delete(DeletePayload),
    /// Of a mutation of a user.
    User(UserPayload),
    /// Of a mutation of a role.
    Role(RolePayload),
    /// Of a mutation of the users of a role.
    RoleMembers(RoleMembersPayload),
    /// Of a mutation of a permission.
    Permission(PermissionPayload),
    /// Of a mutation of a constraint.
    SodConstraint(SodConstraintPayload),
    /// Of a mutation of a session.
    Session(SessionPayload),
    /// Of the revocation of sessions.
    Sessions(SessionsPayload),
    /// Of a mutation of the signing keys.
    SigningKey(SigningKeyPayload),
}

/// Result of a deletion.
#[derive(Debug, SimpleObject)]
pub struct DeletePayload {
    /// Id of the deleted object, for client caches. Null on failure.
    deleted_id: Option<ID>,
    /// Errors that prevented the deletion. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

/// Result of a mutation, with the policy in force after it.
#[derive(Debug)]
pub struct MutationResult<T> {
    /// What was changed; `None` when the change was refused.
    pub value: Option<T>,
    /// Reasons for the refusal.
    pub user_errors: Vec<UserError>,
    /// Policy in force after the mutation.
    pub policy: Arc<Policy>,
}

impl<T> MutationResult<T> {
    /// Separates refusals from the result of a mutation, and drops what the loaders read before it.
    ///
    /// # Errors
    /// Any error that is not a refusal.
    pub fn new(ctx: &Context<'_>, result: service::Result<T>) -> Result<Self> {
        let request = request(ctx);
        request.loaders.forget();
        let policy = request.current_policy();
        match result {
            Ok(value) => Ok(Self { value: Some(value), user_errors: Vec::new(), policy }),
            Err(error) => {
                let refusals = refusals(error)?.into_iter();
                let user_errors = refusals.map(|refusal| UserError::new(refusal, &policy)).collect();
                Ok(Self { value: None, user_errors, policy })
            }
        }
    }
}

impl DeletePayload {
    /// The result of deleting the object with `id`.
    #[must_use]
    pub fn new(id: ID, done: MutationResult<()>) -> Self {
        Self { deleted_id: done.value.map(|()| id), user_errors: done.user_errors }
    }
}
