//! The same document in JSON, and in the forms of YAML.

use super::fixture::{json, yaml};
use crate::policy_document::Document;

const CANONICAL: &str = r#"version: 1
permissions:
  invoice:read: Read invoices
  invoice:write: {}
roles:
  clerk:
    permissions:
      - invoice:read
  manager:
    description: "say \"yes\" \U0001f600"
    default: true
    inherits:
      - clerk
constraints: {}
"#;

fn parsed() -> Document {
    yaml(CANONICAL).unwrap()
}

#[test]
fn json_says_the_same() {
    let text = r#"{"version":1,"permissions":{"invoice:write":{},"invoice:\u0072ead":"Read invoices"},
        "constraints":{},
        "roles":{"manager":{"description":"say \"yes\" \ud83d\ude00","inherits":["clerk"],"default":true},
        "clerk":{"permissions":["invoice:read"]}}}"#;
    assert_eq!(json(text).unwrap(), parsed());
    assert_eq!(json(&format!("\u{feff}\t{text}\r\n")).unwrap(), parsed());
}

#[test]
fn all_forms_of_yaml_say_the_same() {
    let text = r#"
# comment
"constraints": {}
roles: { 'manager': {inherits: [clerk], default: true,
    description: 'say "yes" 😀'},
  clerk: {permissions: [
    invoice:read  # comment
  ]}}
permissions:
  "invoice:write": {}
  ? invoice:read
  : description: >-
      Read
      invoices
version: 1
"#;
    assert_eq!(yaml(text).unwrap(), parsed());
    assert_eq!(yaml(&CANONICAL.replace('\n', "\r\n")).unwrap(), parsed());
    assert_eq!(yaml(&format!("\u{feff}---\n{CANONICAL}...\n")).unwrap(), parsed());
}

#[test]
fn a_description_that_is_not_mentioned_is_another_one_than_none() {
    let described = |value: &str| {
        let document = yaml(&format!("version: 1\nroles:\n  a: {value}\n")).unwrap();
        document.roles.unwrap()[0].description.clone()
    };
    assert_eq!(described("{}"), None);
    assert_eq!(described("{ description: ~ }"), Some(None));
    assert_eq!(described("{ description: }"), Some(None));
    assert_eq!(described("{ description: '' }"), Some(Some(String::new())));
}
