//! The guard directives, as they are published. Applied with
//! `#[graphql(directive = has_permission::apply("user:read"))]`; what they mean is in `rule.rs`.

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::location_traits::{
    Directive_At_ARGUMENT_DEFINITION, Directive_At_FIELD_DEFINITION, Directive_At_INPUT_FIELD_DEFINITION,
    Directive_At_OBJECT,
};
use async_graphql::registry::{
    __DirectiveLocation as At, MetaDirective, MetaDirectiveInvocation, MetaInputValue, Registry,
};
use async_graphql::{Enum, InputType, TypeDirective, Value};
use std::borrow::Cow;

/// Rate buckets named by `@limited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RateBucket {
    /// Attempts to log in or to confirm a password, per account and per address.
    Login,
    /// New accounts, per address.
    Signup,
    /// Token refreshes, per session.
    Refresh,
}

/// One way to apply a directive. Several may share a name, each with its own arguments.
macro_rules! directive {
    ($type:ident, $definition:ident, $($at:ident),+) => {
        #[doc = concat!("Applies [`", stringify!($definition), "`].")]
        #[expect(non_camel_case_types, reason = "async-graphql names a directive by its path in the attribute")]
        #[derive(Clone, Copy, Debug)]
        pub struct $type;

        impl TypeDirective for $type {
            fn name(&self) -> Cow<'static, str> {
                Cow::Borrowed($definition.name)
            }

            fn register(&self, registry: &mut Registry) {
                $definition.register(registry);
            }
        }

        $(impl $at for $type {})+
    };
}

directive!(public, PUBLIC, Directive_At_FIELD_DEFINITION);
directive!(inherit, INHERIT, Directive_At_FIELD_DEFINITION);
directive!(authenticated, AUTHENTICATED, Directive_At_FIELD_DEFINITION);
directive!(has_role, HAS_ROLE, Directive_At_FIELD_DEFINITION);
directive!(has_permission, HAS_PERMISSION, Directive_At_FIELD_DEFINITION);
directive!(has_any_permission, HAS_PERMISSION, Directive_At_FIELD_DEFINITION);
directive!(has_all_permissions, HAS_PERMISSION, Directive_At_FIELD_DEFINITION);
directive!(self_or, SELF_OR, Directive_At_FIELD_DEFINITION);
directive!(self_or_of, SELF_OR, Directive_At_FIELD_DEFINITION);
directive!(visible_to, VISIBLE_TO, Directive_At_OBJECT);
directive!(recent_login, RECENT_LOGIN, Directive_At_FIELD_DEFINITION);
directive!(limited, LIMITED, Directive_At_FIELD_DEFINITION);
directive!(
    sensitive,
    SENSITIVE,
    Directive_At_ARGUMENT_DEFINITION,
    Directive_At_FIELD_DEFINITION,
    Directive_At_INPUT_FIELD_DEFINITION
);

impl public {
    /// `@public`
    #[must_use]
    pub fn apply() -> MetaDirectiveInvocation {
        PUBLIC.invoke([])
    }
}

impl inherit {
    /// `@inherit`
    #[must_use]
    pub fn apply() -> MetaDirectiveInvocation {
        INHERIT.invoke([])
    }
}

impl authenticated {
    /// `@authenticated`
    #[must_use]
    pub fn apply() -> MetaDirectiveInvocation {
        AUTHENTICATED.invoke([])
    }
}

impl has_role {
    /// `@hasRole(role: …)`
    #[must_use]
    pub fn apply(role: &str) -> MetaDirectiveInvocation {
        HAS_ROLE.invoke([("role", Value::from(role))])
    }
}

impl has_permission {
    /// `@hasPermission(permission: …)`
    #[must_use]
    pub fn apply(permission: &str) -> MetaDirectiveInvocation {
        HAS_PERMISSION.invoke([("permission", Value::from(permission))])
    }
}

impl has_any_permission {
    /// `@hasPermission(any: […])`
    #[must_use]
    pub fn apply(any: &[&str]) -> MetaDirectiveInvocation {
        HAS_PERMISSION.invoke([("any", list(any))])
    }
}

impl has_all_permissions {
    /// `@hasPermission(all: […])`
    #[must_use]
    pub fn apply(all: &[&str]) -> MetaDirectiveInvocation {
        HAS_PERMISSION.invoke([("all", list(all))])
    }
}

impl self_or {
    /// `@selfOr(permission: …)`, about the object that the field belongs to.
    #[must_use]
    pub fn apply(permission: &str) -> MetaDirectiveInvocation {
        SELF_OR.invoke([("permission", Value::from(permission))])
    }
}

impl self_or_of {
    /// `@selfOr(permission: …, of: …)`, about the object whose id the argument `of` carries.
    #[must_use]
    pub fn apply(permission: &str, of: &str) -> MetaDirectiveInvocation {
        SELF_OR.invoke([("permission", Value::from(permission)), ("of", Value::from(of))])
    }
}

impl visible_to {
    /// `@visibleTo(permission: …)`, with one's own objects let through.
    #[must_use]
    pub fn apply(permission: &str) -> MetaDirectiveInvocation {
        VISIBLE_TO.invoke([("permission", Value::from(permission))])
    }
}

impl recent_login {
    /// `@recentLogin`
    #[must_use]
    pub fn apply() -> MetaDirectiveInvocation {
        RECENT_LOGIN.invoke([])
    }
}

impl limited {
    /// `@limited(bucket: …)`
    #[must_use]
    pub fn apply(bucket: RateBucket) -> MetaDirectiveInvocation {
        LIMITED.invoke([("bucket", InputType::to_value(&bucket))])
    }
}

impl sensitive {
    /// `@sensitive`
    #[must_use]
    pub fn apply() -> MetaDirectiveInvocation {
        SENSITIVE.invoke([])
    }
}

