//! Decisions about the caller itself, from memory. Decisions about other users are in `explanations`.

use crate::Caller;
use crate::explanations::{Decision, DecisionReason, visible_reason};
use chrono::{DateTime, Utc};
use engine::{PermissionName, Policy};

/// Decides whether the caller's session holds a permission (CheckAccess). `policy` is the policy of an anonymous
/// request; a caller has its own. `UNKNOWN_PERMISSION` is reported as `NOT_GRANTED` to callers without
/// `permission:read`.
#[must_use]
pub fn check_caller(
    caller: Option<&Caller>,
    permission: &PermissionName,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Decision {
    let Some(caller) = caller else {
        return Decision {
            permission: permission.as_str().to_owned(),
            user: None,
            allowed: false,
            reason: DecisionReason::NotSignedIn,
            policy_revision: policy.revision(),
        };
    };
    let decision = caller.policy.check(&caller.subject, permission.as_str(), now);
    Decision {
        permission: permission.as_str().to_owned(),
        user: Some(caller.user),
        allowed: decision.allowed,
        reason: DecisionReason::Engine(visible_reason(decision.reason, Some(caller), now)),
        policy_revision: caller.policy.revision(),
    }
}
