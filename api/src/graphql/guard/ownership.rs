//! Ownership of objects, for `@selfOr` and `@visibleTo(orSelf:)`: one function for each rule of the registry of entity
//! kinds.

use super::super::context::Request;
use super::super::entity::NodeRef;
use engine::{AssignmentId, AuditEventId, PermissionId, RoleId, SessionId, Subject};
use service::{Caller, Result, assignments, audit, decisions, sessions};

/// A user is its own.
pub(in crate::graphql) async fn is_caller(_: &Request, caller: &Caller, user: &NodeRef) -> Result<bool> {
    Ok(user.id == caller.user.uuid())
}

/// A role belongs to the users authorized for it, active in the session or not.
pub(in crate::graphql) async fn holds_role(request: &Request, caller: &Caller, role: &NodeRef) -> Result<bool> {
    let authorized = caller.policy.authorized_roles(&caller.subject, request.now);
    Ok(authorized.contains(&RoleId::new(role.id)))
}

/// A permission belongs to the users that hold it with all their roles active.
pub(in crate::graphql) async fn holds_permission(
    request: &Request,
    caller: &Caller,
    permission: &NodeRef,
) -> Result<bool> {
    let Some(permission) = caller.policy.permission(PermissionId::new(permission.id)) else { return Ok(false) };
    let subject = decisions::subject(&request.service, caller.user).await?;
    let holds = |subject: &Subject| caller.policy.check(subject, permission.name.as_str(), request.now).allowed;
    Ok(subject.as_deref().is_some_and(holds))
}

/// An assignment belongs to its user.
pub(in crate::graphql) async fn has_assignment(
    request: &Request,
    caller: &Caller,
    assignment: &NodeRef,
) -> Result<bool> {
    if assignment.owner.is_some() {
        return Ok(assignment.owner == Some(caller.user));
    }
    let id = AssignmentId::new(assignment.id);
    let found = assignments::by_ids(&request.service, &[id]).await?;
    Ok(found.get(&id).is_some_and(|assignment| assignment.user == caller.user))
}

/// A session belongs to its user.
pub(in crate::graphql) async fn has_session(request: &Request, caller: &Caller, session: &NodeRef) -> Result<bool> {
    if session.owner.is_some() {
        return Ok(session.owner == Some(caller.user));
    }
    let id = SessionId::new(session.id);
    let found = sessions::by_ids(&request.service, &[id]).await?;
    Ok(found.get(&id).is_some_and(|session| session.user == caller.user))
}

/// An audit event belongs to its actor and to its subjects.
pub(in crate::graphql) async fn is_involved(request: &Request, caller: &Caller, event: &NodeRef) -> Result<bool> {
    if event.owner == Some(caller.user) {
        return Ok(true);
    }
    audit::involves(&request.service, AuditEventId::new(event.id), caller.user.uuid()).await
}

/// Constraints and signing keys belong to no user.
pub(in crate::graphql) async fn never(_: &Request, _: &Caller, _: &NodeRef) -> Result<bool> {
    Ok(false)
}
