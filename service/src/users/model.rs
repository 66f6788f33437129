//! What users are.

use crate::page::Direction;
use chrono::{DateTime, Utc};
use engine::{PermissionId, RoleId, UserId};

/// A user or a service account.
#[derive(Clone, Debug)]
pub struct User {
    /// Identifier.
    pub id: UserId,
    /// Person or service account.
    pub kind: UserKind,
    /// As its owner typed it; `deleted-…` when the account is gone.
    pub username: String,
    /// Address, when there is one.
    pub email: Option<String>,
    /// Name to show; falls back to the username.
    pub display_name: String,
    /// May the account be used?
    pub status: UserStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// When it last signed in.
    pub last_login_at: Option<DateTime<Utc>>,
}

/// Kinds of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserKind {
    /// Signs in with a password.
    Human,
    /// Uses keys only.
    Service,
}

/// States of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// Usable.
    Active,
    /// Barred by an administrator.
    Suspended,
    /// Gone.
    Deleted,
}

/// A new user, made by an administrator, without a password. Texts are as the client gave them.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// Name to sign in with.
    pub username: String,
    /// Address.
    pub email: Option<String>,
    /// Name to show.
    pub display_name: Option<String>,
    /// Roles to assign at once, besides the default ones; needs `role:assign` when not empty.
    pub roles: Vec<RoleId>,
}

/// Changes of a user: the outer `None` leaves a thing as it is, the inner one takes it away.
#[derive(Clone, Debug, Default)]
pub struct UserUpdate {
    /// New name to sign in with.
    pub username: Option<String>,
    /// New address.
    pub email: Option<Option<String>>,
    /// New name to show.
    pub display_name: Option<Option<String>>,
}

/// Which users to list; conditions are joined by "and". Deleted ones only when `status` asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserFilter {
    /// Part of name or address (case-insensitive, taken literally).
    pub search: Option<String>,
    /// Exactly this user, when the search text was a whole id.
    pub id: Option<UserId>,
    /// In one of these states.
    pub status: Option<Vec<UserStatus>>,
    /// Of this kind.
    pub kind: Option<UserKind>,
    /// With this role assigned, and the assignment counting now.
    pub assigned_role: Option<RoleId>,
    /// Having this role now, assigned or inherited.
    pub authorized_role: Option<RoleId>,
    /// Holding this permission now, in any way.
    pub permission: Option<PermissionId>,
    /// Granted this permission directly, and the grant counting now.
    pub direct_permission: Option<PermissionId>,
    /// With (or without) direct grants.
    pub has_direct_permissions: Option<bool>,
}

/// Order of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserOrder {
    /// By what.
    pub field: UserOrderField,
    /// Which way.
    pub direction: Direction,
}

/// What users can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserOrderField {
    /// Age.
    CreatedAt,
    /// Name shown.
    DisplayName,
    /// Username.
    Username,
    /// Last sign-in.
    LastLoginAt,
}

impl Default for UserOrder {
    fn default() -> Self {
        Self { field: UserOrderField::CreatedAt, direction: Direction::Descending }
    }
}
