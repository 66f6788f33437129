//! Groups of attempts, and the room that they have in memory.

use crate::audit::{AuditEvent, TargetType};
use crate::text::excerpt;
use engine::UserId;
use std::net::IpAddr;
use uuid::Uuid;

/// Most groups of authenticated callers, of anonymous attempts on existing accounts, and of other anonymous attempts.
const MAX_GROUPS: usize = 2_048;
/// Most groups of one authenticated caller.
const MAX_GROUPS_OF_ACTOR: usize = 32;
/// Length of the part of a label that distinguishes groups, in characters.
const LABEL: usize = 128;
/// Label of several actors: no username has a space.
const SEVERAL: &str = "several users";

/// Properties that repetitions have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AttemptGroup {
    breadth: Breadth,
    action: String,
    actor: Option<UserId>,
    target: Option<Uuid>,
    /// Name of the target; `None` for names that nobody has.
    label: Option<String>,
    reason: Option<String>,
    network: Option<IpAddr>,
}

/// What a group joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Breadth {
    /// Repetitions.
    Repeated,
    /// Attempts of one action by one actor, for which there was no room.
    OfActor,
    /// Attempts of one action by authenticated callers, for which there was no room.
    OfCallers,
    /// Attempts of one action by anonymous callers, for which there was no room.
    OfStrangers,
}

/// Room for groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Room {
    /// Of all authenticated callers.
    Authenticated,
    /// Of one authenticated caller.
    Actor(UserId),
    /// Of anonymous attempts on existing accounts.
    Account,
    /// Of other anonymous attempts.
    Anonymous,
}

impl Room {
    /// Most groups in it.
    pub(super) fn capacity(self) -> usize {
        match self {
            Self::Actor(_) => MAX_GROUPS_OF_ACTOR,
            Self::Authenticated | Self::Account | Self::Anonymous => MAX_GROUPS,
        }
    }
}

impl AttemptGroup {
    /// Group of the repetitions of an attempt from this network.
    pub(super) fn of(event: &AuditEvent, network: Option<IpAddr>) -> Self {
        let is_field = event.target_type.as_deref() == Some(TargetType::Field.as_str());
        // A name that an anonymous caller made up distinguishes nothing.
        let is_known = event.actor.is_some() || event.target_id.is_some() || is_field;
        let label = event.target_label.as_deref().filter(|_| is_known);
        Self {
            breadth: Breadth::Repeated,
            action: event.action.clone(),
            actor: event.actor,
            target: event.target_id,
            label: label.map(|label| excerpt(label, LABEL)),
            reason: event.reason.clone(),
            network,
        }
    }

    /// All attempts of this action by this actor; `None` for anonymous callers.
    pub(super) fn of_actor(&self) -> Option<Self> {
        self.actor.map(|actor| Self { breadth: Breadth::OfActor, actor: Some(actor), ..self.of_action() })
    }

    /// All attempts of this action by authenticated callers, or all by anonymous ones.
    pub(super) fn of_action(&self) -> Self {
        Self {
            breadth: if self.actor.is_some() { Breadth::OfCallers } else { Breadth::OfStrangers },
            action: self.action.clone(),
            actor: None,
            target: None,
            label: None,
            reason: None,
            network: None,
        }
    }

    /// Room that the group takes: none for the attempts of one action, which are as few as actions.
    pub(super) fn rooms(&self) -> Vec<Room> {
        match (self.breadth, self.actor) {
            (Breadth::OfCallers | Breadth::OfStrangers, _) => Vec::new(),
            (Breadth::OfActor, _) => vec![Room::Authenticated],
            (Breadth::Repeated, Some(actor)) => vec![Room::Authenticated, Room::Actor(actor)],
            (Breadth::Repeated, None) if self.target.is_some() => vec![Room::Account],
            (Breadth::Repeated, None) => vec![Room::Anonymous],
        }
    }

    /// Whether each attempt cost a password hash: anonymous attempts reach an existing account only by one.
    pub(super) fn is_bounded_by_hashing(&self) -> bool {
        self.breadth == Breadth::Repeated && self.actor.is_none() && self.target.is_some()
    }
}

/// An attempt for which there is no room, without names and addresses; with its actor where all attempts of the group have
/// the same.
pub(super) fn without_names(event: &AuditEvent, is_by_actor: bool) -> AuditEvent {
    let (actor, actor_label) = match (event.actor, is_by_actor) {
        (Some(actor), true) => (Some(actor), event.actor_label.clone()),
        (Some(_), false) => (None, SEVERAL.to_owned()),
        (None, _) => (None, event.actor_label.clone()),
    };
    let summary = format!("{actor_label} attempted {}, like others of this minute that are only counted", event.action);
    AuditEvent {
        actor,
        actor_label,
        target_type: None,
        target_id: None,
        target_label: None,
        summary,
        reason: None,
        ip_address: None,
        user_agent: None,
        ..event.clone()
    }
}
