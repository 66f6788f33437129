//! Bad documents: every problem at once, with its place.

use super::fixture::{json, lines, yaml};
use crate::policy_document::{Document, Format, Limits};

fn problems(text: &str) -> Vec<String> {
    lines(&yaml(text).expect_err(text))
}

fn json_problems(text: &str) -> Vec<String> {
    lines(&json(text).expect_err(text))
}

#[test]
fn every_problem_of_a_document_is_reported_with_its_place() {
    let text = r#"version: 1
permisions: {}
permissions:
  invoice:read: {}
  invoice:read: {}
  invoice:*: {}
  1.0: {}
  "a  b": 7
roles:
  Clerk:
    default: yes
    permissions: invoice:read
    inherits: [x, x, "", null, 3]
  clerk:
  boss: { descripton: x, requiresActivation: 1 }
constraints:
  books:
    kind: STATIC
    limit: 1
    roles: [clerk]
    permissions: [invoice:read]
  Books: { kind: static, limit: 3, roles: [clerk, boss] }
assignments:
  ana:
    roles:
      clerk: { validFrom: 2026-01-02T00:00:00Z, expiresAt: 2026-01-01T00:00:00Z }
      boss: { expiresAt: tomorrow, until: 1 }
  Ana: []
  bo b: {}
"#;
    assert_eq!(
        problems(text),
        [
            "2:1 unknown key `permisions`: a document has `version`, `permissions`, `roles`, `constraints`, `assignments`",
            "5:3 key `invoice:read` is repeated: it is in line 4 already",
            "6:3 permission `invoice:*`: a name has no `*`: `patterns` of a role lists patterns",
            "7:3 YAML does not read the key `1.0` as a text: put it in quotes",
            "8:3 permission `a  b`: a name has no leading, trailing or repeated spaces",
            "8:11 a permission is a mapping, not the number `7`",
            "11:14 `default` is true or false, not the text `yes`",
            "12:18 `permissions` is a list, not the text `invoice:read`",
            "13:19 role `x` is repeated: it is in line 13 already",
            "13:22 role ``: a name is required",
            "13:26 each item of `inherits` is a text, not no value",
            "13:32 each item of `inherits` is a text, not the number `3`: put it in quotes",
            "14:8 a role is a mapping, not no value: write `{}` for an empty one",
            "15:11 unknown key `descripton`: a role has `description`, `default`, `requiresActivation`, `permissions`, `patterns`, `inherits`",
            "15:46 `requiresActivation` is true or false, not the number `1`",
            "18:11 `kind` is `static` or `dynamic`, not `STATIC`",
            "19:12 `limit` is a whole number from 2, not `1`",
            "20:12 a constraint needs at least two roles",
            "21:5 a constraint names either `roles` or `permissions`",
            "21:18 a constraint needs at least two permissions",
            "22:3 constraint `Books` is repeated: it is in line 17 already",
            "22:33 `limit` is at most the number of roles, which is 2",
            "26:60 `expiresAt` is after `validFrom`",
            "27:26 `expiresAt` is an instant such as `2026-12-31T18:00:00Z`, not `tomorrow`",
            "27:36 unknown key `until`: the role of a user has `validFrom`, `expiresAt`, `reason`",
            "28:8 a user is a mapping, not a list",
            "29:3 user `bo b`: a username consists of letters, digits and symbols, without spaces",
        ]
    );
}

#[test]
fn anchors_aliases_tags_and_further_documents_are_refused() {
    let text = "version: 1\nroles:\n  a: &x {}\n  b: *x\n  c: *y\n  d: !!map {}\n  <<: {}\n";
    assert_eq!(
        problems(text),
        [
            "3:6 anchors are not accepted: remove it",
            "4:6 aliases are not accepted: write the value out",
            "5:6 aliases are not accepted: write the value out",
            "6:12 tags are not accepted: put the value in quotes if it is a text",
            "7:3 merge keys are not accepted: put `<<` in quotes if it is a name",
        ]
    );
    assert_eq!(problems("version: 1\n---\nversion: 1\n"), ["2:1 the text has more than one document: remove this one"]);
    assert!(problems("%YAML 1.2\n---\nversion: 1\n")[0].starts_with("1:1 invalid YAML: "));
}

#[test]
fn a_bomb_of_aliases_is_no_larger_than_its_text() {
    let mut text = "version: 1\nroles: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, former) in ('b'..='z').zip('a'..) {
        text.push_str(&format!("{name}: &{name} [*{former},*{former},*{former},*{former},*{former}]\n"));
    }
    let problems = problems(&text);
    assert_eq!(problems.iter().filter(|problem| problem.contains("aliases")).count(), 25 * 5);
    assert_eq!(problems.iter().filter(|problem| problem.contains("anchors")).count(), 26);
}

