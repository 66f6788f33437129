//! Mutations that run into the time of a response, or into an error that makes `data` null: what was committed is
//! reported field by field.

use api::graphql::context::{Credential, guarded_context};
use api::graphql::guard::directives::{authenticated, public};
use api::graphql::schema::{self, GraphqlRequest, GuardedSchema, Introspection};
use async_graphql::{Context, Object, Result, Variables};
use engine::RequestId;
use secrecy::SecretString;
use serde_json::{Value, json};
use service::roles::{self, NewRole};
use service::{Actor, IdSource, RandomIds, RequestInfo, Service};
use std::time::Duration;
use tests::{App, Client, PASSWORD};
use tokio::time::Instant;

/// A request of this client in process, with a time for its response.
async fn sender(app: &App, client: &Client, time: Duration) -> GraphqlRequest {
    let caller = service::auth::authenticate(&app.service, client.token()).await.expect("a caller");
    let request =
        RequestInfo { id: RequestId::new(RandomIds.next(app.service.now())), ip_address: None, user_agent: None };
    let context = service::Context::new(Actor::User(caller), request);
    let credential = Credential::Bearer(SecretString::from(client.token()));
    let request = GraphqlRequest::new(app.service.clone(), context, credential, None, Introspection::Disabled);
    request.with_deadline(Instant::now() + time)
}

/// Names of the roles that exist, among these.
async fn existing(app: &App, names: &[String]) -> Vec<String> {
    let answer = app.admin().await.ask("{ roles(first: 100) { nodes { name } } }").await;
    let roles = answer.data()["roles"]["nodes"].as_array().expect("roles").clone();
    names.iter().filter(|name| roles.iter().any(|role| role["name"] == name.as_str())).cloned().collect()
}

/// A resolver that makes a role and may not return.
#[derive(Default)]
struct Writes;

async fn make(ctx: &Context<'_>, name: &str) -> Option<String> {
    let service: &Service = &api::graphql::context::request(ctx).service;
    let new = NewRole { name: name.to_owned(), ..NewRole::default() };
    roles::create(service, &guarded_context(ctx), new).await.ok().map(|role| role.object.name)
}

#[Object(name = "Mutation")]
impl Writes {
    #[graphql(directive = authenticated::apply())]
    async fn make(&self, ctx: &Context<'_>, name: String) -> Option<String> {
        make(ctx, &name).await
    }

    #[graphql(directive = authenticated::apply())]
    async fn make_and_hang(&self, ctx: &Context<'_>, name: String) -> Option<String> {
        make(ctx, &name).await;
        std::future::pending().await
    }

    #[graphql(directive = authenticated::apply())]
    async fn hang(&self) -> Option<String> {
        std::future::pending().await
    }

    #[graphql(directive = public::apply())]
    async fn must(&self) -> Result<String> {
        std::future::pending().await
    }
}

#[derive(Default)]
struct Reads;

#[Object(name = "Query")]
impl Reads {
    #[graphql(directive = public::apply())]
    async fn one(&self) -> i32 {
        1
    }
}

/// The response to a mutation of [`Writes`], whose time is up after a second.
async fn written(app: &App, document: &str) -> Value {
    let schemas = GuardedSchema::<Reads, Writes>::build(|schema| schema).expect("a schema");
    let prepared = schemas.prepare(document.to_owned(), None, Variables::default()).expect("a document");
    let request = sender(app, app.admin().await, Duration::from_secs(1)).await;
    serde_json::to_value(schemas.execute(&prepared, &request.into()).await).expect("JSON")
}

