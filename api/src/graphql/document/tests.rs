use super::*;
use async_graphql::parser::parse_query;
use async_graphql::{Pos, Value, value};
use std::fmt::Write as _;

const SDL: &str = r#"
type Query {
  me: User @public
  can(permission: String!): Boolean! @public
  canEach(permissions: [String!]!): [String!]! @public
  user(id: ID!): User @selfOr(permission: "user:read", of: "id")
  users(first: Int, last: Int, filter: Filter): UserConnection @hasPermission(permission: "user:read")
  token(secret: String! @sensitive): String @authenticated
}
type Mutation {
  login(username: String!, password: String! @sensitive): String @public @limited(bucket: LOGIN)
  roleCreate(name: String!): Role @hasPermission(permission: "role:write")
}
interface Node { id: ID! }
type User implements Node @visibleTo(permission: "user:read") {
  id: ID!
  name: String!
  roles: [Role!] @selfOr(permission: "user:read")
  sessions(first: Int): SessionConnection @selfOr(permission: "session:read")
  paths(first: Int! = 20): [String!]!
}
type Role implements Node @visibleTo(permission: "role:read") {
  id: ID!
  name: String!
  permissions: [String!] @selfOr(permission: "role:read")
  inheritsFrom: [Role!] @selfOr(permission: "role:read")
  inheritedBy: [Role!] @hasPermission(permission: "role:read")
  users(first: Int): UserConnection @hasPermission(permission: "user:read")
}
type Session implements Node @visibleTo(permission: "session:read") {
  id: ID!
  user: User! @inherit
  data: String @selfOr(permission: "session:read")
}
type PageInfo { hasNextPage: Boolean! }
type UserConnection { edges: [UserEdge!]! nodes: [User!]! pageInfo: PageInfo! totalCount: Int! }
type UserEdge { cursor: String! node: User! }
type SessionConnection { edges: [SessionEdge!]! nodes: [Session!]! pageInfo: PageInfo! totalCount: Int! }
type SessionEdge { cursor: String! node: Session! }
enum Status { ACTIVE SUSPENDED }
input Filter { search: String status: [Status!] nested: Filter required: Int! = 1 }
schema { query: Query mutation: Mutation }
"#;

fn table() -> Table {
    Table::read(SDL).expect("a sound schema")
}

fn read(text: &str) -> Result<Document, ServerError> {
    Document::read(text, &table(), &DocumentLimits::default())
}

/// What a document is refused for.
fn refusal(text: &str) -> String {
    read(text).expect_err("too much").message
}

fn ask(text: &str, variables: Value) -> Result<Ready, ServerError> {
    let variables = Variables::from_value(variables);
    Arc::new(read(text)?).ask(None, variables, (&table(), &DocumentLimits::default()))
}

fn code(error: &ServerError) -> String {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned();
    code.unwrap_or_default().to_string()
}

/// `levels` fragments, each of which spreads the next one `times` times.
fn fan_out(levels: usize, times: usize) -> String {
    let mut text = "{ ...f0 }".to_owned();
    for level in 0..levels {
        let spreads = format!("...f{} ", level + 1).repeat(times);
        write!(text, " fragment f{level} on Query {{ {spreads} }}").expect("a string takes text");
    }
    text + &format!(" fragment f{levels} on Query {{ __typename }}")
}

#[test]
fn fragments_that_multiply_are_refused_after_one_look_at_each() {
    for (levels, times) in [(12, 4), (26, 2), (10, 5), (15, 3), (7, 8)] {
        let executable = parse_query(fan_out(levels, times)).expect("it can be read");
        let (table, unlimited) =
            (table(), DocumentLimits { selections: u64::MAX, nodes: u64::MAX, nesting: 64, ..Default::default() });
        let (_, visits) = Document::measured(executable, &table, &unlimited).expect("no limit");
        assert!(visits <= (levels * times + 2) as u64, "{levels} {times}: {visits}");
        assert!(read(&fan_out(levels, times)).is_err());
    }
}

