//! Searches of the embedded database compared with a plain comparison of each entry.

use super::{MAX_FOUND, narrowed, trigrams};
use crate::audit::{AuditEvent, AuditFilter, Outcome};
use crate::page::{Direction, PageEnd, PageRequest};
use crate::store::audit;
use crate::text::folded;
use crate::{Clock, Database, DatabaseSettings, SystemClock};
use engine::{AuditEventId, RequestId};
use entity::audit_event;
use proptest::prelude::*;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter};
use tempfile::TempDir;
use uuid::Uuid;

struct Log {
    database: Database,
    _folder: TempDir,
}

impl Log {
    async fn of(summaries: &[String]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keyward.db");
        let database = Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens");
        migration::up(database.connection()).await.expect("migrates");
        let events: Vec<AuditEvent> =
            (0_u128..).zip(summaries).map(|(number, summary)| event(number, summary)).collect();
        audit::insert(database.connection(), &events).await.expect("writes");
        Self { database, _folder: folder }
    }

    fn connection(&self) -> &DatabaseConnection {
        self.database.connection()
    }

    async fn found(&self, text: &str) -> Vec<String> {
        let filter = AuditFilter { search: Some(text.to_owned()), ..AuditFilter::default() };
        let request = PageRequest { from: PageEnd::Start, limit: 10_000, after: None, before: None };
        let pages = audit::pages(self.connection(), &[filter], Direction::Ascending, &request).await.expect("reads");
        pages.into_iter().flat_map(|page| page.items).map(|(_, event)| event.summary).collect()
    }

    /// Number of the entries in the index.
    async fn indexed(&self) -> usize {
        let sql = "SELECT rowid FROM audit_texts";
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
        self.connection().query_all_raw(statement).await.expect("reads").len()
    }
}

fn event(number: u128, summary: &str) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::new(Uuid::from_u128(number)),
        at: SystemClock.now(),
        action: "role.create".to_owned(),
        outcome: Outcome::Success,
        actor: None,
        actor_label: "system".to_owned(),
        target_type: None,
        target_id: None,
        target_label: None,
        summary: summary.to_owned(),
        before: None,
        after: None,
        reason: None,
        ip_address: None,
        user_agent: None,
        impact: None,
        request: RequestId::new(Uuid::nil()),
    }
}

/// The embedded database converts ASCII to lower case only.
fn contains(summary: &str, text: &str) -> bool {
    let lower = summary.to_ascii_lowercase();
    lower.contains(&folded(text)) || lower.contains(&text.to_ascii_lowercase())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_search_finds_the_entries_that_contain_the_text(
        summaries in proptest::collection::vec("[abAB \"%_!ÄäßΣé]{0,12}", 1..40),
        texts in proptest::collection::vec("[abAB \"%_!ÄäßΣé]{0,5}", 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let log = Log::of(&summaries).await;
            for text in &texts {
                let mut expected: Vec<_> = summaries.iter().filter(|summary| contains(summary, text)).cloned().collect();
                let mut found = log.found(text).await;
                expected.sort_unstable();
                found.sort_unstable();
                prop_assert_eq!(found, expected, "{:?}", text);
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_text_of_few_entries_is_found_by_the_index_and_one_of_many_in_the_order_of_the_list() {
    let mut summaries = vec!["User `ada` signed in".to_owned(); MAX_FOUND];
    summaries.push("Role `clerk` was created".to_owned());
    let log = Log::of(&summaries).await;
    let is_narrowed = async |text| narrowed(log.connection(), text).await.expect("reads").is_some();
    assert!(is_narrowed("nobody").await && is_narrowed("CLERK").await && is_narrowed("`ada`").await);
    assert_eq!(log.found("`ada`").await.len(), MAX_FOUND);
    audit::insert(log.connection(), &[event(u128::MAX, "User `ada` signed out")]).await.expect("writes");
    assert!(!is_narrowed("`ada`").await);
    assert_eq!(log.found("`ada`").await.len(), MAX_FOUND + 1);
    assert!(!is_narrowed("ad").await);
}

#[tokio::test]
async fn a_deleted_entry_leaves_the_index() {
    let log = Log::of(&["one".to_owned(), "two".to_owned(), "three".to_owned()]).await;
    assert_eq!(log.indexed().await, 3);
    let old = audit_event::Column::Summary.ne("two");
    audit_event::Entity::delete_many().filter(old).exec(log.connection()).await.expect("deletes");
    assert_eq!(log.indexed().await, 1);
    assert_eq!(log.found("two").await, ["two"]);
    assert!(log.found("three").await.is_empty());
}

#[test]
fn quotes_and_operators_are_text() {
    assert_eq!(trigrams("a\"bc"), Some("\"a\"\"b\" \"\"\"bc\"".to_owned()));
    assert_eq!(trigrams("ab"), None);
    assert_eq!(trigrams("ÄÖÜ"), Some("(\"ÄÖÜ\") OR (\"äöü\")".to_owned()));
}
