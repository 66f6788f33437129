//! The demo company: a policy and its people, with a month of events, for trying out the service.
//!
//! `company.yaml` and `story.csv` are the data. They are loaded by the use cases, each event at its own time, so that
//! decisions, revisions and the audit log are what they would be. People of the demo company have no password.

mod load;
mod remove;
mod status;
mod story;

pub use load::load;
pub use remove::remove;
pub use status::{DemoStatus, status};

/// What was loaded or removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoSize {
    /// Number of users.
    pub users: usize,
    /// Number of roles.
    pub roles: usize,
}
