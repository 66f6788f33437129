//! Decisions from memory: the current policy and a cache of subjects, kept up to date by the change feed.
//!
//! A new policy shares with the old one what did not change (`current`). `feed` follows the changes of other processes;
//! `change.rs` passes on those of this process; both read again exactly the changed objects. `fresh` refuses decisions when
//! staleness cannot be ruled out.

mod cache;
mod current;
mod feed;
mod fresh;
mod pinned;
mod subject;

pub use current::Current;
pub use subject::{subject, subject_in_memory, subjects};

pub(crate) use crate::store::assignments::{AmongUsers, assigned_several, granted_one, permanent_holders};
pub(crate) use crate::store::policy::{
    append_to_feed, locked_revision, policy_after, policy_with, set_revision, subjects as read_subjects,
};
pub(crate) use crate::store::sessions::chosen_several;
pub(crate) use current::{ChangedObject, FeedRevision, PolicyUpdate};
pub(crate) use feed::{PolicyFeed, delete_old_changes};
pub(crate) use pinned::{pinned, pinned_policy};
