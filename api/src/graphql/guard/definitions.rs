//! The guard directives as the schema defines them; how they are applied is in `directives.rs`.

use super::directives::RateBucket;
use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{
    __DirectiveLocation as At, MetaDirective, MetaDirectiveInvocation, MetaInputValue, Registry,
};
use async_graphql::{OutputType, Value};

/// A directive as the schema defines it.
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
Guard. Anyone may select the field, signed in or not. On a root field this is the
whole list of what an anonymous caller can reach. A credential that is presented but
unusable (expired, revoked) is still reported as UNAUTHENTICATED by fields that depend
on who is asking (`me`, `viewer`, `can*`), so that clients refresh instead of silently
becoming anonymous; `login`, `signup`, `refresh` and `logout` ignore it.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const INHERIT: Definition = Definition {
    name: "inherit",
    description: "\
Guard. No check of its own: whoever was let through to the parent object may follow this
field to the entity behind it. Never allowed on a root field. A nullable single-object
@inherit field, and an object member of a payload, is null when the object fails its type's
`@visibleTo`; lists and non-null fields are not veiled.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const AUTHENTICATED: Definition = Definition {
    name: "authenticated",
    description: "Guard. Any valid credential. Fails with UNAUTHENTICATED.",
    arguments: &[],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const HAS_ROLE: Definition = Definition {
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

pub(super) const HAS_PERMISSION: Definition = Definition {
    name: "hasPermission",
    description: "\
Guard. The caller's session holds the named permission through an active role, an
inherited role or a direct grant. Give exactly one of `permission`, `any` (at least one) or
`all` (every one); an empty list is a build error. Names are literal, `resource:action`; no
wildcards in guards. Fails with UNAUTHENTICATED or FORBIDDEN.",
    arguments: &[("permission", "String", None), ("any", "[String!]", None), ("all", "[String!]", None)],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const SELF_OR: Definition = Definition {
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

pub(super) const VISIBLE_TO: Definition = Definition {
    name: "visibleTo",
    description: "\
Not a guard but a veil, for types reachable by id: whoever fails it gets null from `node`
and `nodes`, exactly as if the object did not exist, and null from nullable @inherit fields.
Lookups such as `role(id:)` carry a guard of their own. `orSelf` lets one's own objects
through, with the meaning of `@selfOr`.",
    arguments: &[("permission", "String!", None), ("orSelf", "Boolean!", Some("true"))],
    locations: &[At::OBJECT],
};

pub(super) const RECENT_LOGIN: Definition = Definition {
    name: "recentLogin",
    description: "\
Modifier. The password must have been given within the last minutes, else
REAUTHENTICATION_REQUIRED.",
    arguments: &[("withinMinutes", "Int!", Some("10"))],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const LIMITED: Definition = Definition {
    name: "limited",
    description: "\
Modifier. Drawn from a named rate bucket, and allowed at most `maxPerOperation` times in
one operation, aliases and fragments counted, so that one request cannot try many passwords.",
    arguments: &[("bucket", "RateBucket!", None), ("maxPerOperation", "Int!", Some("1"))],
    locations: &[At::FIELD_DEFINITION],
};

pub(super) const SENSITIVE: Definition = Definition {
    name: "sensitive",
    description: "\
Modifier. Secret: masked in logs, traces and the audit log, never cached, never accepted
over GET. A response holding such a field is sent with Cache-Control: no-store.",
    arguments: &[],
    locations: &[At::ARGUMENT_DEFINITION, At::FIELD_DEFINITION, At::INPUT_FIELD_DEFINITION],
};
