//! `checkOperation` agrees with execution: random documents, sent by every kind of caller.

use super::documents::{Choices, document};
use super::{World, world};
use api::graphql::schema::GraphqlRequest;
use async_graphql::Variables;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Numbers of documents that were executed without and with a refusal.
#[derive(Debug, Default)]
struct Tally {
    allowed: Cell<u32>,
    refused: Cell<u32>,
}

impl World {
    async fn execute(
        &self,
        text: &str,
        variables: Value,
        sender: &Arc<GraphqlRequest>,
    ) -> Result<Value, TestCaseError> {
        match self.schemas.prepare(text.to_owned(), None, Variables::from_json(variables)) {
            Ok(prepared) => {
                Ok(serde_json::to_value(self.schemas.execute(&prepared, sender).await).expect("a response is JSON"))
            }
            Err(errors) => {
                // A random document can be too complex, or select two types under one name.
                let errors = format!("{errors:?}");
                let is_known = errors.contains("OPERATION_TOO_COMPLEX") || errors.contains("different types");
                prop_assert!(is_known, "{errors}: {text}");
                Err(TestCaseError::reject("it cannot be executed"))
            }
        }
    }

    async fn foresee(&self, text: &str, sender: &Arc<GraphqlRequest>, tally: &Tally) -> Result<(), TestCaseError> {
        let executed = self.execute(text, json!({}), sender).await?;
        let check = "query ($document: String!) { checkOperation(document: $document) { coordinate rule allowed } }";
        let checked = self.execute(check, json!({ "document": text }), sender).await?;
        let guards = checked["data"]["checkOperation"].as_array().cloned().unwrap_or_default();
        prop_assert!(checked.get("errors").is_none_or(Value::is_null), "{checked}");
        let errors = executed["errors"].as_array().cloned().unwrap_or_default();
        let refusals: Vec<_> = errors.iter().filter(|error| error["extensions"]["code"] == "FORBIDDEN").collect();
        let uncertain: BTreeSet<&str> =
            guards.iter().filter(|guard| guard["allowed"] != true).filter_map(|guard| guard["rule"].as_str()).collect();
        for refusal in &refusals {
            let rule = refusal["extensions"]["rule"].as_str().unwrap_or_default();
            prop_assert!(uncertain.contains(rule), "{rule} was allowed: {text}");
        }
        for guard in guards.iter().filter(|guard| guard["allowed"] == false) {
            let coordinate = guard["coordinate"].as_str().unwrap_or_default();
            // Each response holds at most ten errors.
            if let Some(name) = coordinate.strip_prefix("Query.").filter(|_| errors.len() < 10) {
                let is_refused = refusals.iter().any(|refusal| refusal["path"] == json!([name]));
                prop_assert!(is_refused, "{coordinate} was not refused: {text}");
            }
        }
        let tally = if refusals.is_empty() { &tally.allowed } else { &tally.refused };
        tally.set(tally.get() + 1);
        Ok(())
    }
}

#[test]
fn a_document_is_refused_only_where_a_check_does_not_allow_it() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let world = runtime.block_on(world());
    let tally = Tally::default();
    let config = ProptestConfig {
        cases: 300,
        failure_persistence: None,
        max_global_rejects: 4_000,
        ..ProptestConfig::default()
    };
    // Without the anonymous caller, who cannot ask.
    let strategy = (1..world.senders.len(), proptest::collection::vec(any::<u8>(), 0..160));
    let outcome = TestRunner::new(config).run(&strategy, |(who, choices)| {
        let text = document(&mut Choices::new(&choices), &world.pool);
        runtime.block_on(world.foresee(&text, &world.senders[who], &tally))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(tally.allowed.get() > 60 && tally.refused.get() > 60, "{tally:?}");
    runtime.block_on(async { drop(world.app) });
}
