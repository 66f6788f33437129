//! Numbers and dates at their bounds, and beyond.

use crate::calls::{Call, Position, positions, send};
use crate::sdl::{Field, published};
use serde_json::{Value, json};
use tests::App;

fn positions_of(root: &str, ty: &str) -> Vec<(&'static Field, Position)> {
    let sdl = published();
    let fields = sdl.root(root).iter();
    fields
        .flat_map(|field| {
            positions(sdl, field)
                .into_iter()
                .filter(|position| position.ty == ty)
                .map(move |position| (field, position))
        })
        .collect()
}

#[tokio::test]
async fn f11_numbers_out_of_range_are_bad_input_everywhere() {
    let app = App::start().await;
    let root = app.admin().await;
    let values =
        [json!(-1), json!(i32::MIN), json!(i32::MAX), json!(2_147_483_648_i64), json!(1e300), json!(1.5), json!("1")];
    let pages = positions_of("Query", "Int");
    assert!(pages.len() >= 10, "{pages:?}");
    for (field, position) in pages {
        let largest = match position.name() {
            "firstRoles" => 200,
            "firstPermissions" => 500,
            "unusedForDays" => 3_650,
            _ => 100,
        };
        for value in values.iter().chain([&json!(largest + 1)]) {
            let call = Call::of(published(), field, "numbers").with(&position.path, "$value");
            let answer = send(root, "Query", &call, Some(("Int", value))).await;
            assert_eq!(answer.error(), "BAD_USER_INPUT", "{}({}: {value})", field.name, position.path);
        }
        let literal = Call::of(published(), field, "numbers").with(&position.path, "99999999999999999999");
        let answer = send(root, "Query", &literal, None).await;
        assert!(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"].contains(&answer.error()));
    }
}

#[tokio::test]
async fn numbers_of_a_mutation_are_accepted_or_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role("clerk").create().await;
    for version in [json!(-1), json!(0), json!(i32::MAX), json!(i32::MIN)] {
        let arguments = json!({ "id": id, "input": {}, "expectedVersion": version });
        assert!(root.mutate("roleUpdate", arguments).await.refused().starts_with("STALE"), "{version}");
    }
    for version in [json!(2_147_483_648_i64), json!("1"), json!(1.5)] {
        let arguments = json!({ "id": id, "input": {}, "expectedVersion": version });
        assert_eq!(root.mutate("roleUpdate", arguments).await.response.error(), "BAD_USER_INPUT", "{version}");
    }
}

#[tokio::test]
async fn f7_the_number_of_paths_is_limited() {
    let app = App::start().await;
    let root = app.admin().await;
    for first in [-1, 101, i32::MAX, i32::MIN] {
        let document = format!(
            "{{ me {{ effectivePermissions(first: 1) {{ nodes {{ isDirect paths(first: {first}) {{ text }} }} }} }} }}"
        );
        assert_eq!(root.ask(&document).await.error(), "BAD_USER_INPUT", "{first}");
    }
    for first in [0, 1, 100] {
        let document =
            format!("{{ me {{ effectivePermissions(first: 1) {{ nodes {{ paths(first: {first}) {{ text }} }} }} }} }}");
        assert!(root.ask(&document).await.data()["me"].is_object());
    }
}

const NO_INSTANTS: [&str; 21] = [
    "",
    "now",
    "0",
    "2026",
    "2026-01-31",
    "2026-02-30T00:00:00Z",
    "2026-01-31T24:00:01Z",
    "2026-01-31T12:00:00",
    "2026-01-31 12:00",
    "0000-01-01T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "+262143-12-31T23:59:59Z",
    "2026-01-31T12:00:00+99:00",
    "٢٠٢٦-01-31T12:00:00Z",
    "infinity",
    "2026-01-31 12:00:00Z",
    "2026-01-31T12:00:00-00:00",
    "2016-12-31T23:59:60Z",
    "2026-01-31T12:00:00.0000000001Z",
    "2026-01-31T12:00:00.Z",
];

#[tokio::test]
async fn f11_invalid_dates_are_bad_input_everywhere() {
    let app = App::start().await;
    let root = app.admin().await;
    let values: Vec<Value> =
        NO_INSTANTS.iter().map(|text| json!(text)).chain([json!(0), json!(1_700_000_000), json!(true)]).collect();
    for kind in ["Query", "Mutation"] {
        let found = positions_of(kind, "DateTime");
        assert!(found.len() >= 3, "{found:?}");
        for (field, position) in found {
            for value in &values {
                let call = Call::of(published(), field, "dates").with(&position.path, "$value");
                let answer = send(root, kind, &call, Some(("DateTime", value))).await;
                assert_eq!(answer.error(), "BAD_USER_INPUT", "{}({}: {value})", field.name, position.path);
            }
        }
    }
}

#[tokio::test]
async fn dates_at_the_bounds_are_stored_to_the_millisecond() {
    let app = App::start().await;
    let root = app.admin().await;
    let user = app.user("ana").create().await.id;
    let role = app.role("clerk").create().await;
    let document = "query ($id: ID!) { user(id: $id) { roleAssignments { role { name } validFrom expiresAt } } }";
    let cases = [
        ("1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"),
        ("2016-12-31T23:59:59.123Z", "2038-01-19T03:14:08.001Z"),
        ("2000-02-29T12:00:00.500Z", "2106-02-07T06:28:16.000Z"),
    ];
    for (from, until) in cases {
        let arguments =
            json!({ "userId": user, "roleIds": [role], "validFrom": from, "expiresAt": until, "replace": true });
        let _ = root.mutate("userAssignRoles", arguments).await.done();
        let answer = root.graphql(document, json!({ "id": user })).await;
        let held = answer.data()["user"]["roleAssignments"].as_array().expect("a list").clone();
        let held = held.into_iter().find(|held| held["role"]["name"] == "clerk").expect("the assignment");
        assert_eq!((&held["validFrom"], &held["expiresAt"]), (&json!(from), &json!(until)));
    }
    let shifted =
        json!({ "userId": user, "roleIds": [role], "expiresAt": "2030-01-01T02:00:00.1239+02:00", "replace": true });
    let _ = root.mutate("userAssignRoles", shifted).await.done();
    let answer = root.graphql(document, json!({ "id": user })).await;
    assert!(answer.body.to_string().contains("\"2030-01-01T00:00:00.123Z\""), "{:#}", answer.body);
}
