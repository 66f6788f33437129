//! Policy documents as input.

use async_graphql::{Enum, InputObject};
use service::policies::DocumentInput;
use service::policy_document::Limits;

/// Formats of a policy document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::policy_document::Format")]
pub enum PolicyFormat {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

/// What a document means for objects that it does not mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::policy_document::Mode")]
pub enum PolicyMode {
    /// They stay as they are.
    Merge,
    /// They are deleted, built-in ones excepted.
    Replace,
}

/// A policy document to compare with the current policy.
#[derive(Debug, InputObject)]
pub struct PolicyDocumentInput {
    /// Text of the document.
    content: String,
    /// Format of the text.
    #[graphql(default_with = "PolicyFormat::Yaml")]
    format: PolicyFormat,
    /// What the document means for objects that it does not mention.
    #[graphql(default_with = "PolicyMode::Merge")]
    mode: PolicyMode,
}

impl From<PolicyDocumentInput> for DocumentInput {
    fn from(input: PolicyDocumentInput) -> Self {
        Self { content: input.content, format: input.format.into(), mode: input.mode.into(), limits: Limits::REQUEST }
    }
}
