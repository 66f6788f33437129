//! The GraphQL vocabulary: one folder per noun, the guards, and the documents' costs.
