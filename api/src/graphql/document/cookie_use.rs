//! Use of a cookie credential by an operation. A browser attaches cookies to cross-site requests as well, so the CSRF
//! check depends on it.

use super::{BoundOperation, argument};
use async_graphql::Value;
use async_graphql::parser::types::{Field, OperationType};

/// Root fields that do not depend on the caller: a cookie credential is ignored.
pub(super) const CALLER_INDEPENDENT: [&str; 5] =
    ["serviceInfo", "login", "signup", "administratorCreate", "passwordReset"];
/// The root field that rotates the tokens in the cookies.
pub(super) const REFRESH: &str = "refresh";
/// The argument with the delivery of tokens.
pub(super) const DELIVERY_ARGUMENT: &str = "delivery";
/// The value of [`DELIVERY_ARGUMENT`] for delivery by cookie.
pub(super) const DELIVERY_BY_COOKIE: &str = "COOKIE";

/// What an operation uses a cookie credential for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieUse {
    /// The operation does not depend on the caller.
    Nothing,
    /// It reads.
    Read,
    /// It rotates the tokens in the cookies and has no other effect.
    Refresh,
    /// It has an effect.
    Write,
}

impl BoundOperation {
    /// What the operation uses a cookie credential for.
    pub(in crate::graphql) fn cookie_use(&self) -> CookieUse {
        let fields = self.root_fields();
        let mut fields = fields.into_iter().filter(|field| depends_on_caller(field)).peekable();
        match self.kind() {
            _ if fields.peek().is_none() => CookieUse::Nothing,
            OperationType::Query => CookieUse::Read,
            OperationType::Mutation if fields.all(|field| field.name.node == REFRESH) => CookieUse::Refresh,
            OperationType::Mutation | OperationType::Subscription => CookieUse::Write,
        }
    }

    /// Whether the operation requests delivery of tokens by cookie.
    pub(in crate::graphql) fn wants_cookies(&self) -> bool {
        let is_by_cookie = |field: &Field| match argument(field, DELIVERY_ARGUMENT, &self.variables) {
            Some(Value::Enum(delivery)) => delivery == DELIVERY_BY_COOKIE,
            Some(Value::String(delivery)) => delivery == DELIVERY_BY_COOKIE,
            _ => false,
        };
        self.kind() == OperationType::Mutation && self.root_fields().into_iter().any(is_by_cookie)
    }
}

fn depends_on_caller(field: &Field) -> bool {
    let name = field.name.node.as_str();
    !CALLER_INDEPENDENT.contains(&name) && !name.starts_with("__")
}
