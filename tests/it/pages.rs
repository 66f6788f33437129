//! The web pages and the schema file: what is served at which path, and what each setting disables.

use crate::raw::{Raw, Reply};
use tests::App;

/// What a browser sends when it opens an address.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async fn open(app: &App, path: &str) -> Reply {
    Raw::new("GET", path).header("Accept", BROWSER).send(&app.url).await
}

#[tokio::test]
async fn a_client_that_does_not_want_html_gets_the_address_of_the_endpoint() {
    let app = App::start().await;
    for accept in ["*/*", "application/json"] {
        let root = Raw::new("GET", "/").header("Accept", accept).send(&app.url).await;
        assert_eq!((root.status, root.text.as_str()), (200, "The GraphQL API answers at /graphql.\n"), "{accept}");
        assert_eq!(root.header("vary"), Some("Accept"));
    }
    assert_eq!(open(&app, "/assets/nothing.js").await.status, 404);
    assert_eq!(Raw::new("GET", "/users").send(&app.url).await.status, 404);
    assert_eq!(Raw::new("POST", "/users").header("Accept", BROWSER).send(&app.url).await.status, 404);
}

#[tokio::test]
async fn without_the_console_its_paths_do_not_exist() {
    let app = App::builder().http(|http| http.console = false).start().await;
    assert_eq!(open(&app, "/").await.text, "The GraphQL API answers at /graphql.\n");
    for path in ["/users", "/setup", "/index.html", "/assets/index.js"] {
        assert_eq!(open(&app, path).await.status, 404, "{path}");
    }
    assert_eq!(open(&app, "/playground").await.status, 200);
}

#[tokio::test]
async fn without_the_playground_the_console_does_not_take_its_paths() {
    let app = App::builder().http(|http| http.playground = false).start().await;
    let page = open(&App::start().await, "/playground").await;
    let asset = page.text.split('"').find(|text| text.starts_with("/playground/assets/")).expect("an asset");
    for path in ["/playground", "/playground/", "/playground/index.html", asset] {
        assert_eq!(open(&app, path).await.status, 404, "{path}");
    }
    assert_eq!(Raw::new("GET", "/healthz").send(&app.url).await.status, 200);
}

#[tokio::test]
async fn a_browser_that_opens_the_endpoint_is_sent_to_the_playground() {
    let app = App::start().await;
    for path in ["/graphql", "/graphql?", "/graphql?operationName=A"] {
        let reply = open(&app, path).await;
        assert_eq!((reply.status, reply.header("location")), (302, Some("/playground")), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    let query = open(&app, "/graphql?query=%7B__typename%7D").await;
    assert_eq!((query.status, query.text.as_str()), (200, "{\"data\":{\"__typename\":\"Query\"}}"));
    for accept in ["application/graphql-response+json", "application/json", "*/*"] {
        let reply = Raw::new("GET", "/graphql").header("Accept", accept).send(&app.url).await;
        assert_eq!((reply.status, reply.error().as_str()), (400, "BAD_USER_INPUT"), "{accept}");
    }
    let off = App::builder().http(|http| http.playground = false).start().await;
    assert_eq!(open(&off, "/graphql").await.status, 400);
}

#[tokio::test]
async fn the_schema_is_served_where_introspection_is_enabled() {
    let app = App::start().await;
    let file = Raw::new("GET", "/schema.graphql").send(&app.url).await;
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    assert_eq!(file.text, include_str!("../../schema.graphql"));
    assert!(file.text.contains("@hasPermission(permission: \"role:read\")"));
    assert_eq!(Raw::new("POST", "/schema.graphql").send(&app.url).await.status, 405);
    let off = App::builder().http(|http| http.introspection = false).start().await;
    assert_eq!(open(&off, "/schema.graphql").await.status, 404);
}
