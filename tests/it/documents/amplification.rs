//! Small documents with a large cost: rejected before execution, in time independent of that cost. Times are printed,
//! not asserted: a machine may be busy.

use serde_json::{Value, json};
use std::time::Instant;
use tests::{App, Client};

/// Twelve fragments, each of which spreads the next one so many times, and the like.
fn fan_out(levels: usize, spreads: usize) -> String {
    let fragment =
        |at: usize| format!("fragment F{at} on ServiceInfo {{ {} }} ", format!("...F{} ", at + 1).repeat(spreads));
    let fragments: String = (0..levels).map(fragment).collect();
    format!("{{ serviceInfo {{ ...F0 }} }} {fragments} fragment F{levels} on ServiceInfo {{ name }}")
}

async fn refused(client: &Client, name: &str, body: Value) -> Value {
    let begun = Instant::now();
    let answer = client.post(&body, &[]).await;
    let elapsed = begun.elapsed();
    let size = answer.body.to_string().len();
    println!("{name}: {} bytes refused in {elapsed:?} with {size} bytes", body.to_string().len());
    assert!(answer.body.get("data").is_none_or(Value::is_null), "{name}: {:#}", answer.body);
    assert!(answer.body["errors"].is_array(), "{name}: {:#}", answer.body);
    assert!(size < 10_000, "{name} is answered with {size} bytes");
    answer.body
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().expect("a code")
}

#[tokio::test]
async fn f6_fragments_that_fan_out_are_rejected() {
    let app = App::start().await;
    for (levels, spreads) in [(12, 4), (10, 5), (15, 3), (7, 8), (26, 2), (60, 2)] {
        let name = format!("{spreads}^{levels}");
        let body = refused(app.anonymous(), &name, json!({ "query": fan_out(levels, spreads) })).await;
        assert_eq!(code(&body), "OPERATION_TOO_COMPLEX", "{name}");
    }
}

#[tokio::test]
async fn f6_fragments_that_fan_out_over_lists_are_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let fragment =
        |at: usize| format!("fragment F{at} on Role {{ inheritsFromAll {{ ...F{} }} permissions {{ id }} }} ", at + 1);
    let fragments: String = (0..10).map(fragment).collect();
    let text = format!("{{ roles {{ nodes {{ ...F0 }} }} }} {fragments} fragment F10 on Role {{ name }}");
    let body = refused(root, "lists of lists", json!({ "query": text })).await;
    assert_eq!(code(&body), "OPERATION_TOO_COMPLEX");
}

#[tokio::test]
async fn f6_a_hundred_thousand_aliases_are_rejected() {
    let app = App::start().await;
    let aliases: String = (0..100_000).map(|at| format!("a{at}: __typename ")).collect();
    let answer = app.anonymous().post(&json!({ "query": format!("{{ {aliases} }}") }), &[]).await;
    assert!(answer.status == 413 || code(&answer.body) == "OPERATION_TOO_COMPLEX", "{}", answer.status);
    let fitting: String = (0..4_000).map(|at| format!("a{at}: __typename ")).collect();
    let body = refused(app.anonymous(), "4,000 aliases", json!({ "query": format!("{{ {fitting} }}") })).await;
    assert_eq!(code(&body), "OPERATION_TOO_COMPLEX");
}

#[tokio::test]
async fn f6_thousands_of_variables_unknown_fields_or_directives_are_rejected_in_a_short_message() {
    let app = App::start().await;
    let many = |count: usize, text: fn(usize) -> String| -> String { (0..count).map(text).collect() };
    let variables = many(20_000, |at| format!("$v{at}: Int "));
    let fitting = many(3_000, |at| format!("$v{at}: Int "));
    let unknown = many(3_000, |at| format!("f{at} "));
    let documents = [
        ("20,000 unused variables", format!("query ({variables}) {{ __typename }}")),
        ("3,000 unused variables", format!("query ({fitting}) {{ __typename }}")),
        ("20,000 unknown fields", format!("{{ {} }}", many(20_000, |at| format!("f{at} ")))),
        ("3,000 unknown fields", format!("{{ {unknown} }}")),
        ("1,500 unknown fields", format!("{{ {} }}", many(1_500, |at| format!("f{at} ")))),
        ("3,000 directives", format!("{{ __typename {} }}", "@include(if: true) ".repeat(3_000))),
        ("3,000 unknown directives", format!("{{ __typename {} }}", "@a ".repeat(3_000))),
        ("deep lists", format!("{{ canAll(permissions: {}{}) }}", "[".repeat(30_000), "]".repeat(30_000))),
        ("deep lists that close", format!("{{ canAll(permissions: {}{}) }}", "[".repeat(3_000), "]".repeat(3_000))),
        (
            "deep objects that close",
            format!("{{ users(filter: {}1{}) {{ totalCount }} }}", "{a:".repeat(2_000), "}".repeat(2_000)),
        ),
        ("a list type of lists", format!("query ($a: {}Int{}) {{ me }}", "[".repeat(3_000), "]".repeat(3_000))),
        ("deep braces", "{ me ".repeat(12_000)),
        (
            "deep objects",
            format!("{{ users(filter: {}{}) {{ totalCount }} }}", "{a: ".repeat(10_000), "}".repeat(10_000)),
        ),
        ("a long name", format!("{{ {} }}", "x".repeat(60_000))),
        ("a long text", format!("{{ userByUsername(username: \"{}\") {{ id }} unknown }}", "x".repeat(60_000))),
        ("a cycle of fragments", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned()),
        ("an unused cycle", "{ __typename } fragment A on Query { ...A }".to_owned()),
    ];
    for (name, document) in documents {
        refused(app.anonymous(), name, json!({ "query": document })).await;
    }
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let body = format!("{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{deep}}}}}");
    let reply = crate::raw::Raw::new("POST", "/graphql").header("Content-Type", "application/json").body(body);
    assert_eq!(reply.send(&app.url).await.status, 400, "deep JSON");
    let alive = app.anonymous().ask("{ serviceInfo { name } }").await;
    assert_eq!(alive.data()["serviceInfo"]["name"], "Keyward");
}

#[tokio::test]
async fn an_overlapping_field_repeated_many_times_is_cheap() {
    let app = App::start().await;
    let begun = Instant::now();
    let answer = app.anonymous().ask(&format!("{{ serviceInfo {{ {} }} }}", "name ".repeat(1_900))).await;
    println!("1,900 times the same field in {:?}", begun.elapsed());
    assert_eq!(answer.data()["serviceInfo"], json!({ "name": "Keyward" }));
}

#[tokio::test]
async fn a14_password_attempts_do_not_multiply_by_aliases_or_fragments() {
    let app = App::start().await;
    app.user("ana").create().await;
    let attempts: String = (0..40)
        .map(|at| format!("a{at}: login(username: \"ana\", password: \"wrong {at}\") {{ userErrors {{ code }} }} "))
        .collect();
    for document in
        [format!("mutation {{ {attempts} }}"), format!("mutation {{ ...F }} fragment F on Mutation {{ {attempts} }}")]
    {
        let answer = app.anonymous().ask(&document).await;
        assert_eq!(answer.error(), "OPERATION_TOO_COMPLEX");
        assert!(answer.body.get("data").is_none());
    }
}
