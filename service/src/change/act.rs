//! What a change is about.

use crate::audit::Target;

/// What is about to be done, known before it is tried, so that a refusal can be audited too.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// As in the audit log, for example `role.create`.
    pub(crate) action: &'static str,
    /// What it is done to.
    pub(crate) target: Target,
    /// Why, as given by the actor.
    pub(crate) reason: Option<String>,
}

impl Act {
    pub(crate) fn new(action: &'static str, target: Target) -> Self {
        Self { action, target, reason: None }
    }

    /// The same, for a reason that the actor gave, if any.
    pub(crate) fn because(mut self, reason: impl Into<Option<String>>) -> Self {
        self.reason = reason.into();
        self
    }
}
