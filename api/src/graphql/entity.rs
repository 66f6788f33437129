//! Objects with a global id.
//!
//! INVARIANT: only [`Entity`] and [`Visible`] resolve to a type that implements `Node`, so that enforced execution knows
//! the parent object of every field.

use super::context::{Request, request};
use super::guard;
use super::id::EntityType;
use super::list::{List, is_a_list_of};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{Fields, resolve_container};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
};
use engine::UserId;
use std::borrow::Cow;
use std::ops::Deref;
use uuid::Uuid;

pub use super::execution_state::set_caller;

/// Values that one object counts for in the size of a response.
const VALUES: usize = 4;

/// Identity of an object, for decisions on ownership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeRef {
    /// Its type.
    pub kind: EntityType,
    /// Its id.
    pub id: Uuid,
    /// Its owner, where the object names one: the user itself, the user of a session or assignment, the actor of an
    /// audit event.
    pub owner: Option<UserId>,
}

/// A type of the schema that implements `Node`.
pub trait NodeObject {
    /// The type.
    const TYPE: EntityType;

    /// The identity of this object.
    fn node(&self) -> NodeRef;
}

/// An object with a global id.
#[derive(Clone, Debug)]
pub struct Entity<T>(pub T);

/// An entity that resolves to null for callers who fail its type's `@visibleTo`. For nullable single-object `@inherit`
/// fields and for members of payloads.
#[derive(Clone, Debug)]
pub struct Visible<T>(pub Entity<T>);

/// A list of entities without those that are not visible to the caller by their type's `@visibleTo`. For lists of
/// payloads.
#[derive(Clone, Debug)]
pub struct VisibleList<T>(pub Vec<Entity<T>>);

impl<T> Deref for Entity<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: NodeObject> Entity<T> {
    fn record(&self, ctx: &ContextSelectionSet<'_>) {
        let state = ctx.data_opt::<Request>().and_then(|request| request.state.as_ref());
        if let Some((state, path)) = state.zip(ctx.path_node.as_ref()) {
            state.record(path, self.0.node());
        }
    }
}

impl<T: ObjectType + NodeObject> OutputType for Entity<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if let Some(Err(error)) = ctx.data_opt::<Request>().map(|request| request.reserve(VALUES)) {
            return Err(ctx.set_error_path(error.into_server_error(field.pos)));
        }
        self.record(ctx);
        resolve_container(ctx, self).await
    }
}

impl<T: ObjectType + NodeObject> ContainerType for Entity<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }

    fn collect_all_fields<'a>(&'a self, ctx: &ContextSelectionSet<'a>, fields: &mut Fields<'a>) -> ServerResult<()> {
        // Reached through an interface, which calls this and not `resolve` of its member.
        self.record(ctx);
        fields.add_set(ctx, self)
    }
}

impl<T: ObjectType + NodeObject> ObjectType for Entity<T> {}

impl<T: ObjectType + NodeObject> OutputType for Visible<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::type_name().into_owned()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry);
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if is_visible_at(ctx, field, &self.0.0.node()).await? {
            self.0.resolve(ctx, field).await
        } else {
            Ok(Value::Null)
        }
    }
}

impl<T: ObjectType + NodeObject> OutputType for VisibleList<T> {
    is_a_list_of!(Entity<T>);

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let mut visible = Vec::with_capacity(self.0.len());
        for object in &self.0 {
            if is_visible_at(ctx, field, &object.0.node()).await? {
                visible.push(object);
            }
        }
        List::from_iter(visible).resolve(ctx, field).await
    }
}

async fn is_visible_at(ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>, node: &NodeRef) -> ServerResult<bool> {
    let Some(request) = ctx.data_opt::<Request>() else { return Ok(false) };
    let visible = match request.caller_at(ctx.path_node.as_ref()) {
        Ok(caller) => guard::is_visible(ctx.data_opt::<guard::Guards>(), request, caller.as_deref(), node).await,
        Err(error) => Err(error),
    };
    visible.map_err(|error| ctx.set_error_path(error.into_server_error(field.pos)))
}

/// Whether the object is visible to the caller by its type's `@visibleTo`. `node` and `nodes` return null for a hidden
/// object as for a missing one.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when the owner cannot be read.
pub async fn is_visible(ctx: &Context<'_>, node: &NodeRef) -> async_graphql::Result<bool> {
    let caller = request(ctx).caller_at(ctx.path_node.as_ref())?;
    guard::is_visible(ctx.data_opt::<guard::Guards>(), request(ctx), caller.as_deref(), node).await
}
