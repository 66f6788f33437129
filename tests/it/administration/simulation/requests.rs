//! Steps as requests of the public API.

use super::step::{Operation, RoleUpdate};
use super::together::key;
use super::world::{ALWAYS, FOREVER, Names, Second, Term, World};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tests::input;
use uuid::Uuid;

/// Global ids by name, as of the last reading of the world.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    /// Start of the world.
    pub start: DateTime<Utc>,
    pub users: BTreeMap<String, String>,
    pub roles: BTreeMap<String, String>,
    pub permissions: BTreeMap<String, String>,
    pub constraints: BTreeMap<String, String>,
    /// The last reset token issued for each user, used or not.
    pub resets: BTreeMap<String, String>,
    /// Ended sessions included.
    pub sessions: BTreeMap<String, Credential>,
}

/// Tokens of a session.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    pub id: Uuid,
    pub global_id: String,
    pub access_token: String,
    pub refresh_token: String,
}

impl Ids {
    /// The instant of a second of the world.
    pub(super) fn moment(&self, second: Second) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(second)
    }

    pub(super) fn second(&self, moment: DateTime<Utc>) -> Second {
        (moment - self.start).num_seconds()
    }

    /// The ids of what is there in a world.
    pub(super) fn within(&self, world: &World) -> Self {
        let mut left = self.clone();
        left.users.retain(|name, _| world.users.contains_key(name));
        left.roles.retain(|name, _| world.roles.contains_key(name));
        left.permissions.retain(|name, _| world.permissions.contains_key(name));
        left.constraints.retain(|name, _| world.constraints.contains_key(name));
        left
    }

    /// The arguments of an operation; `None` when an object does not exist.
    pub(super) fn arguments(&self, operation: &Operation) -> Option<Value> {
        let user = |name: &String| self.users.get(name);
        let role = |name: &String| self.roles.get(name);
        let constraint = |name: &String| self.constraints.get(name);
        let (users, roles) = (|names| all(&self.users, names), |names| all(&self.roles, names));
        let permissions = |names| all(&self.permissions, names);
        Some(match operation {
            Operation::AssignRoles { user: name, roles: names, term } => {
                self.on(*term, json!({ "userId": user(name)?, "roleIds": roles(names)? }))
            }
            Operation::GrantDirectly { user: name, permissions: names, term } => {
                self.on(*term, json!({ "userId": user(name)?, "permissionIds": permissions(names)? }))
            }
            Operation::AssignUsers { role: name, users: names, term } => {
                self.on(*term, json!({ "roleId": role(name)?, "userIds": users(names)? }))
            }
            Operation::UnassignRoles { user: name, roles: names } => {
                json!({ "userId": user(name)?, "roleIds": roles(names)? })
            }
            Operation::RevokeDirectly { user: name, permissions: names } => {
                json!({ "userId": user(name)?, "permissionIds": permissions(names)? })
            }
            Operation::UnassignUsers { role: name, users: names } => {
                json!({ "roleId": role(name)?, "userIds": users(names)? })
            }
            Operation::GrantToRole { role: name, permissions: names }
            | Operation::RevokeFromRole { role: name, permissions: names } => {
                json!({ "roleId": role(name)?, "permissionIds": permissions(names)? })
            }
            Operation::GrantPatterns { role: name, patterns } | Operation::RevokePatterns { role: name, patterns } => {
                json!({ "roleId": role(name)?, "patterns": patterns })
            }
            Operation::Inherit { role: name, juniors } | Operation::Disinherit { role: name, juniors } => {
                json!({ "roleId": role(name)?, "inheritsFromIds": roles(juniors)? })
            }
            Operation::CreateRole { name, permissions: granted, juniors, seniors } => input(json!({
                "name": name,
                "permissionIds": permissions(granted)?,
                "inheritsFromIds": roles(juniors)?,
                "inheritedByIds": roles(seniors)?,
            })),
            Operation::UpdateRole { role: name, update } => json!({ "id": role(name)?, "input": update.input() }),
            Operation::DeleteRole { role: name } => json!({ "id": role(name)? }),
            Operation::CreatePermission { name } => input(json!({ "name": name })),
            Operation::DeletePermission { permission } => json!({ "id": self.permissions.get(permission)? }),
            Operation::CreateUser { name, roles: names } => {
                input(json!({ "username": name, "roleIds": roles(names)? }))
            }
            Operation::UpdateUser { user: name, display_name } => {
                json!({ "id": user(name)?, "input": { "displayName": display_name } })
            }
            Operation::Suspend { user: name }
            | Operation::Reactivate { user: name }
            | Operation::DeleteUser { user: name }
            | Operation::IssueReset { user: name }
            | Operation::EndSessions { user: name } => json!({ "id": user(name)? }),
            Operation::EndSession { session } => json!({ "id": self.sessions.get(session)?.global_id }),
            Operation::Activate { roles: names } | Operation::Deactivate { roles: names } => {
                json!({ "roleIds": roles(names)? })
            }
            Operation::Constrain { name, is_dynamic, roles: names, permissions: named, limit } => {
                let kind = if *is_dynamic { "DYNAMIC" } else { "STATIC" };
                let (roles, permissions) = (roles(names)?, permissions(named)?);
                input(json!({
                    "name": name, "kind": kind, "roleIds": roles, "permissionIds": permissions, "limit": limit,
                }))
            }
            Operation::SetLimit { constraint: name, limit } => {
                json!({ "id": constraint(name)?, "input": { "limit": limit } })
            }
            Operation::AddMembers { constraint: name, roles: names }
            | Operation::RemoveMembers { constraint: name, roles: names } => {
                json!({ "id": constraint(name)?, "roleIds": roles(names)? })
            }
            Operation::Unconstrain { constraint: name } => json!({ "id": constraint(name)? }),
        })
    }

    /// The arguments, with terms that replace those that stand.
    fn on(&self, term: Term, mut arguments: Value) -> Value {
        arguments["replace"] = json!(true);
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

/// A document with one root field, typed as in the published schema.
pub(super) fn document(field: &str, arguments: &Value) -> String {
    let (declared, selected) = root_field(field, arguments, "");
    whole_document(&declared, &selected)
}

/// A document with several root fields, and its variables.
pub(super) fn joint_document(fields: &[(&str, Value)]) -> (String, Value) {
    let (mut declared, mut selected, mut variables) = (Vec::new(), String::new(), Map::new());
    for (number, (field, arguments)) in fields.iter().enumerate() {
        let key = key(number);
        let (own, selection) = root_field(field, arguments, &key);
        declared.extend(own);
        selected.push_str(&format!("{key}: {selection} "));
        let arguments = arguments.as_object().into_iter().flatten();
        variables.extend(arguments.map(|(name, value)| (format!("{key}{name}"), value.clone())));
    }
    (whole_document(&declared, &selected), Value::Object(variables))
}

fn whole_document(declared: &[String], selected: &str) -> String {
    format!("mutation {} {{ {selected} }}", in_parentheses(declared))
}

fn in_parentheses(items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!("({})", items.join(", ")) }
}

