//! What a guard asks for, and whether a caller meets it.

use async_graphql::Value;
use chrono::{DateTime, Utc};
use service::{Caller, Guard};
use std::fmt;

/// The guard of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Anyone.
    Public,
    /// Whoever reached the parent object.
    Inherit,
    /// Whoever is signed in.
    Authenticated,
    /// Holders of permissions.
    Permission(Names),
    /// Those who have roles active.
    Role(Names),
    /// The object's owner, or holders of a permission.
    SelfOr {
        /// The permission that stands in for ownership.
        permission: Box<str>,
        /// The argument that carries the object's id; the parent is meant when absent.
        of: Option<Box<str>>,
    },
}

/// Which names of permissions or roles are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// This one.
    One(Box<str>),
    /// At least one of these.
    Any(Vec<Box<str>>),
    /// Every one of these.
    All(Vec<Box<str>>),
}

/// Who sees objects of a type at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Veil {
    /// Holders of this permission.
    pub permission: Box<str>,
    /// And those whose own the object is?
    pub or_self: bool,
}

/// What can be said of a rule without looking at an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Met, whatever the object.
    Pass,
    /// Not met, whatever the object.
    Fail,
    /// Met if the object is the caller's own.
    IfOwn,
}

/// Names of the directives that are guards.
pub(super) const GUARDS: [&str; 6] = ["public", "inherit", "authenticated", "hasRole", "hasPermission", "selfOr"];

impl Rule {
    /// Reads a guard as written in the schema; `None` when `directive` is no guard. `argument` gives
    /// the directive's arguments by name.
    ///
    /// # Errors
    /// What is wrong with the arguments, in a few words.
    pub(super) fn read<'a>(
        directive: &str,
        argument: impl Fn(&str) -> Option<&'a Value>,
    ) -> Result<Option<Self>, String> {
        let rule = match directive {
            "public" => Self::Public,
            "inherit" => Self::Inherit,
            "authenticated" => Self::Authenticated,
            "hasRole" => Self::Role(Names::read("role", argument)?),
            "hasPermission" => Self::Permission(Names::read("permission", argument)?),
            "selfOr" => {
                let permission = argument("permission").ok_or("names no `permission`")?;
                let of = argument("of").map(name).transpose()?;
                Self::SelfOr { permission: name(permission)?, of }
            }
            _ => return Ok(None),
        };
        Ok(Some(rule))
    }

    /// Judges a caller without looking at an object.
    #[must_use]
    pub fn judge(&self, caller: Option<&Caller>, now: DateTime<Utc>) -> Verdict {
        let Some(caller) = caller else {
            return if matches!(self, Self::Public | Self::Inherit) { Verdict::Pass } else { Verdict::Fail };
        };
        let met = match self {
            Self::Public | Self::Inherit | Self::Authenticated => true,
            Self::Permission(names) => names.met_by(|permission| caller.holds(permission, now)),
            Self::Role(names) => names.met_by(|role| has_role(caller, role, now)),
            Self::SelfOr { permission, .. } if caller.holds(permission, now) => true,
            Self::SelfOr { .. } => return Verdict::IfOwn,
        };
        if met { Verdict::Pass } else { Verdict::Fail }
    }

    /// Permissions that it names.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        let (names, single): (&[Box<str>], Option<&str>) = match self {
            Self::Permission(names) => (names.all(), None),
            Self::SelfOr { permission, .. } => (&[], Some(permission)),
            Self::Public | Self::Inherit | Self::Authenticated | Self::Role(_) => (&[], None),
        };
        names.iter().map(AsRef::as_ref).chain(single)
    }

    /// Roles that it names.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let names: &[Box<str>] = if let Self::Role(names) = self { names.all() } else { &[] };
        names.iter().map(AsRef::as_ref)
    }

    /// May a field with this guard be non-null? A denial has to have somewhere to go.
    #[must_use]
    pub fn never_denies(&self) -> bool {
        matches!(self, Self::Public | Self::Inherit)
    }

    /// The rule in words, for descriptions and documents.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Public => "Open to anyone.".to_owned(),
            Self::Inherit => "Open to whoever reached the object.".to_owned(),
            Self::Authenticated => "Requires signing in.".to_owned(),
            Self::Permission(names) => format!("Requires {}.", names.words()),
            Self::Role(names) => format!("Requires the active role {}.", names.words()),
            Self::SelfOr { permission, .. } => format!("Requires `{permission}`, except for one's own."),
        }
    }
}

impl Guard for Rule {
    fn refuses(&self, caller: &Caller, now: DateTime<Utc>) -> Option<String> {
        (self.judge(Some(caller), now) != Verdict::Pass).then(|| self.to_string())
    }
}

/// As written in the schema.
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

impl Names {
    fn read<'a>(single: &str, argument: impl Fn(&str) -> Option<&'a Value>) -> Result<Self, String> {
        match (argument(single), argument("any"), argument("all")) {
            (Some(one), None, None) => name(one).map(Self::One),
            (None, Some(any), None) => list(any).map(Self::Any),
            (None, None, Some(all)) => list(all).map(Self::All),
            _ => Err(format!("gives not exactly one of `{single}`, `any` and `all`")),
        }
    }

    fn met_by(&self, mut holds: impl FnMut(&str) -> bool) -> bool {
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

    fn words(&self) -> String {
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

impl Veil {
    /// Reads `@visibleTo`.
    pub(super) fn read<'a>(argument: impl Fn(&str) -> Option<&'a Value>) -> Result<Self, String> {
        let permission = name(argument("permission").ok_or("names no `permission`")?)?;
        let or_self = match argument("orSelf") {
            None => true,
            Some(Value::Boolean(or_self)) => *or_self,
            Some(_) => return Err("`orSelf` is true or false".to_owned()),
        };
        Ok(Self { permission, or_self })
    }
}

/// A role by name is active in the caller's session, by itself or through one that inherits it.
fn has_role(caller: &Caller, role: &str, now: DateTime<Utc>) -> bool {
    let role = caller.policy.role_named(role);
    role.is_some_and(|role| caller.policy.has_role(&caller.subject, role.id, now))
}

fn name(value: &Value) -> Result<Box<str>, String> {
    match value {
        Value::String(name) if !name.trim().is_empty() && !name.contains('*') => Ok(name.as_str().into()),
        _ => Err("holds something else than a literal name".to_owned()),
    }
}

fn list(value: &Value) -> Result<Vec<Box<str>>, String> {
    match value {
        Value::List(names) if !names.is_empty() => names.iter().map(name).collect(),
        Value::List(_) => Err("gives an empty list".to_owned()),
        _ => Err("holds something else than a list".to_owned()),
    }
}
