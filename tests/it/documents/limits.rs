//! Each limit from both sides: a document just within is executed, one just beyond is rejected before execution.

use api::graphql::document::DocumentLimits;
use serde_json::{Value, json};
use tests::{App, Client, Response};

/// A document of a given size, with its variables.
type Sized = (String, Value);

#[track_caller]
fn assert_within(answer: &Response, what: &str) {
    assert_eq!(answer.status, 200, "{what}: {:#}", answer.body);
    assert!(answer.body.get("errors").is_none(), "{what}: {:#}", answer.body);
}

#[track_caller]
fn assert_beyond(answer: &Response, what: &str) {
    assert_eq!(answer.error(), "OPERATION_TOO_COMPLEX", "{what}");
    assert!(answer.body.get("data").is_none(), "{what}: {:#}", answer.body);
    let message = answer.body["errors"][0]["message"].as_str().expect("a message");
    assert!(message.starts_with("the document is too complex: at most"), "{message}");
}

async fn assert_limit(client: &Client, limit: usize, document: impl Fn(usize) -> Sized) {
    for (size, is_within) in [(limit, true), (limit + 1, false)] {
        let (text, variables) = document(size);
        let answer = client.graphql(&text, variables).await;
        let what = format!("{size}: {}", text.chars().take(200).collect::<String>());
        if is_within { assert_within(&answer, &what) } else { assert_beyond(&answer, &what) }
    }
}

fn plain(text: String) -> Sized {
    (text, json!({}))
}

fn limits() -> DocumentLimits {
    DocumentLimits::default()
}

fn number(limit: u64) -> usize {
    usize::try_from(limit).expect("a small limit")
}

#[tokio::test]
async fn fields_are_counted() {
    let app = App::start().await;
    let fields = |count: usize| plain(format!("{{ serviceInfo {{ {} }} }}", "name ".repeat(count - 1)));
    assert_limit(app.anonymous(), number(limits().selections), fields).await;
}

#[tokio::test]
async fn f6_fields_are_counted_after_fragment_expansion() {
    let app = App::start().await;
    // Each spread counts as one field, plus the nine fields of the fragment.
    let spreads = |count: usize| {
        let (tens, ones) = ((count - 1) / 10, (count - 1) % 10);
        let text = format!("{{ serviceInfo {{ {}{} }} }}", "...F ".repeat(tens), "name ".repeat(ones));
        plain(format!("{text} fragment F on ServiceInfo {{ {} }}", "version ".repeat(9)))
    };
    assert_limit(app.anonymous(), number(limits().selections), spreads).await;
}

#[tokio::test]
async fn f6_aliases_are_counted_at_any_depth() {
    let app = App::start().await;
    let aliases = |count: usize| {
        let names: String = (0..count).map(|at| format!("a{at}: __typename ")).collect();
        plain(format!("{{ {names} }}"))
    };
    assert_limit(app.anonymous(), number(limits().aliases), aliases).await;
    let in_fragments = |count: usize| {
        let names: String = (0..count - 1).map(|at| format!("a{at}: name ")).collect();
        plain(format!("{{ info: serviceInfo {{ ...F }} }} fragment F on ServiceInfo {{ {names} }}"))
    };
    assert_limit(app.anonymous(), number(limits().aliases), in_fragments).await;
}

#[tokio::test]
async fn directives_are_counted() {
    let app = App::start().await;
    let directives =
        |count: usize| plain(format!("{{ serviceInfo {{ {} }} }}", "name @include(if: true) ".repeat(count)));
    assert_limit(app.anonymous(), number(limits().directives), directives).await;
}

#[tokio::test]
async fn f6_depth_is_counted_in_fields() {
    let app = App::start().await;
    let deep = |depth: usize| {
        // `__type`, `fields`, `type` and the scalar at the end, with `ofType` between.
        let inner = format!("{}name{}", "ofType { ".repeat(depth - 4), " }".repeat(depth - 4));
        plain(format!("{{ __type(name: \"Node\") {{ fields {{ type {{ {inner} }} }} }} }}"))
    };
    assert_limit(app.anonymous(), limits().depth as usize, deep).await;
}

#[tokio::test]
async fn f6_depth_reaches_through_fragments() {
    let app = App::start().await;
    let deep = |depth: usize| {
        let head = "{ __type(name: \"Node\") { fields { type { ...F0 } } } }".to_owned();
        let steps = depth - 4;
        let fragments: String = (0..steps)
            .map(|at| format!(" fragment F{at} on __Type {{ ofType {{ ...F{} }} }}", at + 1))
            .chain([format!(" fragment F{steps} on __Type {{ name }}")])
            .collect();
        plain(head + &fragments)
    };
    assert_limit(app.anonymous(), limits().depth as usize, deep).await;
}

#[tokio::test]
async fn f6_nesting_counts_fragments_too() {
    let app = App::start().await;
    let nested =
        |levels: usize| plain(format!("{{ {}__typename{} }}", "... { ".repeat(levels - 1), " }".repeat(levels - 1)));
    assert_limit(app.anonymous(), limits().nesting as usize, nested).await;
}

#[tokio::test]
async fn f6_operations_and_fragments_are_counted() {
    let app = App::start().await;
    let definitions = |count: usize| {
        let spreads: String = (1..count).map(|at| format!("...F{at} ")).collect();
        let fragments: String = (1..count).map(|at| format!(" fragment F{at} on Query {{ __typename }}")).collect();
        plain(format!("{{ {spreads} }}{fragments}"))
    };
    assert_limit(app.anonymous(), limits().definitions, definitions).await;
}

