//! The caller and its permissions.

mod query;
mod types;

pub use query::ViewerQuery;
pub use types::Viewer;
