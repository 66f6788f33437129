mod limits;
mod variables;

use super::*;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::Selection;
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
  checkOperation(document: String!): [FieldGuard!] @authenticated
  permissionMatrix(firstRoles: Int, firstPermissions: Int): PermissionMatrix @hasPermission(permission: "role:read")
}
type FieldGuard { coordinate: String! rule: String! allowed: Boolean }
type PermissionMatrix { roles: [Role!]! @inherit permissions: [Role!]! @inherit cells: [MatrixCell!]! }
type MatrixCell { roleId: ID! permissionId: ID! isDirect: Boolean! inheritedFrom: [Role!]! @inherit }
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
directive @authenticated on FIELD_DEFINITION
directive @hasPermission(permission: String) on FIELD_DEFINITION
directive @inherit on FIELD_DEFINITION
directive @limited(bucket: RateBucket!) on FIELD_DEFINITION
directive @public on FIELD_DEFINITION
directive @selfOr(permission: String!, of: String) on FIELD_DEFINITION
directive @sensitive on ARGUMENT_DEFINITION
directive @visibleTo(permission: String!) on OBJECT
enum RateBucket { LOGIN }
"#;

fn table() -> Table {
    Table::read(SDL).expect("a guarded schema")
}

fn read(text: &str) -> Result<Document, ServerError> {
    let validator = Validator::read(SDL).expect("a schema");
    Document::read(text, &validator, &table(), &DocumentLimits::default())
        .map_err(|errors| errors.into_iter().next().expect("an error"))
}

/// The error of a document that exceeds a limit.
fn rejection(text: &str) -> String {
    read(text).expect_err("too much").message
}

fn bind(text: &str, variables: Value) -> Result<BoundOperation, ServerError> {
    let variables = Variables::from_value(variables);
    Arc::new(read(text)?).bind(None, variables, &table(), &DocumentLimits::default())
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
fn fragments_that_multiply_are_rejected_after_one_visit_each() {
    for (levels, times) in [(12, 4), (26, 2), (10, 5), (15, 3), (7, 8)] {
        let executable = parse_query(fan_out(levels, times)).expect("it can be read");
        let (table, unlimited) =
            (table(), DocumentLimits { selections: u64::MAX, nodes: u64::MAX, nesting: 64, ..Default::default() });
        let mut analyzer = CostAnalyzer::new(&table, &executable, &unlimited, None);
        analyzer.document().expect("no limit");
        let visits = analyzer.visits;
        assert!(visits <= (levels * times + 2) as u64, "{levels} {times}: {visits}");
        assert!(read(&fan_out(levels, times)).is_err());
    }
}

#[test]
fn the_analysis_stops_at_the_first_limit() {
    let text = format!("{{ {} }}", "me { id } ".repeat(5_000));
    let executable = parse_query(&text).expect("it can be read");
    let (table, limits) = (table(), DocumentLimits::default());
    let mut analyzer = CostAnalyzer::new(&table, &executable, &limits, None);
    let operation = executable.operations.iter().next().expect("one").1;
    analyzer.operation(&operation.node).expect_err("too much");
    assert!(analyzer.visits <= limits.selections + 2);
}

#[test]
fn a_cycle_of_fragments_is_rejected() {
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
    let operation = bind(&text, Value::Null).expect("GraphiQL needs it");
    assert!(operation.is_introspection() && operation.required_rules().is_some_and(<[_]>::is_empty));
    let nested = format!("{{ __schema {{ types {{ {} name {} }} }} }}", "fields { type { ".repeat(5), "} }".repeat(5));
    assert_eq!(rejection(&nested), "the document is too complex: at most 100000 values in the response");
}

/// The rules that a caller must meet for pre-authorized execution.
fn rules(text: &str) -> Option<Vec<String>> {
    let operation = bind(text, Value::Null).expect("a valid document");
    operation.required_rules().map(|rules| rules.iter().map(ToString::to_string).collect())
}

#[test]
fn objects_below_me_are_the_callers_own() {
    assert_eq!(rules("{ me { name roles { name permissions inheritsFrom { permissions } } } }"), Some(vec![]));
    assert_eq!(
        rules("{ me { sessions { nodes { data } edges { node { data user { roles { name } } } } } } }"),
        Some(vec![])
    );
}

#[test]
fn ownership_ends_at_an_edge_to_other_objects() {
    let user = r#"@selfOr(permission: "user:read")"#.to_owned();
    let role = r#"@hasPermission(permission: "role:read")"#.to_owned();
    let found = rules("{ me { roles { inheritedBy { name } users { nodes { roles { name } } } } } }").expect("a query");
    assert!(found.contains(&user) && found.contains(&role), "{found:?}");
    let found = rules("{ users { nodes { roles { name } } } }").expect("a query");
    assert!(found.contains(&user), "{found:?}");
}

#[test]
fn the_ownership_of_a_fragment_depends_on_its_spread() {
    let fragment = "fragment f on User { roles { name } }";
    assert_eq!(rules(&format!("{{ me {{ ...f }} }} {fragment}")), Some(vec![]));
    let both = rules(&format!("{{ me {{ ...f }} users {{ nodes {{ ...f }} }} }} {fragment}")).expect("a query");
    assert_eq!(both.len(), 2);
}

#[test]
fn mutations_require_enforced_execution() {
    assert_eq!(rules(r#"mutation { roleCreate(name: "a") { name } }"#), None);
}

#[test]
fn root_fields_of_one_response_key_are_merged_in_a_mutation() {
    let twice = r#"mutation { roleCreate(name: "a") { name } ...on Mutation { roleCreate(name: "a") { id } } }"#;
    let operation = bind(twice, Value::Null).expect("valid");
    assert_eq!(operation.root_fields().len(), 1);
    let DocumentOperations::Single(executed) = operation.executable().operations else { panic!("one operation") };
    let items = &executed.node.selection_set.node.items;
    assert_eq!(items.len(), 1);
    let Selection::Field(field) = &items[0].node else { panic!("a field") };
    assert_eq!(field.node.selection_set.node.items.len(), 2);
    let skipped = r#"mutation { roleCreate(name: "a") { name } ...on Mutation @skip(if: true) { roleCreate(name: "a") { id } } }"#;
    let operation = bind(skipped, Value::Null).expect("valid");
    assert!(format!("{:?}", operation.executable()).contains("skip"), "one of them is executed: nothing is merged");
    assert_eq!(operation.root_fields().len(), 1);
}

#[test]
fn one_operation_has_one_login_attempt() {
    let login = |alias: &str| format!(r#"{alias}: login(username: "a", password: "b")"#);
    bind(&format!("mutation {{ {} }}", login("a")), Value::Null).expect("one attempt");
    let error = bind(&format!("mutation {{ {} ...on Mutation {{ {} }} }}", login("a"), login("b")), Value::Null);
    assert_eq!(error.expect_err("two attempts").message, "the document is too complex: at most 1 `login`");
}

#[test]
fn sensitive_arguments_are_detected() {
    assert!(bind(r#"{ token(secret: "s") }"#, Value::Null).expect("valid").carries_secrets());
    assert!(!bind("{ me { id } }", Value::Null).expect("valid").carries_secrets());
}

#[test]
fn an_operation_is_selected_by_its_name() {
    let document = Arc::new(read("query a { me { id } } query b { me { id } }").expect("valid"));
    let is_selected = |name| document.bind(name, Variables::default(), &table(), &DocumentLimits::default()).is_ok();
    assert!(is_selected(Some("a")) && is_selected(Some("b")));
    assert!(!is_selected(None) && !is_selected(Some("c")) && !is_selected(Some("")));
}
