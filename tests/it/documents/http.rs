//! GraphQL over HTTP: methods, media types, sizes and headers. The suite of `graphql-http` is in `tests/clients`.

use crate::raw::{Raw, Reply};
use serde_json::json;
use tests::App;

pub(super) const NAME: &str = "{ serviceInfo { name } }";

pub(super) fn query() -> Raw<'static> {
    Raw::post(&json!({ "query": NAME }))
}

fn get(document: &str) -> String {
    let mut target = "/graphql?query=".to_owned();
    for byte in document.bytes() {
        target.push_str(&format!("%{byte:02X}"));
    }
    target
}

#[track_caller]
pub(super) fn assert_answered(reply: &Reply) {
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json(), json!({ "data": { "serviceInfo": { "name": "Keyward" } } }));
}

#[tokio::test]
async fn f3_only_post_and_get_are_accepted() {
    let app = App::start().await;
    assert_answered(&query().send(&app.url).await);
    assert_answered(&Raw::new("GET", &get(NAME)).send(&app.url).await);
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"] {
        let reply = Raw::new(method, "/graphql").send(&app.url).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, HEAD, POST")), "{method}");
    }
}

#[tokio::test]
async fn c3_f1_get_changes_nothing_and_sends_no_secret() {
    let app = App::start().await;
    let root = app.admin().await;
    let bearer = format!("Bearer {}", root.token());
    for document in [
        "mutation { logout { endedSessions } }",
        "mutation { roleCreate(input: { name: \"sneaked\" }) { role { id } } }",
        "mutation A { logout { endedSessions } }",
    ] {
        for method in ["GET", "HEAD"] {
            let reply = Raw::new(method, &get(document)).header("Authorization", &bearer).send(&app.url).await;
            assert_eq!(reply.status, 405, "{method} {document}");
        }
    }
    let named = format!("{}&operationName=B", get("query A { __typename } mutation B { logout { endedSessions } }"));
    assert_eq!(Raw::new("GET", &named).header("Authorization", &bearer).send(&app.url).await.status, 405);
    let looked = root.ask("{ roleByName(name: \"sneaked\") { id } me { username } }").await;
    assert_eq!((&looked.data()["roleByName"], &looked.data()["me"]["username"]), (&json!(null), &json!("root")));
}

#[tokio::test]
async fn tokens_in_query_parameters_are_ignored() {
    let app = App::start().await;
    let token = app.admin().await.token().to_owned();
    for name in ["access_token", "token", "authorization", "bearer"] {
        let target = format!("{}&{name}={token}", get("{ me { id } }"));
        assert_eq!(Raw::new("GET", &target).send(&app.url).await.json()["data"]["me"], json!(null), "{name}");
    }
}

#[tokio::test]
async fn f2_media_types_of_forms_are_rejected() {
    let app = App::start().await;
    let json = json!({ "query": NAME }).to_string();
    let form = format!("query={NAME}");
    let multipart = format!("--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{json}\r\n--x--\r\n");
    let bodies = [
        ("text/plain", json.as_str()),
        ("text/plain;charset=UTF-8", &json),
        ("application/x-www-form-urlencoded", &form),
        ("application/x-www-form-urlencoded", &json),
        ("multipart/form-data; boundary=x", &multipart),
        ("multipart/mixed; boundary=x", &multipart),
        ("application/graphql", NAME),
        ("application/json; charset=utf-16", &json),
        ("application/json, text/plain", &json),
        ("text/plain; application/json", &json),
        ("application/jsonp", &json),
        ("application/xml", &json),
        ("", &json),
    ];
    for (ty, body) in bodies {
        let reply = Raw::new("POST", "/graphql").header("Content-Type", ty).body(body).send(&app.url).await;
        assert_eq!(reply.status, 415, "{ty}: {}", reply.text);
    }
    assert_eq!(Raw::new("POST", "/graphql").body(json.as_str()).send(&app.url).await.status, 415, "no type at all");
    let twice = query().header("Content-Type", "text/plain").send(&app.url).await;
    assert_eq!(twice.status, 415, "two types");
    let packed = query().header("Content-Encoding", "gzip").send(&app.url).await;
    assert_eq!(packed.status, 415, "compressed");
}

