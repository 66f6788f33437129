//! The JSON Schema and the parser accept the same documents.

use super::fixture::json;
use super::merging::BEFORE;
use crate::policy_document::{Document, Format, Limits, SCHEMA};
use serde_json::Value;

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn the_schema_accepts_good_documents() {
    let validator = validator();
    let exported = Document::parse(BEFORE, Format::Yaml, Limits::REQUEST).unwrap().to_state().unwrap();
    let exported = exported.render(Format::Json);
    for text in [
        exported.as_str(),
        r#"{"version": 1}"#,
        r#"{"version": 1, "permissions": {"a": {"description": null}, "b": "", "c": {"description": "x"}}}"#,
        r#"{"version": 1, "roles": {"Head of IT": {"default": false, "requiresActivation": true, "inherits": []}}}"#,
        r#"{"version": 1, "constraints": {" ": {}}}"#.replace("\" \"", "\"Pay & approve\"").as_str(),
        r#"{"version": 1, "constraints": {"c": {"kind": "dynamic", "limit": 2147483647}}}"#,
        r#"{"version": 1, "constraints": {"c": {"permissions": ["a", "b"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["x:*", "*:y", "*:*", "*.*", "a.b.*", "*.b", "a:b:*", "a.b:*", "*:a.b", "x y:*"]}}}"#,
        r#"{"version": 1, "assignments": {"ana@example.com": {"permissions": {"x": {"validFrom": "2026-01-01T00:00:00.120000+01:00"}}}}}"#,
    ] {
        assert!(json(text).is_ok(), "{text}");
        assert!(validator.is_valid(&serde_json::from_str(text).unwrap()), "{text}");
    }
}

#[test]
fn the_schema_refuses_bad_documents() {
    let validator = validator();
    for text in [
        r#"{}"#,
        r#"[]"#,
        r#"{"version": 2}"#,
        r#"{"version": "1"}"#,
        r#"{"version": 1, "role": {}}"#,
        r#"{"version": 1, "roles": []}"#,
        r#"{"version": 1, "roles": null}"#,
        r#"{"version": 1, "roles": {"a": null}}"#,
        r#"{"version": 1, "roles": {"a*": {}}}"#,
        r#"{"version": 1, "roles": {"a  b": {}}}"#,
        r#"{"version": 1, "roles": {"": {}}}"#,
        r#"{"version": 1, "roles": {"é": {}}}"#,
        r#"{"version": 1, "roles": {"a": {"default": "yes"}}}"#,
        r#"{"version": 1, "roles": {"a": {"permissions": "x"}}}"#,
        r#"{"version": 1, "roles": {"a": {"permissions": ["x", "x"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"permissions": [1]}}}"#,
        r#"{"version": 1, "roles": {"a": {"inherits": {}}}}"#,
        r#"{"version": 1, "roles": {"a": {"name": "b"}}}"#,
        r#"{"version": 1, "permissions": {"a": null}}"#,
        r#"{"version": 1, "permissions": {"a": 1}}"#,
        r#"{"version": 1, "constraints": {"c": {"limit": 1}}}"#,
        r#"{"version": 1, "constraints": {"c": {"limit": 2.5}}}"#,
        r#"{"version": 1, "constraints": {"c": {"limit": 2147483648}}}"#,
        r#"{"version": 1, "constraints": {"c": {"kind": "STATIC"}}}"#,
        r#"{"version": 1, "constraints": {"c": {"roles": ["a"]}}}"#,
        r#"{"version": 1, "constraints": {"c": {"permissions": ["a"]}}}"#,
        r#"{"version": 1, "constraints": {"c": {"permissions": ["a", "b"], "roles": ["a", "b"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"permissions": ["x:*"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["x:*", "x:*"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["x:y"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["*"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["x*:y"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["*:a:b"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["a:b.*"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": [" x:*"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["x  y:*"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": [":*"]}}}"#,
        r#"{"version": 1, "roles": {"a": {"patterns": ["é:*"]}}}"#,
        r#"{"version": 1, "constraints": {" ": {}}}"#,
        r#"{"version": 1, "assignments": {"a b": {}}}"#,
        r#"{"version": 1, "assignments": {"ana": {"roles": ["a"]}}}"#,
        r#"{"version": 1, "assignments": {"ana": {"roles": {"a": {"expiresAt": "tomorrow"}}}}}"#,
        r#"{"version": 1, "assignments": {"ana": {"roles": {"a": {"expiresAt": "2026-01-01T00:00:00.0001Z"}}}}}"#,
        r#"{"version": 1, "assignments": {"ana": {"roles": {"a": {"reason": null}}}}}"#,
    ] {
        assert!(json(text).is_err(), "{text}");
        assert!(!validator.is_valid(&serde_json::from_str(text).unwrap()), "{text}");
    }
    let long = |text: &str, length: usize| text.replace("LONG", &"x".repeat(length));
    for (text, most) in [
        (r#"{"version": 1, "roles": {"LONG": {}}}"#, 255),
        (r#"{"version": 1, "permissions": {"a": "LONG"}}"#, 2_000),
        (r#"{"version": 1, "permissions": {"a": {"description": "LONG"}}}"#, 2_000),
        (r#"{"version": 1, "constraints": {"LONG": {}}}"#, 200),
        (r#"{"version": 1, "assignments": {"LONG": {}}}"#, 128),
        (r#"{"version": 1, "assignments": {"ana": {"roles": {"a": {"reason": "LONG"}}}}}"#, 1_000),
    ] {
        for (length, is_good) in [(most, true), (most + 1, false)] {
            let text = long(text, length);
            assert_eq!(json(&text).is_ok(), is_good, "{length} {text}");
            assert_eq!(validator.is_valid(&serde_json::from_str(&text).unwrap()), is_good, "{length} {text}");
        }
    }
}
