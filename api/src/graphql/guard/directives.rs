//! Guard directives for `#[graphql(directive = …)]`, for example `has_permission::apply("user:read")`.

use super::definitions::{
    AUTHENTICATED, HAS_PERMISSION, HAS_ROLE, INHERIT, LIMITED, PUBLIC, RECENT_LOGIN, SELF_OR, SENSITIVE, VISIBLE_TO,
};
use async_graphql::registry::location_traits::{
    Directive_At_ARGUMENT_DEFINITION, Directive_At_FIELD_DEFINITION, Directive_At_INPUT_FIELD_DEFINITION,
    Directive_At_OBJECT,
};
use async_graphql::registry::{MetaDirectiveInvocation, Registry};
use async_graphql::{Enum, InputType, TypeDirective, Value};
use std::borrow::Cow;

/// Rate buckets of `@limited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RateBucket {
    /// Login attempts and password checks, per account and per address.
    Login,
    /// Sign-ups, per address.
    Signup,
    /// Token refreshes, per session.
    Refresh,
    /// Changes of the own profile, active roles and session data, per user.
    SelfService,
    /// Exports and plans of the policy, per user.
    Expensive,
}

/// How often one operation may select a field with `@limited(bucket: SELF_SERVICE)`.
const SELF_SERVICE_PER_OPERATION: i32 = 20;

/// Declares one form of a directive. Forms with different arguments share a name.
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
directive!(has_any_role, HAS_ROLE, Directive_At_FIELD_DEFINITION);
directive!(has_all_roles, HAS_ROLE, Directive_At_FIELD_DEFINITION);
directive!(has_permission, HAS_PERMISSION, Directive_At_FIELD_DEFINITION);
directive!(has_any_permission, HAS_PERMISSION, Directive_At_FIELD_DEFINITION);
directive!(has_all_permissions, HAS_PERMISSION, Directive_At_FIELD_DEFINITION);
directive!(self_or, SELF_OR, Directive_At_FIELD_DEFINITION);
directive!(self_or_of, SELF_OR, Directive_At_FIELD_DEFINITION);
directive!(visible_to, VISIBLE_TO, Directive_At_OBJECT);
directive!(visible_to_others, VISIBLE_TO, Directive_At_OBJECT);
directive!(recent_login, RECENT_LOGIN, Directive_At_FIELD_DEFINITION);
directive!(limited, LIMITED, Directive_At_FIELD_DEFINITION);
directive!(limited_self_service, LIMITED, Directive_At_FIELD_DEFINITION);
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

impl has_any_role {
    /// `@hasRole(any: […])`
    #[must_use]
    pub fn apply(any: &[&str]) -> MetaDirectiveInvocation {
        HAS_ROLE.invoke([("any", list(any))])
    }
}

impl has_all_roles {
    /// `@hasRole(all: […])`
    #[must_use]
    pub fn apply(all: &[&str]) -> MetaDirectiveInvocation {
        HAS_ROLE.invoke([("all", list(all))])
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
    /// `@selfOr(permission: …)`: the parent object.
    #[must_use]
    pub fn apply(permission: &str) -> MetaDirectiveInvocation {
        SELF_OR.invoke([("permission", Value::from(permission))])
    }
}

impl self_or_of {
    /// `@selfOr(permission: …, of: …)`: the object whose id is in the argument `of`.
    #[must_use]
    pub fn apply(permission: &str, of: &str) -> MetaDirectiveInvocation {
        SELF_OR.invoke([("permission", Value::from(permission)), ("of", Value::from(of))])
    }
}

impl visible_to {
    /// `@visibleTo(permission: …)`: also visible to the owner.
    #[must_use]
    pub fn apply(permission: &str) -> MetaDirectiveInvocation {
        VISIBLE_TO.invoke([("permission", Value::from(permission))])
    }
}

impl visible_to_others {
    /// `@visibleTo(permission: …, orSelf: false)`: for objects without an owner.
    #[must_use]
    pub fn apply(permission: &str) -> MetaDirectiveInvocation {
        VISIBLE_TO.invoke([("permission", Value::from(permission)), ("orSelf", Value::from(false))])
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

impl limited_self_service {
    /// `@limited(bucket: SELF_SERVICE, maxPerOperation: 20)`
    #[must_use]
    pub fn apply() -> MetaDirectiveInvocation {
        let bucket = InputType::to_value(&RateBucket::SelfService);
        LIMITED.invoke([("bucket", bucket), ("maxPerOperation", Value::from(SELF_SERVICE_PER_OPERATION))])
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
