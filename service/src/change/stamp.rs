//! The stamp of a change.

use crate::{Actor, Context};
use chrono::{DateTime, Utc};
use engine::UserId;

/// Label of the operator as an actor.
pub(crate) const OPERATOR: &str = "operator";
/// Label of the service as an actor, also for what a sign-up assigns.
const SYSTEM: &str = "system";

/// Time and actor of a change, as rows keep them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    /// Time of the change.
    pub(crate) at: DateTime<Utc>,
    /// User who made it; `None` for the operator, the service itself and anonymous callers.
    pub(crate) by: Option<UserId>,
    /// Label of an actor without an account.
    pub(crate) label: Option<&'static str>,
}

impl Stamp {
    /// The stamp of a change by the actor of a context.
    pub(super) fn new(context: &Context, at: DateTime<Utc>) -> Self {
        let label = match context.actor {
            Actor::User(_) => None,
            Actor::Operator => Some(OPERATOR),
            Actor::System | Actor::Anonymous => Some(SYSTEM),
        };
        Self { at, by: context.user_id(), label }
    }
}
