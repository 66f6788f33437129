//! Audit events.

use crate::Requested;
use crate::impact::Impact;
use chrono::{DateTime, Utc};
use engine::{AuditEventId, RequestId, UserId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Outcomes of an audited action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The action succeeded.
    Success,
    /// A guard or a rule refused the action.
    Denied,
    /// The attempt failed, for example with a wrong password.
    Failure,
}

/// Types of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetType {
    /// User.
    User,
    /// Role.
    Role,
    /// Permission.
    Permission,
    /// Session.
    Session,
    /// Separation-of-duty constraint.
    SodConstraint,
    /// Signing key.
    SigningKey,
    /// The whole policy.
    Policy,
    /// Field of the API.
    Field,
}

impl TargetType {
    /// Name in the database and in the API.
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

/// Audit event.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// Identifier.
    pub id: AuditEventId,
    /// Time of the event.
    pub at: DateTime<Utc>,
    /// Action, for example `role.create`.
    pub action: String,
    /// Outcome.
    pub outcome: Outcome,
    /// Actor; `None` for the system, the operator and anonymous callers.
    pub actor: Option<UserId>,
    /// Name of the actor at that time.
    pub actor_label: String,
    /// Type of the target, for example `Role`.
    pub target_type: Option<String>,
    /// Identifier of the target, which may be deleted.
    pub target_id: Option<Uuid>,
    /// Name of the target at that time.
    pub target_label: Option<String>,
    /// Summary in one sentence.
    pub summary: String,
    /// Changed properties before the action.
    pub before: Option<Value>,
    /// Changed properties after the action.
    pub after: Option<Value>,
    /// Reason given by the actor, or code of the refusal.
    pub reason: Option<String>,
    /// Client address.
    pub ip_address: Option<String>,
    /// `User-Agent` of the client.
    pub user_agent: Option<String>,
    /// Identifier of the request.
    pub request: RequestId,
    /// Who gained and lost which permissions; `None` for what is no change of rights.
    pub impact: Option<Impact>,
}

/// Filter of audit events. Conditions are combined with AND.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuditFilter {
    /// Events by this user.
    pub actor: Option<Requested<UserId>>,
    /// Events on this target.
    pub target: Option<Requested<Uuid>>,
    /// Events with this object as actor, target or subject.
    pub involving: Option<Requested<Uuid>>,
    /// Events of one of these actions; `role.*` matches all actions on roles.
    pub actions: Option<Vec<String>>,
    /// Events with one of these outcomes.
    pub outcomes: Option<Vec<Outcome>>,
    /// Text contained in the summary.
    pub search: Option<String>,
    /// Events at or after this time.
    pub since: Option<DateTime<Utc>>,
    /// Events before this time.
    pub until: Option<DateTime<Utc>>,
}

/// Attributes that a change alters, with their values before and after.
#[derive(Debug, Default)]
pub(crate) struct ChangedAttributes {
    before: Map<String, Value>,
    after: Map<String, Value>,
}

impl ChangedAttributes {
    /// Adds the attribute when it has a new value.
    pub(crate) fn with<New: Serialize>(mut self, name: &str, old: impl Serialize, new: Option<New>) -> Self {
        if let Some(new) = new {
            self.before.insert(name.to_owned(), json!(old));
            self.after.insert(name.to_owned(), json!(new));
        }
        self
    }

    /// The entry of the change.
    pub(crate) fn entry(self, summary: impl Into<String>) -> Entry {
        Entry::done(summary).before(self.before.into()).after(self.after.into())
    }
}

/// Target of an act.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: TargetType,
    pub(crate) id: Option<Uuid>,
    pub(crate) label: Option<String>,
}

/// Content of an event to be written. It never contains secrets.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Id of the event, when something refers to it.
    pub(crate) id: Option<AuditEventId>,
    pub(crate) outcome: Outcome,
    /// Action other than that of the act.
    pub(crate) action: Option<&'static str>,
    pub(crate) summary: String,
    /// Target other than that of the act.
    pub(crate) target: Option<Target>,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
    pub(crate) reason: Option<String>,
    /// Other objects that the event concerns.
    pub(crate) subjects: Vec<Uuid>,
    pub(crate) impact: Option<Impact>,
}

impl Target {
    pub(crate) fn new(kind: TargetType, id: impl Into<Option<Uuid>>, label: impl Into<Option<String>>) -> Self {
        Self { kind, id: id.into(), label: label.into() }
    }
}

impl Entry {
    /// Successful action. `summary` is one sentence without its subject, such as `granted invoice:approve to clerk`:
    /// the name of the actor is put before it.
    pub(crate) fn done(summary: impl Into<String>) -> Self {
        Self {
            id: None,
            outcome: Outcome::Success,
            action: None,
            summary: summary.into(),
            target: None,
            before: None,
            after: None,
            reason: None,
            subjects: Vec::new(),
            impact: None,
        }
    }

    pub(crate) fn identified(mut self, id: AuditEventId) -> Self {
        self.id = Some(id);
        self
    }

    pub(crate) fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    pub(crate) fn action(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }

    pub(crate) fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    pub(crate) fn before(mut self, state: Value) -> Self {
        self.before = Some(state);
        self
    }

    pub(crate) fn after(mut self, state: Value) -> Self {
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
