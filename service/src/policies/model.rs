//! Documents as input, and plans.

use crate::Refusal;
use crate::impact::Impact;
use crate::policy_document::{Document, Format, Limits, Mode, PlannedChange, Problem};
use crate::text::check_reason;
use crate::{Changed, RefusalCode, Result};

/// A document to compare with the current policy.
#[derive(Clone, Debug)]
pub struct DocumentInput {
    /// The text.
    pub content: String,
    /// Its format.
    pub format: Format,
    /// What it means for objects that it does not mention.
    pub mode: Mode,
    /// The largest document.
    pub limits: Limits,
}

/// The plan to carry out, and why.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Hash of the plan that was shown.
    pub plan_hash: String,
    /// Reason, for the audit log: at most 1,000 characters.
    pub reason: Option<String>,
}

impl Approval {
    /// Adds the refusal of the reason to the check of an input.
    pub(super) fn check<T>(&self, input: Result<T>) -> Result<T> {
        check_reason(self.reason.as_deref()).map_err(|refusal| refusal.at(["reason"]))?;
        input
    }
}

/// What applying a document would do.
#[derive(Clone, Debug, Default)]
pub struct PolicyPlan {
    /// Names the plan; empty when the document cannot be read.
    pub hash: String,
    /// Revision of the policy that it was compared with.
    pub base_revision: u64,
    /// What would change.
    pub changes: Vec<PlannedChange>,
    /// What it would do to users; nothing when the changes make no valid policy.
    pub impact: Impact,
    /// Why it cannot be applied.
    pub blockers: Vec<Refusal>,
    /// Unified diff of the canonical document.
    pub diff: String,
}

/// The result of applying a document.
#[derive(Clone, Debug)]
pub struct Applied {
    /// What was applied.
    pub plan: PolicyPlan,
    /// Revision of the policy after it.
    pub revision: u64,
}

impl Applied {
    /// What a change applied, with its impact.
    pub(super) fn of_change(changed: Changed<Self>) -> Self {
        let Self { plan, revision } = changed.object;
        Self { plan: PolicyPlan { impact: changed.impact, ..plan }, revision }
    }
}

impl DocumentInput {
    /// The document.
    ///
    /// # Errors
    /// `POLICY_SYNTAX` for each problem of the text.
    pub(super) fn parse(&self) -> Result<Document, Vec<Refusal>> {
        let syntax = |problem: Problem| Refusal {
            code: RefusalCode::PolicySyntax,
            ..blocker(problem, &["document", "content"])
        };
        Document::parse(&self.content, self.format, self.limits)
            .map_err(|problems| problems.into_iter().map(syntax).collect())
    }
}

impl PolicyPlan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.blockers.is_empty()
    }

    /// Whether it can be applied.
    #[must_use]
    pub fn is_applicable(&self) -> bool {
        self.blockers.is_empty()
    }
}

/// A problem of a document as a refusal, with its place in the message; `path` is the argument with the document.
pub(super) fn blocker(problem: Problem, path: &[&str]) -> Refusal {
    let Problem { at, code, message } = problem;
    let message = match at {
        Some(at) => format!("line {}, column {}: {message}", at.line, at.column),
        None => message,
    };
    Refusal::new(code, message).at(path.iter().copied())
}
