//! What a document is compared with, as a change reads it.

use crate::Result;
use crate::assignments::{PermissionGrant, RoleAssignment, Terms};
use crate::database::Connection;
use crate::policy_document::{Descriptions, Document, Link, Mode, UserLinks};
use crate::store::{CHUNK, assignments, constraints, permissions, roles, users};
use crate::users::Username;
use chrono::{DateTime, Utc};
use engine::UserId;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Descriptions, and users with their roles and direct grants.
#[derive(Debug, Default)]
pub(super) struct CurrentRecords {
    pub(super) descriptions: Descriptions,
    pub(super) users: Vec<UserLinks>,
    /// All assignments of these users, expired ones included.
    pub(super) assignments: Vec<RoleAssignment>,
    /// All direct grants to these users, expired ones included.
    pub(super) grants: Vec<PermissionGrant>,
}

/// Which users are read.
#[derive(Clone, Copy, Debug)]
pub(super) enum WhichUsers<'a> {
    /// None.
    Nobody,
    /// Those that a document mentions.
    Mentioned(&'a Document),
    /// All with roles or direct grants, and those that a document mentions.
    All,
}

impl<'a> WhichUsers<'a> {
    /// The users that a document is compared with.
    pub(super) fn of(document: &'a Document, mode: Mode) -> Self {
        match (&document.assignments, mode) {
            (None, _) => Self::Nobody,
            (Some(_), Mode::Merge) => Self::Mentioned(document),
            (Some(_), Mode::Replace) => Self::All,
        }
    }
}

impl CurrentRecords {
    /// Reads the records; `connection` is to be a snapshot or to hold the policy lock.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read.
    pub(super) async fn read<C: Connection>(connection: &C, which: WhichUsers<'_>, now: DateTime<Utc>) -> Result<Self> {
        let descriptions = Descriptions {
            permissions: permissions::descriptions(connection).await?,
            roles: roles::descriptions(connection).await?,
            constraints: constraints::descriptions(connection).await?,
        };
        let named = match which {
            WhichUsers::Nobody => Vec::new(),
            WhichUsers::Mentioned(document) => named(connection, document.usernames()).await?,
            WhichUsers::All => users::users_by_name(connection).await?,
        };
        let ids: Vec<UserId> = named.iter().map(|(user, _)| *user).collect();
        let mut records = Self { descriptions, ..Self::default() };
        for users in ids.chunks(CHUNK) {
            records.assignments.extend(assignments::of_users(connection, users).await?);
            records.grants.extend(assignments::grants_of_users(connection, users).await?);
        }
        records.users = records.links(named, now);
        Ok(records)
    }

    fn links(&self, named: Vec<(UserId, String)>, now: DateTime<Utc>) -> Vec<UserLinks> {
        let user = |(user, username)| UserLinks { user, username, roles: Vec::new(), permissions: Vec::new() };
        let mut users: FxHashMap<UserId, UserLinks> = named.into_iter().map(|named| (named.0, user(named))).collect();
        let lasts = |end: Option<DateTime<Utc>>| end.is_none_or(|end| end > now);
        for assigned in self.assignments.iter().filter(|assigned| lasts(assigned.expires_at)) {
            if let Some(user) = users.get_mut(&assigned.user) {
                user.roles.push(Link { id: assigned.role, terms: terms_of(assigned) });
            }
        }
        for grant in self.grants.iter().filter(|grant| lasts(grant.terms.expires_at)) {
            if let Some(user) = users.get_mut(&grant.user) {
                user.permissions.push(Link { id: grant.permission, terms: grant.terms.clone() });
            }
        }
        users.into_values().collect()
    }
}

/// The terms of an assignment.
pub(super) fn terms_of(assigned: &RoleAssignment) -> Terms {
    Terms { valid_from: assigned.valid_from, expires_at: assigned.expires_at, reason: assigned.reason.clone() }
}

/// The users with these usernames, as they are written. A name that logs in as a user finds that user.
pub(super) async fn named<C: Connection>(
    connection: &C,
    usernames: impl Iterator<Item = &str>,
) -> Result<Vec<(UserId, String)>> {
    let keys: BTreeSet<String> =
        usernames.filter_map(|name| Some(Username::parse(name).ok()?.key().to_owned())).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let names = users::login_names(connection, &keys).await?;
    Ok(names.into_iter().filter(|name| name.is_username).map(|name| (name.user, name.username)).collect())
}
