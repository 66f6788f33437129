//! Notifications between the replicas of one PostgreSQL database. They only say that something has changed, and only make
//! replicas look earlier than they would: what is lost is found by polling.

use super::Database;
use sea_orm::{ConnectionTrait, DbBackend};
use sqlx::postgres::PgListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// The channel, which belongs to the database.
const CHANNEL: &str = "keyward_changes";
/// Time between two attempts to listen.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

impl Database {
    /// Whether the database can notify other replicas.
    pub(crate) fn has_notifications(&self) -> bool {
        self.background.get_database_backend() == DbBackend::Postgres
    }

    /// Wakes `wake` at each notification, and after a lost connection. It keeps a connection, and runs until it is aborted.
    pub(crate) async fn listen(self, wake: Arc<Notify>) {
        loop {
            if let Err(error) = self.listen_until_lost(&wake).await {
                tracing::debug!(%error, "the notifications of the database are lost, polling");
            }
            wake.notify_one();
            sleep(RETRY_INTERVAL).await;
        }
    }

    async fn listen_until_lost(&self, wake: &Notify) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(self.background.get_postgres_connection_pool()).await?;
        listener.listen(CHANNEL).await?;
        loop {
            listener.try_recv().await?;
            wake.notify_one();
        }
    }

    /// Notifies the other replicas, once for all that is announced meanwhile. Runs until it is aborted.
    pub(crate) async fn announce(self, announced: Arc<Notify>) {
        let notify = format!("SELECT pg_notify('{CHANNEL}', '')");
        loop {
            announced.notified().await;
            if let Err(error) = self.background.execute_unprepared(&notify).await {
                tracing::debug!(%error, "the database did not take a notification");
            }
        }
    }
}
