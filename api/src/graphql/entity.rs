//! Objects with a global id, and what the hooked lane remembers of them.
//!
//! A rule such as `@selfOr` on a child field judges the parent *object*, which async-graphql's hooks
//! do not see. So every entity says which object it is before any of its fields is reached: it is
//! noted under its path. INVARIANT: nothing but [`Entity`] stands for a type that implements `Node`.

use super::context::Request;
use super::guard;
use super::id::EntityType;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{Fields, resolve_container};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, QueryPathNode, QueryPathSegment,
    ServerError, ServerResult, Value,
};
use engine::UserId;
use rustc_hash::FxHashMap;
use service::Caller;
use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// How many values an object counts for in the size of an answer.
const VALUES: usize = 4;

/// Which object it is, as far as "own" is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeRef {
    /// Its type.
    pub kind: EntityType,
    /// Its id.
    pub id: Uuid,
    /// The user it belongs to: a user's own id, a session's or assignment's user, an event's actor.
    pub owner: Option<UserId>,
}

/// A type of the schema that implements `Node`.
pub trait Owned {
    /// Which type.
    const TYPE: EntityType;

    /// Which object.
    fn node(&self) -> NodeRef;
}

/// An object with a global id. Every user, role, permission, session, assignment, audit event and
/// signing key that is answered anywhere is one.
#[derive(Clone, Debug)]
pub struct Entity<T>(pub T);

/// An entity behind the veil of its type's `@visibleTo`: null for callers who fail it. For nullable
/// single `@inherit` fields and for members of payloads.
#[derive(Clone, Debug)]
pub struct Seen<T>(pub Entity<T>);

impl<T> Deref for Entity<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Owned> Entity<T> {
    fn note(&self, ctx: &ContextSelectionSet<'_>) {
        let watch = ctx.data_opt::<Request>().and_then(|request| request.watch.as_ref());
        if let Some((watch, path)) = watch.zip(ctx.path_node.as_ref()) {
            watch.note(path, self.0.node());
        }
    }
}

impl<T: ObjectType + Owned> OutputType for Entity<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if let Some(Err(error)) = ctx.data_opt::<Request>().map(|request| request.afford(VALUES)) {
            return Err(ctx.set_error_path(error.into_server_error(field.pos)));
        }
        self.note(ctx);
        resolve_container(ctx, self).await
    }
}

impl<T: ObjectType + Owned> ContainerType for Entity<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }

    fn collect_all_fields<'a>(&'a self, ctx: &ContextSelectionSet<'a>, fields: &mut Fields<'a>) -> ServerResult<()> {
        // Reached through an interface, which resolves itself and not its member.
        self.note(ctx);
        fields.add_set(ctx, self)
    }
}

impl<T: ObjectType + Owned> ObjectType for Entity<T> {}

impl<T: ObjectType + Owned> OutputType for Seen<T> {
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
        let judged = match ctx.data_opt::<Request>() {
            Some(request) => {
                let entered = request.watch.as_ref().and_then(|watch| watch.entered_at(ctx.path_node.as_ref()));
                let guards = ctx.data_opt::<guard::Guards>();
                guard::sees(guards, request, entered.as_ref().or(request.caller()), &self.0.0.node()).await
            }
            None => Ok(false),
        };
        match judged {
            Ok(true) => self.0.resolve(ctx, field).await,
            Ok(false) => Ok(Value::Null),
            Err(error) => Err(ctx.set_error_path(error.into_server_error(field.pos))),
        }
    }
}

/// Does the caller see the object, by its type's `@visibleTo`? For `node` and `nodes`, which show
/// null for what is hidden as for what does not exist.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when that cannot be told.
pub async fn visible(ctx: &Context<'_>, node: &NodeRef) -> async_graphql::Result<bool> {
    let caller = super::context::caller_at(ctx);
    guard::sees(ctx.data_opt::<guard::Guards>(), super::context::request(ctx), caller.as_ref(), node).await
}

