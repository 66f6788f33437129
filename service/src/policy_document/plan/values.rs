//! Objects as JSON, complete.

use crate::assignments::Terms;
use crate::policy_document::{ConstraintState, LinkState, PermissionState, RoleState, UserState};
use chrono::{DateTime, SecondsFormat, Utc};
use engine::ConstraintKind;
use serde_json::{Map, Value, json};
use std::fmt::Display;

/// The state of an object for a planned change.
pub(super) trait Shown {
    fn shown(&self) -> Value;
}

impl Shown for PermissionState {
    fn shown(&self) -> Value {
        json!({ "description": self.description })
    }
}

impl Shown for RoleState {
    fn shown(&self) -> Value {
        json!({
            "description": self.description,
            "default": self.is_default,
            "requiresActivation": self.requires_activation,
            "permissions": names(&self.permissions),
            "patterns": names(&self.patterns),
            "inherits": names(&self.inherits),
        })
    }
}

impl Shown for ConstraintState {
    fn shown(&self) -> Value {
        let kind = match self.kind {
            ConstraintKind::Static => "static",
            ConstraintKind::Dynamic => "dynamic",
        };
        json!({
            "description": self.description,
            "kind": kind,
            "limit": self.limit,
            "roles": names(&self.roles),
            "permissions": names(&self.permissions),
        })
    }
}

impl Shown for UserState {
    fn shown(&self) -> Value {
        json!({ "roles": links(&self.roles), "permissions": links(&self.permissions) })
    }
}

fn names<N: Display>(names: &[N]) -> Value {
    names.iter().map(ToString::to_string).collect()
}

fn links<N: Display>(links: &[LinkState<N>]) -> Value {
    let links = links.iter().map(|link| (link.name.to_string(), terms(&link.terms)));
    Value::Object(links.collect::<Map<_, _>>())
}

fn terms(terms: &Terms) -> Value {
    let written = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
    json!({
        "validFrom": written(terms.valid_from),
        "expiresAt": written(terms.expires_at),
        "reason": terms.reason,
    })
}