/// Path, code and outcome of each error.
fn errors(answer: &Value) -> Value {
    let shown = |error: &Value| {
        let extensions = &error["extensions"];
        json!([error["path"][0], extensions["code"], extensions["outcome"]])
    };
    answer["errors"].as_array().map(|errors| errors.iter().map(shown).collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_field_that_hangs_is_dropped_and_later_fields_are_not_run() {
    let app = App::start().await;
    let document = r#"mutation { a: make(name: "a") b: hang c: make(name: "c") __typename }"#;
    let answer = written(&app, document).await;
    assert_eq!(answer["data"], json!({ "a": "a", "b": null, "c": null, "__typename": "Mutation" }));
    let refused = |key: &str| json!([key, "SERVICE_UNAVAILABLE", "NOT_RUN"]);
    assert_eq!(errors(&answer), json!([refused("b"), refused("c")]));
    assert_eq!(answer["extensions"]["outcomes"], json!({ "a": "COMMITTED", "b": "NOT_RUN", "c": "NOT_RUN" }));
    assert_eq!(existing(&app, &["a".to_owned(), "c".to_owned()]).await, ["a"]);
}

#[tokio::test]
async fn a_change_whose_result_cannot_be_read_in_time_is_reported_as_committed() {
    let app = App::start().await;
    let answer = written(&app, r#"mutation { a: makeAndHang(name: "a") b: make(name: "b") }"#).await;
    assert_eq!(answer["data"], json!({ "a": null, "b": null }));
    let (made, left) =
        (json!(["a", "SERVICE_UNAVAILABLE", "COMMITTED"]), json!(["b", "SERVICE_UNAVAILABLE", "NOT_RUN"]));
    assert_eq!(errors(&answer), json!([made, left]));
    assert_eq!(existing(&app, &["a".to_owned(), "b".to_owned()]).await, ["a"]);
}

#[tokio::test]
async fn null_data_does_not_hide_what_was_committed() {
    let app = App::start().await;
    let document = r#"mutation { a: make(name: "a") again: make(name: "a") must c: make(name: "c") }"#;
    let answer = written(&app, document).await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(errors(&answer), json!([["must", "SERVICE_UNAVAILABLE", "NOT_RUN"]]));
    let outcomes = json!({ "a": "COMMITTED", "again": "UNCHANGED", "must": "NOT_RUN", "c": "NOT_RUN" });
    assert_eq!(answer["extensions"]["outcomes"], outcomes);
}

#[tokio::test]
async fn a_mutation_cut_at_any_time_tells_the_truth_about_45_fields() {
    let app = App::start().await;
    let root = app.admin().await;
    let schemas = schema::build().expect("a schema");
    let (mut time, mut has_been_cut) = (Duration::from_millis(1), false);
    for round in 0..16 {
        let names: Vec<String> = (0..45).map(|number| format!("r{round}-{number}")).collect();
        let fields = names.iter().enumerate().map(|(number, name)| {
            format!("f{number}: roleCreate(input: {{ name: \"{name}\" }}) {{ role {{ name }} userErrors {{ code }} }}")
        });
        let document = format!("mutation {{ {} }}", fields.collect::<Vec<_>>().join(" "));
        let prepared = schemas.prepare(document, None, Variables::default()).expect("a document");
        let request = sender(&app, root, time).await;
        let answer = serde_json::to_value(schemas.execute(&prepared, &request.into()).await).expect("JSON");
        let outcome = |number: usize| match &answer["extensions"]["outcomes"] {
            Value::Null => json!("COMMITTED"),
            outcomes => outcomes[format!("f{number}")].clone(),
        };
        let is_made = |number: usize| outcome(number) == "COMMITTED";
        let made: Vec<String> = (0..45).filter(|&number| is_made(number)).map(|number| names[number].clone()).collect();
        assert!((0..45).all(|number| is_made(number) || outcome(number) == "NOT_RUN"), "{answer:#}");
        let answered = |number: &usize| answer["data"][format!("f{number}")]["role"]["name"] == names[*number];
        assert!((0..45).filter(answered).all(is_made), "{answer:#}");
        let found = app.admin().await.ask(&search(round)).await;
        assert_eq!(found.data()["roles"]["totalCount"], made.len(), "{answer:#}");
        has_been_cut |= !made.is_empty() && made.len() < 45;
        if made.len() == 45 {
            break;
        }
        time += time / 2;
    }
    assert!(has_been_cut, "no response was cut between two fields");
}

fn search(round: u32) -> String {
    format!("{{ roles(filter: {{ search: \"r{round}-\" }}) {{ totalCount }} }}")
}

#[tokio::test]
async fn a_mutation_without_time_is_answered_without_being_run() {
    let app = App::builder().http(|http| http.response_time = Duration::ZERO).start().await;
    let names = json!({ "username": "ana", "password": PASSWORD });
    let answer = app.anonymous().mutate("signup", names.clone()).await.response;
    assert_eq!((answer.status, answer.error(), &answer.body["data"]), (200, "SERVICE_UNAVAILABLE", &Value::Null));
    assert_eq!(answer.body["extensions"]["outcomes"], json!({ "signup": "NOT_RUN" }));
    let other = app.replica().await;
    let _ = other.anonymous().mutate("signup", names).await.done();
}

#[tokio::test]
async fn an_error_that_makes_data_null_comes_with_the_outcomes() {
    let app = App::builder().config(|config| config.limits.login_per_account = 1).start().await;
    let root = app.admin().await;
    let login = format!("login(username: \"nobody\", password: \"{PASSWORD}\") {{ userErrors {{ code }} }}");
    let _ = app.anonymous().ask(&format!("mutation {{ {login} }}")).await.data();
    let role = "roleCreate(input: { name: \"clerk\" }) { userErrors { code } }";
    let answer = root.ask(&format!("mutation {{ a: {role} b: {role} {login} }}")).await;
    assert_eq!((answer.error(), &answer.body["data"]), ("RATE_LIMITED", &Value::Null));
    let outcomes = json!({ "a": "COMMITTED", "b": "UNCHANGED", "login": "NOT_RUN" });
    assert_eq!(answer.body["extensions"]["outcomes"], outcomes);
    assert_eq!(existing(&app, &["clerk".to_owned()]).await, ["clerk"]);
}
