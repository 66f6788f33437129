//! Variables: coercion, default values, variables without a value.

use super::*;

#[test]
fn required_variables_are_checked() {
    let text = "query($p: String!) { can(permission: $p) }";
    for variables in [value!({}), value!({"p": null}), value!({"p": 1}), value!({"p": ["a"]}), value!({"q": "a"})] {
        let error = bind(text, variables).expect_err("not a string");
        assert_eq!((code(&error).as_str(), error.locations[0]), ("\"BAD_USER_INPUT\"", Pos { line: 1, column: 7 }));
    }
    bind(text, value!({"p": "a:b", "unknown": 1})).expect("others are ignored");
}

#[test]
fn nested_values_of_variables_are_checked() {
    let text = "query($f: Filter) { users(filter: $f) { totalCount } }";
    bind(text, value!({"f": {"status": ["ACTIVE"], "nested": {"status": "SUSPENDED"}}})).expect("of its type");
    bind(text, Value::Null).expect("optional");
    let messages = [
        (value!({"f": {"status": ["GONE"]}}), "variable `$f.status[0]` is not a value of `Status`"),
        (
            value!({"f": {"nested": {"search": 1}}}),
            "variable `$f.nested.search` is an integer where `String` is expected",
        ),
        (value!({"f": {"extra": 1}}), "variable `$f.extra` is a field that its type does not have"),
        (value!({"f": {"required": 2.5}}), "variable `$f.required` is a number where `Int!` is expected"),
        (value!({"f": "text"}), "variable `$f` is a string where `Filter` is expected"),
    ];
    for (variables, message) in messages {
        assert_eq!(bind(text, variables).expect_err("not of its type").message, message);
    }
}

#[test]
fn integers_may_be_written_as_floats_without_a_fraction() {
    let text = "query($n: Int) { users(first: $n) { totalCount } }";
    let bound = |json: &str| {
        let variables = Variables::from_json(serde_json::from_str(json).expect("JSON"));
        Arc::new(read(text).expect("valid")).bind(None, variables, &table(), &DocumentLimits::default())
    };
    for (json, number) in [("-0", 0), ("-0.0", 0), ("2.0", 2), ("2147483647.0", i32::MAX), ("-2147483648", i32::MIN)] {
        let operation = bound(&format!(r#"{{"n":{json}}}"#)).expect("an integer");
        assert_eq!(operation.variables["n"], Value::Number(number.into()), "{json}");
    }
    for json in ["0.5", "2147483648", "2147483648.0", "-2147483649.0", "1e300", "\"1\"", "true", "[[1]]"] {
        assert!(bound(&format!(r#"{{"n":{json}}}"#)).is_err(), "{json}");
    }
}

#[test]
fn null_is_refused_for_a_variable_that_only_a_default_value_allows() {
    let texts = [
        "query($n: Int) { me { paths(first: $n) } }",
        "query($n: Int = 5) { me { paths(first: $n) } }",
        "query($n: Int = 1) { users(filter: {nested: {required: $n}}) { totalCount } }",
        "query($n: Int) { ...f } fragment f on Query { users(filter: {required: $n}) { totalCount } }",
    ];
    for text in texts {
        bind(text, Value::Null).expect("a default value");
        bind(text, value!({"n": 1})).expect("a value");
        let error = bind(text, value!({"n": null})).expect_err("null");
        assert_eq!(error.message, "variable `$n` is null where a value is expected", "{text}");
        assert_eq!(code(&error), "\"BAD_USER_INPUT\"");
    }
    bind("query($n: Int) { users(first: $n) { totalCount } }", value!({"n": null})).expect("a nullable argument");
}

#[test]
fn arguments_whose_variable_has_no_value_are_left_out() {
    let text = "query($n: Int, $s: String) { me { paths(first: $n) } users(filter: {search: $s}) { totalCount } }";
    let written = |variables| format!("{:?}", bind(text, variables).expect("valid").executable());
    assert!(!written(Value::Null).contains("Name(\"first\")"), "{}", written(Value::Null));
    for variables in [value!({"n": 5}), value!({"n": 5, "s": null})] {
        assert!(written(variables.clone()).contains("\"first\""), "{}", written(variables));
    }
}

#[test]
fn default_values_of_variables_apply_to_conditions() {
    let operation =
        bind(r#"mutation($x: Boolean = true) { roleCreate(name: "a") @include(if: $x) { id } }"#, Value::Null);
    assert_eq!(operation.expect("valid").root_fields().len(), 1);
}
