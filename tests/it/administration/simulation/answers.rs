//! What answers of the service say, and how worlds differ.

use super::runner::Outcome;
use super::world::{Names, World};
use serde_json::Value;
use tests::Response;

/// Has the access token expired?
pub(super) fn has_expired(answer: &Response) -> bool {
    answer.body["errors"][0]["extensions"]["reason"] == "EXPIRED"
}

/// Roles and permissions of a session, as it reads them.
pub(super) fn viewer_of(answer: &Response) -> (Names, Names) {
    let names = |value: &Value| -> Names {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let viewer = &answer.body["data"]["viewer"];
    (names(&viewer["roles"]), names(&viewer["permissions"]))
}

/// The error code of a root field; that of the request for all of them.
pub(super) fn outcome(answer: &Response, key: &str) -> Outcome {
    let errors = answer.body["errors"].as_array().into_iter().flatten();
    // Below the payload, a guard empties the impact for callers who may not see users.
    let is_below = |error: &&Value| error["path"].get(1).is_some_and(|member| member == "impact");
    let mut concerning =
        errors.filter(|error| error["path"].get(0).is_none_or(|field| field == key)).filter(|error| !is_below(error));
    if let Some(error) = concerning.next() {
        return Some(error["extensions"]["code"].as_str().unwrap_or("an error without a code").to_owned());
    }
    let error = answer.body["data"][key]["userErrors"].get(0)?;
    Some(error["code"].as_str().unwrap_or("a user error without a code").to_owned())
}

/// The difference between two worlds, for people.
pub(super) fn difference(is: &World, predicted: &World) -> String {
    let lines = |world: &World| format!("{world:#?}").lines().map(str::to_owned).collect::<Vec<_>>();
    let (is, predicted) = (lines(is), lines(predicted));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| !those.contains(line)).take(20).cloned().collect()
    };
    format!("is {:#?}, predicted {:#?}", only(&is, &predicted), only(&predicted, &is))
}
