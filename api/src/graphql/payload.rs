//! Results of mutations: the object after the change, or the errors that prevented it.

use super::assignments::RoleMembersPayload;
use super::auth::{AuthPayload, LogoutPayload, PasswordResetPayload, RequestPayload};
use super::constraints::SodConstraintPayload;
use super::context::request;
use super::demo::DemoPayload;
use super::error::refusals;
use super::impact::Impact;
use super::keys::SigningKeyPayload;
use super::permissions::PermissionPayload;
use super::policies::PolicyApplyPayload;
use super::roles::RolePayload;
use super::sessions::{SessionPayload, SessionsPayload};
use super::user_error::UserError;
use super::users::UserPayload;
use async_graphql::{Context, ID, Interface, Result, SimpleObject};
use engine::Policy;
use service::Changed;
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
    /// Of applying a policy document or going back to a revision.
    PolicyApply(PolicyApplyPayload),
    /// Of loading or removing the demo company.
    Demo(DemoPayload),
    /// Of a mutation of the signing keys.
    SigningKey(SigningKeyPayload),
}

/// Result of a deletion.
#[derive(Debug, SimpleObject)]
pub struct DeletePayload {
    /// Id of the deleted object, for client caches. Null on failure and on a dry run.
    deleted_id: Option<ID>,
    /// What the deletion does, or would do, to users. Null on failure.
    impact: Option<Impact>,
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
    /// Impact of a change of rights.
    pub impact: Option<Impact>,
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
            Ok(value) => Ok(Self { value: Some(value), user_errors: Vec::new(), policy, impact: None }),
            Err(error) => {
                let refusals = refusals(error)?.into_iter();
                let user_errors = refusals.map(|refusal| UserError::new(refusal, &policy)).collect();
                Ok(Self { value: None, user_errors, policy, impact: None })
            }
        }
    }

    /// As [`new`](Self::new), with the impact of a change of rights.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn changed(ctx: &Context<'_>, result: service::Result<Changed<T>>) -> Result<Self> {
        let MutationResult { value, user_errors, policy, .. } = MutationResult::new(ctx, result)?;
        let (value, impact) = value.map(|Changed { object, impact }| (object, impact)).unzip();
        let impact = impact.map(|impact| Impact::of_record(impact, Arc::clone(&policy)));
        Ok(Self { value, user_errors, policy, impact })
    }
}

impl DeletePayload {
    /// The result of deleting the object with `id`.
    #[must_use]
    pub fn new(id: ID, done: MutationResult<()>) -> Self {
        Self { deleted_id: done.value.map(|()| id), impact: done.impact, user_errors: done.user_errors }
    }

    /// The payload of a dry run, which deletes nothing.
    #[must_use]
    pub fn of_dry_run(self, dry_run: bool) -> Self {
        if dry_run { Self { deleted_id: None, ..self } } else { self }
    }
}