fn list(names: &[&str]) -> Value {
    Value::List(names.iter().copied().map(Value::from).collect())
}

/// A directive as the schema defines it.
struct Definition {
    name: &'static str,
    description: &'static str,
    /// Name, type, default.
    arguments: &'static [(&'static str, &'static str, Option<&'static str>)],
    locations: &'static [At],
}

impl Definition {
    fn invoke<const N: usize>(&self, arguments: [(&str, Value); N]) -> MetaDirectiveInvocation {
        let args = arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        MetaDirectiveInvocation { name: self.name.to_owned(), args }
    }

    fn register(&self, registry: &mut Registry) {
        RateBucket::create_type_info(registry);
        let argument = |(name, ty, default): &(&str, &str, Option<&str>)| {
            let mut argument = MetaInputValue::new(*name, *ty);
            argument.default_value = default.map(str::to_owned);
            ((*name).to_owned(), argument)
        };
        registry.add_directive(MetaDirective {
            name: self.name.to_owned(),
            description: Some(self.description.to_owned()),
            locations: self.locations.to_vec(),
            args: self.arguments.iter().map(argument).collect::<IndexMap<_, _>>(),
            is_repeatable: false,
            visible: None,
            composable: None,
        });
    }
}

const PUBLIC: Definition = Definition {
    name: "public",
    description: "\
Guard. Anyone may select the field, signed in or not. On a root field this is the
whole list of what an anonymous caller can reach. A credential that is presented but
unusable (expired, revoked) is still reported as UNAUTHENTICATED by fields that depend
on who is asking (`me`, `viewer`, `can*`), so that clients refresh instead of silently
becoming anonymous; `login`, `signup`, `refresh` and `logout` ignore it.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

const INHERIT: Definition = Definition {
    name: "inherit",
    description: "\
Guard. No check of its own: whoever was let through to the parent object may follow this
field to the entity behind it. Never allowed on a root field. A nullable single-object
@inherit field, and an object member of a payload, is null when the object fails its type's
`@visibleTo`; lists and non-null fields are not veiled.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

const AUTHENTICATED: Definition = Definition {
    name: "authenticated",
    description: "Guard. Any valid credential. Fails with UNAUTHENTICATED.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

const HAS_ROLE: Definition = Definition {
    name: "hasRole",
    description: "\
Guard. The caller's session has the named role ACTIVE, either assigned or inherited.
Give exactly one of `role` (that role), `any` (at least one of them) or `all` (every one).
Prefer `@hasPermission`; roles are for break-glass duties. A role named in a guard is built
in, created at bootstrap and counted as a permission by the rules of authority. Fails with
UNAUTHENTICATED or FORBIDDEN.",
    arguments: &[("role", "String", None), ("any", "[String!]", None), ("all", "[String!]", None)],
    locations: &[At::FIELD_DEFINITION],
};

const HAS_PERMISSION: Definition = Definition {
    name: "hasPermission",
    description: "\
Guard. The caller's session holds the named permission through an active role, an
inherited role or a direct grant. Give exactly one of `permission`, `any` (at least one) or
`all` (every one); an empty list is a build error. Names are literal, `resource:action`; no
wildcards in guards. Fails with UNAUTHENTICATED or FORBIDDEN.",
    arguments: &[("permission", "String", None), ("any", "[String!]", None), ("all", "[String!]", None)],
    locations: &[At::FIELD_DEFINITION],
};

const SELF_OR: Definition = Definition {
    name: "selfOr",
    description: "\
Guard. The object is the caller's own, or the caller holds `permission`. \"Own\" is fixed
per type: a User is oneself; a Session or RoleAssignment belongs to its user; a
Role or Permission is own when the caller holds it; an AuditEvent when the caller is its
actor or its subject. The object is the parent, or, where `of` names an argument, the
object whose id that argument carries. An unknown id fails exactly as a forbidden one.",
    arguments: &[("permission", "String!", None), ("of", "String", None)],
    locations: &[At::FIELD_DEFINITION],
};

const VISIBLE_TO: Definition = Definition {
    name: "visibleTo",
    description: "\
Not a guard but a veil, for types reachable by id: whoever fails it gets null from `node`
and `nodes`, exactly as if the object did not exist, and null from nullable @inherit fields.
Lookups such as `role(id:)` carry a guard of their own. `orSelf` lets one's own objects
through, with the meaning of `@selfOr`.",
    arguments: &[("permission", "String!", None), ("orSelf", "Boolean!", Some("true"))],
    locations: &[At::OBJECT],
};

const RECENT_LOGIN: Definition = Definition {
    name: "recentLogin",
    description: "\
Modifier. The password must have been given within the last minutes, else
REAUTHENTICATION_REQUIRED.",
    arguments: &[("withinMinutes", "Int!", Some("10"))],
    locations: &[At::FIELD_DEFINITION],
};

const LIMITED: Definition = Definition {
    name: "limited",
    description: "\
Modifier. Drawn from a named rate bucket, and allowed at most `maxPerOperation` times in
one operation, aliases and fragments counted, so that one request cannot try many passwords.",
    arguments: &[("bucket", "RateBucket!", None), ("maxPerOperation", "Int!", Some("1"))],
    locations: &[At::FIELD_DEFINITION],
};

const SENSITIVE: Definition = Definition {
    name: "sensitive",
    description: "\
Modifier. Secret: masked in logs, traces and the audit log, never cached, never accepted
over GET. A response holding such a field is sent with Cache-Control: no-store.",
    arguments: &[],
    locations: &[At::ARGUMENT_DEFINITION, At::FIELD_DEFINITION, At::INPUT_FIELD_DEFINITION],
};
