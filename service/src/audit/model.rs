//! What the audit log speaks of.

use chrono::{DateTime, Utc};
use engine::{AuditEventId, RequestId, UserId};
use uuid::Uuid;

/// Outcomes of an audited action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Done.
    Success,
    /// Refused by a guard or a rule.
    Denied,
    /// Tried and failed, for example a wrong password.
    Failure,
}

/// Types of things acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetType {
    /// A user.
    User,
    /// A role.
    Role,
    /// A permission.
    Permission,
    /// A session.
    Session,
    /// A separation-of-duty constraint.
    SodConstraint,
    /// A key that signs tokens.
    SigningKey,
    /// The policy as a whole.
    Policy,
    /// A field of the API that was refused.
    Field,
}

impl TargetType {
    /// As stored and shown.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Role => "Role",
            Self::Permission => "Permission",
            Self::Session => "Session",
            Self::SodConstraint => "SodConstraint",
            Self::SigningKey => "SigningKey",
            Self::Policy => "Policy",
            Self::Field => "Field",
        }
    }
}

/// One entry of the log, as read.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// Identifier.
    pub id: AuditEventId,
    /// When.
    pub at: DateTime<Utc>,
    /// What, for example `role.create`.
    pub action: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Who; `None` for the system and for anonymous callers.
    pub actor: Option<UserId>,
    /// Who, readable, as of then.
    pub actor_label: String,
    /// Type of the thing acted on, for example `Role`.
    pub target_type: Option<String>,
    /// Its identifier; it may be gone.
    pub target_id: Option<Uuid>,
    /// Its readable name, as of then.
    pub target_label: Option<String>,
    /// One sentence.
    pub summary: String,
    /// State before, of what changed.
    pub before: Option<serde_json::Value>,
    /// State after, of what changed.
    pub after: Option<serde_json::Value>,
    /// Reason given, or the code of the refusal.
    pub reason: Option<String>,
    /// From where.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// The request.
    pub request: RequestId,
}

/// Which entries to list; conditions are joined by "and".
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuditFilter {
    /// By this user.
    pub actor: Option<UserId>,
    /// On this thing.
    pub target: Option<Uuid>,
    /// By or on this thing, or on something that belongs to it.
    pub involving: Option<Uuid>,
    /// One of these actions; `role.*` stands for all of one kind.
    pub actions: Option<Vec<String>>,
    /// With one of these outcomes.
    pub outcomes: Option<Vec<Outcome>>,
    /// Part of the summary.
    pub search: Option<String>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// What an act is done to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: TargetType,
    pub(crate) id: Option<Uuid>,
    pub(crate) label: Option<String>,
}

/// An entry about to be written. Secrets never go in here.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) outcome: Outcome,
    pub(crate) summary: String,
    /// Instead of the act's target.
    pub(crate) target: Option<Target>,
    pub(crate) before: Option<serde_json::Value>,
    pub(crate) after: Option<serde_json::Value>,
    pub(crate) reason: Option<String>,
    /// Other things it concerns, for "all about this object".
    pub(crate) subjects: Vec<Uuid>,
}

impl Target {
    /// The nil id stands for a text that is no id at all: it names nothing that could be looked for.
    pub(crate) fn new(kind: TargetType, id: impl Into<Option<Uuid>>, label: impl Into<Option<String>>) -> Self {
        Self { kind, id: id.into().filter(|id| !id.is_nil()), label: label.into() }
    }
}

impl Entry {
    /// Something that was done; `summary` is one sentence such as `granted invoice:approve to clerk`,
    /// before which the actor's label is put.
    pub(crate) fn done(summary: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Success,
            summary: summary.into(),
            target: None,
            before: None,
            after: None,
            reason: None,
            subjects: Vec::new(),
        }
    }

    pub(crate) fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    pub(crate) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    pub(crate) fn before(mut self, state: serde_json::Value) -> Self {
        self.before = Some(state);
        self
    }

    pub(crate) fn after(mut self, state: serde_json::Value) -> Self {
        self.after = Some(state);
        self
    }

    pub(crate) fn reason(mut self, reason: impl Into<Option<String>>) -> Self {
        self.reason = reason.into();
        self
    }

    pub(crate) fn concerning(mut self, subjects: impl IntoIterator<Item = Uuid>) -> Self {
        self.subjects.extend(subjects);
        self
    }
}
