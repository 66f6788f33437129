//! Steps as the public API takes them.

use super::step::{Act, RoleUpdate};
use super::world::{ALWAYS, FOREVER, Names, Second, Term};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tests::input;
use uuid::Uuid;

/// Global ids by name, as of the last look at the world.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// When the world began.
    pub start: DateTime<Utc>,
    pub users: BTreeMap<String, String>,
    pub roles: BTreeMap<String, String>,
    pub permissions: BTreeMap<String, String>,
    pub constraints: BTreeMap<String, String>,
    /// The token issued last for each user, used or not.
    pub resets: BTreeMap<String, String>,
    /// Ended ones included.
    pub sessions: BTreeMap<String, Credential>,
}

/// What a session is asked with.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    pub id: Uuid,
    pub global_id: String,
    pub access_token: String,
    pub refresh_token: String,
}

impl Book {
    /// The moment of a second of the world.
    pub(super) fn moment(&self, second: Second) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(second)
    }

    pub(super) fn second(&self, moment: DateTime<Utc>) -> Second {
        (moment - self.start).num_seconds()
    }

    /// The arguments of an act; `None` when it speaks of what is not there.
    pub(super) fn arguments(&self, act: &Act) -> Option<Value> {
        let user = |name: &String| self.users.get(name);
        let role = |name: &String| self.roles.get(name);
        let constraint = |name: &String| self.constraints.get(name);
        let (users, roles) = (|names| all(&self.users, names), |names| all(&self.roles, names));
        let permissions = |names| all(&self.permissions, names);
        Some(match act {
            Act::AssignRoles { user: name, roles: names, term } => {
                self.on(*term, json!({ "userId": user(name)?, "roleIds": roles(names)? }))
            }
            Act::GrantDirectly { user: name, permissions: names, term } => {
                self.on(*term, json!({ "userId": user(name)?, "permissionIds": permissions(names)? }))
            }
            Act::AssignUsers { role: name, users: names, term } => {
                self.on(*term, json!({ "roleId": role(name)?, "userIds": users(names)? }))
            }
            Act::UnassignRoles { user: name, roles: names } => {
                json!({ "userId": user(name)?, "roleIds": roles(names)? })
            }
            Act::RevokeDirectly { user: name, permissions: names } => {
                json!({ "userId": user(name)?, "permissionIds": permissions(names)? })
            }
            Act::UnassignUsers { role: name, users: names } => {
                json!({ "roleId": role(name)?, "userIds": users(names)? })
            }
            Act::GrantToRole { role: name, permissions: names }
            | Act::RevokeFromRole { role: name, permissions: names } => {
                json!({ "roleId": role(name)?, "permissionIds": permissions(names)? })
            }
            Act::Inherit { role: name, juniors } | Act::Disinherit { role: name, juniors } => {
                json!({ "roleId": role(name)?, "inheritsFromIds": roles(juniors)? })
            }
            Act::CreateRole { name, permissions: granted, juniors, seniors } => input(json!({
                "name": name,
                "permissionIds": permissions(granted)?,
                "inheritsFromIds": roles(juniors)?,
                "inheritedByIds": roles(seniors)?,
            })),
            Act::UpdateRole { role: name, update } => json!({ "id": role(name)?, "input": update.input() }),
            Act::DeleteRole { role: name } => json!({ "id": role(name)? }),
            Act::CreatePermission { name } => input(json!({ "name": name })),
            Act::DeletePermission { permission } => json!({ "id": self.permissions.get(permission)? }),
            Act::CreateUser { name, roles: names } => input(json!({ "username": name, "roleIds": roles(names)? })),
            Act::UpdateUser { user: name, display_name } => {
                json!({ "id": user(name)?, "input": { "displayName": display_name } })
            }
            Act::Suspend { user: name }
            | Act::Reactivate { user: name }
            | Act::DeleteUser { user: name }
            | Act::IssueReset { user: name }
            | Act::EndSessions { user: name } => json!({ "id": user(name)? }),
            Act::EndSession { session } => json!({ "id": self.sessions.get(session)?.global_id }),
            Act::Activate { roles: names } | Act::Deactivate { roles: names } => json!({ "roleIds": roles(names)? }),
            Act::Constrain { name, is_dynamic, roles: names, limit } => {
                let kind = if *is_dynamic { "DYNAMIC" } else { "STATIC" };
                input(json!({ "name": name, "kind": kind, "roleIds": roles(names)?, "limit": limit }))
            }
            Act::SetLimit { constraint: name, limit } => {
                json!({ "id": constraint(name)?, "input": { "limit": limit } })
            }
            Act::AddMembers { constraint: name, roles: names }
            | Act::RemoveMembers { constraint: name, roles: names } => {
                json!({ "id": constraint(name)?, "roleIds": roles(names)? })
            }
            Act::Unconstrain { constraint: name } => json!({ "id": constraint(name)? }),
        })
    }

    /// The arguments, with terms.
    fn on(&self, term: Term, mut arguments: Value) -> Value {
        for (name, second, none) in [("validFrom", term.from, ALWAYS), ("expiresAt", term.until, FOREVER)] {
            if second != none {
                arguments[name] = json!(self.moment(second).to_rfc3339());
            }
        }
        arguments
    }
}

impl RoleUpdate {
    fn input(&self) -> Value {
        match self {
            Self::Name(name) => json!({ "name": name }),
            Self::Description(description) => json!({ "description": description }),
            Self::IsDefault(is_default) => json!({ "isDefault": is_default }),
            Self::RequiresActivation(requires) => json!({ "requiresActivation": requires }),
        }
    }
}

fn all(ids: &BTreeMap<String, String>, names: &Names) -> Option<Vec<String>> {
    names.iter().map(|name| ids.get(name).cloned()).collect()
}

/// An operation of one root field, typed as the published schema has it.
pub(super) fn document(field: &str, arguments: &Value) -> String {
    let none = Map::new();
    let arguments = arguments.as_object().unwrap_or(&none);
    let published = crate::sdl::published().root("Mutation").iter().find(|known| known.name == field);
    let published = published.unwrap_or_else(|| panic!("`{field}` is published"));
    let declared = published.arguments.iter().filter(|argument| arguments.contains_key(&argument.name));
    let (declared, passed): (Vec<_>, Vec<_>) = declared
        .map(|argument| (format!("${}: {}", argument.name, argument.ty), format!("{0}: ${0}", argument.name)))
        .unzip();
    let tokens = match crate::sdl::named(&published.ty) {
        "AuthPayload" => "accessToken refreshToken viewer { session { id } }",
        "PasswordResetPayload" => "token",
        _ => "",
    };
    let (declared, passed) = match declared.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("({})", declared.join(", ")), format!("({})", passed.join(", "))),
    };
    format!("mutation {declared} {{ {field}{passed} {{ {tokens} userErrors {{ code message path }} }} }}")
}

/// Does the service publish this mutation?
pub(super) fn is_published(field: &str) -> bool {
    crate::sdl::published().root("Mutation").iter().any(|known| known.name == field)
}
