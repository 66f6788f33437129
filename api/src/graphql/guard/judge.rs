//! Judging a field, an object included where the rule depends on one.

use super::super::context::Request;
use super::super::entity::NodeRef;
use super::super::error::{Code, forbidden, to_graphql, unauthenticated};
use super::super::id::{self, EntityType};
use super::own::owns;
use super::rule::{Rule, Verdict};
use super::table::{FieldInfo, Table};
use async_graphql::parser::types::Field;
use async_graphql::{Error, ID, Name, Result, Value, Variables};
use chrono::{DateTime, TimeDelta, Utc};
use service::{Caller, auth};

/// A field about to be resolved.
#[derive(Clone, Copy, Debug)]
pub(in crate::graphql) struct Asked<'a> {
    /// As selected, for its arguments.
    pub(in crate::graphql) field: &'a Field,
    /// As published.
    pub(in crate::graphql) info: &'a FieldInfo,
    /// Who counts as the caller there.
    pub(in crate::graphql) caller: Option<&'a Caller>,
    /// The object it belongs to, when that is known.
    pub(in crate::graphql) parent: Option<NodeRef>,
}

/// May the field be resolved?
///
/// # Errors
/// `UNAUTHENTICATED`, `FORBIDDEN` or `REAUTHENTICATION_REQUIRED`; `SERVICE_UNAVAILABLE` when it
/// cannot be told.
pub(in crate::graphql) async fn judge(request: &Request, asked: Asked<'_>) -> Result<()> {
    let Some(rule) = asked.info.rule.as_deref() else { return Ok(()) };
    let allowed = match (rule.judge(asked.caller, request.now), asked.caller) {
        (Verdict::Pass, _) => true,
        (Verdict::IfOwn, Some(caller)) => match named_object(request, rule, asked) {
            Some(node) => owns(request, caller, &node).await.map_err(to_graphql)?,
            None => false,
        },
        (Verdict::Fail | Verdict::IfOwn, _) => false,
    };
    match asked.caller {
        None if !allowed => Err(unauthenticated(request.why_nobody())),
        Some(_) if !allowed => Err(forbidden(&rule.to_string())),
        caller => match asked.info.recent_login {
            Some(within) => recent(request, caller, within).await,
            None => Ok(()),
        },
    }
}

/// Does the caller see the object, by its type's `@visibleTo`?
pub(super) async fn sees(table: &Table, request: &Request, caller: Option<&Caller>, node: &NodeRef) -> Result<bool> {
    let Some((veil, caller)) = table.veil(node.kind.type_name()).zip(caller) else { return Ok(false) };
    if caller.holds(&veil.permission, request.now) {
        return Ok(true);
    }
    if veil.or_self { owns(request, caller, node).await.map_err(to_graphql) } else { Ok(false) }
}

async fn recent(request: &Request, caller: Option<&Caller>, within: TimeDelta) -> Result<()> {
    let is_recent = |at: DateTime<Utc>| at + within >= request.now;
    if let Some(caller) = caller {
        // The password may have been given to another replica just now.
        if is_recent(caller.authenticated_at)
            || is_recent(auth::confirmed_at(&request.service, caller).await.map_err(to_graphql)?)
        {
            return Ok(());
        }
    }
    Err(Code::ReauthenticationRequired.error("confirm the password to do this: it was given too long ago"))
}

/// The object that `@selfOr` speaks of: the parent, or whatever the argument's id names. A malformed
/// id names nothing, so it is refused exactly as a forbidden one.
fn named_object(request: &Request, rule: &Rule, asked: Asked<'_>) -> Option<NodeRef> {
    let Rule::SelfOr { of: Some(of), .. } = rule else { return asked.parent };
    let value = argument(asked.field, of, &request.variables)?;
    let Value::String(text) = value else { return None };
    let (kind, id) = id::parse(&ID(text))?;
    // An id of another kind is an unknown id, where the schema tells the kind.
    let expected = EntityType::ALL.into_iter().find(|kind| kind.type_name() == asked.info.returns.as_ref());
    expected.is_none_or(|expected| expected == kind).then_some(NodeRef { kind, id, owner: None })
}

/// The value of an argument, variables resolved.
fn argument(field: &Field, name: &str, variables: &Variables) -> Option<Value> {
    let value = field.get_argument(name)?.node.clone();
    value.into_const_with(|name: Name| variables.get(&name).cloned().ok_or(())).ok()
}

/// `FORBIDDEN` for what no rule speaks of.
pub(super) fn unknown() -> Error {
    forbidden("none")
}