#[test]
fn counting_stops_when_a_limit_is_passed() {
    let text = format!("{{ {} }}", "me { id } ".repeat(5_000));
    let executable = parse_query(&text).expect("it can be read");
    let (table, limits) = (table(), DocumentLimits::default());
    let mut surveyor = Surveyor::new(&table, &executable, &limits, None);
    let operation = executable.operations.iter().next().expect("one").1;
    surveyor.operation(&operation.node, "Query").expect_err("too much");
    assert!(surveyor.visits <= limits.selections + 2);
}

#[test]
fn values_count_wherever_a_variable_is_used() {
    let document = |uses: usize| {
        let fields = "canEach(permissions: $names) ".repeat(uses);
        format!("query ($names: [String!]!) {{ ...f ...f }} fragment f on Query {{ {fields} }}")
    };
    let names = |count: usize| Value::from_json(serde_json::json!({ "names": vec![""; count] })).expect("a value");
    // Twenty uses of a list and its 12,499 texts, where each variable was read as one value more.
    assert!(ask(&document(10), names(10)).is_ok());
    for (uses, count) in [(10, 12_500), (900, 140), (1, 125_000)] {
        let refused = ask(&document(uses), names(count)).expect_err("too much");
        let expected = "at most 250000 values in arguments, with those of variables wherever they are used";
        assert_eq!(refused.message, format!("the document asks for too much: {expected}"), "{uses} {count}");
    }
    let long = Value::from_json(serde_json::json!({ "names": ["x".repeat(1_000_000)] })).expect("a value");
    assert!(ask(&document(10), long.clone()).is_ok());
    assert!(ask(&document(500), long).is_err(), "long texts count as well");
}

#[test]
fn values_that_are_written_count_wherever_their_fragment_is_spread() {
    let text = |spreads: usize| {
        let list = "\"\" ".repeat(5_000);
        format!("{{ {} }} fragment f on Query {{ canEach(permissions: [{list}]) }}", "...f ".repeat(spreads))
    };
    let refused = refusal(&text(50));
    assert!(refused.contains("250000 values"), "{refused}");
    assert!(read(&text(2)).is_ok());
}

#[test]
fn floods_are_refused() {
    let aliases: String = (0..100).map(|n| format!("a{n}: __typename ")).collect();
    assert_eq!(refusal(&format!("{{ {aliases} }}")), "the document asks for too much: at most 50 aliases");
    let many_aliases: String = (0..100_000).map(|n| format!("a{n}: __typename ")).collect();
    assert_eq!(
        refusal(&format!("{{ {many_aliases} }}")),
        "the document asks for too much: at most 65536 bytes of text"
    );
    let variables: String = (0..1_500).map(|n| format!("$v{n}: Int ")).collect();
    let refused = refusal(&format!("query({variables}) {{ __typename }}"));
    assert_eq!(refused, "the document asks for too much: at most 100 variables");
    let unknown: String = (0..5_000).map(|n| format!("u{n} ")).collect();
    let refused = refusal(&format!("{{ {unknown} }}"));
    assert_eq!(refused, "the document asks for too much: at most 2000 fields, with fragments put in place");
    let directives = "@include(if: true) ".repeat(60);
    assert_eq!(
        refusal(&format!("{{ me {directives} {{ id }} }}")),
        "the document asks for too much: at most 50 directives"
    );
    let operations: String = (0..200).map(|n| format!("query q{n} {{ __typename }} ")).collect();
    assert_eq!(refusal(&operations), "the document asks for too much: at most 100 operations and fragments");
}

#[test]
fn fragments_that_nothing_spreads_count_as_well() {
    let fields = "name ".repeat(3_000);
    let refused = refusal(&format!("{{ __typename }} fragment f on User {{ {fields} }}"));
    assert_eq!(refused, "the document asks for too much: at most 2000 fields, with fragments put in place");
}

#[test]
fn deep_documents_are_refused() {
    let deep = |levels: usize| {
        format!("{{ me {{ roles {{ {} name {} }} }} }}", "inheritsFrom { ".repeat(levels), "}".repeat(levels))
    };
    assert_eq!(refusal(&deep(30)), "the document asks for too much: at most 15 levels of fields");
    let chain: String = (0..60).map(|n| format!("fragment f{n} on Query {{ ...f{} }} ", n + 1)).collect();
    let refused = refusal(&format!("{{ ...f0 }} {chain} fragment f60 on Query {{ __typename }}"));
    assert_eq!(refused, "the document asks for too much: at most 30 levels of nesting");
}

