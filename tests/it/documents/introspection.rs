//! Introspection, where it is enabled and where it is not.

use tests::App;

/// The query of GraphiQL, as `graphql-js` writes it.
const QUERY: &str = include_str!("introspection.graphql");

#[tokio::test]
async fn the_query_of_graphiql_succeeds() {
    let app = App::start().await;
    let answer = app.anonymous().ask(QUERY).await;
    let types = answer.data()["__schema"]["types"].as_array().expect("a list");
    assert!(types.iter().any(|ty| ty["name"] == "User"));
    assert!(types.iter().all(|ty| ty["name"] != "Subscription"), "later work");
}

#[tokio::test]
async fn descriptions_contain_the_rule_in_words() {
    let app = App::start().await;
    let answer = app.anonymous().ask("{ __type(name: \"Mutation\") { fields { name description } } }").await;
    let fields = answer.data()["__type"]["fields"].as_array().expect("a list");
    let described = |name: &str| {
        let field = fields.iter().find(|field| field["name"] == name).expect("the field");
        field["description"].as_str().expect("a description").to_owned()
    };
    assert!(described("roleCreate").ends_with("Requires `role:write`."), "{}", described("roleCreate"));
    assert!(described("roleDelete").contains("Requires `role:delete`."));
    assert!(described("sessionRevoke").ends_with("Requires `session:revoke`, unless the object is the caller's own."));
}

#[tokio::test]
async fn when_disabled_every_form_of_introspection_is_rejected() {
    let app = App::builder().http(|http| http.introspection = false).start().await;
    let root = app.admin().await;
    for document in [
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"User\") { name } }",
        "{ a: __schema { types { name } } }",
        "{ ... on Query { __type(name: \"User\") { name } } }",
        "{ ...F } fragment F on Query { __schema { types { name } } }",
        "{ ... @include(if: true) { ... { __schema { types { name } } } } }",
        "query ($yes: Boolean = true) { __schema @include(if: $yes) { types { name } } }",
        "query A { __typename } query B { __schema { types { name } } }",
    ] {
        let body =
            serde_json::json!({ "query": document, "operationName": document.contains("query B").then_some("B") });
        for client in [app.anonymous(), root] {
            let answer = client.post(&body, &[]).await;
            assert_eq!(answer.error(), "GRAPHQL_VALIDATION_FAILED", "{document}");
            assert!(answer.body.get("data").is_none(), "{document}");
        }
    }
    for document in ["{ _service { sdl } }", "{ _entities(representations: []) { __typename } }"] {
        assert_eq!(app.anonymous().ask(document).await.error(), "GRAPHQL_VALIDATION_FAILED");
    }
    assert_eq!(app.anonymous().ask("{ __typename }").await.data()["__typename"], "Query");
}

#[tokio::test]
async fn where_introspection_is_enabled_errors_suggest_the_nearest_names() {
    let app = App::start().await;
    for (document, message) in [
        ("{ usrs { totalCount } }", "type `Query` does not have a field `usrs`: did you mean `users` or `user`?"),
        ("{ serviceInfo { nam } }", "type `ServiceInfo` does not have a field `nam`: did you mean `name`?"),
        (
            "{ can(permision: \"a:b\") }",
            "the argument `permision` is not supported by `Query.can`: did you mean `permission`?",
        ),
    ] {
        let answer = app.anonymous().ask(document).await;
        let errors = answer.body["errors"].as_array().expect("errors");
        assert!(errors.iter().any(|error| error["message"] == message), "{document}: {errors:?}");
    }
    let far = app.anonymous().ask("{ qwertyuiop { id } }").await;
    assert_eq!(far.body["errors"][0]["message"], "type `Query` does not have a field `qwertyuiop`");
    let ty = app.anonymous().ask("query ($v: UserFiltr) { users(filter: $v) { totalCount } }").await;
    assert!(ty.body.to_string().contains("did you mean `UserFilter`"), "{}", ty.body);
}

#[tokio::test]
async fn where_it_is_disabled_errors_suggest_no_names() {
    let app = App::builder().http(|http| http.introspection = false).start().await;
    for document in [
        "{ user }",
        "{ usrs { totalCount } }",
        "{ serviceInfo { nam } }",
        "{ me { ... on Usr { id } } }",
        "{ can(permision: \"a:b\") }",
        "mutation { rolCreate(input: { nam: \"x\" }) { role { id } } }",
        "query ($v: UserFiltr) { users(filter: $v) { totalCount } }",
        "{ serviceInfo { name @inclde(if: true) } }",
        "{ users(orderBy: { field: USERNAM }) { totalCount } }",
    ] {
        let text = app.anonymous().ask(document).await.body.to_string();
        assert!(text.contains("\"errors\""), "{document}");
        assert!(!text.to_lowercase().contains("did you mean"), "{text}");
        for secret in ["USERNAME", "UserFilter", "roleCreate", "RoleCreateInput"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    let wrong = serde_json::json!({ "query": "query ($v: UserOrderField!) { users(orderBy: { field: $v }) { totalCount } }",
        "variables": { "v": "USERNAM" } });
    let text = app.anonymous().post(&wrong, &[]).await.body.to_string();
    assert!(text.contains("BAD_USER_INPUT") && !text.contains("USERNAME"), "{text}");
}