#[tokio::test]
async fn variables_are_counted() {
    let app = App::start().await;
    let variables = |count: usize| {
        let declared: String = (0..count).map(|at| format!("$v{at}: PermissionName! ")).collect();
        let half = count.div_ceil(2);
        let list = |range: std::ops::Range<usize>| range.map(|at| format!("$v{at} ")).collect::<String>();
        let text = format!(
            "query ({declared}) {{ a: canAll(permissions: [{}]) b: canAll(permissions: [{}]) }}",
            list(0..half),
            list(half..count)
        );
        let values: serde_json::Map<_, _> = (0..count).map(|at| (format!("v{at}"), json!("a:b"))).collect();
        (text, Value::Object(values))
    };
    assert_limit(app.anonymous(), limits().variables, variables).await;
}

#[tokio::test]
async fn f6_the_size_of_a_document_is_limited() {
    let app = App::start().await;
    let long = |bytes: usize| {
        let text = "{ __typename }";
        plain(format!("{text}{}", " ".repeat(bytes - text.len())))
    };
    assert_limit(app.anonymous(), limits().bytes, long).await;
}

#[tokio::test]
async fn f6_the_tokens_of_a_document_are_limited() {
    let app = App::start().await;
    let dense = |tokens: usize| {
        let (questions, rest) = ((tokens - 2) / 6, (tokens - 2) % 6);
        let (questions, rest) = ("can(permission:\"a:b\")".repeat(questions), " __typename".repeat(rest));
        plain(format!("{{{questions}{rest}}}"))
    };
    assert_limit(app.anonymous(), limits().tokens, dense).await;
}

#[tokio::test]
async fn introspection_fields_are_counted() {
    let app = App::start().await;
    // An introspection field costs 2,000 values, a name one more, and so does the response as a whole.
    let looks = |count: usize| plain(format!("{{ {} }}", "__type(name: \"User\") { name } ".repeat(count)));
    assert_limit(app.anonymous(), number(limits().nodes / 2_001), looks).await;
}

#[tokio::test]
async fn values_are_estimated_before_execution() {
    let app = App::start().await;
    let root = app.admin().await;
    // Ten of each list below each user: 1 + 10 × (1 + 10 × (1 + 10 × 2)), and the fields of the connection.
    let document = "query ($first: Int!) { users(first: $first) { nodes {
        roles { permissions { grantedRoles { id name } } } } } }";
    let within = root.graphql(document, json!({ "first": 30 })).await;
    assert_within(&within, document);
    let before = app.database.statements();
    let beyond = root.graphql(document, json!({ "first": 100 })).await;
    assert_beyond(&beyond, document);
    assert_eq!(app.database.statements(), before);
    // As a literal it is rejected as well.
    assert_beyond(&root.ask(&document.replace("($first: Int!)", "").replace("$first", "100")).await, document);
}

#[tokio::test]
async fn f6_list_arguments_are_limited() {
    let app = App::start().await;
    let root = app.admin().await;
    let names = |count: usize| vec!["a:b"; count];
    for field in ["canAll", "canAny", "canEach"] {
        let selection = if field == "canEach" { "{ allowed }" } else { "" };
        let document = format!("query ($names: [PermissionName!]!) {{ {field}(permissions: $names) {selection} }}");
        assert_within(&app.anonymous().graphql(&document, json!({ "names": names(100) })).await, field);
        let beyond = app.anonymous().graphql(&document, json!({ "names": names(101) })).await;
        assert_eq!(beyond.error(), "BAD_USER_INPUT", "{field}");
    }
    let user = app.user("ana").create().await.id;
    let roles = vec!["role_x"; 10_000];
    let answer = root.mutate("userAssignRoles", json!({ "userId": user, "roleIds": roles })).await.response;
    assert!(answer.status == 200 && answer.body.to_string().len() < 100_000, "{}", answer.body.to_string().len());
}

#[tokio::test]
async fn f7_the_size_of_a_page_is_limited() {
    let app = App::start().await;
    let root = app.admin().await;
    for argument in ["first", "last"] {
        let ask = |count: i64| {
            root.graphql(
                "query ($count: Int!) { users(ARGUMENT: $count) { nodes { id } } }"
                    .replace("ARGUMENT", argument)
                    .leak(),
                json!({ "count": count }),
            )
        };
        assert_within(&ask(0).await, argument);
        assert_within(&ask(100).await, argument);
        assert_eq!(ask(101).await.error(), "BAD_USER_INPUT");
        assert_eq!(ask(-1).await.error(), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn the_number_of_errors_is_limited() {
    let app = App::start().await;
    let unknown: String = (0..1_000).map(|at| format!("unknown{at} ")).collect();
    let answer = app.anonymous().ask(&format!("{{ serviceInfo {{ {unknown} }} }}")).await;
    assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(limits().errors));
    let denied: String = (0..40).map(|at| format!("a{at}: users {{ totalCount }} ")).collect();
    let answer = app.anonymous().ask(&format!("{{ {denied} }}")).await;
    assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(limits().errors));
    assert_eq!(answer.body["data"].as_object().map(serde_json::Map::len), Some(40));
}