#[test]
fn lists_within_lists_multiply() {
    let children =
        format!("{{ user(id: 1) {{ roles {{ {} name {} }} }} }}", "inheritsFrom { ".repeat(10), "}".repeat(10));
    assert_eq!(refusal(&children), "the document asks for too much: at most 100000 values in the answer");
    let pages = "{ users(first: 100) { nodes { roles { users(first: 100) { nodes { name } } } } } }";
    assert_eq!(refusal(pages), "the document asks for too much: at most 100000 values in the answer");
    read("{ users(first: 100) { nodes { roles { permissions } } totalCount } }").expect("an ordinary page");
}

#[test]
fn a_page_too_large_is_left_to_the_field_to_refuse() {
    read("{ users(first: 1000000000) { nodes { name } } }").expect("told better where it is asked for");
}

#[test]
fn page_sizes_in_variables_count_as_they_are_sent() {
    let text =
        "query($n: Int) { users(first: $n) { nodes { roles { users(first: $n) { edges { node { name } } } } } } }";
    ask(text, value!({"n": 10})).expect("small pages");
    let error = ask(text, value!({"n": 100})).expect_err("large pages");
    assert_eq!(code(&error), "\"OPERATION_TOO_COMPLEX\"");
    assert_eq!(error.locations.len(), 1);
}

#[test]
fn a_fragment_that_spreads_itself_is_refused() {
    for text in
        ["{ ...a } fragment a on Query { ...a }", "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"]
    {
        assert_eq!(code(&read(text).expect_err("a cycle")), "\"GRAPHQL_VALIDATION_FAILED\"");
    }
}

#[test]
fn the_standard_introspection_query_passes() {
    let type_ref = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let text = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
         subscriptionType {{ name kind }} types {{ ...FullType }}
         directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
           fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
             type {{ ...TypeRef }} isDeprecated deprecationReason }}
           inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
           possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason }}
         fragment TypeRef on __Type {{ kind name {type_ref} }}"
    );
    let ready = ask(&text, Value::Null).expect("GraphiQL needs it");
    assert!(ready.asks_for_schema() && ready.rules().is_some_and(<[_]>::is_empty));
    let nested = format!("{{ __schema {{ types {{ {} name {} }} }} }}", "fields { type { ".repeat(5), "} }".repeat(5));
    assert_eq!(refusal(&nested), "the document asks for too much: at most 100000 values in the answer");
}

/// The rules that a caller has to meet for the fast lane.
fn rules(text: &str) -> Option<Vec<String>> {
    let ready = ask(text, Value::Null).expect("a sound document");
    ready.rules().map(|rules| rules.iter().map(ToString::to_string).collect())
}

#[test]
fn what_is_below_me_is_ones_own() {
    assert_eq!(rules("{ me { name roles { name permissions inheritsFrom { permissions } } } }"), Some(vec![]));
    assert_eq!(
        rules("{ me { sessions { nodes { data } edges { node { data user { roles { name } } } } } } }"),
        Some(vec![])
    );
}

#[test]
fn ownership_ends_where_an_edge_leads_to_others() {
    let user = r#"@selfOr(permission: "user:read")"#.to_owned();
    let role = r#"@hasPermission(permission: "role:read")"#.to_owned();
    let found = rules("{ me { roles { inheritedBy { name } users { nodes { roles { name } } } } } }").expect("a query");
    assert!(found.contains(&user) && found.contains(&role), "{found:?}");
    let found = rules("{ users { nodes { roles { name } } } }").expect("a query");
    assert!(found.contains(&user), "{found:?}");
}

