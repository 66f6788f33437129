//! Patterns of permissions granted to roles.

use super::commands::{find, known, target};
use super::{Role, store};
use crate::audit::{Act, Entry, listed};
use crate::batch::check_length;
use crate::change::Change;
use crate::{Changed, Context, Requested, Result, Service, boxed};
use engine::{PermissionPattern, PermitKind, Proposal, RoleId};
use serde_json::json;
use std::slice;

/// Most patterns of one command.
const MAX_PATTERNS: usize = 100;
/// Argument of the patterns.
const PATTERNS: &str = "patterns";

/// Grants patterns to a role, which holds each permission that one of them matches, also later ones. Patterns that are
/// granted already stay.
///
/// # Errors
/// `NOT_FOUND`, `INVALID`, `REQUIRED`, `TOO_LONG`, `IMMUTABLE`, `SOD_VIOLATION`, and `BEYOND_AUTHORITY` when the caller holds
/// no pattern that covers one of them.
#[boxed]
pub async fn grant_patterns(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    patterns: Vec<String>,
) -> Result<Changed<Role>> {
    let act = Act::new("role.grant_patterns", target(&service.policy(), role));
    service.administer(ctx, act, parse_all(&patterns), |change, patterns| grant(change, role, patterns)).await
}

#[boxed]
async fn grant(change: &mut Change<'_>, role: Requested<RoleId>, patterns: Vec<PermissionPattern>) -> Result<Role> {
    let policy = change.policy().clone();
    let role = known(&policy, role, "roleId")?;
    let id = role.id;
    let _ = change.permit(Proposal::ChangePatterns { role: id, added: &[] }, &["roleId"])?;
    for (position, pattern) in patterns.iter().enumerate() {
        let added = slice::from_ref(pattern);
        let _ = change.permit(Proposal::ChangePatterns { role: id, added }, &[PATTERNS, &position.to_string()])?;
    }
    let permit = change.permit(Proposal::ChangePatterns { role: id, added: &patterns }, &["roleId"])?;
    let record = find(change, Some(id), "roleId").await?;
    let granted = policy.granted_patterns(id);
    let new: Vec<PermissionPattern> = distinct(patterns).filter(|pattern| !granted.contains(pattern)).collect();
    if new.is_empty() {
        return Ok(record);
    }
    change.set_separation_path(&["roleId"]);
    change.alter_role(id, |role| role.patterns.extend(new.iter().cloned()));
    if change.is_preview() {
        return Ok(record);
    }
    store::insert_patterns(change.write(&permit, PermitKind::ChangePatterns)?, id, &new, change.stamp()).await?;
    let texts = texts(&new);
    let summary = format!("granted {} to {}", listed(&texts), role.name);
    change.record(Entry::done(summary).after(json!({ "patterns": texts })));
    Ok(record.touched(change.now()))
}

/// Revokes patterns from a role. Patterns that are not granted are ignored.
///
/// # Errors
/// As [`grant_patterns`]; `WOULD_LOCK_OUT`.
#[boxed]
pub async fn revoke_patterns(
    service: &Service,
    ctx: &Context,
    role: Requested<RoleId>,
    patterns: Vec<String>,
) -> Result<Changed<Role>> {
    let act = Act::new("role.revoke_patterns", target(&service.policy(), role));
    service.administer(ctx, act, parse_all(&patterns), |change, patterns| revoke(change, role, patterns)).await
}

#[boxed]
async fn revoke(change: &mut Change<'_>, role: Requested<RoleId>, patterns: Vec<PermissionPattern>) -> Result<Role> {
    let policy = change.policy().clone();
    let role = known(&policy, role, "roleId")?;
    let id = role.id;
    let permit = change.permit(Proposal::ChangePatterns { role: id, added: &[] }, &["roleId"])?;
    let record = find(change, Some(id), "roleId").await?;
    let granted = policy.granted_patterns(id);
    let gone: Vec<PermissionPattern> = distinct(patterns).filter(|pattern| granted.contains(pattern)).collect();
    if gone.is_empty() {
        return Ok(record);
    }
    change.alter_role(id, |role| role.patterns.retain(|granted| !gone.contains(granted)));
    if change.is_preview() {
        return Ok(record);
    }
    store::delete_patterns(change.write(&permit, PermitKind::ChangePatterns)?, id, &gone).await?;
    let texts = texts(&gone);
    let summary = format!("revoked {} from {}", listed(&texts), role.name);
    change.record(Entry::done(summary).before(json!({ "patterns": texts })));
    Ok(record.touched(change.now()))
}

/// Parses patterns, at most 100.
///
/// # Errors
/// `TOO_LONG`; `REQUIRED` and `INVALID` at the first text that is no pattern.
fn parse_all(texts: &[String]) -> Result<Vec<PermissionPattern>> {
    check_length(texts.len(), MAX_PATTERNS, &[PATTERNS])?;
    let parse = |(position, text): (usize, &String)| {
        let refused =
            |error: engine::PatternError| crate::text::pattern_refusal(error).at([PATTERNS, &position.to_string()]);
        PermissionPattern::parse(text).map_err(|error| refused(error).into())
    };
    texts.iter().enumerate().map(parse).collect()
}

/// Each pattern once, by text.
fn distinct(mut patterns: Vec<PermissionPattern>) -> impl Iterator<Item = PermissionPattern> {
    patterns.sort_unstable();
    patterns.dedup();
    patterns.into_iter()
}

fn texts(patterns: &[PermissionPattern]) -> Vec<&str> {
    patterns.iter().map(PermissionPattern::as_str).collect()
}
