//! The section `assignments`.

use super::super::document::{LinkEntry, UserEntry};
use super::super::node::{Entry, shown};
use super::super::problem::{Located, Problems};
use super::fields::{Fields, accept, mapping, text_of};
use super::names::{Name, name, refuse_repeated};
use crate::RefusalCode::Invalid;
use crate::assignments::Terms;
use crate::text::check_reason;
use crate::users::Username;
use chrono::{DateTime, Datelike, Utc};
use std::ops::RangeInclusive;

/// Years that every database can store.
const YEARS: RangeInclusive<i32> = 1970..=9999;

/// Reads all users, sorted by name. Names that are the same when logging in are duplicates.
pub(super) fn read(entries: Vec<Entry<'_>>, problems: &mut Problems) -> Vec<UserEntry> {
    let mut users: Vec<UserEntry> = entries.into_iter().filter_map(|entry| user(entry, problems)).collect();
    let named: Vec<Located<String>> = users.iter().map(|user| user.username.clone()).collect();
    refuse_repeated(&named, "user", |name| key(name), problems);
    users.sort_by(|one, other| one.username.value.cmp(&other.username.value));
    users
}

fn key(name: &str) -> String {
    Username::parse(name).map_or_else(|_| name.to_owned(), |name| name.key().to_owned())
}

fn user(entry: Entry<'_>, problems: &mut Problems) -> Option<UserEntry> {
    let checked = Username::parse(&entry.key).map_err(|refusal| {
        let message = format!("user `{}`: {}", shown(&entry.key), refusal.message);
        problems.push(entry.at, refusal.code, message);
    });
    let username = checked.ok().map(|_| Located { value: entry.key.into_owned(), at: entry.at });
    let entries = mapping(entry.node, "a user", problems)?;
    let mut fields = Fields::new("a user", entries, &["roles", "permissions"], problems);
    let roles = fields.take("roles").and_then(|entry| links(entry, problems));
    let permissions = fields.take("permissions").and_then(|entry| links(entry, problems));
    Some(UserEntry { username: username?, roles, permissions })
}

/// Reads roles or permissions with their terms, sorted by name.
fn links<N: Name + Ord + Clone>(entry: Entry<'_>, problems: &mut Problems) -> Option<Vec<LinkEntry<N>>> {
    let entries = mapping(entry.node, &format!("`{}`", entry.key), problems)?;
    let mut links: Vec<LinkEntry<N>> = entries.into_iter().filter_map(|entry| link(entry, problems)).collect();
    let named: Vec<Located<N>> = links.iter().map(|link| link.name.clone()).collect();
    refuse_repeated(&named, N::KIND, N::key, problems);
    links.sort_by(|one, other| one.name.value.cmp(&other.name.value));
    Some(links)
}

fn link<N: Name>(entry: Entry<'_>, problems: &mut Problems) -> Option<LinkEntry<N>> {
    let name = name(&entry.key, entry.at, problems);
    let of = format!("the {} of a user", N::KIND);
    let entries = mapping(entry.node, &of, problems)?;
    let mut fields = Fields::new(&of, entries, &["validFrom", "expiresAt", "reason"], problems);
    let valid_from = fields.take("validFrom").and_then(|entry| instant(entry, problems));
    let expires = fields.take("expiresAt").and_then(|entry| instant(entry, problems));
    if let Some((from, until)) = valid_from.as_ref().zip(expires.as_ref())
        && until.value <= from.value
    {
        problems.push(until.at, Invalid, "`expiresAt` is after `validFrom`");
    }
    let reason = fields.take("reason").and_then(|entry| reason(entry, problems));
    let terms = Terms { valid_from: valid_from.map(|at| at.value), expires_at: expires.map(|at| at.value), reason };
    Some(LinkEntry { name: name?, terms })
}

/// An instant, no finer than it is stored.
fn instant(entry: Entry<'_>, problems: &mut Problems) -> Option<Located<DateTime<Utc>>> {
    let at = entry.node.at;
    let key = entry.key;
    let text = text_of(entry.node, &format!("`{key}` is an instant as a text"), problems)?;
    let mut refuse = |what: &str| problems.push(at, Invalid, format!("`{key}` {what}, not `{}`", shown(&text)));
    let Ok(value) = DateTime::parse_from_rfc3339(&text) else {
        refuse("is an instant such as `2026-12-31T18:00:00Z`");
        return None;
    };
    let value = value.to_utc();
    if DateTime::from_timestamp_millis(value.timestamp_millis()) != Some(value) {
        refuse("has at most three digits after the second");
        return None;
    }
    if !YEARS.contains(&value.year()) {
        refuse(&format!("is within the years {} to {}", YEARS.start(), YEARS.end()));
        return None;
    }
    Some(Located { value, at })
}

fn reason(entry: Entry<'_>, problems: &mut Problems) -> Option<String> {
    let at = entry.node.at;
    let text = text_of(entry.node, "`reason` is a text", problems)?;
    accept(check_reason(Some(&text)), at, problems)?;
    Some(text)
}
