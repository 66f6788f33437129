//! Writing the audit log.

use super::Entry;
use crate::change::Act;
use crate::{Context, Error, Result, Service};
use sea_orm::ConnectionTrait;

/// Writes entries of an act within the transaction that did it.
pub(crate) async fn write<C: ConnectionTrait>(
    service: &Service,
    ctx: &Context,
    act: &Act,
    entries: &[Entry],
    connection: &C,
) -> Result<()> {
    let _ = (service, ctx, act, entries, connection);
    todo!()
}

/// Writes the entry of an act that was refused or failed, in a transaction of its own; repeated
/// ones of the same actor or account, address and minute are counted and written once.
pub(crate) async fn record_attempt(service: &Service, ctx: &Context, act: &Act, error: &Error) -> Result<()> {
    let _ = (service, ctx, act, error);
    todo!()
}

/// Writes that a guard refused a mutation: `coordinate` such as `Mutation.roleCreate`, `rule` as
/// written in the schema. Repeated refusals within a minute are written once.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be written.
pub async fn denied(service: &Service, ctx: &Context, coordinate: &str, rule: &str) -> Result<()> {
    let _ = (service, ctx, coordinate, rule);
    todo!()
}