#[tokio::test]
async fn f6_batches_and_bodies_without_an_operation_are_rejected() {
    let app = App::start().await;
    for body in [
        "",
        "null",
        "[]",
        "1",
        "\"{}\"",
        "{",
        "{}",
        "[{\"query\":\"{ __typename }\"}]",
        "{\"query\":1}",
        "{\"query\":null}",
        "{\"query\":\"{ __typename }\",\"variables\":[]}",
        "\u{feff}{}",
        "{\"query\":\"{ __typename }\",\"query\":\"{ serviceInfo { name } }\"}",
        "{\"query\":\"{ __typename }\",\"variables\":{\"a\":1,\"a\":2}}",
    ] {
        let reply =
            Raw::new("POST", "/graphql").header("Content-Type", "application/json").body(body).send(&app.url).await;
        assert_eq!((reply.status, reply.error().as_str()), (400, "BAD_USER_INPUT"), "{body}");
        assert!(reply.json().get("data").is_none());
    }
    let invalid = Raw::new("POST", "/graphql").header("Content-Type", "application/json").body(vec![b'"', 0xff, b'"']);
    assert_eq!(invalid.send(&app.url).await.status, 400);
}

#[tokio::test]
async fn f1_the_response_has_an_accepted_media_type() {
    let app = App::start().await;
    let (json, graphql) = ("application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8");
    let cases = [
        ("*/*", 200, 200, json),
        ("application/json", 200, 200, json),
        ("application/graphql-response+json", 200, 400, graphql),
        ("application/graphql-response+json, application/json;q=0.9", 200, 400, graphql),
        ("application/json, application/graphql-response+json;q=0.9", 200, 200, json),
        ("text/html", 406, 406, json),
    ];
    for (accept, good, bad, ty) in cases {
        let reply = query().header("Accept", accept).send(&app.url).await;
        assert_eq!((reply.status, reply.header("content-type")), (good, Some(ty)), "{accept}");
        let wrong = Raw::post(&json!({ "query": "{ nothing }" })).header("Accept", accept).send(&app.url).await;
        assert_eq!((wrong.status, wrong.header("content-type")), (bad, Some(ty)), "{accept}");
        assert!(wrong.json().get("data").is_none(), "{accept}");
    }
    let denied = Raw::post(&json!({ "query": "{ users { totalCount } }" }));
    let denied = denied.header("Accept", "application/graphql-response+json").send(&app.url).await;
    assert_eq!((denied.status, &denied.json()["data"]), (200, &json!({ "users": null })), "partial data is an answer");
}

#[tokio::test]
async fn every_response_has_a_request_id_and_is_not_cached() {
    let app = App::start().await;
    let bad = Raw::new("POST", "/graphql").header("Content-Type", "text/plain").body("x");
    let requests = [query(), Raw::post(&json!({ "query": "{" })), Raw::new("PUT", "/graphql"), bad];
    let mut ids = Vec::new();
    for request in requests {
        let reply = request.header("X-Request-Id", "mine").send(&app.url).await;
        let header = |name: &str| reply.header(name).unwrap_or_else(|| panic!("no {name}")).to_owned();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
        assert!(reply.header("access-control-allow-origin").is_none());
        assert!(reply.header("server").is_none() && reply.header("x-powered-by").is_none());
        let id = header("x-request-id");
        assert_eq!(id.len(), 36, "{id}");
        ids.push(id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "each request has a name of its own");
}

#[tokio::test]
async fn f16_the_request_id_finds_the_entry_in_the_audit_log() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = "mutation { roleCreate(input: { name: \"named\" }) { userErrors { code } } }";
    let answer = root.ask(document).await;
    let id = answer.headers["x-request-id"].to_str().expect("a text");
    let log = root.ask("{ auditLog(first: 1, filter: { actions: [\"role.create\"] }) { nodes { requestId } } }").await;
    assert_eq!(log.data()["auditLog"]["nodes"][0]["requestId"], id);
}