#[test]
fn all_tabs_that_indent_are_reported() {
    let text = "version: 1\nroles:\n\ta: {}\n  \tb: {}\n\t\n  c: {}\n";
    assert_eq!(problems(text), ["3:1 a tab does not indent: use spaces", "4:3 a tab does not indent: use spaces"]);
    assert!(yaml("version: 1\nroles:\t# all\n  a:\t{}\n").is_ok());
}

#[test]
fn an_error_of_syntax_has_its_place_and_follows_the_problems_before_it() {
    assert_eq!(
        problems("version: 1\nroles:\n  a: {}\n  a: {}\n b: {}\n  c: {}\n").last().map(|problem| &problem[..4]),
        Some("5:2 ")
    );
    assert!(problems("roles: {")[0].contains("invalid YAML"));
    assert!(problems("roles: @a")[0].starts_with("1:8 invalid YAML"));
    assert_eq!(problems(""), ["1:1 the document is empty"]);
    assert_eq!(problems("# nothing\n"), ["1:1 the document is empty"]);
    assert_eq!(problems("~"), ["1:1 a document is a mapping, not no value: write `{}` for an empty one"]);
    assert_eq!(problems("[]"), ["1:1 a document is a mapping, not a list"]);
    assert_eq!(problems("? [a]\n: 1\nversion: 1\n"), ["1:3 a key is a text, not a list or a mapping"]);
}

#[test]
fn the_version_is_required_and_known() {
    assert_eq!(problems("{}"), ["1:1 a document begins with `version: 1`"]);
    assert_eq!(problems("version: 2"), ["1:10 version 2 is not understood: this is version 1"]);
    assert_eq!(problems("version: \"1\""), ["1:10 `version` is the number 1, not the text `1`"]);
    assert!(yaml("version: 1").is_ok());
}

#[test]
fn names_that_yaml_reads_as_texts_are_names() {
    let document =
        yaml("version: 1\nroles:\n  no: {}\n  on: {}\n  2024-01-01: {}\n  \"1.0\": {}\n  'null': {}\n").unwrap();
    let names: Vec<String> = document.roles.unwrap().iter().map(|role| role.name.value.to_string()).collect();
    assert_eq!(names, ["1.0", "2024-01-01", "no", "null", "on"]);
    for name in ["1.0", "null", "~", "true", "0x10", ".inf", "1e3"] {
        let found = problems(&format!("version: 1\nroles:\n  {name}: {{}}\n"));
        assert!(found[0].starts_with("3:3 ") && found[0].contains("quotes"), "{name}: {found:?}");
    }
}

#[test]
fn sizes_are_limited_on_both_sides() {
    let of_size = |bytes: usize| {
        let text = "version: 1\n#";
        format!("{text}{}", "x".repeat(bytes - text.len()))
    };
    assert!(yaml(&of_size(Limits::REQUEST.bytes)).is_ok());
    let found = problems(&of_size(Limits::REQUEST.bytes + 1));
    assert_eq!(found, ["1:1 the document has 4194305 bytes; at most 4194304 are accepted"]);
    assert!(problems(&of_size(10_000_000))[0].starts_with("1:1 the document has 10000000 bytes"));

    let limits = Limits { bytes: 1_000, values: 6 };
    let parse = |text: &str, format| Document::parse(text, format, limits).map_err(|problems| lines(&problems));
    // The mapping, two keys and two values, and an item.
    assert!(parse("version: 1\nroles: {}\n", Format::Yaml).is_ok());
    assert_eq!(parse("[1, 2, 3, 4, 5, 6]", Format::Yaml).unwrap_err()[0], "1:1 the document has more than 6 values");
    assert_eq!(parse("[1, 2, 3, 4, 5, 6]", Format::Json).unwrap_err()[0], "1:17 the document has more than 6 values");
}

#[test]
fn nesting_is_limited_on_both_sides() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let deep = ["1:17 the document is nested more than 16 levels deep"];
    assert_eq!(problems(&nested(16)), ["1:1 a document is a mapping, not a list"]);
    assert_eq!(json_problems(&nested(16)), ["1:1 a document is a mapping, not a list"]);
    assert_eq!(problems(&nested(17)), deep);
    assert_eq!(json_problems(&nested(17)), deep);
    for depth in [100, 100_000] {
        assert!(problems(&nested(depth))[0].starts_with("1:"), "{depth}");
        assert_eq!(json_problems(&nested(depth)), deep);
    }
}

