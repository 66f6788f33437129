//! Both lanes give the same answer: random documents made from the schema, asked by every kind of caller.
//!
//! The hooked lane judges each object it meets; the fast lane knows what is the caller's own by the place where it
//! was reached. So this also holds the one notion of "own" against the other.

mod documents;

use api::graphql::context::Credential;
use api::graphql::schema::{self, Introspection, Lane, Schemas, Sender};
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

/// People, roles and permissions in every relation to each other, and ids of all of them.
struct World {
    app: App,
    schemas: Schemas,
    senders: Vec<Arc<Sender>>,
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
    // Held once, and not yet: neither is anyone's own.
    let (past, future) = (app.clock_after(TimeDelta::minutes(1)), app.clock_after(TimeDelta::days(1)));
    let former = app.role("former").granting("old:thing").create().await;
    let future_role = app.role("future").granting("new:thing").create().await;
    let assign = |role: String, terms: Value| {
        let mut arguments = json!({ "userId": ana.id, "roleIds": [role] });
        arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        root.act("userAssignRoles", arguments)
    };
    let _ = assign(former, json!({ "expiresAt": past })).await.done();
    let _ = assign(future_role, json!({ "validFrom": future })).await.done();
    app.clock.advance(TimeDelta::minutes(2));
    let roles = [app.role_id("accountant").await, app.role_id("auditors").await];
    let apart = json!({ "name": "books", "kind": "STATIC", "roleIds": roles });
    let _ = root.act("sodConstraintCreate", json!({ "input": apart })).await.done();
    // Hers, though this session of hers has none of it active.
    let picky = json!({ "username": "ana", "password": PASSWORD, "roles": ["clerk"] });
    let picky = app.anonymous().act("login", picky).await;
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

async fn sender(app: &App, client: Option<&Client>) -> Arc<Sender> {
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
    let introspection = Introspection::Open;
    Arc::new(Sender { service: app.service.clone(), context, credential, cookies: None, introspection })
}

/// Data, and errors in an order of their own.
fn told(response: &Response) -> (Value, Vec<String>) {
    let answer = serde_json::to_value(response).expect("JSON");
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let mut errors: Vec<_> = errors.iter().map(|error| format!("{} {}", error["path"], error["extensions"])).collect();
    errors.sort();
    (answer["data"].clone(), errors)
}

/// How many documents each lane would have answered.
#[derive(Debug, Default)]
struct Tally {
    fast: Cell<u32>,
    hooked: Cell<u32>,
}

impl World {
    async fn compare(&self, text: &str, sender: &Arc<Sender>, tally: &Tally) -> Result<(), TestCaseError> {
        let prepared = match self.schemas.prepare(text.to_owned(), None, Variables::default()) {
            Ok(prepared) => prepared,
            Err(error) => {
                // Too much of it: nothing to compare.
                let code = format!("{:?}", error.extensions);
                prop_assert!(code.contains("OPERATION_TOO_COMPLEX"), "{}: {text}", error.message);
                return Err(TestCaseError::reject("too complex"));
            }
        };
        let judged = self.schemas.execute_in(Lane::Hooked, &prepared, sender).await;
        let served = self.schemas.execute(&prepared, sender).await;
        prop_assert_eq!(told(&served), told(&judged), "served otherwise than judged: {}", text);
        if self.schemas.lane_for(&prepared, sender) == Lane::Hooked {
            tally.hooked.set(tally.hooked.get() + 1);
            return Ok(());
        }
        tally.fast.set(tally.fast.get() + 1);
        let fast = self.schemas.execute_in(Lane::Fast, &prepared, sender).await;
        prop_assert_eq!(fast.is_ok(), judged.is_ok(), "{} {:?} {:?}", text, told(&fast), told(&judged));
        if fast.is_ok() {
            prop_assert_eq!(told(&fast).0, told(&judged).0, "{}", text);
        }
        Ok(())
    }
}

#[test]
fn both_lanes_give_the_same_answer_to_any_document_of_any_caller() {
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
    assert!(tally.fast.get() > 80 && tally.hooked.get() > 80, "{tally:?}");
    runtime.block_on(async { drop(world.app) });
}

#[test]
fn a_plain_caller_s_own_view_takes_the_fast_lane() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let world = runtime.block_on(world());
    let lane = |text: &str, sender: usize| {
        let prepared = world.schemas.prepare(text.to_owned(), None, Variables::default()).expect("a document");
        world.schemas.lane_for(&prepared, &world.senders[sender])
    };
    for text in [
        "{ me { username roles { name permissions { name } } permissionNames } }",
        "{ viewer { permissions user { effectivePermissions { nodes { permission { name } } } } } }",
        "{ serviceInfo { name } can(permission: \"a:b\") }",
    ] {
        assert_eq!(lane(text, 1), Lane::Fast, "{text}");
    }
    for text in [
        "{ me { roleAssignments { role { permissions { name } } } } }",
        "{ me { roles { assignedUsers { totalCount } } } }",
        "{ users { totalCount } }",
    ] {
        assert_eq!(lane(text, 1), Lane::Hooked, "{text}");
    }
    assert_eq!(lane("{ users { nodes { username roles { name } } } }", world.senders.len() - 1), Lane::Fast);
}
