//! What an operation would do on the strength of a cookie, which a browser sends by itself.

use super::Ready;
use async_graphql::parser::types::{Field, OperationType};
use async_graphql::{Name, Value};

/// Root fields that answer alike whoever asks: a cookie that happens to come along is left aside.
const INDIFFERENT: [&str; 4] = ["serviceInfo", "login", "signup", "passwordReset"];
/// The root field that renews what the browser holds, and tells nobody else.
const RENEWAL: &str = "refresh";
/// The argument that says how tokens are handed out, and its value for cookies.
const DELIVERY: (&str, &str) = ("delivery", "COOKIE");

/// What an operation would do on the strength of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reliance {
    /// Nothing depends on who asks.
    Nothing,
    /// It reads.
    Read,
    /// It renews the cookies, and changes nothing else.
    Renew,
    /// It changes something.
    Write,
}

impl Ready {
    /// What it would do on the strength of a cookie.
    pub(in crate::graphql) fn reliance(&self) -> Reliance {
        let fields = self.root_fields();
        let mut fields = fields.into_iter().filter(|field| !is_indifferent(field)).peekable();
        match self.kind() {
            _ if fields.peek().is_none() => Reliance::Nothing,
            OperationType::Query => Reliance::Read,
            OperationType::Mutation if fields.all(|field| field.name.node == RENEWAL) => Reliance::Renew,
            OperationType::Mutation | OperationType::Subscription => Reliance::Write,
        }
    }

    /// Does it ask for tokens to be delivered by cookie?
    pub(in crate::graphql) fn wants_cookies(&self) -> bool {
        let (argument, wanted) = DELIVERY;
        let is_wanted = |field: &Field| {
            let given = field.get_argument(argument).map(|value| value.node.clone());
            let given =
                given.map(|value| value.into_const_with(|name: Name| self.variables.get(&name).cloned().ok_or(())));
            match given {
                Some(Ok(Value::Enum(name))) => name == wanted,
                Some(Ok(Value::String(name))) => name == wanted,
                _ => false,
            }
        };
        self.kind() == OperationType::Mutation && self.root_fields().into_iter().any(is_wanted)
    }
}

/// Does the field answer alike whoever asks?
fn is_indifferent(field: &Field) -> bool {
    let name = field.name.node.as_str();
    INDIFFERENT.contains(&name) || name.starts_with("__")
}