#[test]
fn texts_are_limited_on_both_sides() {
    let with = |description: usize, reason: usize, constraint: usize| {
        format!(
            "version: 1\nroles:\n  a: {{ description: {} }}\nassignments:\n  ana: {{ roles: {{ a: {{ reason: {} }} }} }}\n\
             constraints:\n  ? {}\n  : {{}}\n",
            "x".repeat(description),
            "y".repeat(reason),
            "z".repeat(constraint)
        )
    };
    assert!(yaml(&with(2_000, 1_000, 200)).is_ok());
    assert_eq!(
        problems(&with(2_001, 1_001, 201)),
        [
            "3:21 the text is longer than 2000 characters",
            "5:32 the text is longer than 1000 characters",
            "7:5 the text is longer than 200 characters"
        ]
    );
    assert_eq!(json_problems(r#"{"version": 1, "roles": {"a": {"description": "\u0000"}}}"#).len(), 1);
}

#[test]
fn instants_are_as_fine_as_they_are_stored() {
    let with =
        |instant: &str| format!("version: 1\nassignments:\n  ana: {{ roles: {{ a: {{ expiresAt: {instant} }} }} }}\n");
    for instant in
        ["2026-12-31T18:00:00Z", "2026-12-31T18:00:00.123Z", "2026-12-31t18:00:00.120000+02:00", "9999-12-31T23:59:59Z"]
    {
        assert!(yaml(&with(instant)).is_ok(), "{instant}");
    }
    for (instant, found) in [
        ("2026-12-31T18:00:00.0001Z", "has at most three digits after the second"),
        ("1969-12-31T23:59:59Z", "is within the years 1970 to 9999"),
        ("2026-12-31", "is an instant such as"),
        ("2026-12-31T18:00:00", "is an instant such as"),
        ("2026-02-30T18:00:00Z", "is an instant such as"),
    ] {
        let problems = problems(&with(instant));
        assert!(problems[0].starts_with(&format!("3:35 `expiresAt` {found}")), "{problems:?}");
    }
    assert_eq!(
        problems(&with("1767204000")),
        ["3:35 `expiresAt` is an instant as a text, not the number `1767204000`: put it in quotes"]
    );
}

#[test]
fn limits_of_constraints_are_whole_numbers() {
    let with = |limit: &str| format!("version: 1\nconstraints: {{ c: {{ limit: {limit} }} }}\n");
    for limit in ["2", "2147483647"] {
        assert!(yaml(&with(limit)).is_ok(), "{limit}");
    }
    for limit in
        ["1", "0", "-2", "2.0", "2e0", "0x2", "02", "+2", "2147483648", "99999999999999999999999", ".inf", "\"2\""]
    {
        assert_eq!(problems(&with(limit)).len(), 1, "{limit}");
    }
    let json = |limit: &str| json(&format!(r#"{{"version": 1, "constraints": {{"c": {{"limit": {limit}}}}}}}"#));
    assert!(json("2").is_ok());
    for limit in ["1", "2.0", "1e400", "123456789012345678901234567890"] {
        assert_eq!(json(limit).unwrap_err().len(), 1, "{limit}");
    }
}

#[test]
fn problems_of_json_have_places_too() {
    let text = "{\n  \"version\": 1,\n  \"roles\": {\n    \"größe\": {},\n    \"a\": {}, \"a\": {},\n    \"\\ud83d\": {}\n  },\n  \"x\": []\n}\n";
    assert_eq!(
        json_problems(text),
        [
            "4:5 role `größe`: a name consists of printable ASCII characters other than `*`, `\"` and `\\`",
            "5:14 key `a` is repeated: it is in line 5 already",
            "6:5 invalid JSON: an escape of the string is half a surrogate pair",
            "8:3 unknown key `x`: a document has `version`, `permissions`, `roles`, `constraints`, `assignments`",
        ]
    );
    assert_eq!(json_problems("{\"ö\": 1,}"), ["1:9 invalid JSON: key must be a string"]);
    for text in
        ["", "{", "{} {}", "{'a': 1}", "{a: 1}", "// x\n{}", "{\"a\": 01}", "{\"a\": .5}", "{\"a\": \"\t\"}", "nul"]
    {
        assert!(json_problems(text)[0].contains("invalid JSON"), "{text}");
    }
}

#[test]
fn no_more_than_a_thousand_problems_are_kept() {
    let text: String = (0..1_500).map(|key| format!("key{key}: 1\n")).collect();
    assert_eq!(problems(&text).len(), 1_000);
}