#[tokio::test]
async fn no_header_allows_other_origins() {
    let app = App::start().await;
    for origin in ["https://example.org", "null", "http://localhost:3000"] {
        let reply = query().header("Origin", origin).send(&app.url).await;
        assert!(reply.header("access-control-allow-origin").is_none(), "{origin}");
        let preflight = Raw::new("OPTIONS", "/graphql")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .send(&app.url)
            .await;
        assert!(preflight.header("access-control-allow-origin").is_none(), "{origin}");
    }
}

#[tokio::test]
async fn one_credential_in_one_well_formed_header_is_accepted() {
    let app = App::start().await;
    let token = app.admin().await.token().to_owned();
    let me = json!({ "query": "{ me { username } }" });
    for accepted in [format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER  {token}")] {
        let reply = Raw::post(&me).header("Authorization", &accepted).send(&app.url).await;
        assert_eq!(reply.json()["data"]["me"]["username"], "root", "{}", &accepted[..10]);
    }
    let (head, tail) = token.split_at(20);
    for bad in [
        token.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("Bearer: {token}"),
        format!("Bearer\t{token}"),
        format!("Bearer {head} {tail}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token},"),
        format!("Bearer {}", "a".repeat(9_000)),
    ] {
        let reply = Raw::post(&me).header("Authorization", &bad).send(&app.url).await;
        assert_eq!(reply.error(), "UNAUTHENTICATED", "{}", &bad[..bad.len().min(30)]);
        assert_eq!(reply.json()["errors"][0]["extensions"]["reason"], "INVALID");
    }
    let good = format!("Bearer {token}");
    let twice = Raw::post(&me).header("Authorization", &good).header("Authorization", &good).send(&app.url).await;
    assert_eq!(twice.error(), "UNAUTHENTICATED", "two headers");
}

#[tokio::test]
async fn a_policy_older_than_requested_is_never_used() {
    let app = App::start().await;
    let root = app.admin().await;
    let body = json!({ "query": "{ viewer { policyRevision } }" });
    let answer = root.post(&body, &[]).await;
    let revision = answer.data()["viewer"]["policyRevision"].as_u64().expect("a number");
    assert_eq!(answer.headers["policy-revision"].to_str().expect("a text"), revision.to_string());
    let known = root.post(&body, &[("Policy-Revision", &revision.to_string())]).await;
    assert_eq!(known.data()["viewer"]["policyRevision"], revision);
    let future = root.post(&body, &[("Policy-Revision", &(revision + 1).to_string())]).await;
    assert_eq!((future.status, future.error()), (503, "SERVICE_UNAVAILABLE"));
    assert_eq!(root.post(&body, &[("Policy-Revision", "soon")]).await.error(), "BAD_USER_INPUT");
    let ignored = app.anonymous().post(&json!({ "query": NAME }), &[("Policy-Revision", "999999")]).await;
    assert_eq!(ignored.data()["serviceInfo"]["name"], "Keyward");
}

#[tokio::test]
async fn f15_nothing_else_is_served() {
    let app = App::start().await;
    for path in [
        "/.env",
        "/.git/config",
        "/schema.graphql/",
        "/graphiql",
        "/debug",
        "/metrics",
        "/swagger",
        "/admin",
        "/graphql/",
    ] {
        assert_eq!(Raw::new("GET", path).send(&app.url).await.status, 404, "{path}");
    }
    for path in ["/playground/../Cargo.toml", "/playground/%2e%2e/Cargo.toml", "/playground/..%2fCargo.toml"] {
        assert_eq!(Raw::new("GET", path).send(&app.url).await.status, 404, "{path}");
    }
}
