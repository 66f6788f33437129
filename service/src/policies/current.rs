//! What a document is compared with, as a change reads it.

use crate::Result;
use crate::assignments::{PermissionGrant, RoleAssignment, Terms};
use crate::database::Connection;
use crate::policy_document::{Descriptions, Document, Link, Mode, UserLinks};
use crate::store::{CHUNK, assignments, constraints, permissions, roles, users};
use crate::users::Username;
use chrono::{DateTime, Utc};
use engine::{PermissionId, RoleId, UserId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Descriptions, and users with their roles and direct grants.
#[derive(Debug, Default)]
pub(super) struct CurrentRecords {
    pub(super) descriptions: Descriptions,
    pub(super) users: Vec<UserLinks>,
    /// The place of each user in `users`.
    places: FxHashMap<UserId, usize>,
    /// The terms of all assignments of these users, expired ones included.
    assigned: FxHashMap<(UserId, RoleId), Terms>,
    /// The terms of all direct grants to these users, expired ones included.
    granted: FxHashMap<(UserId, PermissionId), Terms>,
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
        let mut records = Self { descriptions, ..Self::default() };
        for (place, (user, username)) in named.into_iter().enumerate() {
            records.places.insert(user, place);
            records.users.push(UserLinks { user, username, roles: Vec::new(), permissions: Vec::new() });
        }
        let ids: Vec<UserId> = records.users.iter().map(|user| user.user).collect();
        for users in ids.chunks(CHUNK) {
            for assigned in assignments::of_users(connection, users).await? {
                records.add_assignment(&assigned, now);
            }
            for grant in assignments::grants_of_users(connection, users).await? {
                records.add_grant(grant, now);
            }
        }
        Ok(records)
    }

    fn add_assignment(&mut self, assigned: &RoleAssignment, now: DateTime<Utc>) {
        let terms =
            Terms { valid_from: assigned.valid_from, expires_at: assigned.expires_at, reason: assigned.reason.clone() };
        if let Some(user) = self.user_mut(assigned.user).filter(|_| !is_over(&terms, now)) {
            user.roles.push(Link { id: assigned.role, terms: terms.clone() });
        }
        self.assigned.insert((assigned.user, assigned.role), terms);
    }

    fn add_grant(&mut self, grant: PermissionGrant, now: DateTime<Utc>) {
        let PermissionGrant { user, permission, terms, .. } = grant;
        if let Some(user) = self.user_mut(user).filter(|_| !is_over(&terms, now)) {
            user.permissions.push(Link { id: permission, terms: terms.clone() });
        }
        self.granted.insert((user, permission), terms);
    }

    fn user_mut(&mut self, user: UserId) -> Option<&mut UserLinks> {
        self.places.get(&user).and_then(|&place| self.users.get_mut(place))
    }

    /// A user with the roles and direct grants that have not expired.
    pub(super) fn user(&self, user: UserId) -> Option<&UserLinks> {
        self.places.get(&user).and_then(|&place| self.users.get(place))
    }

    /// The terms of an assignment, expired or not.
    pub(super) fn assigned(&self, user: UserId, role: RoleId) -> Option<&Terms> {
        self.assigned.get(&(user, role))
    }

    /// The terms of a direct grant, expired or not.
    pub(super) fn granted(&self, user: UserId, permission: PermissionId) -> Option<&Terms> {
        self.granted.get(&(user, permission))
    }
}

fn is_over(terms: &Terms, now: DateTime<Utc>) -> bool {
    terms.expires_at.is_some_and(|end| end <= now)
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
