//! Background work on expired assignments and direct grants: each end is audited once, and the row is deleted 30 days
//! later. Decisions go by the clock and do not depend on it.

use super::store::{self, ExpiredLink, LinkKind};
use crate::audit::{Act, Entry, Target, TargetType};
use crate::change::Change;
use crate::{Result, Service, boxed, users};
use chrono::TimeDelta;
use engine::{PermissionId, PermitKind, Policy, Proposal, RoleId, UserId};
use rustc_hash::FxHashMap;

/// Time for which expired rows are kept, so that a denial can be explained.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// Most changes in one sweep, so that it ends soon.
const MAX_CHANGES: usize = 20;

/// Audits the ends of expired assignments and direct grants, each once among all replicas.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read or written.
pub(crate) async fn record_expired(service: &Service) -> Result<()> {
    for kind in [LinkKind::Assignment, LinkKind::Grant] {
        for _ in 0..MAX_CHANGES {
            // Read without the lock first, so that no change waits for a sweep without work.
            if store::unreported(service.database.background(), kind, service.now()).await?.is_empty() {
                break;
            }
            let act = Act::new(kind.action(), Target::new(TargetType::Policy, None, None));
            service.change(&service.as_system(), act, Ok(kind), |change, kind| record(change, kind)).await?;
        }
    }
    Ok(())
}

#[boxed]
async fn record(change: &mut Change<'_>, kind: LinkKind) -> Result<()> {
    let ended = store::unreported(change.read(), kind, change.now()).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let permit = change.permit(Proposal::Unrestricted, &[])?;
    store::mark_reported(change.write(&permit, PermitKind::Unrestricted)?, kind, &ended).await?;
    let users: Vec<UserId> = ended.iter().map(|ended| ended.user).collect();
    let users = users::rows_by_ids(change.read(), &users).await?;
    let names: FxHashMap<UserId, String> = users.into_iter().map(|user| (user.id, user.username)).collect();
    let policy = change.policy().clone();
    for ExpiredLink { user, object, terms } in ended {
        let (username, name) = (names.get(&user).cloned().unwrap_or_default(), kind.name(&policy, object));
        let entry = Entry::done(format!("recorded the end of {name} for {username}"))
            .target(Target::new(TargetType::User, user.uuid(), username))
            .before(terms.former_state(kind.items(), &name))
            .concerning([object]);
        change.record(entry);
    }
    Ok(())
}

/// Audits ends as [`record_expired`] does, and deletes rows that expired 30 days ago, in small changes.
///
/// # Errors
/// As [`record_expired`].
pub(crate) async fn sweep(service: &Service) -> Result<()> {
    record_expired(service).await?;
    for kind in [LinkKind::Assignment, LinkKind::Grant] {
        for _ in 0..MAX_CHANGES {
            if store::reported(service.database.background(), kind, service.now() - KEPT_FOR).await?.is_empty() {
                break;
            }
            let act = Act::new(kind.action(), Target::new(TargetType::Policy, None, None));
            service.change(&service.as_system(), act, Ok(kind), |change, kind| forget(change, kind)).await?;
        }
    }
    Ok(())
}

/// Deletes rows whose end was audited.
#[boxed]
async fn forget(change: &mut Change<'_>, kind: LinkKind) -> Result<()> {
    let ended = store::reported(change.read(), kind, change.now() - KEPT_FOR).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let permit = change.permit(Proposal::Unrestricted, &[])?;
    store::delete_expired(change.write(&permit, PermitKind::Unrestricted)?, kind, &ended).await?;
    for ended in ended {
        change.touch_user(ended.user);
    }
    Ok(())
}

impl LinkKind {
    fn action(self) -> &'static str {
        match self {
            Self::Assignment => "user.assignment_expired",
            Self::Grant => "user.grant_expired",
        }
    }

    /// The field of the state in the audit log.
    fn items(self) -> &'static str {
        match self {
            Self::Assignment => "roles",
            Self::Grant => "permissions",
        }
    }

    fn name(self, policy: &Policy, object: uuid::Uuid) -> String {
        let name = match self {
            Self::Assignment => policy.role(RoleId::new(object)).map(|role| role.name.to_string()),
            Self::Grant => policy.permission(PermissionId::new(object)).map(|permission| permission.name.to_string()),
        };
        name.unwrap_or_default()
    }
}
