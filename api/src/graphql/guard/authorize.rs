//! The decision on one field, with the object where the rule depends on one.

use super::super::context::Request;
use super::super::document::argument;
use super::super::entity::NodeRef;
use super::super::entity_kinds::is_own;
use super::super::error::{ErrorCode, forbidden, to_graphql, unauthenticated};
use super::super::id::{self, EntityType};
use super::rule::{GuardOutcome, Rule};
use super::table::{FieldInfo, Table};
use async_graphql::parser::types::Field;
use async_graphql::{Error, ID, Result, Value};
use chrono::{DateTime, TimeDelta, Utc};
use service::{Caller, auth, last_uses};

/// A field about to be resolved.
#[derive(Clone, Copy, Debug)]
pub(in crate::graphql) struct FieldAccess<'a> {
    /// The field as selected, with its arguments.
    pub(in crate::graphql) field: &'a Field,
    /// The field as published.
    pub(in crate::graphql) info: &'a FieldInfo,
    /// The caller at this place.
    pub(in crate::graphql) caller: Option<&'a Caller>,
    /// The parent object, where it is known.
    pub(in crate::graphql) parent: Option<NodeRef>,
}

/// Checks that the field may be resolved.
///
/// # Errors
/// `UNAUTHENTICATED`, `FORBIDDEN` or `REAUTHENTICATION_REQUIRED`; `SERVICE_UNAVAILABLE` when the decision needs data
/// that cannot be read.
pub(in crate::graphql) async fn authorize(request: &Request, access: FieldAccess<'_>) -> Result<()> {
    let Some(rule) = access.info.rule.as_deref() else { return Ok(()) };
    let outcome = rule.evaluate(access.caller, request.now);
    let is_allowed = match (outcome, access.caller) {
        (GuardOutcome::Allowed, _) => true,
        (GuardOutcome::AllowedIfOwn, Some(caller)) => match guarded_object(request, rule, access) {
            Some(object) => is_own(request, caller, &object).await.map_err(to_graphql)?,
            None => false,
        },
        (GuardOutcome::Denied | GuardOutcome::AllowedIfOwn, _) => false,
    };
    match access.caller {
        None if !is_allowed => Err(unauthenticated(request.unauthenticated_reason())),
        Some(_) if !is_allowed => Err(forbidden(&rule.to_string())),
        caller => {
            if let Some(within) = access.info.recent_login {
                require_recent_login(request, caller, within).await?;
            }
            let is_use = outcome == GuardOutcome::Allowed && !is_dry_run(request, access);
            if let Some(caller) = caller.filter(|_| is_use) {
                rule.record_use(&request.service, caller, request.now);
            }
            Ok(())
        }
    }
}

/// Whether the field is a mutation that only shows what it would do.
fn is_dry_run(request: &Request, access: FieldAccess<'_>) -> bool {
    const DRY_RUN: &str = "dryRun";
    access.info.arguments.contains_key(DRY_RUN)
        && argument(access.field, DRY_RUN, &request.variables) == Some(Value::Boolean(true))
}

/// Whether an object is visible to the caller by its type's `@visibleTo`.
pub(super) async fn is_visible(
    table: &Table,
    request: &Request,
    caller: Option<&Caller>,
    object: &NodeRef,
) -> Result<bool> {
    let visibility = table.visibility(object.kind.type_name());
    let Some((visibility, caller)) = visibility.zip(caller) else { return Ok(false) };
    if caller.holds(&visibility.permission, request.now) {
        last_uses::record(&request.service, caller, &visibility.permission, request.now);
        return Ok(true);
    }
    if visibility.or_self { is_own(request, caller, object).await.map_err(to_graphql) } else { Ok(false) }
}

async fn require_recent_login(request: &Request, caller: Option<&Caller>, within: TimeDelta) -> Result<()> {
    if is_recently_authenticated(request, caller, within).await? {
        return Ok(());
    }
    Err(ErrorCode::ReauthenticationRequired
        .error("the last authentication is too long ago: reauthenticate, then repeat"))
}

/// Whether the caller meets `@recentLogin`.
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when the time of the last authentication cannot be read.
pub(in crate::graphql) async fn is_recently_authenticated(
    request: &Request,
    caller: Option<&Caller>,
    within: TimeDelta,
) -> Result<bool> {
    let is_recent = |at: DateTime<Utc>| at + within >= request.now;
    let Some(caller) = caller else { return Ok(false) };
    // The session may have been reauthenticated at another replica since the caller was loaded.
    Ok(is_recent(caller.authenticated_at)
        || is_recent(auth::last_authenticated_at(&request.service, caller).await.map_err(to_graphql)?))
}

/// The object that `@selfOr` refers to: the parent, or the object with the id in the argument `of`. A malformed id
/// refers to no object, so it is denied like the id of another user's object.
fn guarded_object(request: &Request, rule: &Rule, access: FieldAccess<'_>) -> Option<NodeRef> {
    let Rule::SelfOr { of: Some(of), .. } = rule else { return access.parent };
    let value = argument(access.field, of, &request.variables)?;
    let Value::String(text) = value else { return None };
    let (kind, id) = id::parse_any(&ID(text))?;
    // An id of another kind is an unknown id, where the field returns one kind or the argument is named after one, as
    // `userId` is.
    let named = of.strip_suffix("Id").unwrap_or_default();
    let is_expected = |kind: &EntityType| {
        kind.type_name() == access.info.returns.as_ref() || kind.type_name().eq_ignore_ascii_case(named)
    };
    let expected = EntityType::ALL.into_iter().find(is_expected);
    expected.is_none_or(|expected| expected == kind).then_some(NodeRef { kind, id, owner: None })
}

/// `FORBIDDEN` for a field that the table does not have.
pub(super) fn unknown_field() -> Error {
    forbidden("none")
}
