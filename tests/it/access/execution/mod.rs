//! Pre-authorized and enforced execution give the same response: random documents, sent by every kind of caller.
//!
//! Enforced execution checks ownership object by object; pre-authorized execution infers it from the path. So this test
//! also compares the two notions of ownership.

mod documents;
mod foreseen;

use api::graphql::context::Credential;
use api::graphql::schema::{self, ExecutionMode, GraphqlRequest, Introspection, PublicSchema};
use async_graphql::{Response, Variables};
use chrono::TimeDelta;
use documents::{Choices, Pool, document};
use engine::RequestId;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use secrecy::SecretString;
use serde_json::{Value, json};
use service::{Actor, Context, IdSource, RandomIds, RequestInfo};
use std::cell::Cell;
use std::sync::Arc;
use tests::{App, Client, PASSWORD};

/// Users, roles and permissions in every relation to each other, and their ids.
struct World {
    app: App,
    schemas: PublicSchema,
    senders: Vec<Arc<GraphqlRequest>>,
    pool: Pool,
}

async fn world() -> World {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    app.role("accountant").granting("invoice:approve").inheriting("clerk").create().await;
    app.role("readers").granting("user:read").granting("role:read").create().await;
    let mut auditors = app.role("auditors");
    let reads = ["user:read", "role:read", "permission:read", "sod:read", "session:read", "audit:read"];
    for permission in reads.into_iter().chain(["access:explain"]) {
        auditors = auditors.granting(permission);
    }
    auditors.create().await;
    let ana = app.user("ana").with_role("accountant").with_permission("vault:open").create().await;
    let readers = app.user("ben").with_role("readers").create().await;
    let auditor = app.user("cleo").with_role("auditors").create().await;
    let narrow = app.user("dora").with_permission("permission:read").create().await;
    let root = app.admin().await;
    // An expired and a future assignment: neither role is the user's own.
    let (past, future) = (app.clock_after(TimeDelta::minutes(1)), app.clock_after(TimeDelta::days(1)));
    let former = app.role("former").granting("old:thing").create().await;
    let future_role = app.role("future").granting("new:thing").create().await;
    let assign = |role: String, terms: Value| {
        let mut arguments = json!({ "userId": ana.id, "roleIds": [role] });
        arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        root.mutate("userAssignRoles", arguments)
    };
    let _ = assign(former, json!({ "expiresAt": past })).await.done();
    let _ = assign(future_role, json!({ "validFrom": future })).await.done();
    app.clock.advance(TimeDelta::minutes(2));
    let roles = [app.role_id("accountant").await, app.role_id("auditors").await];
    let apart = json!({ "name": "books", "kind": "STATIC", "roleIds": roles });
    let _ = root.mutate("sodConstraintCreate", json!({ "input": apart })).await.done();
    // The user holds the role, but this session has it inactive.
    let picky = json!({ "username": "ana", "password": PASSWORD, "roles": ["clerk"] });
    let picky = app.anonymous().mutate("login", picky).await;
    let picky = app.anonymous().with_token(picky.done()["accessToken"].as_str().expect("a token"));
    let pool = Pool::read(root).await;
    let mut senders = vec![sender(&app, None).await];
    for client in [&ana, &readers, &auditor, &narrow, &picky, root] {
        senders.push(sender(&app, Some(client)).await);
    }
    World { schemas: schema::build().expect("a schema"), app, senders, pool }
}

trait After {
    fn clock_after(&self, by: TimeDelta) -> String;
}

impl After for App {
    fn clock_after(&self, by: TimeDelta) -> String {
        (self.service.now() + by).to_rfc3339()
    }
}

pub(crate) async fn sender(app: &App, client: Option<&Client>) -> Arc<GraphqlRequest> {
    let id = RequestId::new(RandomIds.next(app.service.now()));
    let request = RequestInfo { id, ip_address: None, user_agent: None };
    let (actor, credential) = match client {
        None => (Actor::Anonymous, Credential::None),
        Some(client) => {
            let caller = service::auth::authenticate(&app.service, client.token()).await.expect("a caller");
            (Actor::User(caller), Credential::Bearer(SecretString::from(client.token())))
        }
    };
    let context = Context::new(actor, request);
    let introspection = Introspection::Enabled;
    Arc::new(GraphqlRequest::new(app.service.clone(), context, credential, None, introspection))
}

