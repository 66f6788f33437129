//! `@hasRole`: the named role is active in the session, and is built in.

use api::graphql::context::Credential;
use api::graphql::guard::Table;
use api::graphql::guard::directives::{has_all_roles, has_any_role, has_role};
use api::graphql::schema::{ExecutionMode, GraphqlRequest, GuardedSchema, Introspection};
use async_graphql::{EmptyMutation, Object, Variables};
use engine::{RequestId, RoleName};
use serde_json::json;
use service::{Actor, Context, IdSource, Parts, RandomIds, RequestInfo, Service};
use std::sync::Arc;
use tests::{App, Client};

#[derive(Default)]
struct GuardedFields;

#[Object]
impl GuardedFields {
    #[graphql(directive = has_role::apply("clerk"))]
    async fn one(&self) -> Option<i32> {
        Some(1)
    }

    #[graphql(directive = has_any_role::apply(&["clerk", "guard"]))]
    async fn any(&self) -> Option<i32> {
        Some(2)
    }

    #[graphql(directive = has_all_roles::apply(&["clerk", "guard"]))]
    async fn all(&self) -> Option<i32> {
        Some(3)
    }
}

async fn sender(app: &App, client: &Client) -> Arc<GraphqlRequest> {
    let caller = service::auth::authenticate(&app.service, client.token()).await.expect("a caller");
    let request =
        RequestInfo { id: RequestId::new(RandomIds.next(app.service.now())), ip_address: None, user_agent: None };
    let context = Context::new(Actor::User(caller), request);
    let (credential, introspection) = (Credential::None, Introspection::Disabled);
    Arc::new(GraphqlRequest::new(app.service.clone(), context, credential, None, introspection))
}

#[tokio::test]
async fn a_guard_accepts_assigned_and_inherited_roles_in_both_execution_modes() {
    let app = App::start().await;
    app.role("clerk").create().await;
    app.role("guard").create().await;
    app.role("chief").inheriting("clerk").inheriting("guard").create().await;
    let schemas = GuardedSchema::<GuardedFields, EmptyMutation>::build(|schema| schema).expect("a schema");
    let people = [
        ("none", vec![], "---"),
        ("clerk", vec!["clerk"], "12-"),
        ("guard", vec!["guard"], "-2-"),
        ("both", vec!["clerk", "guard"], "123"),
        ("chief", vec!["chief"], "123"),
        // Holds every permission, and neither role.
        ("root", vec!["superadmin"], "---"),
    ];
    for (name, roles, expected) in people {
        let user = roles.iter().fold(app.user(&format!("a-{name}")), |user, role| user.with_role(role));
        let client = user.create().await;
        let sender = sender(&app, &client).await;
        for (field, wanted) in ["one", "any", "all"].into_iter().zip(expected.chars()) {
            let prepared = schemas.prepare(format!("{{ {field} }}"), None, Variables::default()).expect("a document");
            let response = schemas.execute(&prepared, &sender).await;
            let answer = serde_json::to_value(&response).expect("JSON");
            let value = answer["data"][field].as_i64().map_or("-".to_owned(), |number| number.to_string());
            assert_eq!(value, wanted.to_string(), "{field} for {name}");
            assert_eq!(
                schemas.execution_mode(&prepared, &sender),
                if wanted == '-' { ExecutionMode::Enforced } else { ExecutionMode::PreAuthorized }
            );
            let enforced = serde_json::to_value(schemas.execute_in(ExecutionMode::Enforced, &prepared, &sender).await)
                .expect("JSON");
            assert_eq!(
                (&enforced["data"], &enforced["errors"]),
                (&answer["data"], &answer["errors"]),
                "{field} for {name}"
            );
            if wanted == '-' {
                assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
            }
        }
    }
}

#[test]
fn guard_roles_are_listed_once_and_in_words() {
    let schemas = GuardedSchema::<GuardedFields, EmptyMutation>::build(|schema| schema).expect("a schema");
    let names = schemas.system_roles();
    assert_eq!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["clerk", "guard"]);
    let sdl = schemas.sdl();
    for words in [
        "Requires the active role `clerk`.",
        "Requires the active role `clerk` or `guard`.",
        "Requires the active role `clerk` and `guard`.",
    ] {
        assert!(sdl.contains(words), "{words}\n{sdl}");
    }
    let served = api::graphql::schema::build().expect("a schema").system_roles();
    assert_eq!(served.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["superadmin"]);
}

#[test]
fn a_guard_with_several_role_arguments_or_none_does_not_start() {
    let read = |guard: &str| Table::read(&format!("type Query {{ field: Int {guard} }} schema {{ query: Query }}"));
    for guard in [
        "@hasRole",
        "@hasRole(role: \"a\", any: [\"b\"])",
        "@hasRole(any: [\"a\"], all: [\"b\"])",
        "@hasRole(any: [])",
        "@hasRole(all: [])",
        "@hasRole(role: \"\")",
        "@hasRole(role: \"a*\")",
        "@hasRole(role: [\"a\"])",
        "@hasRole(any: \"a\")",
        "@hasRole(role: \"a\") @hasPermission(permission: \"a:b\")",
    ] {
        let wrong = read(guard).expect_err(guard);
        assert!(wrong.iter().all(|line| line.starts_with("Query.field ")), "{wrong:?}");
    }
    assert_eq!(read("@hasRole(role: \"a\")").expect("a schema").roles(), ["a"]);
}

#[tokio::test]
async fn guard_roles_are_built_in() {
    let app = App::start().await;
    app.role("clerk").create().await;
    let ana = app.user("ana").create().await;
    let role = async |name: &str| {
        let document = "query ($name: String!) { roleByName(name: $name) { id isSystem } }";
        app.admin().await.graphql(document, json!({ "name": name })).await.data()["roleByName"].clone()
    };
    let clerk = role("clerk").await;
    assert_eq!(clerk["isSystem"], false);

    // A release whose guards name one role that exists and one that does not.
    let names = ["clerk", "guard"].map(|name| RoleName::parse(name).expect("a name"));
    let parts = Parts {
        config: app.service.config().clone(),
        database: app.database.clone(),
        clock: app.clock.clone(),
        ids: Arc::new(RandomIds),
        system_permissions: api::graphql::schema::build().expect("a schema").system_permissions(),
        system_roles: names.to_vec(),
    };
    let newer = Service::start(parts).await.expect("a service");
    let revision = newer.policy().revision();
    app.service.ensure_fresh(Some(revision)).await.expect("the change");
    let root = app.admin().await;
    for name in ["clerk", "guard", "superadmin"] {
        let role = role(name).await;
        assert_eq!(role["isSystem"], true, "{name}");
        assert_eq!(root.mutate("roleDelete", json!({ "id": role["id"] })).await.refused(), "IMMUTABLE id");
    }
    let _ = root
        .mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role("guard").await["id"]] }))
        .await
        .done();
}
