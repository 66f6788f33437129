//! State of one enforced execution.
//!
//! `@selfOr` on a field judges the parent *object*, which async-graphql's extensions do not see. Every entity records
//! its identity under its path before its fields are resolved.

use super::context::request;
use super::entity::NodeRef;
use super::field_outcomes::FieldOutcomes;
use async_graphql::{Context, Error, QueryPathNode, QueryPathSegment, ServerError};
use rustc_hash::FxHashMap;
use service::Caller;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// State of one enforced execution; a pre-authorized execution has none.
#[derive(Debug, Default)]
pub(crate) struct ExecutionState {
    /// Objects by path. `None` where two objects share a path: neither counts as the caller's own.
    objects: Mutex<FxHashMap<Box<str>, Option<NodeRef>>>,
    /// Callers at and below the root fields of a mutation, by response key.
    callers: Mutex<FxHashMap<Box<str>, RootCaller>>,
    /// What became of the root fields of a mutation.
    pub(super) outcomes: FieldOutcomes,
    /// Errors of nullable fields, reported beside their null.
    errors: Mutex<Vec<ServerError>>,
}

/// The caller at a place, with the rights that decide there; an error when these cannot be read.
pub(super) type PlacedCaller = Result<Option<Caller>, Error>;

/// The caller of one root field of a mutation: first as of its turn, then as of the end of its change.
#[derive(Debug)]
struct RootCaller {
    caller: PlacedCaller,
    is_after_change: bool,
}

impl ExecutionState {
    /// The state before an execution, with the root fields of a mutation.
    pub(super) fn new(outcomes: FieldOutcomes) -> Self {
        Self { outcomes, ..Self::default() }
    }

    /// Records the object at `path`.
    pub(super) fn record(&self, path: &QueryPathNode<'_>, object: NodeRef) {
        let mut objects = lock(&self.objects);
        let recorded = objects.entry(path.to_string().into()).or_insert(Some(object));
        // Validation accepts some documents that put two fields under one response key.
        if *recorded != Some(object) {
            *recorded = None;
        }
    }

    /// The parent object of the field at `path`.
    pub(super) fn parent_of(&self, path: &QueryPathNode<'_>) -> Option<NodeRef> {
        let parent = path.parent?.to_string();
        lock(&self.objects).get(parent.as_str()).copied().flatten()
    }

    /// The caller at or below a root field of a mutation; `None` where that of the request decides.
    pub(super) fn caller_at(&self, path: Option<&QueryPathNode<'_>>) -> Option<PlacedCaller> {
        let callers = lock(&self.callers);
        if callers.is_empty() { None } else { callers.get(root_key(path?)).map(|root| root.caller.clone()) }
    }

    /// Sets the caller for the root field at `path`, whose turn has come.
    pub(super) fn begin_root_field(&self, path: &QueryPathNode<'_>, caller: PlacedCaller) {
        lock(&self.callers).insert(root_key(path).into(), RootCaller { caller, is_after_change: false });
    }

    /// The caller that began the root field above `path`, unless the caller after its change is known already.
    pub(super) fn caller_before_change(&self, path: &QueryPathNode<'_>) -> Option<PlacedCaller> {
        let callers = lock(&self.callers);
        callers.get(root_key(path)).filter(|root| !root.is_after_change).map(|root| root.caller.clone())
    }

    /// Sets the caller for all fields below the root field above `path`, whose change is done.
    pub(super) fn end_root_field(&self, path: &QueryPathNode<'_>, caller: PlacedCaller) {
        lock(&self.callers).insert(root_key(path).into(), RootCaller { caller, is_after_change: true });
    }

    /// Keeps the error of a nullable field for the response.
    pub(super) fn add_error(&self, error: ServerError) {
        lock(&self.errors).push(error);
    }

    /// Removes and returns the kept errors, in the order of their occurrence.
    pub(super) fn take_errors(&self) -> Vec<ServerError> {
        std::mem::take(&mut *lock(&self.errors))
    }
}

/// Sets the caller for all fields below the current root field: the session that `login`, `signup` or `refresh`
/// created, or the current session with other roles active.
pub fn set_caller(ctx: &Context<'_>, caller: Caller) {
    let state = request(ctx).state.as_ref();
    if let Some((state, path)) = state.zip(ctx.path_node.as_ref()) {
        state.end_root_field(path, Ok(Some(caller)));
    }
}

/// Response key of the root field at or above `path`.
fn root_key<'a>(path: &'a QueryPathNode<'a>) -> &'a str {
    let root = path.parents().last().unwrap_or(path);
    match root.segment {
        QueryPathSegment::Name(name) => name,
        QueryPathSegment::Index(_) => "",
    }
}

/// The protected values are consistent after each step, so a poisoned lock is safe to use.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::id::EntityType;
    use super::*;
    use uuid::Uuid;

    fn object(id: u128) -> NodeRef {
        NodeRef { kind: EntityType::User, id: Uuid::from_u128(id), owner: None }
    }

    #[test]
    fn a_field_belongs_to_the_object_at_its_parents_path() {
        let list = QueryPathNode { parent: None, segment: QueryPathSegment::Name("users") };
        let [first, second] =
            [0, 1].map(|at| QueryPathNode { parent: Some(&list), segment: QueryPathSegment::Index(at) });
        let state = ExecutionState::default();
        state.record(&first, object(1));
        state.record(&second, object(2));
        let field = QueryPathNode { parent: Some(&second), segment: QueryPathSegment::Name("roles") };
        assert_eq!(state.parent_of(&field), Some(object(2)));
        assert_eq!(state.parent_of(&second), None);
        assert_eq!(root_key(&field), "users");
    }

    #[test]
    fn two_objects_under_one_response_key_are_not_the_callers_own() {
        let path = QueryPathNode { parent: None, segment: QueryPathSegment::Name("x") };
        let field = QueryPathNode { parent: Some(&path), segment: QueryPathSegment::Name("roles") };
        let state = ExecutionState::default();
        state.record(&path, object(1));
        state.record(&path, object(1));
        assert_eq!(state.parent_of(&field), Some(object(1)));
        state.record(&path, object(2));
        state.record(&path, object(1));
        assert_eq!(state.parent_of(&field), None);
    }
}