/// Data, and sorted errors.
fn comparable(response: &Response) -> (Value, Vec<String>) {
    let answer = serde_json::to_value(response).expect("JSON");
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let mut errors: Vec<_> = errors.iter().map(|error| format!("{} {}", error["path"], error["extensions"])).collect();
    errors.sort();
    (answer["data"].clone(), errors)
}

/// Number of documents per execution mode.
#[derive(Debug, Default)]
struct Tally {
    pre_authorized: Cell<u32>,
    enforced: Cell<u32>,
}

impl World {
    async fn compare(&self, text: &str, sender: &Arc<GraphqlRequest>, tally: &Tally) -> Result<(), TestCaseError> {
        let prepared = match self.schemas.prepare(text.to_owned(), None, Variables::default()) {
            Ok(prepared) => prepared,
            Err(errors) => {
                // Rejected by a limit, or `kind` of two members of an interface: nothing to compare.
                let errors = format!("{errors:?}");
                let expected = ["OPERATION_TOO_COMPLEX", "must not select different types using the same name"];
                prop_assert!(expected.iter().any(|error| errors.contains(error)), "{errors}: {text}");
                return Err(TestCaseError::reject("not a valid operation"));
            }
        };
        let enforced = self.schemas.execute_in(ExecutionMode::Enforced, &prepared, sender).await;
        let response = self.schemas.execute(&prepared, sender).await;
        prop_assert_eq!(
            comparable(&response),
            comparable(&enforced),
            "the response differs from enforced execution: {}",
            text
        );
        if self.schemas.execution_mode(&prepared, sender) == ExecutionMode::Enforced {
            tally.enforced.set(tally.enforced.get() + 1);
            return Ok(());
        }
        tally.pre_authorized.set(tally.pre_authorized.get() + 1);
        let pre_authorized = self.schemas.execute_in(ExecutionMode::PreAuthorized, &prepared, sender).await;
        prop_assert_eq!(
            pre_authorized.is_ok(),
            enforced.is_ok(),
            "{} {:?} {:?}",
            text,
            comparable(&pre_authorized),
            comparable(&enforced)
        );
        if pre_authorized.is_ok() {
            prop_assert_eq!(comparable(&pre_authorized).0, comparable(&enforced).0, "{}", text);
        }
        Ok(())
    }
}

#[test]
fn both_execution_modes_give_the_same_response_to_any_document_of_any_caller() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let world = runtime.block_on(world());
    let tally = Tally::default();
    let config = ProptestConfig {
        cases: 400,
        failure_persistence: None,
        max_global_rejects: 4_000,
        ..ProptestConfig::default()
    };
    let strategy = (0..world.senders.len(), proptest::collection::vec(any::<u8>(), 0..160));
    let outcome = TestRunner::new(config).run(&strategy, |(who, choices)| {
        let text = document(&mut Choices::new(&choices), &world.pool);
        runtime.block_on(world.compare(&text, &world.senders[who], &tally))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(tally.pre_authorized.get() > 80 && tally.enforced.get() > 80, "{tally:?}");
    runtime.block_on(async { drop(world.app) });
}

#[test]
fn a_caller_s_own_view_is_pre_authorized() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let world = runtime.block_on(world());
    let execution = |text: &str, sender: usize| {
        let prepared = world.schemas.prepare(text.to_owned(), None, Variables::default()).expect("a document");
        world.schemas.execution_mode(&prepared, &world.senders[sender])
    };
    for text in [
        "{ me { username roles { name permissions { name } } permissionNames } }",
        "{ viewer { permissions user { effectivePermissions { nodes { permission { name } } } } } }",
        "{ serviceInfo { name } can(permission: \"a:b\") }",
    ] {
        assert_eq!(execution(text, 1), ExecutionMode::PreAuthorized, "{text}");
    }
    for text in [
        "{ me { roleAssignments { role { permissions { name } } } } }",
        "{ me { roles { assignedUsers { totalCount } } } }",
        "{ users { totalCount } }",
    ] {
        assert_eq!(execution(text, 1), ExecutionMode::Enforced, "{text}");
    }
    assert_eq!(
        execution("{ users { nodes { username roles { name } } } }", world.senders.len() - 1),
        ExecutionMode::PreAuthorized
    );
}
