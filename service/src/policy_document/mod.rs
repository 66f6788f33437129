//! Policy as code: the policy as a text that is exported, planned, applied and tested.
//!
//! A [`Document`] is a text as it was written; a [`State`] is all that a document can say about a policy, and its canonical
//! text is [rendered](State::render) from it. A [`Plan`] compares both. [`Assertions`] are the file of
//! `keyward policy test`. Nothing here reads or writes the database.
//!
//! # Canonical text
//!
//! The canonical text of a policy is YAML 1.2 with one block a line, two spaces of indentation and no comments, or the
//! same as JSON. The keys of a mapping come in one order: `version`, `permissions`, `roles`, `constraints`,
//! `assignments`; within an object, the order of `docs/policy-as-code.md`. Objects and items of lists are sorted by
//! name, roles and constraints without regard to case. Attributes with their default are left out, an object without
//! any is `{}`, and a permission with a description is that text. A scalar that any version of YAML could read
//! otherwise than as a text is in quotes. So one change of the policy is a change of few lines.
//!
//! `superadmin` and the permissions that guards name belong to the service: they are not in the text, and names may
//! refer to them.

mod assertions;
mod diff;
mod document;
mod json;
mod node;
mod past;
mod plan;
mod problem;
mod read;
mod render;
mod scalar;
mod schema;
mod state;
mod yaml;

pub use assertions::{Assertion, Assertions, Claim, Failure, Held, Holdings, Snapshot};
pub use document::{
    ConstraintEntry, DescriptionEntry, Document, LinkEntry, Mode, PermissionEntry, RoleEntry, UserEntry,
};
pub use node::Limits;
pub use plan::{ChangedDescriptions, Described, ObjectType, Outcome, Plan, PlannedAction, PlannedChange};
pub use problem::{Located, Position, Problem, Problems};
pub use schema::SCHEMA;
pub use state::{
    ConstraintState, Current, Descriptions, Link, LinkState, PermissionState, RoleState, State, UserLinks, UserState,
};

pub(crate) use past::{Gap, Past};

/// Forms of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2.
    #[default]
    Yaml,
    /// JSON.
    Json,
}

#[cfg(test)]
mod tests;
