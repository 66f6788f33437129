//! Definitions of the directives in the schema.

use super::directives::RateBucket;
use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{
    __DirectiveLocation as At, MetaDirective, MetaDirectiveInvocation, MetaInputValue, Registry,
};
use async_graphql::{OutputType, Value};

/// The definition of a directive.
pub(super) struct Definition {
    pub(super) name: &'static str,
    description: &'static str,
    /// Name, type, default.
    arguments: &'static [(&'static str, &'static str, Option<&'static str>)],
    locations: &'static [At],
}

impl Definition {
    pub(super) fn invoke<const N: usize>(&self, arguments: [(&str, Value); N]) -> MetaDirectiveInvocation {
        let args = arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        MetaDirectiveInvocation { name: self.name.to_owned(), args }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
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

pub(super) const PUBLIC: Definition = Definition {
    name: "public",
    description: "\
Guard. Every caller may select the field, anonymous callers included. Fields that depend on the
caller (`me`, `viewer`, `can*`) fail with UNAUTHENTICATED for a credential that is expired, revoked
or invalid, so that clients refresh instead of silently becoming anonymous; `login`, `signup`,
`refresh` and `logout` ignore such a credential.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const INHERIT: Definition = Definition {
    name: "inherit",
    description: "\
Guard. No check of its own: a caller who may read the parent object may follow the field. Never on
a root field. A nullable field that returns a single object, and an object field of a payload, is
null when the caller fails the `@visibleTo` of the object's type; lists and non-null fields are not
filtered.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const AUTHENTICATED: Definition = Definition {
    name: "authenticated",
    description: "Guard. The caller has a valid credential. Fails with UNAUTHENTICATED.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const HAS_ROLE: Definition = Definition {
    name: "hasRole",
    description: "\
Guard. The role is active in the caller's session, directly or through a role that inherits from
it. Exactly one argument is set: `role` (this role), `any` (at least one of the roles) or `all`
(every role). Prefer `@hasPermission`. Roles in guards are built in and count as permissions in the
rules of authority. Fails with UNAUTHENTICATED or FORBIDDEN.",
    arguments: &[("role", "String", None), ("any", "[String!]", None), ("all", "[String!]", None)],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const HAS_PERMISSION: Definition = Definition {
    name: "hasPermission",
    description: "\
Guard. The caller's session holds the permission through an active role, an inherited role or a
direct grant. Exactly one argument is set: `permission` (this permission), `any` (at least one of
the permissions) or `all` (every permission). Names have the form `resource:action`, without
wildcards. Fails with UNAUTHENTICATED or FORBIDDEN.",
    arguments: &[("permission", "String", None), ("any", "[String!]", None), ("all", "[String!]", None)],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const SELF_OR: Definition = Definition {
    name: "selfOr",
    description: "\
Guard. The object is the caller's own, or the caller holds `permission`. The object is the parent
object, or the object whose id is in the argument that `of` names. Ownership depends on the type: a
User is its own; a Session or RoleAssignment belongs to its user; a Role or Permission belongs to
the users who hold it; an AuditEvent belongs to its actor and its subjects. An unknown id fails like
the id of another user's object. Fails with UNAUTHENTICATED or FORBIDDEN.",
    arguments: &[("permission", "String!", None), ("of", "String", None)],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const VISIBLE_TO: Definition = Definition {
    name: "visibleTo",
    description: "\
Visibility of a type with a global id. A caller without `permission` gets null from `node` and
`nodes`, as for an object that does not exist, and null from nullable `@inherit` fields. With
`orSelf`, the caller's own objects are visible as well; ownership as in `@selfOr`. Not a guard:
fields such as `role(id:)` have a guard of their own.",
    arguments: &[("permission", "String!", None), ("orSelf", "Boolean!", Some("true"))],
    locations: &[At::OBJECT],
};

pub(super) const RECENT_LOGIN: Definition = Definition {
    name: "recentLogin",
    description: "\
Modifier. The session was authenticated or reauthenticated within the last `withinMinutes` minutes.
Fails with REAUTHENTICATION_REQUIRED.",
    arguments: &[("withinMinutes", "Int!", Some("10"))],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const LIMITED: Definition = Definition {
    name: "limited",
    description: "\
Modifier. The field counts towards a rate limit, and one operation may select it at most
`maxPerOperation` times, aliases and fragments included. Fails with RATE_LIMITED or
OPERATION_TOO_COMPLEX.",
    arguments: &[("bucket", "RateBucket!", None), ("maxPerOperation", "Int!", Some("1"))],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const SENSITIVE: Definition = Definition {
    name: "sensitive",
    description: "\
Modifier. The value is secret: masked in logs, traces and the audit log, never cached, and as an
argument never accepted over GET. A response with such a field has `Cache-Control: no-store`.",
    arguments: &[],
    locations: &[At::ARGUMENT_DEFINITION, At::FIELD_DEFINITION, At::INPUT_FIELD_DEFINITION],
};
