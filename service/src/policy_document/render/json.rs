//! The same as YAML, as JSON in the same order.

use super::instant;
use super::yaml::kind_name;
use crate::assignments::Terms;
use crate::policy_document::{ConstraintState, LinkState, PermissionState, RoleState, State, UserState};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt::Display;
use std::sync::Arc;

/// The canonical JSON of a state.
pub(super) fn render(state: &State) -> String {
    // Texts, numbers and maps with text keys are always valid JSON.
    let mut text = serde_json::to_string_pretty(state).unwrap_or_default();
    text.push('\n');
    text
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &1)?;
        map.serialize_entry("permissions", &Objects(&self.permissions))?;
        map.serialize_entry("roles", &Objects(&self.roles))?;
        map.serialize_entry("constraints", &Objects(&self.constraints))?;
        if let Some(users) = &self.assignments {
            map.serialize_entry("assignments", &Objects(users))?;
        }
        map.end()
    }
}

/// An object with a name, serialized without it.
trait Object: Serialize {
    fn name(&self) -> String;
}

impl Object for PermissionState {
    fn name(&self) -> String {
        self.name.to_string()
    }
}

impl Object for RoleState {
    fn name(&self) -> String {
        self.name.to_string()
    }
}

impl Object for ConstraintState {
    fn name(&self) -> String {
        self.name.clone()
    }
}

impl Object for UserState {
    fn name(&self) -> String {
        self.username.clone()
    }
}

/// Objects by name.
struct Objects<'s, T>(&'s [Arc<T>]);

impl<T: Object> Serialize for Objects<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|object| (object.name(), &**object)))
    }
}

impl Serialize for PermissionState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.description {
            Some(description) => serializer.serialize_str(description),
            None => serializer.serialize_map(Some(0))?.end(),
        }
    }
}

impl Serialize for RoleState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(description) = &self.description {
            map.serialize_entry("description", description)?;
        }
        if self.is_default {
            map.serialize_entry("default", &true)?;
        }
        if self.requires_activation {
            map.serialize_entry("requiresActivation", &true)?;
        }
        if !self.permissions.is_empty() {
            map.serialize_entry("permissions", &names(&self.permissions))?;
        }
        if !self.patterns.is_empty() {
            map.serialize_entry("patterns", &names(&self.patterns))?;
        }
        if !self.inherits.is_empty() {
            map.serialize_entry("inherits", &names(&self.inherits))?;
        }
        map.end()
    }
}

impl Serialize for ConstraintState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(description) = &self.description {
            map.serialize_entry("description", description)?;
        }
        map.serialize_entry("kind", kind_name(self.kind))?;
        map.serialize_entry("limit", &self.limit)?;
        if !self.roles.is_empty() {
            map.serialize_entry("roles", &names(&self.roles))?;
        }
        if !self.permissions.is_empty() {
            map.serialize_entry("permissions", &names(&self.permissions))?;
        }
        map.end()
    }
}

impl Serialize for UserState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.roles.is_empty() {
            map.serialize_entry("roles", &Links(&self.roles))?;
        }
        if !self.permissions.is_empty() {
            map.serialize_entry("permissions", &Links(&self.permissions))?;
        }
        map.end()
    }
}

/// Roles or permissions of a user, by name.
struct Links<'s, N>(&'s [LinkState<N>]);

impl<N: Display> Serialize for Links<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|link| (link.name.to_string(), TermsOf(&link.terms))))
    }
}

struct TermsOf<'s>(&'s Terms);

impl Serialize for TermsOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Terms { valid_from, expires_at, reason } = self.0;
        let mut map = serializer.serialize_map(None)?;
        if let Some(at) = valid_from {
            map.serialize_entry("validFrom", &instant(*at))?;
        }
        if let Some(at) = expires_at {
            map.serialize_entry("expiresAt", &instant(*at))?;
        }
        if let Some(reason) = reason {
            map.serialize_entry("reason", reason)?;
        }
        map.end()
    }
}

fn names<N: Display>(names: &[N]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
