//! The rules of guards, and their evaluation for a caller.

use async_graphql::Value;
use chrono::{DateTime, Utc};
use service::{Caller, Guard, Service, last_uses};
use std::fmt;

/// The rule of a field's guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every caller, anonymous callers included.
    Public,
    /// Every caller that is allowed to reach the parent object.
    Inherit,
    /// Authenticated callers.
    Authenticated,
    /// Callers that hold permissions.
    Permission(NameMatch),
    /// Callers with active roles.
    Role(NameMatch),
    /// The owner of the object, and callers that hold a permission.
    SelfOr {
        /// The permission that is required unless the object is the caller's own.
        permission: Box<str>,
        /// The argument with the id of the object; the parent object when absent.
        of: Option<Box<str>>,
    },
}

/// The permissions or roles that a guard requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameMatch {
    /// This one.
    One(Box<str>),
    /// At least one of these.
    Any(Vec<Box<str>>),
    /// Every one of these.
    All(Vec<Box<str>>),
}

/// `@visibleTo`: the callers to whom objects of a type are visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visibility {
    /// The required permission.
    pub permission: Box<str>,
    /// Whether objects are visible to their owners without it.
    pub or_self: bool,
}

/// The result of evaluating a rule without its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardOutcome {
    /// Allowed for every object.
    Allowed,
    /// Denied for every object.
    Denied,
    /// Allowed when the object is the caller's own.
    AllowedIfOwn,
}

/// The guard of a place that has none: it denies every caller.
#[derive(Clone, Copy, Debug)]
pub(in crate::graphql) struct Unguarded;

impl Guard for Unguarded {
    fn refuses(&self, _: &Caller, _: DateTime<Utc>) -> Option<String> {
        Some("none".to_owned())
    }
}

/// Names of the directives that are guards.
pub(super) const GUARDS: [&str; 6] = ["public", "inherit", "authenticated", "hasRole", "hasPermission", "selfOr"];

impl Rule {
    /// Reads a guard of the SDL; `None` when `directive` is not a guard. `argument` returns an argument by name.
    ///
    /// # Errors
    /// A message about a malformed argument, to follow the coordinate of the field.
    pub(super) fn read<'a>(
        directive: &str,
        argument: impl Fn(&str) -> Option<&'a Value>,
    ) -> Result<Option<Self>, String> {
        let rule = match directive {
            "public" => Self::Public,
            "inherit" => Self::Inherit,
            "authenticated" => Self::Authenticated,
            "hasRole" => Self::Role(NameMatch::read("role", argument)?),
            "hasPermission" => Self::Permission(NameMatch::read("permission", argument)?),
            "selfOr" => {
                let permission = argument("permission").ok_or("has a guard without `permission`")?;
                let of = argument("of").map(name).transpose()?;
                Self::SelfOr { permission: name(permission)?, of }
            }
            _ => return Ok(None),
        };
        Ok(Some(rule))
    }

    /// Evaluates the rule for a caller, without an object.
    #[must_use]
    pub fn evaluate(&self, caller: Option<&Caller>, now: DateTime<Utc>) -> GuardOutcome {
        let Some(caller) = caller else {
            return if self.never_denies() { GuardOutcome::Allowed } else { GuardOutcome::Denied };
        };
        let is_met = match self {
            Self::Public | Self::Inherit | Self::Authenticated => true,
            Self::Permission(names) => names.is_met_by(|permission| caller.holds(permission, now)),
            Self::Role(names) => names.is_met_by(|role| has_role(caller, role, now)),
            Self::SelfOr { permission, .. } if caller.holds(permission, now) => true,
            Self::SelfOr { .. } => return GuardOutcome::AllowedIfOwn,
        };
        if is_met { GuardOutcome::Allowed } else { GuardOutcome::Denied }
    }

    /// Records that the rule allowed the caller something, as a use of the permissions that it was allowed for. To be called
    /// when [`evaluate`](Self::evaluate) says so without an object: what is one's own needs no permission.
    pub(in crate::graphql) fn record_use(&self, service: &Service, caller: &Caller, now: DateTime<Utc>) {
        let used: &[Box<str>] = match self {
            Self::Permission(NameMatch::One(name)) | Self::SelfOr { permission: name, .. } => {
                std::slice::from_ref(name)
            }
            Self::Permission(NameMatch::All(names)) => names,
            Self::Permission(NameMatch::Any(names)) => {
                names.iter().find(|name| caller.holds(name, now)).map(std::slice::from_ref).unwrap_or_default()
            }
            Self::Public | Self::Inherit | Self::Authenticated | Self::Role(_) => &[],
        };
        used.iter().for_each(|permission| last_uses::record(service, caller, permission, now));
    }

    /// Permissions in the rule.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        let (names, single): (&[Box<str>], Option<&str>) = match self {
            Self::Permission(names) => (names.all(), None),
            Self::SelfOr { permission, .. } => (&[], Some(permission)),
            Self::Public | Self::Inherit | Self::Authenticated | Self::Role(_) => (&[], None),
        };
        names.iter().map(AsRef::as_ref).chain(single)
    }

    /// Roles in the rule.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let names: &[Box<str>] = if let Self::Role(names) = self { names.all() } else { &[] };
        names.iter().map(AsRef::as_ref)
    }

    /// Whether the rule allows every caller: only then may the field be non-null, since a denial sets it to null.
    #[must_use]
    pub fn never_denies(&self) -> bool {
        matches!(self, Self::Public | Self::Inherit)
    }

    /// The rule as a sentence, for descriptions and documentation.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Public => "No authentication required.".to_owned(),
            Self::Inherit => "Allowed wherever the parent object is.".to_owned(),
            Self::Authenticated => "Requires authentication.".to_owned(),
            Self::Permission(names) => format!("Requires {}.", names.sentence_part()),
            Self::Role(names) => format!("Requires the active role {}.", names.sentence_part()),
            Self::SelfOr { permission, .. } => {
                format!("Requires `{permission}`, unless the object is the caller's own.")
            }
        }
    }
}

