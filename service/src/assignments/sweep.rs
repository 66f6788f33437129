//! Background work on what has run out: the audit log is told of it once, and long afterwards it is deleted.
//!
//! Decisions go by the clock, whether any of this ran or not. `note_ended(service)` about every half
//! minute, `sweep(service)` now and then.

use super::store::ends::{self, Ended, Kind};
use crate::audit::{Entry, Target, TargetType};
use crate::change::{Act, Change};
use crate::{Result, Service, users};
use chrono::TimeDelta;
use engine::{PermissionId, Policy, RoleId, UserId};
use rustc_hash::FxHashMap;

/// What has run out is kept so long, so that the reason for a denial can be told.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// Changes in one sweep at most, so that it never runs for long.
const MAX_CHANGES: usize = 20;

/// Tells the audit log of assignments and direct grants that have run out, of each end once, however many
/// replicas do so.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read or written.
pub(crate) async fn note_ended(service: &Service) -> Result<()> {
    for kind in [Kind::Assignment, Kind::Grant] {
        for _ in 0..MAX_CHANGES {
            // Asked first without the lock, so that nobody waits for a sweep that has nothing to do.
            if ends::unnoted(service.database.background(), kind, service.now()).await?.is_empty() {
                break;
            }
            let act = Act::new(kind.action(), Target::new(TargetType::Policy, None, None));
            service.change(&service.as_system(), act, |change| note(change, kind)).await?;
        }
    }
    Ok(())
}

async fn note(mut change: Change, kind: Kind) -> Result<(Change, ())> {
    let ended = ends::unnoted(change.read(), kind, change.now()).await?;
    if ended.is_empty() {
        return Ok((change, ()));
    }
    let permit = change.permit(engine::Change::Other, &[])?;
    ends::note(change.write(&permit), kind, &ended).await?;
    let users: Vec<UserId> = ended.iter().map(|ended| ended.user).collect();
    let users = users::rows_by_ids(change.read(), &users).await?;
    let names: FxHashMap<UserId, String> = users.into_iter().map(|user| (user.id, user.username)).collect();
    let policy = change.policy().clone();
    for Ended { user, thing, terms } in ended {
        let (username, name) = (names.get(&user).cloned().unwrap_or_default(), kind.name(&policy, thing));
        let entry = Entry::done(format!("saw {name} run out for {username}"))
            .target(Target::new(TargetType::User, user.uuid(), username))
            .before(terms.former_state(kind.things(), &name))
            .concerning([thing]);
        change.record(entry);
    }
    Ok((change, ()))
}

/// Does that, and deletes what ran out 30 days ago, in small changes.
///
/// # Errors
/// As [`note_ended`].
pub(crate) async fn sweep(service: &Service) -> Result<()> {
    note_ended(service).await?;
    for kind in [Kind::Assignment, Kind::Grant] {
        for _ in 0..MAX_CHANGES {
            if ends::noted(service.database.background(), kind, service.now() - KEPT_FOR).await?.is_empty() {
                break;
            }
            let act = Act::new(kind.action(), Target::new(TargetType::Policy, None, None));
            service.change(&service.as_system(), act, |change| forget(change, kind)).await?;
        }
    }
    Ok(())
}

/// Deletes what nobody is told of any more. The audit log was told when it ended.
async fn forget(mut change: Change, kind: Kind) -> Result<(Change, ())> {
    let ended = ends::noted(change.read(), kind, change.now() - KEPT_FOR).await?;
    if ended.is_empty() {
        return Ok((change, ()));
    }
    let permit = change.permit(engine::Change::Other, &[])?;
    ends::delete(change.write(&permit), kind, &ended).await?;
    for ended in ended {
        change.touch_user(ended.user);
    }
    Ok((change, ()))
}

impl Kind {
    fn action(self) -> &'static str {
        match self {
            Self::Assignment => "user.assignment_expired",
            Self::Grant => "user.grant_expired",
        }
    }

    /// As the audit log calls them.
    fn things(self) -> &'static str {
        match self {
            Self::Assignment => "roles",
            Self::Grant => "permissions",
        }
    }

    fn name(self, policy: &Policy, thing: uuid::Uuid) -> String {
        let name = match self {
            Self::Assignment => policy.role(RoleId::new(thing)).map(|role| role.name.to_string()),
            Self::Grant => policy.permission(PermissionId::new(thing)).map(|permission| permission.name.to_string()),
        };
        name.unwrap_or_default()
    }
}
