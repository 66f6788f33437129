//! The subject of audit entries: an action and its target.

use super::Target;

/// An action about to be tried, so that its refusal can be audited as well as its success.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// Name of the action in the audit log, for example `role.create`.
    pub(crate) action: &'static str,
    /// Object that is acted on.
    pub(crate) target: Target,
    /// Reason given by the actor.
    pub(crate) reason: Option<String>,
    /// Whether its change may share a transaction with others that wait.
    pub(crate) is_shared: bool,
}

impl Act {
    pub(crate) fn new(action: &'static str, target: Target) -> Self {
        Self { action, target, reason: None, is_shared: false }
    }

    /// The act with the reason that the actor gave, if any.
    pub(crate) fn because(mut self, reason: impl Into<Option<String>>) -> Self {
        self.reason = reason.into();
        self
    }

    /// The act, whose change may share a transaction with others that wait. Its work is short, and locks nothing but
    /// assignments, direct grants and the accounts that they belong to: locks are held until the common commit, and others
    /// take them in the order account, sessions, password resets.
    pub(crate) fn shared(self) -> Self {
        Self { is_shared: true, ..self }
    }
}
