//! The session that is asking.

use crate::graphql::access::shown_revision;
use crate::graphql::auth::TokenDelivery;
use crate::graphql::context::request;
use crate::graphql::entity::{Entity, Owned, Seen, visible};
use crate::graphql::guard::directives::{inherit, sensitive};
use crate::graphql::id::{self, EntityType};
use crate::graphql::permissions::Permission;
use crate::graphql::roles::Role;
use crate::graphql::scalars::PermissionName;
use crate::graphql::sessions::Session;
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result};
use service::Caller;
use service::auth::csrf_token;

/// The session that is asking.
#[derive(Debug)]
pub struct Viewer(Caller, TokenDelivery);

impl Viewer {
    /// The view of a caller whose tokens were delivered so.
    #[must_use]
    pub fn new(caller: Caller, delivery: TokenDelivery) -> Self {
        Self(caller, delivery)
    }
}

/// The session that is asking. What it may do now can be less than what its user may do in all (`User.permissionNames`): roles can be inactive.
#[Object]
impl Viewer {
    /// Stable for the session, for client caches.
    async fn id(&self) -> ID {
        let ID(session) = id::encode(EntityType::Session, self.0.session.uuid());
        ID(format!("viewer:{session}"))
    }

    /// The user behind the session.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::of_caller(&self.0))
    }

    /// The session; null when an API key is used.
    #[graphql(directive = inherit::apply())]
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<Seen<Session>>> {
        let session = Session::find(ctx, self.0.session).await?;
        Ok(session.map(|session| Seen(Entity(session))))
    }

    /// Names of the active roles and of those they inherit from.
    async fn roles(&self, ctx: &Context<'_>) -> Vec<&str> {
        let policy = &self.0.policy;
        let roles = policy.active_role_closure(&self.0.subject, request(ctx).now);
        roles.into_iter().filter_map(|role| policy.role(role)).map(|role| role.name.as_str()).collect()
    }

    /// Assigned roles that are not active in this session.
    #[graphql(directive = inherit::apply())]
    async fn inactive_roles(&self, ctx: &Context<'_>) -> Vec<Entity<Role>> {
        let policy = &self.0.policy;
        Role::all(policy, policy.inactive_roles(&self.0.subject, request(ctx).now))
    }

    /// All permissions held now, sorted, for gating a UI.
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<PermissionName>> {
        let held = self.0.policy.permissions_of(&self.0.subject, request(ctx).now);
        Permission::names(ctx, &self.0.policy, &held)
    }

    /// Is this permission among them?
    async fn can(&self, ctx: &Context<'_>, permission: PermissionName) -> bool {
        self.0.holds(permission.0.as_str(), request(ctx).now)
    }

    /// In cookie mode, the value to send in the CSRF header; null otherwise.
    #[graphql(directive = sensitive::apply())]
    async fn csrf_token(&self, ctx: &Context<'_>) -> Option<String> {
        let is_cookie = self.1 == TokenDelivery::Cookie;
        is_cookie.then(|| csrf_token(&request(ctx).service, self.0.session))
    }

    /// Roles the caller could assign to others without exceeding its own authority.
    #[graphql(directive = inherit::apply())]
    async fn assignable_roles(&self, ctx: &Context<'_>) -> Result<Vec<Entity<Role>>> {
        let Caller { policy, subject, .. } = &self.0;
        let roles = policy.authority(subject, request(ctx).now).assignable_roles();
        let mut seen = Vec::new();
        for role in Role::all(policy, roles) {
            // What a role may be is not told to those who may not know that there is one.
            if visible(ctx, &role.node()).await? {
                seen.push(role);
            }
        }
        Ok(seen)
    }

    /// Revision of the policy these answers come from; changes with each change of rights, not when a time-bound grant begins or ends by itself.
    async fn policy_revision(&self) -> i32 {
        shown_revision(self.0.policy.revision())
    }
}
