//! Whose an object is.

use super::super::context::Request;
use super::super::entity::NodeRef;
use super::super::id::EntityType;
use engine::{AssignmentId, AuditEventId, PermissionId, RoleId, SessionId, Subject, UserId};
use service::{Caller, Result, assignments, audit, decisions, sessions};
use uuid::Uuid;

/// Is the object the caller's own? A user is oneself; a session or an assignment belongs to its user;
/// a role or a permission is own while the caller holds it, active in this session or not; an audit
/// event when the caller is its actor or one of those it is about. A constraint or a signing key is no
/// one's own, nor is what does not exist.
///
/// # Errors
/// [`service::Error::Unavailable`] when it has to be looked up and cannot.
pub(super) async fn owns(request: &Request, caller: &Caller, node: &NodeRef) -> Result<bool> {
    let own = |owner: Option<UserId>| owner == Some(caller.user);
    match node.kind {
        EntityType::User => Ok(node.id == caller.user.uuid()),
        EntityType::Role => Ok(holds_role(request, caller, RoleId::new(node.id))),
        EntityType::Permission => holds_permission(request, caller, PermissionId::new(node.id)).await,
        EntityType::Session | EntityType::RoleAssignment if node.owner.is_some() => Ok(own(node.owner)),
        EntityType::Session => Ok(own(owner_of_session(request, node.id).await?)),
        EntityType::RoleAssignment => Ok(own(owner_of_assignment(request, node.id).await?)),
        EntityType::SodConstraint => Ok(false),
        EntityType::SigningKey => Ok(false),
        EntityType::AuditEvent if own(node.owner) => Ok(true),
        EntityType::AuditEvent => {
            audit::involves(&request.service, AuditEventId::new(node.id), caller.user.uuid()).await
        }
    }
}

/// Assigned to the user or inherited.
fn holds_role(request: &Request, caller: &Caller, role: RoleId) -> bool {
    caller.policy.authorized_roles(&caller.subject, request.now).contains(&role)
}

async fn holds_permission(request: &Request, caller: &Caller, permission: PermissionId) -> Result<bool> {
    let Some(permission) = caller.policy.permission(permission) else { return Ok(false) };
    let subject = decisions::subject(&request.service, caller.user).await?;
    let holds = |subject: &Subject| caller.policy.check(subject, permission.name.as_str(), request.now).allowed;
    Ok(subject.as_deref().is_some_and(holds))
}

async fn owner_of_session(request: &Request, id: Uuid) -> Result<Option<UserId>> {
    let id = SessionId::new(id);
    let found = sessions::by_ids(&request.service, &[id]).await?;
    Ok(found.get(&id).map(|session| session.user))
}

async fn owner_of_assignment(request: &Request, id: Uuid) -> Result<Option<UserId>> {
    let id = AssignmentId::new(id);
    let found = assignments::by_ids(&request.service, &[id]).await?;
    Ok(found.get(&id).map(|assignment| assignment.user))
}
