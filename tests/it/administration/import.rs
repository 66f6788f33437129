//! An import is subject to authority (R3) when it runs as a session.

use super::Fixture;
use engine::RequestId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use service::import::{self, Document, ImportOutcome, ImportRow, Rules};
use service::{Actor, Context, Error, IdSource, RandomIds, RequestInfo, Result};

fn rows<T>(values: Vec<T>) -> Vec<ImportRow<T>> {
    (1..).zip(values).map(|(line, value)| ImportRow { file: 0, line, value }).collect()
}

fn pair<T: From<(String, String)>>(first: &str, second: &str) -> Vec<ImportRow<T>> {
    rows(vec![(first.to_owned(), second.to_owned()).into()])
}

async fn apply(fixture: &Fixture, document: Document) -> Result<ImportOutcome> {
    let service = &fixture.app.service;
    let caller = service::auth::authenticate(service, fixture.manager.token()).await.expect("a caller");
    let id = RequestId::new(RandomIds.next(service.now()));
    let request = RequestInfo { id, ip_address: None, user_agent: None };
    import::apply(service, &Context::new(Actor::User(caller), request), document, &|_| ()).await
}

#[tokio::test]
async fn an_import_grants_no_more_than_its_actor_holds() {
    let fixture = Fixture::create().await;
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
    let before = fixture.facts().await;
    for document in beyond {
        match apply(&fixture, document.clone()).await {
            Err(Error::Refused(refusals)) => assert_eq!(refusals[0].code.as_str(), "BEYOND_AUTHORITY", "{document:?}"),
            other => panic!("{document:?}: {other:?}"),
        }
        assert_eq!(fixture.facts().await, before, "{document:?}");
    }
}

#[tokio::test]
async fn an_import_within_authority_is_applied() {
    let fixture = Fixture::create().await;
    let within = Document {
        user_roles: pair("clerk", "aide"),
        role_permissions: pair("aide", "user:read"),
        role_hierarchy: pair("aide", "empty"),
        rules: Rules { built_in: vec!["user:read".to_owned()], ..Rules::default() },
        ..Document::default()
    };
    let outcome = apply(&fixture, within).await.expect("is applied");
    assert!(
        matches!(outcome, ImportOutcome::Applied(done) if done.summary.user_roles == 1 && done.summary.role_permissions == 1)
    );
    let can = fixture.clerk.ask(r#"{ can(permission: "user:read") }"#).await;
    assert_eq!(can.data()["can"], json!(true));
}

#[tokio::test]
async fn an_import_touches_what_it_changes_and_nothing_else() {
    use entity::policy_change::{Column, Entity, Kind};
    let fixture = Fixture::create().await;
    let (service, connection) = (&fixture.app.service, fixture.app.database.connection());
    let before = service.policy().revision();
    let document = Document { role_permissions: pair("quite-new", "never:seen"), ..Document::default() };
    let outcome = import::apply(service, &api::startup::operator(), document, &|_| ()).await.expect("is applied");
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
    let later = Column::Revision.gt(i64::try_from(before).expect("a small number"));
    let touched = Entity::find().filter(later).all(connection).await.expect("reads");
    let mut kinds: Vec<Kind> = touched.into_iter().map(|row| row.kind).collect();
    kinds.sort_by_key(|kind| format!("{kind:?}"));
    assert_eq!(kinds, [Kind::Permission, Kind::Role]);
    let policy = service.policy();
    let role = policy.role_named("quite-new").and_then(|role| policy.role_facts(role.id)).expect("the role");
    assert_eq!(role.grants, [policy.permission_named("never:seen").expect("the permission").id]);
}
