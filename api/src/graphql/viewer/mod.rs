//! Who asks, and what they may do.

mod query;
mod types;

pub use query::ViewerQuery;
pub use types::Viewer;
