//! The session of the caller.

use crate::graphql::access::graphql_revision;
use crate::graphql::auth::TokenDelivery;
use crate::graphql::context::request;
use crate::graphql::entity::{Entity, NodeObject, Visible, is_visible};
use crate::graphql::guard::directives::{inherit, sensitive};
use crate::graphql::id::{self, EntityType};
use crate::graphql::list::Texts;
use crate::graphql::permissions::Permission;
use crate::graphql::roles::Role;
use crate::graphql::scalars::PermissionName;
use crate::graphql::sessions::Session;
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result};
use service::Caller;
use service::auth::csrf_token;

/// The session of the caller, and the delivery of its tokens.
#[derive(Debug)]
pub struct Viewer {
    caller: Caller,
    delivery: TokenDelivery,
}

impl Viewer {
    /// The view of a caller whose tokens were delivered as `delivery`.
    #[must_use]
    pub fn new(caller: Caller, delivery: TokenDelivery) -> Self {
        Self { caller, delivery }
    }
}

/// Authenticated session. It can hold fewer permissions than its user (`User.permissionNames`), because roles can be
/// inactive.
#[Object]
impl Viewer {
    /// Id of the viewer, constant for the session, for client caches.
    async fn id(&self) -> ID {
        let ID(session) = id::encode(EntityType::Session, self.caller.session.uuid());
        ID(format!("viewer:{session}"))
    }

    /// User of the session.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::of_caller(&self.caller))
    }

    /// Session of the request. Null when it was deleted meanwhile.
    #[graphql(directive = inherit::apply())]
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<Visible<Session>>> {
        let session = Session::find(ctx, self.caller.session).await?;
        Ok(session.map(|session| Visible(Entity(session))))
    }

    /// Names of the active roles and of the roles that they inherit from.
    async fn roles(&self, ctx: &Context<'_>) -> Vec<&str> {
        let policy = &self.caller.policy;
        let roles = policy.active_role_closure(&self.caller.subject, request(ctx).now);
        roles.into_iter().filter_map(|role| policy.role(role)).map(|role| role.name.as_str()).collect()
    }

    /// Roles that are assigned to the user and not active in the session.
    #[graphql(directive = inherit::apply())]
    async fn inactive_roles(&self, ctx: &Context<'_>) -> Vec<Entity<Role>> {
        let policy = &self.caller.policy;
        Role::all(policy, policy.inactive_roles(&self.caller.subject, request(ctx).now))
    }

    /// Names of the permissions held by the session, sorted.
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Texts<'_, PermissionName>> {
        let held = self.caller.policy.permissions_of(&self.caller.subject, request(ctx).now);
        Permission::names(ctx, &self.caller.policy, &held)
    }

    /// Whether the session holds the permission.
    async fn can(&self, ctx: &Context<'_>, permission: PermissionName) -> bool {
        self.caller.holds(permission.0.as_str(), request(ctx).now)
    }

    /// CSRF token for the header `ServiceInfo.csrfHeaderName`. Null outside cookie mode.
    #[graphql(directive = sensitive::apply())]
    async fn csrf_token(&self, ctx: &Context<'_>) -> Option<String> {
        let is_cookie = self.delivery == TokenDelivery::Cookie;
        is_cookie.then(|| csrf_token(&request(ctx).service, self.caller.session))
    }

    /// Roles that the caller's authority covers assigning, limited to those visible to the caller.
    #[graphql(directive = inherit::apply())]
    async fn assignable_roles(&self, ctx: &Context<'_>) -> Result<Vec<Entity<Role>>> {
        let Caller { policy, subject, .. } = &self.caller;
        let roles = policy.authority(subject, request(ctx).now).assignable_roles();
        let mut seen = Vec::new();
        for role in Role::all(policy, roles) {
            // Callers learn only of roles that are visible to them.
            if is_visible(ctx, &role.node()).await? {
                seen.push(role);
            }
        }
        Ok(seen)
    }

    /// Revision of the policy that these values were read from. Incremented by each change of rights, not when a grant
    /// becomes valid or expires.
    async fn policy_revision(&self) -> i32 {
        graphql_revision(self.caller.policy.revision())
    }
}
