//! Guards in advance: which fields of the schema, or of an operation, the caller passes.

mod decide;
mod query;
mod types;

pub use query::FieldGuardQuery;
pub use types::FieldGuard;
