//! Objects by their global id, whatever their type.

use super::assignments::RoleAssignment;
use super::audit::AuditEvent;
use super::constraints::SodConstraint;
use super::context::request;
use super::entity::{Entity, NodeRef, Owned as _, visible};
use super::error::bad_input;
use super::guard::directives::authenticated;
use super::id::{self, EntityType};
use super::keys::SigningKey;
use super::permissions::Permission;
use super::roles::Role;
use super::sessions::Session;
use super::users::User;
use async_graphql::{Context, ID, Interface, Object, Result};
use futures_util::future::try_join_all;
use uuid::Uuid;

/// Most ids in one call.
const MAX_IDS: usize = 100;

/// An object with a global id. Ids are typed (TypeID: a prefix out of user, role, perm, asg, sod, ses, evt, sig, then `_` and the UUIDv7 in 26 characters of base32), unique across types, stable for the object's life, and to be treated as opaque. An id of another kind is an unknown id.
#[derive(Debug, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
pub enum Node {
    /// A user.
    User(Entity<User>),
    /// A role.
    Role(Entity<Role>),
    /// A permission.
    Permission(Entity<Permission>),
    /// A role held by a user.
    RoleAssignment(Entity<RoleAssignment>),
    /// A session.
    Session(Entity<Session>),
    /// A separation-of-duty constraint.
    SodConstraint(Entity<SodConstraint>),
    /// An entry of the audit log.
    AuditEvent(Entity<AuditEvent>),
    /// A key that signs tokens.
    SigningKey(Entity<SigningKey>),
}

/// Reads of any object.
#[derive(Debug, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Any object by its global id. Null when missing or not visible.
    #[graphql(directive = authenticated::apply())]
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Node>> {
        Node::find(ctx, &id).await
    }

    /// Up to 100 objects by id, in the order asked, null in the place of each that is missing or not visible.
    #[graphql(directive = authenticated::apply())]
    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Option<Vec<Option<Node>>>> {
        if ids.len() > MAX_IDS {
            return Err(bad_input(format!("`ids` has at most {MAX_IDS} entries")));
        }
        let found = ids.iter().map(|id| Node::find(ctx, id));
        try_join_all(found).await.map(Some)
    }
}

impl Node {
    async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>> {
        let Some((kind, id)) = id::parse(id) else { return Ok(None) };
        let Some(node) = Self::read(ctx, kind, id).await? else { return Ok(None) };
        Ok(visible(ctx, &node.node()).await?.then_some(node))
    }

    async fn read(ctx: &Context<'_>, kind: EntityType, id: Uuid) -> Result<Option<Self>> {
        let policy = &request(ctx).policy;
        Ok(match kind {
            EntityType::User => {
                let user = User::find(ctx, id.into()).await?;
                user.filter(|user| !user.is_deleted()).map(|user| Self::User(Entity(user)))
            }
            EntityType::Role => Role::find(policy, id.into()).map(|role| Self::Role(Entity(role))),
            EntityType::Permission => {
                Permission::find(policy, id.into()).map(|permission| Self::Permission(Entity(permission)))
            }
            EntityType::RoleAssignment => {
                let assignment = RoleAssignment::find(ctx, id.into()).await?;
                assignment.map(|assignment| Self::RoleAssignment(Entity(assignment)))
            }
            EntityType::Session => Session::find(ctx, id.into()).await?.map(|session| Self::Session(Entity(session))),
            EntityType::SodConstraint => {
                SodConstraint::find(policy, id.into()).map(|constraint| Self::SodConstraint(Entity(constraint)))
            }
            EntityType::AuditEvent => {
                AuditEvent::find(ctx, id.into()).await?.map(|event| Self::AuditEvent(Entity(event)))
            }
            EntityType::SigningKey => SigningKey::find(ctx, id.into()).await?.map(|key| Self::SigningKey(Entity(key))),
        })
    }

    fn node(&self) -> NodeRef {
        match self {
            Self::User(user) => user.node(),
            Self::Role(role) => role.node(),
            Self::Permission(permission) => permission.node(),
            Self::RoleAssignment(assignment) => assignment.node(),
            Self::Session(session) => session.node(),
            Self::SodConstraint(constraint) => constraint.node(),
            Self::AuditEvent(event) => event.node(),
            Self::SigningKey(key) => key.node(),
        }
    }
}
