//! The JSON Schema of documents, for editors.

/// The JSON Schema (draft 2020-12) of a document, as text. Names that exist, cycles and limits are beyond it.
pub const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/policy.schema.json"));
