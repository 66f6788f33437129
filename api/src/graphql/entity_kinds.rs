//! The registry of entity kinds: every type of the schema that implements `Node`, declared once.

use super::assignments::RoleAssignment;
use super::audit::AuditEvent;
use super::constraints::SodConstraint;
use super::context::{Request, request};
use super::entity::{Entity, NodeObject as _, NodeRef, is_visible};
use super::guard::ownership;
use super::id::{self, TypedId};
use super::keys::SigningKey;
use super::permissions::Permission;
use super::revisions::PolicyRevision;
use super::roles::Role;
use super::sessions::Session;
use super::users::User;
use async_graphql::{Context, ID, Interface, Result};
use engine::{
    AssignmentId, AuditEventId, ConstraintId, PermissionId, RevisionId, RoleId, SessionId, SigningKeyId, UserId,
};
use service::Caller;
use uuid::Uuid;

/// Declares the kinds. `find` reads an object by id; `is_own` decides whether it is the caller's own.
macro_rules! entity_kinds {
    ($(
        $(#[doc = $doc:literal])+
        $kind:ident { id: $id:ty, prefix: $prefix:literal, find: $find:path, is_own: $is_own:path }
    )+) => {
        /// A type with a global id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EntityType {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl EntityType {
            /// All of them.
            pub const ALL: [Self; [$($prefix),+].len()] = [$(Self::$kind),+];

            /// The name of the type in the schema.
            #[must_use]
            pub fn type_name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)+ }
            }

            /// The prefix of its ids.
            #[must_use]
            pub fn prefix(self) -> &'static str {
                match self { $(Self::$kind => $prefix,)+ }
            }
        }

        $(impl TypedId for $id {
            const TYPE: EntityType = EntityType::$kind;
        })+

        /// An object with a global id. Ids are typed (TypeID: a prefix out of user, role, perm, asg, sod, ses, evt, sig, rev, then `_` and a UUIDv7 in 26 characters of base32), unique across types, stable for the lifetime of the object, and opaque. An id of another kind is an unknown id.
        #[derive(Debug, Interface)]
        #[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
        pub enum Node {
            $($(#[doc = $doc])+ $kind(Entity<$kind>),)+
        }

        impl Node {
            async fn read(ctx: &Context<'_>, kind: EntityType, id: Uuid) -> Result<Option<Self>> {
                Ok(match kind {
                    $(EntityType::$kind => $find(ctx, id.into()).await?.map(|object| Self::$kind(Entity(object))),)+
                })
            }

            fn node(&self) -> NodeRef {
                match self { $(Self::$kind(object) => object.node(),)+ }
            }
        }

        /// Whether the object is the caller's own. A missing object is not.
        ///
        /// # Errors
        /// [`service::Error::Unavailable`] when the owner cannot be read.
        pub(super) async fn is_own(request: &Request, caller: &Caller, object: &NodeRef) -> service::Result<bool> {
            match object.kind { $(EntityType::$kind => $is_own(request, caller, object).await,)+ }
        }
    };
}

entity_kinds! {
    /// A user.
    User { id: UserId, prefix: "user", find: find_user, is_own: ownership::is_caller }
    /// A role.
    Role { id: RoleId, prefix: "role", find: find_role, is_own: ownership::holds_role }
    /// A permission.
    Permission { id: PermissionId, prefix: "perm", find: find_permission, is_own: ownership::holds_permission }
    /// An assignment of a role to a user.
    RoleAssignment { id: AssignmentId, prefix: "asg", find: RoleAssignment::find, is_own: ownership::has_assignment }
    /// A session.
    Session { id: SessionId, prefix: "ses", find: Session::find, is_own: ownership::has_session }
    /// A separation-of-duty constraint.
    SodConstraint { id: ConstraintId, prefix: "sod", find: find_constraint, is_own: ownership::never }
    /// An event of the audit log.
    AuditEvent { id: AuditEventId, prefix: "evt", find: AuditEvent::find, is_own: ownership::is_involved }
    /// A key that signs access tokens.
    SigningKey { id: SigningKeyId, prefix: "sig", find: SigningKey::find, is_own: ownership::never }
    /// A past revision of the policy.
    PolicyRevision { id: RevisionId, prefix: "rev", find: PolicyRevision::find, is_own: ownership::never }
}

impl Node {
    /// The object with a global id; `None` when it is missing or not visible to the caller.
    pub(super) async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        let Some((kind, id)) = id::parse_any(id) else { return Ok(None) };
        let Some(node) = Self::read(ctx, kind, id).await? else { return Ok(None) };
        Ok(is_visible(ctx, &node.node()).await?.then_some(node))
    }
}

async fn find_user(ctx: &Context<'_>, id: UserId) -> Result<Option<User>> {
    Ok(User::find(ctx, id).await?.filter(|user| !user.is_deleted()))
}

async fn find_role(ctx: &Context<'_>, id: RoleId) -> Result<Option<Role>> {
    Ok(Role::find(&request(ctx).policy, id))
}

async fn find_permission(ctx: &Context<'_>, id: PermissionId) -> Result<Option<Permission>> {
    Ok(Permission::find(&request(ctx).policy, id))
}

async fn find_constraint(ctx: &Context<'_>, id: ConstraintId) -> Result<Option<SodConstraint>> {
    Ok(SodConstraint::find(&request(ctx).policy, id))
}
