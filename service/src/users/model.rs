//! The record of a user and the input of commands and lists.

use super::store::UserRecord;
use super::{EmailAddress, Username};
use crate::audit::{ChangedAttributes, Entry};
use crate::page::{Cursor, CursorKey, Direction};
use crate::{Refusal, Requested, Result, text};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, PermissionId, RoleId, UserId};

/// The record of a user.
#[derive(Clone, Debug)]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// Kind of account.
    pub kind: UserKind,
    /// Username as entered; `deleted-…` when the account is deleted.
    pub username: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Display name; the username when none is set.
    pub display_name: String,
    /// State of the account.
    pub status: AccountStatus,
    /// Number of changes of the account, its assignments and its direct grants.
    pub version: i32,
    /// Time of creation.
    pub created_at: DateTime<Utc>,
    /// Time of the last change.
    pub updated_at: DateTime<Utc>,
    /// Time of the last login.
    pub last_login_at: Option<DateTime<Utc>>,
}

impl User {
    /// The position of the user in a list in the default order.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor { key: CursorKey::Time(self.created_at), id: self.id.uuid() }
    }

    /// The record as the change at `now` that touched the user leaves it.
    pub(crate) fn touched(self, now: DateTime<Utc>) -> Self {
        Self { version: self.version.saturating_add(1), updated_at: now, ..self }
    }
}

/// Kinds of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserKind {
    /// A person, who logs in with a password.
    Human,
}

/// The input of a new user without a password, unchecked.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// Username.
    pub username: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Display name.
    pub display_name: Option<String>,
    /// Roles to assign besides the default roles; requires `role:assign` when not empty.
    pub roles: Vec<Requested<RoleId>>,
}

/// The input of a changed user: the outer `None` keeps an attribute, the inner `None` removes it.
#[derive(Clone, Debug, Default)]
pub struct UserUpdate {
    /// New username.
    pub username: Option<String>,
    /// New e-mail address.
    pub email: Option<Option<String>>,
    /// New display name.
    pub display_name: Option<Option<String>>,
    /// The version to change; another version is refused as `STALE`.
    pub expected_version: Option<i32>,
}

/// The checked changes of a user: `None` keeps an attribute.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserChanges {
    pub(crate) username: Option<Username>,
    pub(crate) email: Option<Option<EmailAddress>>,
    pub(crate) display_name: Option<Option<String>>,
}

impl UserChanges {
    /// Checks the input.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID` or `TOO_LONG`, at the first wrong field.
    pub(super) fn parse(update: UserUpdate) -> Result<Self> {
        let at = |field| move |refusal: Refusal| refusal.at(["input", field]);
        let UserUpdate { username, email, display_name, expected_version: _ } = update;
        let display_text = display_name.as_ref().and_then(|name| name.as_deref());
        text::check_display_name(display_text).map_err(at("displayName"))?;
        let parse_email = |email: Option<String>| email.as_deref().map(EmailAddress::parse).transpose();
        Ok(Self {
            username: username.as_deref().map(Username::parse).transpose().map_err(at("username"))?,
            email: email.map(parse_email).transpose().map_err(at("email"))?,
            display_name,
        })
    }

    /// Without the attributes that the user has already.
    pub(super) fn without_unchanged(self, known: &UserRecord) -> Self {
        let UserRecord { user, display_name } = known;
        Self {
            username: self.username.filter(|new| new.as_str() != user.username),
            email: self.email.filter(|new| new.as_ref().map(EmailAddress::as_str) != user.email.as_deref()),
            display_name: self.display_name.filter(|new| new != display_name),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let Self { username, email, display_name } = self;
        username.is_none() && email.is_none() && display_name.is_none()
    }

    /// Whether the username or the e-mail address changes.
    pub(super) fn alter_login_names(&self) -> bool {
        self.username.is_some() || self.email.is_some()
    }

    /// The audit entry of the changes.
    pub(super) fn audit_entry(&self, known: &UserRecord) -> Entry {
        let UserRecord { user, display_name: former_display_name } = known;
        let Self { username, email, display_name } = self;
        let username = username.as_ref().map(Username::as_str);
        let email = email.as_ref().map(|email| email.as_ref().map(EmailAddress::as_str));
        let summary = match username {
            Some(username) => format!("renamed user {} to {username}", user.username),
            None => format!("changed user {}", user.username),
        };
        ChangedAttributes::default()
            .with("username", &user.username, username)
            .with("email", &user.email, email)
            .with("displayName", former_display_name, display_name.as_ref())
            .entry(summary)
    }

    /// The record with the changes.
    pub(super) fn apply(self, known: UserRecord) -> User {
        let UserRecord { user, display_name } = known;
        let username = self.username.map_or(user.username, |name| name.as_str().to_owned());
        let email = self.email.map_or(user.email, |email| email.map(|email| email.as_str().to_owned()));
        let display_name = self.display_name.unwrap_or(display_name).unwrap_or_else(|| username.clone());
        User { username, email, display_name, ..user }
    }
}

/// Filter of a list of users. Conditions are combined with AND. Deleted users are listed only by `status`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserFilter {
    /// Text contained in a name or the address, compared case-insensitively.
    pub search: Option<String>,
    /// Id of the user, when the search text is a whole id.
    pub id: Option<UserId>,
    /// States of the account.
    pub status: Option<Vec<AccountStatus>>,
    /// Role that is assigned now.
    pub assigned_role: Option<Requested<RoleId>>,
    /// Role that the user is authorized for now, assigned or inherited.
    pub authorized_role: Option<Requested<RoleId>>,
    /// Permission that the user holds now, granted directly or by a role.
    pub permission: Option<Requested<PermissionId>>,
    /// Permission that is granted directly now.
    pub direct_permission: Option<PermissionId>,
    /// Whether the user has direct grants.
    pub has_direct_permissions: Option<bool>,
}

/// Order of a list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserOrder {
    /// Field to sort by.
    pub field: UserOrderField,
    /// Sort direction.
    pub direction: Direction,
}

/// Fields to sort users by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserOrderField {
    /// Time of creation.
    CreatedAt,
    /// Display name.
    DisplayName,
    /// Username.
    Username,
    /// Time of the last login.
    LastLoginAt,
}

impl Default for UserOrder {
    fn default() -> Self {
        Self { field: UserOrderField::CreatedAt, direction: Direction::Descending }
    }
}
