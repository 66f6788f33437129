//! Kinds and statuses of accounts.

use async_graphql::Enum;

/// Kinds of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::users::UserKind")]
pub enum UserKind {
    /// Person, who logs in with a password.
    Human,
}

/// Statuses of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "engine::AccountStatus")]
pub enum UserStatus {
    /// The account can be used.
    Active,
    /// The account was suspended by an administrator.
    Suspended,
    /// The account was deleted: its password, e-mail address, display name and grants are erased, and its username,
    /// replaced by `deleted-…`, can be used again. The id is never reused. Deleted accounts are left out of `node`,
    /// lists and counts, unless `UserFilter.status` names DELETED.
    Deleted,
}
