//! Documents are as strict as the specification (September 2025): what is invalid does not run half-way, and what is
//! valid runs.

use serde_json::{Value, json};
use tests::App;

#[tokio::test]
async fn nothing_of_an_invalid_mutation_is_executed() {
    let app = App::start().await;
    let root = app.admin().await;
    let create = "a: roleCreate(input: {name: \"half-way\"}) { role { name } }";
    let documents = [
        format!("mutation($l: ID) {{ {create} b: userUpdate(id: $l, input: {{}}) {{ userErrors {{ code }} }} }}"),
        format!(
            "mutation {{ {create} b: userAssignRoles(userId: \"a\", roleIds: [\"b\"], expiresAt: \"soon\") {{ userErrors {{ code }} }} }}"
        ),
        format!(
            "mutation {{ {create} b: userCreate(input: {{username: \"a\", username: \"b\"}}) {{ userErrors {{ code }} }} }}"
        ),
        format!(
            "mutation($u: String) {{ {create} b: userCreate(input: {{username: $u}}) {{ userErrors {{ code }} }} }}"
        ),
        format!("mutation {{ {create} b: signingKeyRotate(graceMinutes: 2147483648) {{ userErrors {{ code }} }} }}"),
        format!("mutation {{ {create} __typename @nope }}"),
    ];
    for document in documents {
        let answer = root.ask(&document).await;
        assert!(answer.body.get("data").is_none(), "{document}: {:#}", answer.body);
        let found = root.ask("{ roleByName(name: \"half-way\") { id } }").await;
        assert!(found.data()["roleByName"].is_null(), "{document}");
    }
    // Allowed by its default value, but not for null.
    let document =
        format!("mutation($m: Int) {{ {create} b: signingKeyRotate(graceMinutes: $m) {{ userErrors {{ code }} }} }}");
    let answer = root.graphql(&document, json!({ "m": null })).await;
    assert_eq!(answer.error(), "BAD_USER_INPUT");
    assert!(answer.body.get("data").is_none());
    assert!(root.ask("{ roleByName(name: \"half-way\") { id } }").await.data()["roleByName"].is_null());
}

#[tokio::test]
async fn an_argument_whose_variable_is_omitted_has_its_default_value() {
    let app = App::start().await;
    app.user("ana").create().await;
    let login = "mutation($u: String!, $p: String!, $d: TokenDelivery) {
        login(username: $u, password: $p, delivery: $d) { accessToken userErrors { code } } }";
    let credentials = json!({ "u": "ana", "p": tests::PASSWORD });
    let answer = app.anonymous().graphql(login, credentials).await;
    let token = answer.data()["login"]["accessToken"].as_str().expect("a token in the body").to_owned();
    let ana = app.anonymous().with_token(&token);
    let paths = "query($n: Int) { me { effectivePermissions(first: $n) { nodes { paths(first: $n) { text } } } } }";
    assert!(ana.ask(paths).await.body.get("errors").is_none());
    let logout = ana.ask("mutation($d: Boolean) { logout(everywhere: $d) { endedSessions } }").await;
    assert_eq!(logout.data()["logout"]["endedSessions"], 1);
}

#[tokio::test]
async fn strings_may_have_any_escape_sequence_of_the_specification() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = r#"mutation { roleCreate(input: {name: "smiling", description: "\u{1F600} \uD83D\uDE00 \u00e9"}) {
        role { description } userErrors { message } } }"#;
    let created = root.ask(document).await;
    assert_eq!(created.data()["roleCreate"]["role"]["description"], "\u{1F600} \u{1F600} \u{e9}");
}

#[tokio::test]
async fn a_document_is_validated_once_and_its_variables_are_coerced_each_time() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = "query($n: Int, $t: DateTime) { auditLog(first: $n, filter: {since: $t}) { nodes { action } } }";
    let variables = [
        (json!({ "n": 1 }), None),
        (json!({ "n": 1, "t": "2026-01-31T12:00:00Z" }), None),
        (json!({ "n": "1" }), Some("variable `$n` is a string where `Int` is expected")),
        (
            json!({ "t": "soon" }),
            Some("variable `$t`: not a date and time in RFC 3339 format, such as `2026-01-31T12:00:00Z`"),
        ),
        (json!({ "n": -0.0 }), None),
    ];
    for (variables, refused) in variables {
        let answer = root.graphql(document, variables.clone()).await;
        let message = answer.body["errors"][0]["message"].as_str();
        assert_eq!(message, refused, "{variables}");
        assert_eq!(answer.body.get("data").is_some(), refused.is_none(), "{variables}");
    }
}

#[tokio::test]
async fn errors_of_documents_are_in_plain_words_and_name_both_types() {
    let app = App::start().await;
    let cases = [
        (
            "query($n: String) { users(first: $n) { totalCount } }",
            "variable `$n` of type `String` is used where `Int` is expected",
            34,
        ),
        ("{ me { id ", "the document cannot be parsed: expected `}`", 11),
        ("{ me { id @nope } }", "cannot find directive `@nope`", 11),
    ];
    for (document, message, column) in cases {
        let answer = app.anonymous().ask(document).await;
        let errors = answer.body["errors"].as_array().expect("errors");
        assert_eq!(errors.len(), 1, "{document}: {errors:?}");
        assert_eq!(errors[0]["message"], message, "{document}");
        assert_eq!(errors[0]["locations"], json!([{ "line": 1, "column": column }]), "{document}");
    }
}

#[tokio::test]
async fn the_hash_of_a_persisted_document_is_answered_so_that_clients_send_the_document() {
    let app = App::start().await;
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } });
    for body in [json!({ "extensions": extensions }), json!({ "query": null, "extensions": extensions })] {
        let answer = app.anonymous().post(&body, &[]).await;
        assert_eq!((answer.status, answer.error()), (200, "PERSISTED_QUERY_NOT_SUPPORTED"));
        assert_eq!(answer.body["errors"][0]["message"], "PersistedQueryNotSupported");
        assert!(answer.body.get("data").is_none());
    }
    let both = app.anonymous().post(&json!({ "query": "{ __typename }", "extensions": extensions }), &[]).await;
    assert_eq!(both.data()["__typename"], "Query");
}

#[tokio::test]
async fn the_schema_has_its_own_description_under_every_alias() {
    let app = App::start().await;
    let document =
        "{ __schema { description } a: __schema { b: description c: __typename ...F queryType { description } } }
        fragment F on __Schema { d: description }";
    let answer = app.anonymous().ask(document).await;
    let description = answer.data()["__schema"]["description"].as_str().expect("a description");
    assert!(description.starts_with("Keyward: role-based access control."), "{description}");
    let aliased = &answer.data()["a"];
    assert_eq!((&aliased["b"], &aliased["d"]), (&json!(description), &json!(description)));
    assert_eq!(aliased["c"], "__Schema");
    assert_ne!(aliased["queryType"]["description"], Value::from(description));
}

#[tokio::test]
async fn a_root_field_of_a_mutation_that_is_selected_twice_is_executed_once() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = "mutation { roleCreate(input: {name: \"once\"}) { role { name } } ...F }
        fragment F on Mutation { roleCreate(input: {name: \"once\"}) { role { isSystem } userErrors { code } } }";
    let answer = root.ask(document).await;
    let expected = json!({ "role": { "name": "once", "isSystem": false }, "userErrors": [] });
    assert_eq!(answer.data()["roleCreate"], expected);
}
