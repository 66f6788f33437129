//! `tests/data/documents.json`: documents with the section of the specification that they break, if any.
//! `tests/clients` compares each verdict with graphql-js.

use serde_json::{Value, json};
use tests::App;

const DOCUMENTS: &str = include_str!("../../data/documents.json");
/// Codes of documents, variables and literals that are refused.
const REFUSED: [&str; 3] = ["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"];

fn documents() -> Vec<Value> {
    let documents: Vec<Value> = serde_json::from_str(DOCUMENTS).expect("JSON");
    assert!(documents.len() >= 150, "{} documents", documents.len());
    documents
}

#[tokio::test]
async fn documents_that_break_a_rule_are_refused_before_execution() {
    let app = App::start().await;
    let root = app.admin().await;
    for document in documents().iter().filter(|document| document["breaks"].is_string()) {
        let body = json!({ "query": document["document"], "variables": document["variables"] });
        // The second time as well: what is refused is not cached as valid.
        for _ in 0..2 {
            let answer = root.post(&body, &[]).await;
            let section = document["breaks"].as_str().expect("a section");
            let what = format!("{document}: {:#}", answer.body);
            assert!(answer.body.get("data").is_none(), "{what}");
            let errors = answer.body["errors"].as_array().expect("errors");
            let code = errors[0]["extensions"]["code"].as_str().expect("a code");
            match section {
                "syntax" => assert_eq!(code, "GRAPHQL_PARSE_FAILED", "{what}"),
                "6.1.2" => assert_eq!(code, "BAD_USER_INPUT", "{what}"),
                _ => assert!(REFUSED[1..].contains(&code), "{what}"),
            }
            for (at, error) in errors.iter().enumerate() {
                assert!(error["locations"][0]["line"].is_u64(), "{what}");
                assert!(!errors[..at].contains(error), "an error is repeated: {what}");
                let message = error["message"].as_str().expect("a message");
                for term in ["executable_definition", "R_CURLY", "EOF", "OperationDefinition", "Selection Set"] {
                    assert!(!message.contains(term), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn valid_documents_are_executed() {
    let app = App::start().await;
    let root = app.admin().await;
    for document in documents().iter().filter(|document| document["breaks"].is_null()) {
        // The second execution is of the cached document. `null` for no variables is allowed.
        for _ in 0..2 {
            let body = json!({ "query": document["document"], "variables": document["variables"] });
            let answer = root.post(&body, &[]).await;
            assert!(answer.body.get("data").is_some(), "{document}: {:#}", answer.body);
            let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
            for error in errors {
                let code = error["extensions"]["code"].as_str().expect("a code");
                assert!(!REFUSED.contains(&code) && code != "INTERNAL_SERVER_ERROR", "{document}: {error:#}");
            }
        }
    }
}
