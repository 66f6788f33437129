//! An import is one more way to hand things out (R3): in a session's name it is bounded as all others are.

use super::House;
use engine::RequestId;
use serde_json::json;
use service::import::{self, Document, Outcome, Row};
use service::{Actor, Context, Error, IdSource, RandomIds, RequestInfo, Result};

fn rows<T>(values: Vec<T>) -> Vec<Row<T>> {
    (1..).zip(values).map(|(line, value)| Row { file: 0, line, value }).collect()
}

fn pair(first: &str, second: &str) -> Vec<Row<(String, String)>> {
    rows(vec![(first.to_owned(), second.to_owned())])
}

async fn apply(house: &House, document: Document) -> Result<Outcome> {
    let service = &house.app.service;
    let caller = service::auth::authenticate(service, house.manager.token()).await.expect("a caller");
    let id = RequestId::new(RandomIds.next(service.now()));
    let request = RequestInfo { id, ip_address: None, user_agent: None };
    import::apply(service, &Context::new(Actor::User(caller), request), document, &|_| ()).await
}

#[tokio::test]
async fn an_import_hands_out_no_more_than_its_author_holds() {
    let house = House::build().await;
    let beyond = [
        Document { user_roles: pair("clerk", "boss"), ..Document::default() },
        Document { user_roles: pair("manager", "boss"), ..Document::default() },
        Document { user_roles: pair("new", "boss"), ..Document::default() },
        Document { user_roles: pair("boss", "empty"), ..Document::default() },
        Document { user_permissions: pair("clerk", "vault:open"), ..Document::default() },
        Document { user_permissions: pair("clerk", "never:seen"), ..Document::default() },
        Document { role_permissions: pair("empty", "vault:open"), ..Document::default() },
        Document { role_permissions: pair("mine", "never:seen"), ..Document::default() },
        Document { role_hierarchy: pair("empty", "boss"), ..Document::default() },
        Document { role_hierarchy: pair("mine", "boss"), ..Document::default() },
    ];
    let before = house.facts().await;
    for document in beyond {
        match apply(&house, document.clone()).await {
            Err(Error::Refused(refusals)) => assert_eq!(refusals[0].code.as_str(), "BEYOND_AUTHORITY", "{document:?}"),
            other => panic!("{document:?}: {other:?}"),
        }
        assert_eq!(house.facts().await, before, "{document:?}");
    }
}

#[tokio::test]
async fn an_import_of_what_its_author_holds_is_applied() {
    let house = House::build().await;
    let within = Document {
        user_roles: pair("clerk", "aide"),
        role_permissions: pair("aide", "user:read"),
        role_hierarchy: pair("aide", "empty"),
        ..Document::default()
    };
    let outcome = apply(&house, within).await.expect("is applied");
    assert!(matches!(outcome, Outcome::Applied(done) if done.user_roles == 1 && done.role_permissions == 1));
    let can = house.clerk.ask(r#"{ can(permission: "user:read") }"#).await;
    assert_eq!(can.data()["can"], json!(true));
}
