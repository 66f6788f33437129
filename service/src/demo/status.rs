//! Whether the demo company is loaded, or may be.

use crate::bootstrap::DEFAULT_ROLE;
use crate::database::Connection;
use crate::decisions::read_subjects;
use crate::{Result, Service, boxed, store};
use engine::{AccountStatus, Policy, UserId};

/// Most administrators of an installation that counts as empty.
const MAX_ADMINISTRATORS: usize = 100;

/// State of the demo company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoStatus {
    /// Whether it is loaded.
    pub is_loaded: bool,
    /// Whether it may be loaded: the installation is empty.
    pub can_load: bool,
}

/// The state of the demo company.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn status(service: &Service) -> Result<DemoStatus> {
    let connection = service.database.connection();
    let is_loaded = store::demo::is_loaded(connection).await?;
    let can_load = !is_loaded && is_empty(connection, &service.policy()).await?;
    Ok(DemoStatus { is_loaded, can_load })
}

/// Whether an installation has nothing but built-in objects, the default role and administrators.
pub(super) async fn is_empty<C: Connection>(connection: &C, policy: &Policy) -> Result<bool> {
    let has_roles = policy.roles().any(|role| !role.is_system && role.name.as_str() != DEFAULT_ROLE);
    if has_roles || policy.permissions().any(|permission| !permission.is_system) {
        return Ok(false);
    }
    let users = store::users::reviewed_after(connection, None).await?;
    let users = users.iter().filter(|user| user.status != AccountStatus::Deleted);
    let users: Vec<UserId> = users.map(|user| user.id).take(MAX_ADMINISTRATORS + 1).collect();
    if users.len() > MAX_ADMINISTRATORS {
        return Ok(false);
    }
    let subjects = read_subjects(connection, &users).await?;
    let superadmin = policy.superadmin();
    Ok(subjects.iter().all(|user| user.assignments.iter().any(|assigned| Some(assigned.role) == superadmin)))
}