/// The declared variables of a root field, with a prefix, and its selection.
fn root_field(field: &str, arguments: &Value, prefix: &str) -> (Vec<String>, String) {
    let none = Map::new();
    let arguments = arguments.as_object().unwrap_or(&none);
    let published = crate::sdl::published().root("Mutation").iter().find(|known| known.name == field);
    let published = published.unwrap_or_else(|| panic!("`{field}` is published"));
    let declared = published.arguments.iter().filter(|argument| arguments.contains_key(&argument.name));
    let (declared, passed): (Vec<_>, Vec<_>) = declared
        .map(|argument| {
            (format!("${prefix}{}: {}", argument.name, argument.ty), format!("{0}: ${prefix}{0}", argument.name))
        })
        .unzip();
    let tokens = match crate::sdl::named(&published.ty) {
        "AuthPayload" => "accessToken refreshToken viewer { session { id } }",
        "PasswordResetPayload" => "token",
        ty if has_impact_field(ty) => {
            "impact { usersAffected sessionsAffected permissionsGained permissionsLost newAdministrators { id }
                deltas { user { id } gained lost gainedCount lostCount } }"
        }
        _ => "",
    };
    let passed = in_parentheses(&passed);
    (declared, format!("{field}{passed} {{ {tokens} userErrors {{ code message path }} }}"))
}

fn has_impact_field(payload: &str) -> bool {
    crate::sdl::published().types[payload].fields.iter().any(|field| field.name == "impact")
}

/// Does the payload of a mutation have an impact?
pub(super) fn has_impact(field: &str) -> bool {
    let published = crate::sdl::published().root("Mutation").iter().find(|known| known.name == field);
    published.is_some_and(|published| has_impact_field(crate::sdl::named(&published.ty)))
}

/// Has a mutation this argument?
pub(super) fn is_argument(field: &str, argument: &str) -> bool {
    let published = crate::sdl::published().root("Mutation").iter().find(|known| known.name == field);
    published.is_some_and(|published| published.arguments.iter().any(|known| known.name == argument))
}

/// Does the service publish this mutation?
pub(super) fn is_published(field: &str) -> bool {
    crate::sdl::published().root("Mutation").iter().any(|known| known.name == field)
}

/// Does a login choose roles?
pub(super) fn takes_roles_at_login() -> bool {
    let login = crate::sdl::published().root("Mutation").iter().find(|field| field.name == "login");
    login.is_some_and(|login| login.arguments.iter().any(|argument| argument.name == "roles"))
}

/// Can a role require activation?
pub(super) fn has_flag() -> bool {
    crate::sdl::published().types["RoleUpdateInput"].fields.iter().any(|field| field.name == "requiresActivation")
}