impl Guard for Rule {
    fn refuses(&self, caller: &Caller, now: DateTime<Utc>) -> Option<String> {
        (self.evaluate(Some(caller), now) != GuardOutcome::Allowed).then(|| self.to_string())
    }
}

/// The guard as in the SDL.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("@public"),
            Self::Inherit => f.write_str("@inherit"),
            Self::Authenticated => f.write_str("@authenticated"),
            Self::Permission(names) => names.write(f, "hasPermission", "permission"),
            Self::Role(names) => names.write(f, "hasRole", "role"),
            Self::SelfOr { permission, of: None } => write!(f, "@selfOr(permission: \"{permission}\")"),
            Self::SelfOr { permission, of: Some(of) } => {
                write!(f, "@selfOr(permission: \"{permission}\", of: \"{of}\")")
            }
        }
    }
}

impl NameMatch {
    fn read<'a>(single: &str, argument: impl Fn(&str) -> Option<&'a Value>) -> Result<Self, String> {
        match (argument(single), argument("any"), argument("all")) {
            (Some(one), None, None) => name(one).map(Self::One),
            (None, Some(any), None) => list(any).map(Self::Any),
            (None, None, Some(all)) => list(all).map(Self::All),
            _ => Err(format!("requires exactly one of `{single}`, `any` and `all`")),
        }
    }

    fn is_met_by(&self, mut holds: impl FnMut(&str) -> bool) -> bool {
        match self {
            Self::One(name) => holds(name),
            Self::Any(names) => names.iter().any(|name| holds(name)),
            Self::All(names) => names.iter().all(|name| holds(name)),
        }
    }

    fn all(&self) -> &[Box<str>] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Any(names) | Self::All(names) => names,
        }
    }

    fn sentence_part(&self) -> String {
        let quoted: Vec<_> = self.all().iter().map(|name| format!("`{name}`")).collect();
        quoted.join(if matches!(self, Self::Any(_)) { " or " } else { " and " })
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, directive: &str, single: &str) -> fmt::Result {
        let argument = match self {
            Self::One(name) => return write!(f, "@{directive}({single}: \"{name}\")"),
            Self::Any(_) => "any",
            Self::All(_) => "all",
        };
        let names: Vec<_> = self.all().iter().map(|name| format!("\"{name}\"")).collect();
        write!(f, "@{directive}({argument}: [{}])", names.join(", "))
    }
}

impl Visibility {
    /// Reads `@visibleTo`.
    pub(super) fn read<'a>(argument: impl Fn(&str) -> Option<&'a Value>) -> Result<Self, String> {
        let permission = name(argument("permission").ok_or("has no `permission` in `@visibleTo`")?)?;
        let or_self = match argument("orSelf") {
            None => true,
            Some(Value::Boolean(or_self)) => *or_self,
            Some(_) => return Err("has an `orSelf` that is not a boolean".to_owned()),
        };
        Ok(Self { permission, or_self })
    }
}

/// Whether a role is active in the caller's session, directly or through a role that inherits from it.
fn has_role(caller: &Caller, role: &str, now: DateTime<Utc>) -> bool {
    let role = caller.policy.role_named(role);
    role.is_some_and(|role| caller.policy.has_role(&caller.subject, role.id, now))
}

fn name(value: &Value) -> Result<Box<str>, String> {
    match value {
        Value::String(name) if !name.trim().is_empty() && !name.contains('*') => Ok(name.as_str().into()),
        _ => Err("has a name that is not a literal string".to_owned()),
    }
}

fn list(value: &Value) -> Result<Vec<Box<str>>, String> {
    match value {
        Value::List(names) if !names.is_empty() => names.iter().map(name).collect(),
        Value::List(_) => Err("has an empty list of names".to_owned()),
        _ => Err("has names that are not a list".to_owned()),
    }
}
