//! The current policy as a document.

use super::current::{CurrentRecords, WhichUsers};
use super::plan::count_attempt;
use crate::database::snapshot;
use crate::policy_document::{Current, Format, State};
use crate::{Context, Result, Service, boxed};

/// The policy as a document.
#[derive(Clone, Debug)]
pub struct Export {
    /// The canonical text.
    pub content: String,
    /// Revision of the policy.
    pub revision: u64,
}

/// Which parts of a policy are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignments {
    /// With the assignments and direct grants of users.
    Included,
    /// Without them.
    LeftOut,
}

/// The current policy as a canonical document.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn export(service: &Service, ctx: &Context, format: Format, assignments: Assignments) -> Result<Export> {
    count_attempt(service, ctx).await?;
    let base = service.policy();
    let transaction = snapshot(service.database.connection()).await?;
    service.current.catch_up_to(&transaction, base).await?;
    let (policy, now) = (service.policy(), service.now());
    let which = match assignments {
        Assignments::Included => WhichUsers::All,
        Assignments::LeftOut => WhichUsers::Nobody,
    };
    let records = CurrentRecords::read(&transaction, which, now).await?;
    transaction.rollback().await?;
    let current = Current { policy: &policy, descriptions: &records.descriptions, users: &records.users, now };
    let state = match assignments {
        Assignments::Included => State::with_assignments(&current),
        Assignments::LeftOut => State::of(&current),
    };
    Ok(Export { content: state.render(format), revision: policy.revision() })
}
