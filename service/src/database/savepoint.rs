//! Savepoints of a transaction that several pieces of work share.

use super::Transaction;
use crate::Result;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};

/// Starts a part of a transaction that can be rolled back by itself.
pub(crate) async fn savepoint(transaction: &Transaction) -> Result<Transaction> {
    Ok(transaction.begin().await?)
}

/// Marks an open transaction.
pub(crate) async fn mark_open(transaction: &Transaction) -> Result<()> {
    transaction.execute_unprepared("SAVEPOINT shared").await?;
    Ok(())
}

/// Fails unless the transaction that was marked is still open.
pub(crate) async fn confirm_open(transaction: &Transaction) -> Result<()> {
    transaction.execute_unprepared("RELEASE SAVEPOINT shared").await?;
    Ok(())
}
