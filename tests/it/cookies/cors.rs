//! CORS: allowed origins, and all others.

use super::login::FOREIGN;
use super::{Browser, LOG_IN, assert_distrusted, person, set_cookies};
use crate::raw::{Raw, Reply};
use api::config::AllowedOrigins;
use serde_json::json;
use tests::App;

const LISTED: &str = "https://app.example.org";
const OTHERS: [&str; 6] = [
    "https://evil.example",
    "null",
    "https://app.example.org.evil.example",
    "https://x.app.example.org",
    "http://app.example.org",
    "https://app.example.org:444",
];

async fn with_list() -> App {
    let origins = AllowedOrigins::parse("https://app.example.org, https://admin.example.org").expect("origins");
    App::builder().http(|http| http.origins = origins).start().await
}

async fn preflight(app: &App, origin: &str) -> Reply {
    let request = Raw::new("OPTIONS", "/graphql").header("Origin", origin);
    let request = request.header("Access-Control-Request-Method", "POST");
    request.header("Access-Control-Request-Headers", "content-type,x-csrf-token").send(&app.url).await
}

#[tokio::test]
async fn c5_an_allowed_origin_gets_its_cors_headers() {
    let app = with_list().await;
    let reply = preflight(&app, LISTED).await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    let header = |name: &str| reply.header(name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(header("access-control-allow-origin"), LISTED);
    assert_eq!(header("access-control-allow-credentials"), "true");
    assert_eq!(header("access-control-allow-methods"), "GET, POST");
    assert_eq!(header("access-control-allow-headers"), "Authorization, Content-Type, Policy-Revision, X-CSRF-Token");
    assert!(header("vary").contains("Origin"));

    let answer = Raw::post(&json!({ "query": "{ __typename }" })).header("Origin", LISTED).send(&app.url).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(LISTED)));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("vary").expect("a header").contains("Origin"));
    let refused = Raw::new("PUT", "/graphql").header("Origin", LISTED).send(&app.url).await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (405, Some(LISTED)), "to be read too");
}

#[tokio::test]
async fn c5_no_other_origin_is_allowed_with_or_without_a_list() {
    for app in [with_list().await, App::start().await] {
        for origin in OTHERS {
            let reply = preflight(&app, origin).await;
            let answer = Raw::post(&json!({ "query": "{ __typename }" })).header("Origin", origin).send(&app.url).await;
            assert_eq!((reply.status, answer.status), (405, 200), "{origin}");
            for reply in [reply, answer] {
                for name in ["origin", "credentials", "methods", "headers"] {
                    assert!(reply.header(&format!("access-control-allow-{name}")).is_none(), "{origin} {name}");
                }
            }
        }
    }
    let twice = Raw::new("OPTIONS", "/graphql").header("Origin", LISTED).header("Origin", "https://evil.example");
    let twice = twice.header("Access-Control-Request-Method", "POST").send(&with_list().await.url).await;
    assert_eq!((twice.status, twice.header("access-control-allow-origin")), (405, None));
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_logs_in_and_acts_and_others_cannot() {
    let app = with_list().await;
    let _ = app.user("ana").create().await;
    for site in ["same-site", "cross-site"] {
        let mut page = Browser::at(&app).on_page(&[("Origin", LISTED), ("Sec-Fetch-Site", site)]);
        let answer = page.ask_with(LOG_IN, person("ana")).await;
        assert_eq!(set_cookies(&answer).len(), 2, "{site}");
        page.csrf_token = answer.payload("login")["csrfToken"].as_str().map(str::to_owned);
        for foreign in FOREIGN {
            let answer = page.on_page(foreign).ask("mutation { logout { endedSessions } }").await;
            assert_distrusted(&answer, &foreign);
        }
        assert_distrusted(&page.showing(None).ask("{ me { username } }").await, &"no header");
        assert_eq!(page.whoami().await, "ana", "{site}");
    }
}