#[test]
fn a_fragment_is_judged_where_it_is_spread() {
    let fragment = "fragment f on User { roles { name } }";
    assert_eq!(rules(&format!("{{ me {{ ...f }} }} {fragment}")), Some(vec![]));
    let both = rules(&format!("{{ me {{ ...f }} users {{ nodes {{ ...f }} }} }} {fragment}")).expect("a query");
    assert_eq!(both.len(), 2);
}

#[test]
fn writes_and_unknown_fields_never_take_the_fast_lane() {
    assert_eq!(rules(r#"mutation { roleCreate(name: "a") { name } }"#), None);
    assert_eq!(rules("{ me { nothing } }"), None);
}

#[test]
fn a_root_field_of_a_mutation_runs_once_under_one_name() {
    let twice = r#"mutation { roleCreate(name: "a") { name } ...on Mutation { roleCreate(name: "b") { id } } }"#;
    let error = ask(twice, Value::Null).expect_err("twice");
    assert_eq!(error.message, "`roleCreate` is selected more than once: use aliases");
    let skipped = r#"mutation { roleCreate(name: "a") { name } ...on Mutation @skip(if: true) { roleCreate(name: "b") { id } } }"#;
    ask(skipped, Value::Null).expect("once");
}

#[test]
fn one_operation_tries_one_password() {
    let login = |alias: &str| format!(r#"{alias}: login(username: "a", password: "b")"#);
    ask(&format!("mutation {{ {} }}", login("a")), Value::Null).expect("one try");
    let error = ask(&format!("mutation {{ {} ...on Mutation {{ {} }} }}", login("a"), login("b")), Value::Null);
    assert_eq!(error.expect_err("two tries").message, "the document asks for too much: at most 1 `login`");
}

#[test]
fn secrets_are_noticed() {
    assert!(ask(r#"{ token(secret: "s") }"#, Value::Null).expect("sound").carries_secrets());
    assert!(!ask("{ me { id } }", Value::Null).expect("sound").carries_secrets());
}

#[test]
fn a_required_variable_has_to_be_there() {
    let text = "query($p: String!) { can(permission: $p) }";
    for variables in [value!({}), value!({"p": null}), value!({"p": 1}), value!({"p": ["a"]}), value!({"q": "a"})] {
        let error = ask(text, variables).expect_err("not a string");
        assert_eq!((code(&error).as_str(), error.locations[0]), ("\"BAD_USER_INPUT\"", Pos { line: 1, column: 7 }));
    }
    ask(text, value!({"p": "a:b", "unknown": 1})).expect("others are ignored");
}

#[test]
fn variables_are_checked_to_the_bottom() {
    let text = "query($f: Filter) { users(filter: $f) { totalCount } }";
    ask(text, value!({"f": {"status": ["ACTIVE"], "nested": {"status": "SUSPENDED"}}})).expect("of its type");
    ask(text, Value::Null).expect("optional");
    let complaints = [
        (value!({"f": {"status": ["GONE"]}}), "variable `$f` in `status`, in an item: is not of type `Status!`"),
        (value!({"f": {"nested": {"search": 1}}}), "variable `$f` in `nested`, in `search`: is not of type `String`"),
        (value!({"f": {"extra": 1}}), "variable `$f` has a field that its type does not have"),
        (value!({"f": {"required": 2.5}}), "variable `$f` in `required`: is not of type `Int!`"),
        (value!({"f": "text"}), "variable `$f` is not of type `Filter`"),
    ];
    for (variables, complaint) in complaints {
        assert_eq!(ask(text, variables).expect_err("not of its type").message, complaint);
    }
}

#[test]
fn defaults_of_variables_count_in_conditions() {
    let ready = ask(r#"mutation($x: Boolean = true) { roleCreate(name: "a") @include(if: $x) { id } }"#, Value::Null);
    assert_eq!(ready.expect("sound").root_fields().len(), 1);
}

#[test]
fn an_operation_is_picked_by_its_name() {
    let document = Arc::new(read("query a { me { id } } query b { me { id } }").expect("sound"));
    let pick = |name| document.ask(name, Variables::default(), (&table(), &DocumentLimits::default())).is_ok();
    assert!(pick(Some("a")) && pick(Some("b")));
    assert!(!pick(None) && !pick(Some("c")) && !pick(Some("")));
}
