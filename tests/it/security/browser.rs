//! C8: there is no WebSocket. C1 to C7 are in `cookies/` and `documents/http.rs`.

use crate::raw::Raw;
use tests::App;

#[tokio::test]
async fn c8_there_is_no_web_socket() {
    let app = App::start().await;
    for path in ["/graphql", "/graphql/ws", "/subscriptions", "/ws", "/"] {
        for protocol in ["graphql-transport-ws", "graphql-ws"] {
            let request = Raw::new("GET", path)
                .header("Upgrade", "websocket")
                .header("Connection", "Upgrade")
                .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Protocol", protocol)
                .header("Origin", "https://evil.example");
            let reply = request.send(&app.url).await;
            assert!((200..500).contains(&reply.status), "{path}: {}", reply.status);
            assert!(reply.header("sec-websocket-accept").is_none() && reply.header("upgrade").is_none(), "{path}");
        }
    }
    let subscription = app.anonymous().ask("subscription { viewerAccessChanged { at } }").await;
    assert_eq!(subscription.error(), "GRAPHQL_VALIDATION_FAILED");
}
