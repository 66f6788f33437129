//! The size of request bodies.

use super::http::{NAME, assert_answered, query};
use crate::raw::Raw;
use api::http::limits;
use serde_json::json;
use tests::App;

#[tokio::test]
async fn f6_the_size_of_a_body_is_limited_with_and_without_a_length() {
    let app = App::start().await;
    let body = |bytes: usize| {
        let text = json!({ "query": NAME }).to_string();
        let padding = " ".repeat(bytes - text.len());
        text + &padding
    };
    let post = || Raw::new("POST", "/graphql").header("Content-Type", "application/json");
    for (bytes, is_within) in [(limits::BODY, true), (limits::BODY + 1, false), (4 * limits::BODY, false)] {
        for request in [post().body(body(bytes)), post().body(body(bytes)).chunked()] {
            let reply = request.send(&app.url).await;
            match is_within {
                true => assert_answered(&reply),
                false => assert_eq!((reply.status, reply.error().as_str()), (413, "BAD_USER_INPUT"), "{bytes}"),
            }
        }
    }
    assert_answered(&query().send(&app.url).await);
}

#[tokio::test]
async fn f6_the_number_of_values_in_a_body_is_limited() {
    let app = App::start().await;
    // The object, `query`, `variables` and the list are values, too.
    let body = |values: usize| json!({ "query": NAME, "variables": { "ids": vec![0; values - 4] } });
    assert_answered(&Raw::post(&body(limits::VALUES)).send(&app.url).await);
    let refused = Raw::post(&body(limits::VALUES + 1)).send(&app.url).await;
    assert_eq!((refused.status, refused.error().as_str()), (400, "BAD_USER_INPUT"));
}
