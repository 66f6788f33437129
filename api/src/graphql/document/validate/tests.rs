use super::super::parse::parse;
use super::*;
use async_graphql::Pos;

fn errors(text: &str) -> Vec<(String, Pos)> {
    let schema = crate::graphql::schema::build().expect("a guarded schema");
    let (validator, limits) = (Validator::read(schema.sdl()).expect("a schema"), DocumentLimits::default());
    let parsed = parse(text, &limits).expect("a document");
    let errors = validator.validate(&parsed, text, &limits).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.message, error.locations[0])).collect()
}

#[track_caller]
fn assert_errors(text: &str, expected: &[(&str, usize)]) {
    let expected: Vec<_> =
        expected.iter().map(|(message, column)| ((*message).to_owned(), Pos { line: 1, column: *column })).collect();
    assert_eq!(errors(text), expected, "{text}");
}

#[test]
fn variables_in_the_wrong_position_name_both_types() {
    assert_errors(
        "query($n: String) { users(first: $n) { totalCount } }",
        &[("variable `$n` of type `String` is used where `Int` is expected", 34)],
    );
    assert_errors(
        "mutation($u: String) { userCreate(input: {username: $u}) { user { id } } }",
        &[("variable `$u` of type `String` is used where `String!` is expected", 53)],
    );
    assert_errors(
        "query($i: ID) { nodes(ids: [$i]) { id } }",
        &[("variable `$i` of type `ID` is used where `ID!` is expected", 29)],
    );
    assert_errors(
        "query($b: Boolean = null) { me @skip(if: $b) { id } }",
        &[("variable `$b` of type `Boolean` is used where `Boolean!` is expected", 42)],
    );
    assert_errors("query($b: Boolean = true) { me @skip(if: $b) { id } }", &[]);
    assert_errors("query($i: ID!) { node(id: $i) { id } nodes(ids: [$i]) { id } }", &[]);
}

#[test]
fn literals_of_the_wrong_type_name_their_place() {
    let cases: [(&str, &[(&str, usize)]); 9] = [
        ("{ users(first: \"1\") { totalCount } }", &[("argument `first` is a string where `Int` is expected", 16)]),
        (
            "{ users(first: 2147483648) { totalCount } }",
            &[("argument `first` is beyond 32 bits where `Int` is expected", 16)],
        ),
        ("{ nodes(ids: [\"a\", null]) { id } }", &[("argument `ids[1]` is null where `ID!` is expected", 20)]),
        (
            "mutation { userCreate(input: {username: \"a\", username: \"b\", x: 1}) { user { id } } }",
            &[
                ("argument `input.username` is repeated", 46),
                ("argument `input.x` does not exist on `UserCreateInput`", 61),
            ],
        ),
        (
            "mutation { userCreate(input: {}) { user { id } } }",
            &[("argument `input.username` of type `String!` is missing", 30)],
        ),
        (
            "query($d: TokenDelivery = \"COOKIE\") { me { id } a: me @skip(if: false) { id } }",
            &[
                ("unused variable: `$d`", 7),
                ("the default value of variable `$d` is a string where `TokenDelivery` is expected", 27),
            ],
        ),
        (
            "{ users(orderBy: {field: NOPE}) { totalCount } }",
            &[("argument `orderBy.field` is `NOPE`, which `UserOrderField` does not have", 26)],
        ),
        (
            "{ auditLog(filter: {since: \"soon\"}) { totalCount } }",
            &[("argument `filter.since`: not a date and time in RFC 3339 format, such as `2026-01-31T12:00:00Z`", 28)],
        ),
        ("{ me @skip(if: 1) { id } }", &[("argument `if` is an integer where `Boolean!` is expected", 16)]),
    ];
    for (text, expected) in cases {
        assert_errors(text, expected);
    }
}

#[test]
fn each_error_is_reported_once_without_its_consequences() {
    assert_errors("{ me { nothing } }", &[("type `User` does not have a field `nothing`", 8)]);
    assert_errors("query($a: Int) { nothing(a: $a) }", &[("type `Query` does not have a field `nothing`", 18)]);
    assert_errors("{ me }", &[("the field returns an object: select fields of it", 3)]);
    assert_errors("{ me { id @a } ...F }", &[("cannot find directive `@a`", 11), ("cannot find fragment `F`", 16)]);
    assert_eq!(errors("{ a: me { id } a: serviceInfo { name } }").len(), 1);
    assert_errors("query($v: UserFiltr) { users(filter: $v) { totalCount } }", &[("cannot find type `UserFiltr`", 7)]);
    let twice = errors(
        "query($n: String) { ...F } query B($n: String) { ...F } fragment F on Query { users(first: $n) { totalCount } }",
    );
    assert_eq!(twice.iter().filter(|(message, _)| message.contains("is used where")).count(), 1, "{twice:?}");
}

#[test]
fn typename_is_a_field_like_others() {
    for text in ["{ __typename @nope }", "{ __typename(a: 1) }", "{ __typename { x } }"] {
        assert_eq!(errors(text).len(), 1, "{text}");
    }
    assert_errors("query($a: Boolean!) { me { id } __typename @skip(if: $a) }", &[]);
}

#[test]
fn introspection_has_the_fields_of_the_specification() {
    assert_errors(
        "{ __schema { description types { isOneOf specifiedByURL inputFields(includeDeprecated: true) { isDeprecated
         deprecationReason } fields { args(includeDeprecated: true) { name } } } directives { isRepeatable } } }",
        &[],
    );
}

#[test]
fn the_number_of_errors_is_limited() {
    let fields: String = (0..1_000).map(|at| format!("f{at} ")).collect();
    assert_eq!(errors(&format!("{{ {fields} }}")).len(), DocumentLimits::default().errors);
}
