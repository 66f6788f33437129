//! Imports of users, roles, permissions and their relations. A document is validated as a whole and applied in one change
//! or not at all. Applying it again changes nothing.

mod apply;
mod authority;
mod model;
mod plan;
mod preview;
mod report;
mod similar;
mod trail;
mod write;

pub use apply::apply;
pub use model::{
    AssignmentEntry, Document, ExistingUsers, GrantEntry, ImportMode, ImportOutcome, ImportRow, InheritanceEntry,
    LeftAsIs, MatchedUser, NameKind, NewName, NewNames, PermissionEntry, Place, Problem, Problems, Progress, Report,
    RoleEntry, RoleGrantEntry, Rules, SharedName, Summary,
};