/// From here on, and everywhere below the same root field, `caller` counts as the caller: the session
/// that `login`, `signup` or `refresh` has just made, or the one that asks with other roles active.
pub fn enter_as(ctx: &Context<'_>, caller: Caller) {
    let watch = super::context::request(ctx).watch.as_ref();
    if let Some((watch, path)) = watch.zip(ctx.path_node.as_ref()) {
        lock(&watch.entered).insert(root_of(path).into(), caller);
    }
}

/// What the hooked lane remembers while one operation runs.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Objects by path. `None` where two objects claimed the same path: neither is anyone's own.
    nodes: Mutex<FxHashMap<Box<str>, Option<NodeRef>>>,
    /// Sessions made by root fields, by their response key.
    entered: Mutex<FxHashMap<Box<str>, Caller>>,
    /// Root fields of a mutation, judged before anything ran, by response key.
    pub(crate) verdicts: FxHashMap<Box<str>, Result<(), ServerError>>,
    /// Errors of nullable fields, which stand beside their null.
    errors: Mutex<Vec<ServerError>>,
}

impl Watch {
    fn note(&self, path: &QueryPathNode<'_>, node: NodeRef) {
        let mut nodes = lock(&self.nodes);
        let noted = nodes.entry(path.to_string().into()).or_insert(Some(node));
        // Validation lets some documents put two fields under one response key.
        if *noted != Some(node) {
            *noted = None;
        }
    }

    /// The object whose field is at `path`.
    pub(crate) fn parent_of(&self, path: &QueryPathNode<'_>) -> Option<NodeRef> {
        let parent = path.parent?.to_string();
        lock(&self.nodes).get(parent.as_str()).copied().flatten()
    }

    /// The session made by the root field that `path` is below, if it made one.
    pub(crate) fn entered_at(&self, path: Option<&QueryPathNode<'_>>) -> Option<Caller> {
        let entered = lock(&self.entered);
        if entered.is_empty() { None } else { entered.get(root_of(path?)).cloned() }
    }

    /// Keeps an error of a nullable field until the answer is put together.
    pub(crate) fn set_aside(&self, error: ServerError) {
        lock(&self.errors).push(error);
    }

    /// The errors kept so far, in the order they came.
    pub(crate) fn take_errors(&self) -> Vec<ServerError> {
        std::mem::take(&mut *lock(&self.errors))
    }
}

/// The response key of the root field that `path` is at or below.
fn root_of<'a>(path: &'a QueryPathNode<'a>) -> &'a str {
    let root = path.parents().last().unwrap_or(path);
    match root.segment {
        QueryPathSegment::Name(name) => name,
        QueryPathSegment::Index(_) => "",
    }
}

/// What these locks protect is whole after each step, so a panic elsewhere leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: u128) -> NodeRef {
        NodeRef { kind: EntityType::User, id: Uuid::from_u128(id), owner: None }
    }

    #[test]
    fn a_field_belongs_to_the_object_at_its_parents_path() {
        let list = QueryPathNode { parent: None, segment: QueryPathSegment::Name("users") };
        let [first, second] =
            [0, 1].map(|at| QueryPathNode { parent: Some(&list), segment: QueryPathSegment::Index(at) });
        let watch = Watch::default();
        watch.note(&first, node(1));
        watch.note(&second, node(2));
        let field = QueryPathNode { parent: Some(&second), segment: QueryPathSegment::Name("roles") };
        assert_eq!(watch.parent_of(&field), Some(node(2)));
        assert_eq!(watch.parent_of(&second), None);
        assert_eq!(root_of(&field), "users");
    }

    #[test]
    fn two_objects_under_one_response_key_are_no_ones_own() {
        let path = QueryPathNode { parent: None, segment: QueryPathSegment::Name("x") };
        let field = QueryPathNode { parent: Some(&path), segment: QueryPathSegment::Name("roles") };
        let watch = Watch::default();
        watch.note(&path, node(1));
        watch.note(&path, node(1));
        assert_eq!(watch.parent_of(&field), Some(node(1)));
        watch.note(&path, node(2));
        watch.note(&path, node(1));
        assert_eq!(watch.parent_of(&field), None);
    }
}
